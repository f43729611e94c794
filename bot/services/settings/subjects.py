"""What can be set, and what the parts of a setting are called in Chinese."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Subject(StrEnum):
    """A kind of thing that is set; with a key it names one."""

    LEAF = "leaf"
    PARTY = "party"
    GRID = "grid"
    CALENDAR = "calendar"
    COMMUNITY = "community"
    PLACE = "place"
    NUMBER = "number"
    STAFF = "staff"


FIELDS: Final[Mapping[str, str]] = {
    "name": "名称",
    "plain": "居民看到的说法",
    "urgency": "紧急程度",
    "lead": "主办单位",
    "lead_in_estate": "小区里的主办单位",
    "co": "协办单位",
    "whistle": "吹哨类型",
    "respond": "联系居民的时限",
    "resolve": "办好的时限",
    "safety": "安全提示",
    "standard_text": "时限的说明",
    "basis": "依据",
    "kind": "类别",
    "phone": "电话",
    "hours": "服务时间",
    "address": "地址",
    "community_id": "社区",
    "estate": "小区",
    "alliance": "联盟",
    "note": "备注",
    "disabled": "停用",
    "worker_id": "网格员",
    "polygon": "范围",
    "opens": "上班",
    "noon_from": "午休开始",
    "noon_to": "午休结束",
    "closes": "下班",
    "holidays": "放假",
    "workdays": "调休上班",
    "number": "号码",
    "username": "用户名",
    "full_name": "姓名",
    "role": "角色",
    "grid_ids": "网格",
    "party_id": "单位",
    "password": "密码",
    "second_step": "两步验证",
}
"""The Chinese name of a part, as pages, refusals and the history say it."""
