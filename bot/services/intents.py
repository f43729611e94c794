"""The intents a sentence can be given by hand, with the names workers and trainers read."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.core import doubts
from bot.core.catalogue import EMERGENCY_TOP, Catalogue, Leaf
from bot.errors import InvalidInput

FRAUD_UNDER_WAY: Final = "0302"


class Family(StrEnum):
    """Intents that only mean something together with a leaf of the catalogue."""

    REPORT = "report_event"
    PROPOSE = "propose_agenda_item"
    CONSULT = "consult_policy"
    EMERGENCY = "emergency"


NAMES: Final[Mapping[str, str]] = {
    Family.REPORT: "报问题，要有人去办",
    Family.PROPOSE: "提议题，想大家商量",
    Family.CONSULT: "问政策、问怎么办",
    Family.EMERGENCY: "紧急情况",
    "track_progress": "问进度",
    "request_in_person": "要人上门或打电话",
    "complaint_escalate/staff": "投诉工作人员",
    "complaint_escalate/handling": "嫌事情没办好",
    "complaint_escalate/human": "要找人工",
    "chitchat/greet": "打招呼",
    "chitchat/bye": "告别",
    "chitchat/thanks": "道谢",
    "chitchat/praise": "表扬",
    "chitchat/mood": "说心情、聊天",
    "chitchat/abuse": "骂人",
    "chitchat/bot": "问机器人自己",
    "out_of_scope/privacy": "打听别人的隐私",
    "consult_policy/outside_school": "社区管不了：学校教育",
    "consult_policy/outside_planning": "社区管不了：规划征地",
    "consult_policy/outside_personnel": "社区管不了：人事职称",
    "consult_policy/outside_subsidy": "社区管不了：部门补贴",
    "consult_policy/outside_court": "社区管不了：司法办案",
    "consult_policy/outside_other": "社区管不了：其他部门的事",
    "out_of_scope/other": "和社区无关",
    "affirm": "答“是”",
    "deny": "答“不是”",
    "cancel": "不办了、取消",
    "correct": "改正前面说的",
    "endorse": "附议、支持",
    "inform": "补充地点、时间等",
    "menu": "看能办什么",
    "resume": "接着刚才的说",
    "skip": "跳过这一问",
}
FALLBACK: Final = doubts.FALLBACK
_UNREAD: Final[Mapping[str, str]] = {
    FALLBACK: "没听懂",
    "complaint_escalate": "投诉或找人工",
    "chitchat": "闲聊",
    "out_of_scope": "和社区无关",
}


@dataclass(frozen=True)
class Choice:
    """An intent with, for the families, its leaf; `code` is how data/nlu names it."""

    intent: str
    leaf: str | None

    @property
    def code(self) -> str:
        """The retrieval intent, such as report_event/0603."""
        return f"{self.intent}/{self.leaf}" if needs_leaf(self.intent) else self.intent


def needs_leaf(intent: str) -> bool:
    """Whether the intent means nothing without a leaf."""
    return intent in set(Family)


def plain(intent: str) -> str:
    """The Chinese name of an intent as the model or a person gives it, with or without its leaf."""
    whole = NAMES.get(intent) or _UNREAD.get(intent)
    return whole or NAMES.get(intent.partition("/")[0], intent)


def chosen(catalogue: Catalogue, intent: str, leaf: str) -> Choice:
    """What a form said, or InvalidInput that says what is missing or does not go together."""
    if intent not in NAMES:
        raise InvalidInput("请选一个意图", "在列表里选，不要自己写")
    if not needs_leaf(intent):
        return Choice(intent, None)
    if leaf not in catalogue.leaves:
        raise InvalidInput(f"「{plain(intent)}」要再选一个事项", "在事项一栏输入几个字，选一项")
    if not _goes_together(intent, catalogue.leaves[leaf]):
        raise InvalidInput(f"「{catalogue.leaves[leaf].name}」不能当作「{plain(intent)}」", "请改选意图或事项")
    return Choice(intent, leaf)


def _goes_together(intent: str, leaf: Leaf) -> bool:
    if intent == Family.EMERGENCY:
        return leaf.top == EMERGENCY_TOP or leaf.code == FRAUD_UNDER_WAY
    return leaf.top != EMERGENCY_TOP or intent != Family.PROPOSE


def code_in(given: str) -> str:
    """The leaf's code in what a search box holds, such as 0603 路灯不亮."""
    return given.strip().partition(" ")[0]
