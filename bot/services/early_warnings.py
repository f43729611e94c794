"""Early warning (未诉先办): topics that rise in a grid or come back at a place, put before workers with the numbers.

What a worker has taken on or dismissed is not raised again until its time has passed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.core import rising
from bot.core.places import Place
from bot.core.staff import Permission, can
from bot.core.zone import SHANGHAI
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.services import alerts, ledger, proposing, topics
from bot.services.desk import Desk
from bot.services.hub import CONSOLE, note
from bot.services.proposing import ItemDraft
from bot.services.readings import leaf_name
from bot.services.topics import Seen
from bot.store.queries import places
from bot.store.queries.audit import append_audit
from bot.store.tables import (
    AgendaItem,
    AgendaScope,
    BuildingRow,
    Community,
    EarlyWarning,
    Grid,
    GridEvent,
    Staff,
    WarningKind,
    WarningStatus,
)

PAGE = 50
LONGEST_WORDS = 200


@dataclass(frozen=True)
class Decision:
    """What a worker does about a warning, as they saw it; `with_item` puts an agenda item forward."""

    warning_id: int
    version: int
    words: str
    with_item: bool = False


@dataclass(frozen=True)
class Wanted:
    """Which warnings to look for; no status means the open ones."""

    status: WarningStatus = WarningStatus.OPEN
    kind: WarningKind | None = None
    community_id: str | None = None


def look(session: Session, desk: Desk, now: datetime) -> list[EarlyWarning]:
    """Raise what has begun to show and bring open warnings up to date; returns the new ones. Safe to repeat."""
    seen = [*topics.rising(session, desk, now), *topics.repeated(session, desk, now)]
    known = _known(session, desk, now)
    raised: list[EarlyWarning] = []
    for one in seen:
        # Of buildings next to each other another one may lead by now; it is the same place.
        row = next((known[it] for it in ((one.kind, place, one.leaf) for place in one.places) if it in known), None)
        if row is None:
            raised.append(_raise(session, one, now))
        elif row.status is WarningStatus.OPEN and list(row.event_numbers) != _numbers(one):
            _renew(row, one, now)
    session.flush()
    for warning in raised:
        _tell(session, desk, warning, now)
    return raised


def find(session: Session, staff: Staff, wanted: Wanted) -> Sequence[EarlyWarning]:
    """The newest first, at most PAGE. Raises NotAllowed."""
    check_reads(staff)
    theirs = _communities(session, staff, wanted.community_id)
    query = select(EarlyWarning).where(EarlyWarning.community_id.in_(theirs), EarlyWarning.status == wanted.status)
    if wanted.kind is not None:
        query = query.where(EarlyWarning.kind == wanted.kind)
    return session.scalars(query.order_by(EarlyWarning.created_at.desc(), EarlyWarning.id.desc()).limit(PAGE)).all()


def open_count(session: Session, staff: Staff) -> int:
    """How many wait for a worker of this community or street. Raises NotAllowed."""
    check_reads(staff)
    return session.scalars(
        select(func.count())
        .select_from(EarlyWarning)
        .where(
            EarlyWarning.community_id.in_(_communities(session, staff, None)),
            EarlyWarning.status == WarningStatus.OPEN,
        )
    ).one()


def take(session: Session, desk: Desk, staff: Staff, decision: Decision) -> EarlyWarning:
    """Take the topic on before anybody complains again, and put an agenda item forward if wanted.

    Raises NotFound, NotAllowed, Conflict, InvalidInput.
    """
    warning = _to_decide(session, staff, decision)
    words = _words(decision.words, is_needed=False)
    if decision.with_item:
        warning.agenda_number = _put_forward(session, desk, staff, warning).number
    _decide(desk, staff, warning, WarningStatus.TAKEN, words)
    append_audit(session, desk.clock(), staff.id, "warning:take", subject_of(warning), warning.agenda_number or "")
    note(session, CONSOLE)
    return warning


def dismiss(session: Session, desk: Desk, staff: Staff, decision: Decision) -> EarlyWarning:
    """Nothing has to be done, and why. Raises NotFound, NotAllowed, Conflict, InvalidInput."""
    warning = _to_decide(session, staff, decision)
    words = _words(decision.words, is_needed=True)
    _decide(desk, staff, warning, WarningStatus.DISMISSED, words)
    append_audit(session, desk.clock(), staff.id, "warning:dismiss", subject_of(warning), words)
    note(session, CONSOLE)
    return warning


def check_reads(staff: Staff) -> None:
    """Raise NotAllowed for a job that does not read warnings."""
    if not can(staff.role, Permission.WARNING_READ):
        raise NotAllowed(f"{staff.role.plain}不看预警")


def subject_of(warning: EarlyWarning) -> str:
    """What the audit log calls it."""
    return f"warning:{warning.id}"


def numbers_said(desk: Desk, warning: EarlyWarning) -> str:
    """The numbers behind it, in words."""
    if warning.kind is WarningKind.REPEATED:
        return f"{desk.handling.repeated.within.days}天里同一个地方办结了{warning.count}件"
    return rising.numbers_said(warning.count, warning.usual, desk.handling.rising.window.days)


def place_name(session: Session, warning: EarlyWarning) -> str:
    """The building, the place in the words of those who reported it, or the grid."""
    if warning.building_id is None and warning.kind is WarningKind.REPEATED:
        first = select(GridEvent.place_text).where(GridEvent.number == warning.event_numbers[0])
        return session.scalars(first).one()
    return _known_name(session, warning)


def _communities(session: Session, staff: Staff, wanted: str | None) -> list[str]:
    """Which to look in; named one by one, for the index begins with them."""
    theirs = [one.id for one in places.communities(session) if staff.community_id in (None, one.id)]
    return [one for one in theirs if wanted in (None, one)]


def _known(session: Session, desk: Desk, now: datetime) -> dict[tuple[WarningKind, str, str], EarlyWarning]:
    """The warnings that stand for what shows now: open ones, and those decided on within the time of their rule."""
    spans = {WarningKind.RISING: desk.handling.rising.window, WarningKind.REPEATED: desk.handling.repeated.within}
    oldest = now - max(spans.values())
    rows = session.scalars(
        select(EarlyWarning)
        .where(or_(EarlyWarning.status == WarningStatus.OPEN, EarlyWarning.decided_at >= oldest))
        .order_by(EarlyWarning.created_at, EarlyWarning.id)
    )
    return {
        (row.kind, _place_of(row), row.leaf): row
        for row in rows
        if row.status is WarningStatus.OPEN or (row.decided_at is not None and row.decided_at >= now - spans[row.kind])
    }


def _place_of(row: EarlyWarning) -> str:
    if row.building_id is None and row.kind is WarningKind.REPEATED:
        return row.key.split("/")[1]
    return row.building_id or row.grid_id or ""


def _numbers(seen: Seen) -> list[str]:
    return [event.number for event in seen.events]


def _raise(session: Session, seen: Seen, now: datetime) -> EarlyWarning:
    is_place, place = seen.kind is WarningKind.REPEATED, seen.places[0]
    is_building = is_place and any(event.building_id == place for event in seen.events)
    day = now.astimezone(SHANGHAI).date()
    warning = EarlyWarning(
        key=f"{seen.kind.value}/{place}/{seen.leaf}/{day.isoformat()}",
        kind=seen.kind,
        community_id=seen.community_id,
        grid_id=seen.events[0].grid_id if is_place else place,
        building_id=place if is_building else None,
        leaf=seen.leaf,
        status=WarningStatus.OPEN,
        created_at=now,
        words="",
    )
    _renew(warning, seen, now)
    session.add(warning)
    return warning


def _renew(warning: EarlyWarning, seen: Seen, now: datetime) -> None:
    warning.since, warning.until = seen.since, now
    warning.count, warning.usual, warning.households = len(seen.events), seen.usual, seen.households
    warning.event_numbers = _numbers(seen)


def _tell(session: Session, desk: Desk, warning: EarlyWarning, now: datetime) -> None:
    # Groups read no words of residents, so a place without a name on the map is told by its grid.
    what = f"{_known_name(session, warning)} {leaf_name(desk.catalogue, warning.leaf)}"
    topic = f"warning-{warning.kind.value}-{warning.community_id}#{warning.id}"
    alerts.alert(
        session, now, warning.community_id, topic, f"【预警】{what}：{numbers_said(desk, warning)}", is_urgent=False
    )
    note(session, CONSOLE)


def _known_name(session: Session, warning: EarlyWarning) -> str:
    if warning.building_id is not None:
        return session.get_one(BuildingRow, warning.building_id).name
    if warning.grid_id is not None:
        return session.get_one(Grid, warning.grid_id).name
    return session.get_one(Community, warning.community_id).name


def _to_decide(session: Session, staff: Staff, decision: Decision) -> EarlyWarning:
    check_reads(staff)
    warning = session.get(EarlyWarning, decision.warning_id)
    if warning is None or staff.community_id not in (None, warning.community_id):
        raise NotFound("没有这条预警")
    if warning.status is not WarningStatus.OPEN:
        raise Conflict("这条预警已经有人处理了", "请刷新页面看最新情况")
    if warning.version != decision.version:
        raise Conflict("这条预警的数字刚更新过", "请看过最新数字再决定")
    return warning


def _decide(desk: Desk, staff: Staff, warning: EarlyWarning, status: WarningStatus, words: str) -> None:
    warning.status, warning.words = status, words
    warning.decided_by, warning.decided_at = staff.id, desk.clock()


def _words(given: str, *, is_needed: bool) -> str:
    words = given.strip()
    if is_needed and not words:
        raise InvalidInput("请写明为什么不用处理", "以后的人看得懂当时是怎么想的")
    if len(words) > LONGEST_WORDS:
        raise InvalidInput(f"说明不能超过{LONGEST_WORDS}个字")
    return words


def _put_forward(session: Session, desk: Desk, staff: Staff, warning: EarlyWarning) -> AgendaItem:
    """An agenda item on the topic, in the name of the first resident who reported it: somebody has to be told of it."""
    if not can(staff.role, Permission.AGENDA_MOVE):
        raise NotAllowed(f"{staff.role.plain}不能提议题", "请社区工作者来提")
    events = session.scalars(
        select(GridEvent)
        .where(GridEvent.number.in_(warning.event_numbers))
        .order_by(GridEvent.created_at, GridEvent.id)
    ).all()
    first = next((event.resident_id for event in events if event.resident_id), None)
    if first is None:
        raise Conflict("报事的居民都没有留下，提不了议题", "可以先接手，请网格员去问问邻居")
    leaf = desk.catalogue.leaf(warning.leaf)
    where = place_name(session, warning)
    draft = ItemDraft(
        resident_id=first,
        inbox_id=None,
        ordinal=0,
        leaf=leaf.code,
        title=f"{where}{leaf.plain}总出现，怎么从根上解决",
        reason=f"{numbers_said(desk, warning)}（{'、'.join(warning.event_numbers)}）。建议大家一起商量长久的办法。",
        scope=AgendaScope.BUILDING if warning.building_id else AgendaScope.COMMUNITY,
        scope_text=where,
        place=_place(desk, warning, where),
        linked_group=None,
    )
    return proposing.file_item(session, desk, draft, ledger.worker(staff), "根据预警提出")


def _place(desk: Desk, warning: EarlyWarning, name: str) -> Place:
    building = next((one for one in desk.gazetteer.buildings if one.id == warning.building_id), None)
    return Place(name, warning.community_id, warning.grid_id, building, None, None, None, None)
