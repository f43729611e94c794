"""Reports by staff (采集/上报): what they see on their rounds, are told from above, or write down for a resident."""

import re
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import masking, phone_numbers
from bot.core.numbers import EVENT_PREFIX
from bot.core.places import Place
from bot.core.staff import Permission, Role, can
from bot.core.urgency import Urgency
from bot.errors import Conflict, InvalidInput, NotAllowed
from bot.services import alerts, case_photos, ledger, reporting, sent_once
from bot.services.classifying import Grounds, assessed, classify, locate
from bot.services.desk import Desk
from bot.services.events import beginnings
from bot.services.pictures import Media
from bot.services.record_source import worded
from bot.store.queries.audit import append_audit
from bot.store.tables import Discovery, GridEvent, Staff

LONGEST_WORDS: Final = 1000
LONGEST_NAME: Final = 20
_TOKEN: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Report:
    """What a form says; the same `token` is filed once. Without an urgency the rules decide.

    Name and phone are those of a resident on whose behalf it is filed, and only with their agreement.
    `is_another` says that it is not what the page has shown to be reported already.
    """

    token: str
    leaf: str
    place: Place | None
    text: str
    urgency: Urgency | None
    discovery: Discovery
    name: str = ""
    phone: str = ""
    has_agreed: bool = False
    is_another: bool = False
    pictures: tuple[Media, ...] = ()


class LooksAlike(Conflict):
    """An open event of the same kind at the same place is known already."""

    def __init__(self, event: GridEvent) -> None:
        super().__init__("这里已经有人报过同样的事", "是同一件就打开那一件记一笔；不是就勾上“不是同一件”再提交")
        self.number = event.number
        self.title = event.title


def file_by_staff(session: Session, desk: Desk, report: Report, staff: Staff) -> GridEvent:
    """File it; sent twice it is filed once. Raises NotAllowed, InvalidInput, LooksAlike."""
    if not can(staff.role, Permission.EVENT_FILE):
        raise NotAllowed(f"{staff.role.plain}不能上报事件")
    if not _TOKEN.fullmatch(report.token):
        raise InvalidInput("这个页面已经过期", "请刷新页面再试一次")
    if not sent_once.is_first(session, desk, staff, report.token, *_said(report)) and (
        known := _known(session, report.token)
    ):
        return known
    report, place = _checked(desk, report), _place(report.place, staff)
    if not report.is_another and (same := reporting.open_duplicate(session, desk, report.leaf, place)):
        raise LooksAlike(same)
    leaf, community_id = desk.catalogue.leaf(report.leaf), place.community_id or ""
    grounds = Grounds(leaf, community_id, place, is_elderly=False, start=desk.clock())
    # Whoever sends the same form at the same moment waits here for the number, and then finds it filed.
    number = ledger.next_number(session, EVENT_PREFIX, grounds.community_id, grounds.start)
    return _known(session, report.token) or _file(session, desk, report, grounds, staff, number)


def _file(session: Session, desk: Desk, report: Report, grounds: Grounds, staff: Staff, number: str) -> GridEvent:
    how = assessed(session, desk, grounds, report.text)
    event = GridEvent(
        number=number,
        form_token=report.token,
        community_id=grounds.community_id,
        leaf_top3=[report.leaf],
        confidence=1.0,
        text=masking.redact(report.text),
        urgency=report.urgency or how.urgency,
        urgency_reasons=list(how.reasons),
        contact_name=report.name or None,
        contact_phone=report.phone or None,
        discovery=report.discovery,
        created_at=grounds.start,
        updated_at=grounds.start,
    )
    locate(event, grounds.place, grounds.place_text)
    because = classify(session, desk, event, grounds)
    session.add(event)
    step = beginnings.begin(session, desk, event, ledger.worker(staff), because)
    case_photos.keep(session, desk, step, staff, report.pictures)
    append_audit(session, desk.clock(), staff.id, "grid_event:file", event.number)
    if event.urgency is Urgency.P0:
        alerts.emergency(session, desk, event)
    alerts.record_filed(session, desk, event)
    return event


def _said(report: Report) -> tuple[str | bytes, ...]:
    """All of the form; that something is another event is an answer to the page, not part of the report."""
    place = report.place
    where = (place.building.id if place.building else "", place.unit, place.text, place.landmark) if place else ()
    fields = (report.leaf, *where, report.text, report.urgency, report.discovery, report.name, report.phone)
    return *(str(field) for field in fields), *(one.data for one in report.pictures)


def _known(session: Session, token: str) -> GridEvent | None:
    return session.scalar(select(GridEvent).where(GridEvent.form_token == token))


def _checked(desk: Desk, report: Report) -> Report:
    if report.leaf not in desk.catalogue.leaves:
        raise InvalidInput("请选一个分类", "输入几个字，在列表里选一项")
    text, name = worded("情况", report.text, LONGEST_WORDS), report.name.strip()
    if len(name) > LONGEST_NAME:
        raise InvalidInput(f"姓名不能超过{LONGEST_NAME}个字")
    phone = phone_numbers.checked(report.phone) if report.phone.strip() else ""
    if (phone or name) and not report.has_agreed:
        raise InvalidInput("留居民的姓名或电话要先问过本人", "同意了就勾上，不同意就不要填")
    return replace(report, text=text, name=name, phone=phone)


def _place(place: Place | None, staff: Staff) -> Place:
    """The place with its community; without a building it is in the grid of the grid worker who stands there."""
    if place is None:
        raise InvalidInput("还没写在哪里", "选一栋楼，或者写个大概位置")
    if staff.community_id not in (None, place.community_id or staff.community_id):
        raise InvalidInput("这栋楼不在您的社区", "请选本社区的楼，或者写个大概位置")
    community_id = place.community_id or staff.community_id
    if community_id is None:
        raise InvalidInput("不知道是哪个社区的事", "请选一栋楼")
    own = staff.grid_ids[0] if staff.role is Role.GRID_WORKER and staff.grid_ids else None
    return replace(place, community_id=community_id, grid_id=place.grid_id or own)
