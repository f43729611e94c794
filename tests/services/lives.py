"""Lives of grid events for the tests of figures: steps written into the log as the service writes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus
from bot.services import outcomes
from bot.services.desk import Desk
from bot.store.tables import ActorKind, CaseKind, CaseStep, EventOutcome, GridEvent
from tests.services import stage

# Long before anything of the demo data happened, so that nothing else is counted with it.
JANUARY = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Deedful:
    """One step: how many hours after the start, what was done, and where it led."""

    hours: float
    deed: Deed
    to: EventStatus
    facts: Mapping[str, object]


def did(hours: float, deed: Deed, to: str, **facts: object) -> Deedful:
    return Deedful(hours, deed, EventStatus(to), facts)


def accepted(*, due_respond: float = 2, due_resolve: float = 48, start: datetime = JANUARY) -> tuple[Deedful, ...]:
    dues = {"due_respond": moment(due_respond, start), "due_resolve": moment(due_resolve, start)}
    return did(0.5, Deed.TRIAGE, "triaged"), did(1, Deed.ACCEPT, "accepted", **dues)


def handled(resolved: float = 24, contacted: float = 1.5) -> tuple[Deedful, ...]:
    return (
        *accepted(),
        did(contacted, Deed.CONTACT, "accepted"),
        did(3, Deed.DISPATCH, "dispatched"),
        did(4, Deed.SIGN, "signed"),
        did(5, Deed.START, "in_progress"),
        did(resolved, Deed.RESOLVE, "resolved", completion="substantive"),
    )


def finished(solved: str = "yes", satisfaction: str = "satisfied", resolved: float = 24) -> tuple[Deedful, ...]:
    return (
        *handled(resolved),
        did(resolved + 1, Deed.VERIFY, "verified"),
        did(resolved + 2, Deed.CLOSE, "closed", completion="substantive"),
        did(resolved + 3, Deed.CALL_BACK, "closed", is_reached=True, solved=solved, satisfaction=satisfaction),
    )


def lived(
    session: Session,
    desk: Desk,
    steps: tuple[Deedful, ...],
    *,
    start: datetime = JANUARY,
    building: str | None = stage.BUILDING,
    leaf: str = stage.LAMP,
    contact: tuple[str, str] = ("", ""),
) -> GridEvent:
    """An event reported at the start that went through these steps; its outcome was kept along the way."""
    now = desk.clock()
    event = _reported(session, desk, start, building, leaf)
    event.contact_name, event.contact_phone = contact
    for one in steps:
        walk(session, event, one, start)
    assert desk.clock() == now
    return event


def walk(session: Session, event: GridEvent, one: Deedful, start: datetime = JANUARY) -> None:
    """Write down a step, with the outcome that follows from it."""
    step = CaseStep(
        case_kind=CaseKind.GRID_EVENT,
        case_id=event.id,
        at=start + timedelta(hours=one.hours),
        actor_kind=ActorKind.WORKER,
        actor_name="李青禾",
        from_status=event.status.value,
        to_status=one.to.value,
        deed=one.deed.value,
        round=1,
        facts=dict(one.facts),
    )
    event.status = one.to
    session.add(step)
    session.flush()
    outcomes.record(session, event.id, step)


def outcome_of(session: Session, event: GridEvent) -> EventOutcome:
    session.expire_all()
    return session.scalars(select(EventOutcome).where(EventOutcome.event_id == event.id)).one()


def moment(hours: float, start: datetime = JANUARY) -> str:
    return (start + timedelta(hours=hours)).isoformat()


def _reported(session: Session, desk: Desk, start: datetime, building: str | None, leaf: str) -> GridEvent:
    clock = desk.clock
    assert isinstance(clock, stage.Clock)
    now, clock.moment = clock.moment, start
    resident = stage.someone(session, desk)
    place = stage.at(desk, building) if building else stage.somewhere("河边")
    event = stage.report(session, desk, resident, place, leaf)
    clock.moment = now
    return event
