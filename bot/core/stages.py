"""The columns of the board: what has to happen next with a grid event."""

from collections.abc import Mapping
from enum import StrEnum

from bot.core.grid_events import EventStatus


class Stage(StrEnum):
    """A column, in the order of an event's life; `plain` is its heading."""

    CHECKING = "checking"
    DISPATCHING = "dispatching"
    SIGNING = "signing"
    WORKING = "working"
    ON_HOLD = "on_hold"
    CLOSING = "closing"
    CALLING_BACK = "calling_back"

    @property
    def plain(self) -> str:
        """What the workers call it."""
        return _PLAIN[self]

    @property
    def statuses(self) -> tuple[EventStatus, ...]:
        """The statuses in this column; of closed events only those stand here whose resident was not asked yet."""
        return _STATUSES[self]


_S = EventStatus
_PLAIN: Mapping[Stage, str] = {
    Stage.CHECKING: "待核实",
    Stage.DISPATCHING: "待受理、派单",
    Stage.SIGNING: "待签收",
    Stage.WORKING: "处置中",
    Stage.ON_HOLD: "挂账",
    Stage.CLOSING: "待核查、办结",
    Stage.CALLING_BACK: "待回访",
}
_STATUSES: Mapping[Stage, tuple[EventStatus, ...]] = {
    Stage.CHECKING: (_S.REPORTED,),
    Stage.DISPATCHING: (_S.TRIAGED, _S.ACCEPTED, _S.RETURNED, _S.REOPENED),
    Stage.SIGNING: (_S.DISPATCHED,),
    Stage.WORKING: (_S.SIGNED, _S.IN_PROGRESS, _S.REWORK),
    Stage.ON_HOLD: (_S.SUSPENDED,),
    Stage.CLOSING: (_S.RESOLVED, _S.VERIFIED),
    Stage.CALLING_BACK: (_S.CLOSED,),
}
