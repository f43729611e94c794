"""The demo residents' grid events, done over again by the demo staff at the moments the file says.

They go through the same doors as all others, so that clocks, figures and logs are what they would be.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.elderly import ElderlySignal
from bot.core.numbers import EVENT_PREFIX
from bot.core.places import Place
from bot.core.zone import SHANGHAI
from bot.services import ledger
from bot.services.classifying import Grounds, classify, locate
from bot.services.desk import Desk
from bot.services.events import beginnings
from bot.services.events.doing import do
from bot.services.events.wishes import Wish
from bot.store.files.demo_cases import DemoDeed, DemoEvent
from bot.store.seed_cases import CHANNEL
from bot.store.tables import GridEvent, Resident, Staff


@dataclass(frozen=True)
class _Moment:
    """Something that happened then."""

    at: datetime
    happens: Callable[[Session, Desk], None]


def file_demo_events(desk: Desk, events: Iterable[DemoEvent]) -> None:
    """Let them happen, the earliest first; only where the demo residents live and nothing was ever reported."""
    with desk.transaction() as session:
        residents = {row.id: row for row in session.scalars(select(Resident).where(Resident.channel == CHANNEL))}
        if not residents or session.scalar(select(GridEvent.id).limit(1)) is not None:
            return
        now = desk.clock()
        moments = [
            moment
            for event in events
            if event.resident_id in residents
            for moment in _moments(event, residents[event.resident_id], now)
        ]
        for moment in sorted(moments, key=attrgetter("at")):
            moment.happens(session, replace(desk, clock=_stopped_at(moment.at)))


def _stopped_at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def _moments(event: DemoEvent, resident: Resident, now: datetime) -> Iterator[_Moment]:
    filed: list[GridEvent] = []

    def file(session: Session, desk: Desk) -> None:
        filed.append(_filed(session, desk, event, resident))

    def deed(one: DemoDeed) -> Callable[[Session, Desk], None]:
        return lambda session, desk: _do(session, desk, filed[0], one)

    yield _Moment(now - event.ago, file)
    for one in event.deeds:
        yield _Moment(now - one.ago, deed(one))


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
