"""The three kinds of case as the console names them in addresses and on pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.core.agenda import AgendaStatus
from bot.core.staff import Permission
from bot.core.visits import VisitStatus
from bot.errors import NotFound
from bot.services.case_wanted import Status
from bot.services.cases import READ
from bot.store.tables import CaseKind


@dataclass(frozen=True)
class Kind:
    """A kind of case; `slug` stands in addresses."""

    kind: CaseKind
    slug: str
    plain: str
    has_due: bool

    @property
    def address(self) -> str:
        """The page that lists them."""
        return f"/console/{self.slug}"

    @property
    def permission(self) -> Permission:
        """What it takes to read them."""
        return READ[self.kind]


KINDS: Final = (
    Kind(CaseKind.GRID_EVENT, "events", "网格事件", has_due=True),
    Kind(CaseKind.AGENDA_ITEM, "items", "协商议题", has_due=False),
    Kind(CaseKind.IN_PERSON_ORDER, "orders", "上门服务", has_due=True),
)
SLUG: Final[Mapping[str, str]] = {one.kind.value: one.slug for one in KINDS}

# What a worker does, for the button that leads to a status; members of different kinds may be equal as text.
_DEEDS: Final[Mapping[type[Status], Mapping[str, str]]] = {
    AgendaStatus: {
        AgendaStatus.PROPOSED: "退回提议",
        AgendaStatus.REVIEWING: "开始审核",
        AgendaStatus.LISTED: "列入议程",
        AgendaStatus.NOT_LISTED: "这次不列入",
        AgendaStatus.NOTIFIED: "已通知开会时间",
        AgendaStatus.MEETING: "开始商量",
        AgendaStatus.OPINION_FORMED: "形成了意见",
        AgendaStatus.PUBLICISED: "公示结果",
        AgendaStatus.IMPLEMENTING: "开始落实",
        AgendaStatus.FEEDBACK: "反馈落实情况",
        AgendaStatus.ARCHIVED: "归档",
    },
    VisitStatus: {
        VisitStatus.NEW: "退回，重新派人",
        VisitStatus.ACCEPTED: "我去，已约好",
        VisitStatus.ON_SITE: "已到现场",
        VisitStatus.DONE: "办好了",
        VisitStatus.CANCELLED: "取消",
    },
}
_AGAIN: Final[Mapping[tuple[Status, Status], str]] = {
    (AgendaStatus.NOT_LISTED, AgendaStatus.REVIEWING): "重新审核",
    (AgendaStatus.NOTIFIED, AgendaStatus.LISTED): "会议改期",
    (AgendaStatus.MEETING, AgendaStatus.NOTIFIED): "再开一次会",
    (AgendaStatus.OPINION_FORMED, AgendaStatus.MEETING): "再商量一次",
    (AgendaStatus.PUBLICISED, AgendaStatus.MEETING): "有异议，再商量",
    (AgendaStatus.FEEDBACK, AgendaStatus.IMPLEMENTING): "继续落实",
    (VisitStatus.ON_SITE, VisitStatus.ACCEPTED): "没人在家，改时间",
}


def kind_at(slug: str) -> Kind:
    """The kind an address names; raises NotFound."""
    for one in KINDS:
        if one.slug == slug:
            return one
    raise NotFound("没有这个页面")


def of(kind: CaseKind) -> Kind:
    """How the console names the kind."""
    return next(one for one in KINDS if one.kind is kind)


def deed(before: Status, after: Status) -> str:
    """The words on the button that moves a case on."""
    return _AGAIN.get((before, after)) or _DEEDS[type(after)][after]


def plain(status: Status) -> str:
    """The status for a worker, who is not the one residents' words call 您."""
    return status.plain.replace("您", "居民")
