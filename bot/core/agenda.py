"""The life of an agenda item (协商议题), after the ten states of the consultation procedure."""

from collections.abc import Mapping
from enum import StrEnum

from bot.core import steps


class AgendaStatus(StrEnum):
    """Where an agenda item stands; `plain` is what the resident reads."""

    PROPOSED = "proposed"
    REVIEWING = "reviewing"
    LISTED = "listed"
    NOT_LISTED = "not_listed"
    NOTIFIED = "notified"
    MEETING = "meeting"
    OPINION_FORMED = "opinion_formed"
    PUBLICISED = "publicised"
    IMPLEMENTING = "implementing"
    FEEDBACK = "feedback"
    ARCHIVED = "archived"

    @property
    def plain(self) -> str:
        """The status in words a resident understands."""
        return _PLAIN[self]

    @property
    def allowed(self) -> tuple["AgendaStatus", ...]:
        """The statuses that may follow, the usual one first."""
        return _MOVES[self]

    @property
    def takes_endorsements(self) -> bool:
        """Whether neighbours may still add their support; later the item is discussed instead."""
        return self in _ENDORSABLE

    @property
    def is_open(self) -> bool:
        """Whether the item is still on its way."""
        return self not in (AgendaStatus.NOT_LISTED, AgendaStatus.ARCHIVED)

    def move(self, target: "AgendaStatus") -> "AgendaStatus":
        """Return `target`; raise Conflict if it may not follow."""
        return steps.moved(_MOVES, _PLAIN, self, target)


_S = AgendaStatus
_PLAIN: Mapping[AgendaStatus, str] = {
    _S.PROPOSED: "已提出，邻居可以附议",
    _S.REVIEWING: "居委会正在看",
    _S.LISTED: "已列入议事日程",
    _S.NOT_LISTED: "这次没有列入",
    _S.NOTIFIED: "已通知开会时间",
    _S.MEETING: "正在开会商量",
    _S.OPINION_FORMED: "已形成意见",
    _S.PUBLICISED: "结果正在公示",
    _S.IMPLEMENTING: "正在落实",
    _S.FEEDBACK: "已反馈落实情况",
    _S.ARCHIVED: "已结束归档",
}
_MOVES: Mapping[AgendaStatus, tuple[AgendaStatus, ...]] = {
    _S.PROPOSED: (_S.REVIEWING, _S.ARCHIVED),
    _S.REVIEWING: (_S.LISTED, _S.NOT_LISTED, _S.ARCHIVED),
    _S.LISTED: (_S.NOTIFIED, _S.ARCHIVED),
    _S.NOT_LISTED: (_S.REVIEWING, _S.ARCHIVED),
    _S.NOTIFIED: (_S.MEETING, _S.LISTED),
    _S.MEETING: (_S.OPINION_FORMED, _S.NOTIFIED, _S.ARCHIVED),
    _S.OPINION_FORMED: (_S.PUBLICISED, _S.MEETING),
    _S.PUBLICISED: (_S.IMPLEMENTING, _S.MEETING),
    _S.IMPLEMENTING: (_S.FEEDBACK,),
    _S.FEEDBACK: (_S.ARCHIVED, _S.IMPLEMENTING),
    _S.ARCHIVED: (),
}
_ENDORSABLE = frozenset({_S.PROPOSED, _S.REVIEWING, _S.LISTED, _S.NOTIFIED})
