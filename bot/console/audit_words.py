"""The audit log in plain words: what was done, to what, and what was noted with it."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from bot.console import kinds
from bot.core.deeds import Deed
from bot.core.masking import redact
from bot.core.staff import Role
from bot.services import intents
from bot.services.case_wanted import STATUSES
from bot.store.tables import CaseKind, MessageStatus

ACTIONS: Final[Mapping[str, str]] = {
    "staff:login": "登录",
    "staff:add": "新建账号或给账号设密码",
    "staff:password": "换密码",
    "staff:disable": "停用账号",
    "staff:enable": "恢复账号",
    "staff:profile": "改姓名或电话",
    "staff:rights": "换角色、社区或网格",
    "staff:logout": "让别处的登录退出",
    "staff:code_on": "打开两步验证",
    "staff:code_off": "关闭两步验证",
    "staff:code_reset": "重置两步验证",
    "conversation:take": "接对话",
    "conversation:hand_back": "把对话交还给机器人",
    "conversation:close": "结束对话",
    "conversation:pass_on": "把对话转给同事",
    "conversation:put_back": "把对话放回去等人接",
    "conversation:stranded": "接的人离开，对话放回去等人接",
    "conversation:kept_from": "对话里投诉的就是接的人，转给别人接",
    "conversation:note": "写对话备注",
    "canned:add": "新建快捷回复",
    "canned:change": "改快捷回复",
    "canned:disable": "停用快捷回复",
    "canned:enable": "重新使用快捷回复",
    "contact:unmask": "看完整的联系方式",
    "photo:remove": "撤下现场照片",
    "message:decide": "处理没送到的消息",
    "grid_event:file": "登记网格事件",
    "agenda_item:file": "登记协商议题",
    "in_person_order:file": "登记上门服务",
    "grid_event:move": "办网格事件",
    "agenda_item:move": "办协商议题",
    "in_person_order:move": "办上门服务",
    "sample:suggest": "指出机器人听错了",
    "sample:label": "标注样本",
    "sample:write": "写入训练数据",
    "model:train": "训练模型",
    "model:cancel": "停止训练",
    "model:live": "换上模型",
    "resident:erase_ordered": "按居民要求删除资料",
    "resident:erase": "删除居民的资料",
    "data:purge": "清理到期的资料",
    "setting:leaf": "改事项目录",
    "setting:party": "改责任单位",
    "setting:grid": "改网格",
    "setting:calendar": "改工作日历",
    "setting:phone": "改电话和地址",
    "whistle:propose": "建议吹哨",
    "whistle:blow": "吹哨",
    "whistle:declined": "不吹建议的哨",
    "whistle:called_off": "撤哨",
    "whistle:confirm": "确认应急哨",
    "whistle:sign_in": "记下部门签到",
    "whistle:contact": "记下部门联系街道",
    "whistle:arrive": "记下部门报到",
    "whistle:report": "记下部门的解决措施",
    "whistle:evaluate": "评价部门报到",
    "warning:take": "接手预警",
    "warning:dismiss": "预警不用处理",
    "figures:export": "导出统计",
    "register:export": "导出台账",
}
SUBJECTS: Final[Mapping[str, str]] = {
    "conversation": "对话",
    "canned": "快捷回复",
    "message": "消息",
    "staff": "账号",
    "resident": "居民",
    "model": "模型",
    "leaf": "事项",
    "party": "单位",
    "grid": "网格",
    "calendar": "日历",
    "community": "社区",
    "place": "地方",
    "number": "号码",
    "warning": "预警",
}
_THINGS: Final[Mapping[str, str]] = {
    "retention": "到期的资料",
    "data/nlu": "训练数据",
    "figures": "统计",
    "register": "台账",
}
_COUNTS: Final[Mapping[str, str]] = {
    "messages": "消息",
    "notes": "对话备注",
    "trackers": "机器人的记忆",
    "voices": "录音",
    "photos": "现场照片",
    "receipts": "收件记录",
    "cases": "事项",
    "attachments": "附件",
    "memories": "机器人的记忆",
    "kept": "暂时留下的事项",
    "added": "新写入例句",
    "known": "原来就有",
    "clashes": "和别的意思冲突",
    "logins": "退出登录",
}
_BECAUSE: Final[Mapping[str, str]] = {"unsubscribed": "取消了关注", "finished": "留下的事项办完了"}
_COUNTED: Final = frozenset({"resident:erase", "data:purge", "sample:write", "staff:logout"})
_CODES: Final[Mapping[str, Mapping[str, str]]] = {
    "staff:add": {role.value: role.plain for role in Role},
    "message:decide": {MessageStatus.PENDING.value: "再发一次", MessageStatus.WAIVED.value: "已用别的办法告诉"},
}


def action(code: str) -> str:
    """The code itself for what an older or newer version wrote down."""
    return ACTIONS.get(code, code)


def subject(code: str) -> str:
    """对话 12 for conversation:12; the number of a case as it is."""
    kind, _, name = code.partition(":")
    return f"{SUBJECTS[kind]} {name}" if name and kind in SUBJECTS else _THINGS.get(code, code)


def subject_code(words: str) -> str:
    """What the log calls what somebody typed: 对话12 is conversation:12, a part of a case number stays one."""
    for code, plain in _THINGS.items():
        if words in {code, plain}:
            return code
    for kind, plain in SUBJECTS.items():
        name = words.removeprefix(plain).strip(" :：")
        if name and words.startswith(plain):
            return f"{kind}:{name}"
    return words if ":" in words else words.upper()


def note(code: str, detail: str) -> str:
    """What was noted with an action, redacted whatever it is."""
    about, _, _ = code.partition(":")
    if about in set(CaseKind):
        return _way(CaseKind(about), detail)
    if about == "model":
        return f"换下{subject(detail)}" if detail else ""
    if about == "sample" and "=" not in detail:
        return intents.plain(detail)
    if code in _COUNTED:
        return "，".join(_counted(word) for word in detail.split())
    if code == "staff:rights":
        return " ".join(_CODES["staff:add"].get(word, word) for word in detail.split())
    return _CODES.get(code, {}).get(detail) or redact(detail)


def _way(kind: CaseKind, detail: str) -> str:
    names = {status.value: kinds.plain(status) for status in STATUSES[kind]}
    if kind is CaseKind.GRID_EVENT and (known := _deed(detail)) is not None:
        _, _, detail = detail.partition(":")
        return f"{known.plain}：{_way(kind, detail)}" if detail else known.plain
    before, _, after = detail.partition("->")
    if before == after:
        return names.get(before, before)
    return f"{names.get(before, before)} → {names.get(after, after)}"


def _deed(detail: str) -> Deed | None:
    """What was done with an event, where the note begins with it."""
    with suppress(ValueError):
        return Deed(detail.partition(":")[0])
    return None


def _counted(word: str) -> str:
    name, _, number = word.partition("=")
    return f"{_COUNTS[name]} {number}" if name in _COUNTS else _BECAUSE.get(word) or redact(word)
