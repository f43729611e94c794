"""The life of a grid event: reported, dispatched, handled, verified, closed, called back."""

from collections.abc import Mapping
from enum import StrEnum

from bot.core import steps


class EventStatus(StrEnum):
    """Where a grid event stands; `plain` is what the resident reads."""

    REPORTED = "reported"
    TRIAGED = "triaged"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    SIGNED = "signed"
    IN_PROGRESS = "in_progress"
    SUSPENDED = "suspended"
    RESOLVED = "resolved"
    REWORK = "rework"
    VERIFIED = "verified"
    CLOSED = "closed"
    REOPENED = "reopened"
    RETURNED = "returned"
    ARCHIVED = "archived"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"

    @classmethod
    def _missing_(cls, value: object) -> "EventStatus | None":
        """Read the two words of the first step logs, which nobody may rewrite."""
        return _OLD_WORDS.get(str(value))

    @property
    def plain(self) -> str:
        """The status in words a resident understands."""
        return _PLAIN[self]

    @property
    def allowed(self) -> tuple["EventStatus", ...]:
        """The statuses that may follow, the usual one first."""
        return _MOVES[self]

    @property
    def is_open(self) -> bool:
        """Whether the matter itself is still to be put right, so that others may join it."""
        return self in _OPEN

    @property
    def is_unfinished(self) -> bool:
        """Whether it is still on somebody's desk: open, or put right and not yet verified and closed."""
        return self in _OPEN or self in (EventStatus.RESOLVED, EventStatus.VERIFIED)

    def move(self, target: "EventStatus") -> "EventStatus":
        """Return `target`; raise Conflict if it may not follow."""
        return steps.moved(_MOVES, _PLAIN, self, target)


class Completion(StrEnum):
    """How a matter ended (实质、程序性、中止); one kind of "closed" would make every rate meaningless."""

    SUBSTANTIVE = "substantive"
    PROCEDURAL = "procedural"
    TERMINATED = "terminated"

    @property
    def plain(self) -> str:
        """The Chinese term."""
        return {"substantive": "实质办结", "procedural": "程序性办结", "terminated": "中止办理"}[self.value]


class Solved(StrEnum):
    """What the resident says of the outcome when called back."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"

    @property
    def plain(self) -> str:
        """The Chinese word."""
        return {"yes": "解决了", "partly": "解决了一部分", "no": "没解决"}[self.value]


class Satisfaction(StrEnum):
    """How content the resident is; nobody is counted as content who did not say so."""

    SATISFIED = "satisfied"
    FAIR = "fair"
    UNSATISFIED = "unsatisfied"
    UNRATED = "unrated"

    @property
    def plain(self) -> str:
        """The Chinese word."""
        return {"satisfied": "满意", "fair": "基本满意", "unsatisfied": "不满意", "unrated": "未评价"}[self.value]


class Supervision(StrEnum):
    """How closely a superior watches (督办); a lower card never replaces a higher one."""

    NONE = "none"
    NORMAL = "normal"
    YELLOW = "yellow"
    RED = "red"

    @property
    def plain(self) -> str:
        """The Chinese word."""
        return {"none": "没有督办", "normal": "普通督办", "yellow": "黄牌督办", "red": "红牌督办"}[self.value]

    @property
    def rank(self) -> int:
        """0 for none, 3 for red."""
        return list(Supervision).index(self)


class Disposition(StrEnum):
    """Why a matter is not taken on as an event, each with a route for the resident.

    Beijing 接诉即办 rules art. 11, Weifang 12345 rules art. 19.
    """

    TRANSFER_EMERGENCY = "transfer_emergency"
    LEGAL_CHANNEL = "inform_legal_channel"
    DUPLICATE = "duplicate_inform"
    CONFIDENTIAL = "confidential_explain"
    OUTSIDE_GOVERNMENT = "outside_government"
    UNLAWFUL = "unlawful_persuade"

    @property
    def plain(self) -> str:
        """The Chinese words a worker chooses by."""
        return _DISPOSITIONS[self]


_S = EventStatus
_OLD_WORDS: Mapping[str, EventStatus] = {"handling": _S.IN_PROGRESS, "done": _S.RESOLVED}
_PLAIN: Mapping[EventStatus, str] = {
    _S.REPORTED: "已上报，等社区核实",
    _S.TRIAGED: "已核实，等受理",
    _S.ACCEPTED: "已受理，正在安排人",
    _S.DISPATCHED: "已派出，等对方接单",
    _S.SIGNED: "已有人接单",
    _S.IN_PROGRESS: "正在处理",
    _S.SUSPENDED: "一时办不了，先挂着",
    _S.RESOLVED: "已处理，等核实",
    _S.REWORK: "没办好，重新处理",
    _S.VERIFIED: "核实过了，等办结",
    _S.CLOSED: "已办结",
    _S.REOPENED: "没解决，重新办",
    _S.RETURNED: "已退回，社区重新安排",
    _S.ARCHIVED: "已归档",
    _S.REFUSED: "不归这里办",
    _S.WITHDRAWN: "已撤回",
    _S.MERGED: "已并到同一件事一起办",
}
# Only what no unit has yet is called off; what was dispatched goes on and is closed (中止办理).
_CALLED_OFF = (_S.MERGED, _S.WITHDRAWN)
_MOVES: Mapping[EventStatus, tuple[EventStatus, ...]] = {
    _S.REPORTED: (_S.TRIAGED, *_CALLED_OFF),
    _S.TRIAGED: (_S.ACCEPTED, _S.REFUSED, *_CALLED_OFF),
    _S.ACCEPTED: (_S.DISPATCHED, *_CALLED_OFF),
    _S.DISPATCHED: (_S.SIGNED, _S.RETURNED, _S.DISPATCHED, _S.MERGED),
    _S.SIGNED: (_S.IN_PROGRESS, _S.RETURNED, _S.DISPATCHED, _S.MERGED),
    _S.RETURNED: (_S.DISPATCHED, _S.MERGED),
    _S.IN_PROGRESS: (_S.RESOLVED, _S.SUSPENDED, _S.DISPATCHED, _S.MERGED),
    _S.SUSPENDED: (_S.IN_PROGRESS, _S.MERGED),
    _S.RESOLVED: (_S.VERIFIED, _S.REWORK),
    _S.REWORK: (_S.IN_PROGRESS, _S.MERGED),
    _S.VERIFIED: (_S.CLOSED, _S.REWORK),
    _S.CLOSED: (_S.ARCHIVED, _S.REOPENED),
    _S.REOPENED: (_S.DISPATCHED, _S.MERGED),
    _S.ARCHIVED: (),
    _S.REFUSED: (),
    _S.WITHDRAWN: (),
    _S.MERGED: (),
}
_SETTLED = (_S.RESOLVED, _S.VERIFIED, _S.CLOSED, _S.ARCHIVED, _S.REFUSED, _S.WITHDRAWN, _S.MERGED)
_OPEN = frozenset(EventStatus) - frozenset(_SETTLED)
_DISPOSITIONS: Mapping[Disposition, str] = {
    Disposition.TRANSFER_EMERGENCY: "紧急警情，转110、119、120、122",
    Disposition.LEGAL_CHANNEL: "走诉讼、仲裁、复议、纪检或信访",
    Disposition.DUPLICATE: "同一件事没有新情况，告知进展",
    Disposition.CONFIDENTIAL: "涉及国家秘密、商业秘密或隐私",
    Disposition.OUTSIDE_GOVERNMENT: "靠市场或社会办理，告知找谁",
    Disposition.UNLAWFUL: "要求违法或违背公序良俗，劝导",
}
