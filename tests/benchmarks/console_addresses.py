"""The addresses of all pages of the staff, with the questions people put to the lists."""

from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar
from urllib.parse import quote

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.core.grid_events import EventStatus
from bot.core.stages import Stage
from bot.services.case_search import MOST_PAGES
from bot.services.desk import Desk
from bot.services.learning import Why
from bot.services.registers import PAGE
from bot.services.settings.phone_content import place_key
from bot.store.tables import (
    AgendaItem,
    Attachment,
    CalledOut,
    CannedAnswer,
    CasePhoto,
    CaseStep,
    Conversation,
    ConversationState,
    Direction,
    EventOutcome,
    GridEvent,
    InPersonOrder,
    Message,
    Staff,
)
from tests.services.stage import BUILDING, DIRECTOR, DISPATCHER, GRID_WORKER, WORKER

LEADER, CLERK, STREET_CLERK, VOLUNTEER, AUDITOR = "songzhiyuan", "qiaoyun", "shijun", "tianxiaoman", "yanming"
TRAINER, ADMIN = "xulin", "admin"
EVERYBODY: Final = (
    *(WORKER, DIRECTOR, DISPATCHER, LEADER, GRID_WORKER, CLERK, STREET_CLERK),
    *(VOLUNTEER, AUDITOR, TRAINER, ADMIN),
)
DEEP: Final = f"page={MOST_PAGES}"
# A word nearly every event has, a rare one, two at once, one character, the tail of a number, one nobody wrote.
QUESTIONS: Final = ("单元", "门禁", "5号楼 电梯", "灯", "1007", "zzz")
STATES: Final = ("", "status=all", f"status=all&{DEEP}", *(f"status={one.value}" for one in (*Stage, *EventStatus)))
FILTERS: Final = (
    *("urgency=P0", "urgency=P2", "grid=qinghe-g1", "grid=none", "community=qinghe", f"building={BUILDING}"),
    *("leaf=0503", "leaf=05", "party=qinghe-property-qh", "supervision=yellow", "supervision=red"),
    *("whistle=any", "overdue=1", "elderly=1", "review=1", "mine=1", "from=2024-04-01&to=2024-04-02"),
    *("from=2025-03-01&to=2025-03-31", "sort=due", "sort=urgency", "sort=newest"),
)
LATE_DEEP: Final = ("status=archived&sort=due&page=40", "status=archived&sort=urgency&page=40", "status=all&sort=due")
MONTH: Final = "from=2026-02-01&to=2026-02-28"
YEAR: Final = "from=2025-01-01&to=2025-12-31"
ONE_YEAR = date(2025, 1, 1), date(2025, 12, 31)
AUDIT: Final = (
    *("", "action=conversation:take", "who=service", "who=1", "who=5&action=staff:login", "object=0007"),
    *("object=conversation:12", "object=nothing", "from=2025-10-01&to=2025-10-02", "before=1000"),
    *("who=5&from=2025-06-01&to=2025-06-30", "action=model:train", "object=GE990101001-20260312-0007"),
)
CONSOLE, BENCH = "/console", "/workbench"
Value = TypeVar("Value")


@dataclass(frozen=True)
class Found:
    """What there is to be opened: ids and numbers as addresses carry them."""

    talk: int
    message: int
    event: str
    open_event: str
    pages: int
    item: str
    order: str
    whistle: str
    sample: int
    picture: int
    photo: int
    canned: int
    person: int
    office: str


def found(session: Session, desk: Desk) -> Found:
    """The conversation with most messages, the event with the longest log, the latest of everything else."""
    busiest = select(CaseStep.case_id).where(CaseStep.deed.is_not(None)).group_by(CaseStep.case_id)
    longest = select(Message.conversation_id).group_by(Message.conversation_id)
    held = select(Conversation.id).where(Conversation.state == ConversationState.WORKER)
    talk = _value(session, longest.where(Message.conversation_id.in_(held)).order_by(func.count().desc()).limit(1))
    in_year = select(func.count()).where(EventOutcome.accepted_on.between(*ONE_YEAR))
    said = Message.conversation_id == talk, Message.direction == Direction.IN
    event = session.get_one(GridEvent, _value(session, busiest.order_by(func.count().desc()).limit(1)))
    return Found(
        talk=talk,
        message=_last(session, Message.id, *said),
        event=event.number,
        open_event=_last(session, GridEvent.number, GridEvent.status == EventStatus.IN_PROGRESS),
        pages=-(-_value(session, in_year) // PAGE),
        item=_last(session, AgendaItem.number),
        order=_last(session, InPersonOrder.number),
        whistle=_last(session, CalledOut.number),
        sample=_last(session, Message.id, *said),
        picture=_last(session, Attachment.id),
        photo=_last(session, CasePhoto.id),
        canned=_last(session, CannedAnswer.id),
        person=_value(session, select(Staff.id).where(Staff.username == WORKER)),
        office=quote(place_key(desk.offices[0]), safe=""),
    )


def addresses(one: Found) -> tuple[str, ...]:
    """Every page, lists with every filter."""
    return (*_talks(one), *_events(one), *_overviews(), *_cases(one), *_figures(one), *_settings(one), *_samples(one))


def _value(session: Session, query: Select[Value]) -> Value:
    return session.scalars(query).one()


def _last(session: Session, column: InstrumentedAttribute[Value], *where: ColumnElement[bool]) -> Value:
    return _value(session, select(column).where(*where).order_by(column.desc()).limit(1))


def _asked(address: str, *questions: str) -> tuple[str, ...]:
    return tuple(f"{address}?{one}" if one else address for one in questions)


def _talks(one: Found) -> tuple[str, ...]:
    talk = f"{CONSOLE}/conversations/{one.talk}"
    message = f"{talk}/messages/{one.message}"
    news = ("part=about", "part=notes", f"part=said&after={one.message - 100}")
    return (
        f"{CONSOLE}/conversations",
        f"{CONSOLE}/conversations/lists",
        *_asked(talk, "", f"before={one.message - 1000}"),
        *_asked(f"{talk}/news", *news),
        message,
        *(f"{message}/record/{kind}" for kind in ("events", "orders", "items")),
        *(f"{CONSOLE}/undelivered", f"{CONSOLE}/undelivered/list"),
        *(f"{CONSOLE}/canned", f"{CONSOLE}/canned/{one.canned}"),
        f"{CONSOLE}/attachments/{one.picture}",
        f"{CONSOLE}/photos/{one.photo}",
    )


def _events(one: Found) -> tuple[str, ...]:
    words = (f"q={word}" for word in QUESTIONS)
    everything = (f"status=all&{asked}" for asked in (*FILTERS, *(f"q={word}" for word in QUESTIONS)))
    asked = (*STATES, *FILTERS, *LATE_DEEP, *words, *everything, "number=1007", "number=GE")
    return (*_asked(f"{CONSOLE}/events", *asked), f"{CONSOLE}/events/{one.event}", f"{CONSOLE}/events/new")


def _overviews() -> tuple[str, ...]:
    places = ("", "community=qinghe", "grid=qinghe-g1", "leaf=05", "urgency=P2")
    return (
        CONSOLE,
        *_asked(f"{CONSOLE}/search", "", *(f"q={word}" for word in QUESTIONS)),
        *_asked(f"{CONSOLE}/board", *places),
        f"{CONSOLE}/board/columns",
        *_asked(f"{CONSOLE}/map", *places),
    )


def _cases(one: Found) -> tuple[str, ...]:
    common = ("", "status=all", f"status=all&{DEEP}", "q=电梯", "status=all&q=老人", "number=1007")
    orders = ("urgency=P2", "grid=qinghe-g1", "overdue=1", "status=done", "status=all&overdue=1")
    whistles = (
        "",
        "status=all",
        "status=all&page=20",
        "status=evaluated",
        "status=all&kind=日常哨",
        "community=qinghe",
    )
    return (
        *_asked(f"{CONSOLE}/items", *common, "status=archived"),
        f"{CONSOLE}/items/{one.item}",
        *_asked(f"{CONSOLE}/orders", *common, *orders),
        f"{CONSOLE}/orders/{one.order}",
        *_asked(f"{CONSOLE}/whistles", *whistles, "status=all&party=street-urban"),
        f"{CONSOLE}/whistles/{one.whistle}",
        f"{CONSOLE}/whistles/new?event={one.open_event}",
        *_asked(f"{CONSOLE}/whistles/figures", "", "month=2025-11"),
        *_asked(f"{CONSOLE}/warnings", "", "status=dismissed", "kind=rising", "status=dismissed&kind=repeated"),
        f"{CONSOLE}/warnings/count",
        f"{CONSOLE}/whistles/count",
    )


def _figures(one: Found) -> tuple[str, ...]:
    figures = ("", MONTH, YEAR, f"{YEAR}&community=qinghe", f"{YEAR}&party=street-urban")
    parts = ("part=suspended", "part=void", "part=overdue", "part=responded", "grid=qinghe-g1", "top=05", "band=2")
    return (
        *_asked(f"{CONSOLE}/figures", *figures, f"{YEAR}&grid=qinghe-g1&top=05"),
        *_asked(f"{CONSOLE}/ledger", "", MONTH, YEAR, f"{YEAR}&page={one.pages}", f"{YEAR}&page={-(-one.pages // 2)}"),
        *_asked(f"{CONSOLE}/ledger", *(f"{YEAR}&{part}" for part in parts), f"{YEAR}&status=archived"),
        *_asked(f"{CONSOLE}/audit", *AUDIT),
    )


def _settings(one: Found) -> tuple[str, ...]:
    settings = f"{CONSOLE}/settings"
    things = ("leaves", "leaves/0503", "parties", "parties/new", "parties/street-urban", "grids", "grids/qinghe-g1")
    days = (
        "calendar",
        "calendar/2026",
        "phones",
        "phones/communities/qinghe",
        "phones/numbers/110",
        f"phones/places/{one.office}",
        "staff",
        "staff/new",
    )
    return (
        f"{CONSOLE}/sessions",
        settings,
        *(f"{settings}/{name}" for name in (*things, *days, f"staff/{one.person}")),
    )


def _samples(one: Found) -> tuple[str, ...]:
    why = (f"why={one.value}" for one in Why)
    return (
        BENCH,
        *_asked(f"{BENCH}/samples", "", "page=50", *why),
        f"{BENCH}/samples/{one.sample}",
        f"{BENCH}/labels",
        *(f"{BENCH}/models", f"{BENCH}/models-table", f"{BENCH}/training"),
    )
