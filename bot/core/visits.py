"""The life of an in-person order (线下服务工单)."""

from collections.abc import Mapping
from enum import StrEnum

from bot.core import steps


class VisitStatus(StrEnum):
    """Where an in-person order stands; `plain` is what the resident reads."""

    NEW = "new"
    ACCEPTED = "accepted"
    ON_SITE = "on_site"
    DONE = "done"
    CANCELLED = "cancelled"

    @property
    def plain(self) -> str:
        """The status in words a resident understands."""
        return _PLAIN[self]

    @property
    def allowed(self) -> tuple["VisitStatus", ...]:
        """The statuses that may follow, the usual one first."""
        return _MOVES[self]

    @property
    def is_open(self) -> bool:
        """Whether somebody is still expected to call or come."""
        return self not in (VisitStatus.DONE, VisitStatus.CANCELLED)

    def move(self, target: "VisitStatus") -> "VisitStatus":
        """Return `target`; raise Conflict if it may not follow."""
        return steps.moved(_MOVES, _PLAIN, self, target)


_S = VisitStatus
_PLAIN: Mapping[VisitStatus, str] = {
    _S.NEW: "已登记，正在安排人",
    _S.ACCEPTED: "已安排好人",
    _S.ON_SITE: "工作人员已到",
    _S.DONE: "已办好",
    _S.CANCELLED: "已取消",
}
# An order by phone goes from accepted to done; nobody at home leads from on_site back to accepted.
_MOVES: Mapping[VisitStatus, tuple[VisitStatus, ...]] = {
    _S.NEW: (_S.ACCEPTED, _S.CANCELLED),
    _S.ACCEPTED: (_S.ON_SITE, _S.DONE, _S.NEW, _S.CANCELLED),
    _S.ON_SITE: (_S.DONE, _S.ACCEPTED, _S.CANCELLED),
    _S.DONE: (),
    _S.CANCELLED: (),
}


class Recipient(StrEnum):
    """Whom an in-person order is for, seen from the one who asks; `plain` is what the resident reads."""

    SELF = "self"
    RELATIVE = "relative"
    NEIGHBOR = "neighbor"

    @property
    def plain(self) -> str:
        return {"self": "我自己", "relative": "家里老人", "neighbor": "邻居"}[self.value]

    @property
    def read_back(self) -> str:
        """The same, said to the resident."""
        return {"self": "您本人", "relative": "您家里人", "neighbor": "您邻居"}[self.value]


class Way(StrEnum):
    """How an in-person order is carried out; `plain` is what the resident reads."""

    VISIT = "visit"
    PHONE = "phone"

    @property
    def plain(self) -> str:
        return {"visit": "上门", "phone": "打电话"}[self.value]
