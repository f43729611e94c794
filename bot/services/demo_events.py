"""The demo residents' grid events and their whistles, done over again by the demo staff at the moments the file says.

They go through the same doors as all others, so that clocks, figures and logs are what they would be.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.core.elderly import ElderlySignal
from bot.core.numbers import EVENT_PREFIX
from bot.core.places import Place
from bot.core.zone import SHANGHAI
from bot.services import demo_whistles, ledger
from bot.services.classifying import Grounds, classify, locate
from bot.services.desk import Desk
from bot.services.events import beginnings
from bot.services.events.doing import do
from bot.services.events.wishes import Wish
from bot.store.files.demo_cases import DemoCases, DemoDeed, DemoEvent
from bot.store.files.demo_whistles import DemoWhistle, DemoWhistleStep
from bot.store.seed_cases import CHANNEL
from bot.store.tables import GridEvent, GroupAlert, Resident, Staff

Filed = dict[str, GridEvent]


@dataclass(frozen=True)
class _Moment:
    """Something that happened then."""

    at: datetime
    happens: Callable[[Session, Desk], None]


def file_demo_events(desk: Desk, cases: DemoCases) -> None:
    """Let them happen, the earliest first; only where the demo residents live and nothing was ever reported."""
    with desk.transaction() as session:
        residents = {row.id: row for row in session.scalars(select(Resident).where(Resident.channel == CHANNEL))}
        if not residents or session.scalar(select(GridEvent.id).limit(1)) is not None:
            return
        for moment in sorted(_all_moments(cases, residents, desk.clock()), key=attrgetter("at")):
            moment.happens(session, replace(desk, clock=_stopped_at(moment.at)))
        # The groups are told of what happens, not of what is said to have happened.
        session.execute(delete(GroupAlert))


def _stopped_at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def _all_moments(cases: DemoCases, residents: Mapping[str, Resident], now: datetime) -> Iterator[_Moment]:
    filed: Filed = {}
    played = [event for event in cases.events if event.resident_id in residents]
    for event in played:
        yield from _moments(event, residents[event.resident_id], filed, now)
    for whistle in cases.whistles:
        if whistle.event in {event.title for event in played}:
            yield from _whistle_moments(whistle, filed, now)


def _moments(event: DemoEvent, resident: Resident, filed: Filed, now: datetime) -> Iterator[_Moment]:
    rows: list[GridEvent] = []

    def file(session: Session, desk: Desk) -> None:
        row = _filed(session, desk, event, resident)
        rows.append(row)
        filed[event.title] = row

    def deed(one: DemoDeed) -> Callable[[Session, Desk], None]:
        return lambda session, desk: _do(session, desk, rows[0], one)

    yield _Moment(now - event.ago, file)
    for one in event.deeds:
        yield _Moment(now - one.ago, deed(one))


def _whistle_moments(whistle: DemoWhistle, filed: Filed, now: datetime) -> Iterator[_Moment]:
    def step(one: DemoWhistleStep) -> Callable[[Session, Desk], None]:
        return lambda session, desk: demo_whistles.take_step(session, desk, filed[whistle.event], whistle, one)

    for one in whistle.steps:
        yield _Moment(now - one.ago, step(one))


def _filed(session: Session, desk: Desk, event: DemoEvent, resident: Resident) -> GridEvent:
    building, now = event.building, desk.clock()
    place = Place("", building.community_id, building.grid_id, building, event.unit, None, None, None)
    is_elderly = event.elderly is ElderlySignal.YES
    grounds = Grounds(desk.catalogue.leaf(event.leaf), building.community_id, place, is_elderly, now)
    row = GridEvent(
        number=ledger.next_number(session, EVENT_PREFIX, building.community_id, now),
        community_id=building.community_id,
        resident_id=resident.id,
        leaf_top3=[event.leaf],
        confidence=1.0,
        text=event.text,
        urgency=event.urgency,
        urgency_reasons=list(event.reasons),
        contact_name=resident.name,
        contact_phone=resident.phone,
        elderly=event.elderly.value,
        needs_review=is_elderly,
        created_at=now,
        updated_at=now,
    )
    locate(row, place, grounds.place_text)
    because = classify(session, desk, row, grounds)
    row.title = event.title
    session.add(row)
    beginnings.begin(session, desk, row, ledger.neighbor(resident), because)
    return row


def _do(session: Session, desk: Desk, event: GridEvent, one: DemoDeed) -> None:
    staff = session.scalars(select(Staff).where(Staff.username == one.username)).one()
    today = desk.clock().astimezone(SHANGHAI).date()
    wish = Wish(
        event.number,
        one.deed,
        event.version,
        one.note,
        party_id=one.party_id or event.lead_party_id,
        completion=one.completion,
        review_on=today + timedelta(days=one.review_in) if one.review_in else None,
        solved=one.solved,
        satisfaction=one.satisfaction,
        is_told=False,
    )
    do(session, desk, staff, wish)
