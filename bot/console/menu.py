"""The menu of the workers' pages: what each job may open, what it opens most often first."""

from dataclasses import dataclass
from typing import Final

from bot.core.staff import Permission, Role, can
from bot.store.tables import Staff

IN_SIGHT: Final = 3
"""So many links stand on a phone; the others are behind one word."""
_P = Permission


@dataclass(frozen=True)
class Link:
    """A page of the menu, for whoever has one of the permissions; `count` is where its number is asked for."""

    slug: str
    plain: str
    permissions: tuple[Permission, ...]
    count: str = ""

    @property
    def address(self) -> str:
        """Where it leads."""
        return f"/console/{self.slug}"


LINKS: Final = (
    Link("conversations", "居民对话", (_P.CONVERSATION_READ,)),
    Link("events", "网格事件", (_P.EVENT_READ,)),
    Link("board", "看板", (_P.EVENT_READ,)),
    Link("map", "地图", (_P.EVENT_READ,)),
    Link("warnings", "预警", (_P.WARNING_READ,), count="/console/warnings/count"),
    Link("whistles", "吹哨", (_P.WHISTLE_READ,), count="/console/whistles/count"),
    Link("orders", "上门服务", (_P.ORDER_READ,)),
    Link("items", "协商议题", (_P.AGENDA_READ,)),
    Link("figures", "统计", (_P.FIGURES_READ,)),
    Link("ledger", "台账", (_P.FIGURES_READ,)),
    Link("settings", "设置", (_P.SETTINGS_EDIT, _P.STAFF_MANAGE)),
    Link("audit", "操作记录", (_P.AUDIT_READ,)),
    Link("canned", "快捷回复", (_P.CANNED_EDIT,)),
)
_OF_DEPARTMENTS: Final = ("events", "whistles")


def links(staff: Staff) -> tuple[Link, ...]:
    """What this person may open; a department called out has an hour to sign in, so its whistles stand in sight."""
    mine = [link for link in LINKS if any(can(staff.role, permission) for permission in link.permissions)]
    if staff.role is Role.PARTY:
        mine.sort(key=lambda link: link.slug not in _OF_DEPARTMENTS)
    return tuple(mine)
