"""The life of a grid event."""

from collections.abc import Mapping
from enum import StrEnum

from bot.core import steps


class EventStatus(StrEnum):
    """Where a grid event stands; `plain` is what the resident reads."""

    REPORTED = "reported"
    ACCEPTED = "accepted"
    HANDLING = "handling"
    DONE = "done"
    CLOSED = "closed"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"

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
        """Whether somebody still has to do something about it, so that others may join it."""
        return self in _OPEN

    def move(self, target: "EventStatus") -> "EventStatus":
        """Return `target`; raise Conflict if it may not follow."""
        return steps.moved(_MOVES, _PLAIN, self, target)


_S = EventStatus
_PLAIN: Mapping[EventStatus, str] = {
    _S.REPORTED: "已上报，等社区核实",
    _S.ACCEPTED: "已受理，正在安排人",
    _S.HANDLING: "正在处理",
    _S.DONE: "已处理，等您确认",
    _S.CLOSED: "已办结",
    _S.RETURNED: "已退回，社区重新安排",
    _S.WITHDRAWN: "已撤回",
    _S.MERGED: "已并到同一件事一起办",
}
_MOVES: Mapping[EventStatus, tuple[EventStatus, ...]] = {
    _S.REPORTED: (_S.ACCEPTED, _S.RETURNED, _S.MERGED, _S.WITHDRAWN),
    _S.ACCEPTED: (_S.HANDLING, _S.RETURNED, _S.MERGED, _S.WITHDRAWN),
    _S.HANDLING: (_S.DONE, _S.RETURNED, _S.MERGED, _S.WITHDRAWN),
    _S.DONE: (_S.CLOSED, _S.HANDLING),
    _S.CLOSED: (_S.HANDLING,),
    _S.RETURNED: (_S.ACCEPTED, _S.CLOSED, _S.MERGED, _S.WITHDRAWN),
    _S.WITHDRAWN: (),
    _S.MERGED: (),
}
_OPEN = frozenset({_S.REPORTED, _S.ACCEPTED, _S.HANDLING, _S.RETURNED})
