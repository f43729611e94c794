"""Outcomes kept beside the step log: made of it and of nothing else, and made anew from it at any time."""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.figures import Counts, Part
from bot.core.grid_events import EventStatus, Solved
from bot.core.periods import between
from bot.services import figures, outcomes
from bot.services.desk import Desk
from bot.services.figures import Asked
from bot.store.tables import CaseKind, CaseStep, EventOutcome, GridEvent
from tests.services import lives, stage
from tests.services.events import cast, course
from tests.services.lives import did

JANUARY = between("2026-01-01", "2026-01-31")


def differences(session: Session) -> list[tuple[str, str]]:
    """What `compare` finds in all portions."""
    found: list[tuple[str, str]] = []
    last: int | None = 0
    while last is not None:
        portion = outcomes.compare(session, last)
        found += [(one.number, one.field) for one in portion.differences]
        last = portion.last_id
    return found


def rebuilt(session: Session) -> tuple[int, int]:
    """How many events `rebuild` goes through, and how much it corrects."""
    events, corrected, last = 0, 0, outcomes.rebuild(session)
    while last.last_id is not None:
        events, corrected = events + last.events, corrected + len(last.differences)
        last = outcomes.rebuild(session, last.last_id)
    return events, corrected


def test_every_step_is_taken_into_the_outcome(session: Session, desk: Desk) -> None:
    event = lives.lived(session, desk, lives.finished())

    kept = lives.outcome_of(session, event)

    assert (kept.community_id, kept.grid_id, kept.leaf, kept.status) == ("qinghe", "qinghe-g1", stage.LAMP, "closed")
    assert (kept.accepted_at, kept.responded, kept.is_overdue) == (datetime(2026, 1, 5, 2, tzinfo=UTC), True, False)
    assert (kept.calls_reached, kept.calls_solved, kept.ratings_content) == (1, 1, 1)


def test_what_is_kept_is_what_the_log_says(session: Session, desk: Desk) -> None:
    rebuilt(session)
    for solved in ("yes", "no", "partly"):
        lives.lived(session, desk, lives.finished(solved, resolved=50))

    assert differences(session) == []


def test_a_life_led_by_the_service_is_kept_as_its_log_says(session: Session, desk: Desk) -> None:
    rebuilt(session)
    event = course.goes(session, desk, course.lamp(session, desk), Deed.ACCEPT)
    for who, deed in ((stage.WORKER, Deed.CONTACT), (stage.WORKER, Deed.DISPATCH), (cast.CLERK, Deed.RETURN)):
        cast.does(session, desk, who, event, deed)
    course.goes(session, desk, event, Deed.CLOSE)
    cast.does(session, desk, stage.DIRECTOR, event, Deed.CALL_BACK, solved=Solved.NO)

    kept = lives.outcome_of(session, event)

    assert (kept.status, kept.returns, kept.reopenings, kept.responded) == ("reopened", 1, 1, True)
    assert (kept.calls_reached, kept.calls_solved, kept.resolved_at) == (1, 0, None)
    assert (kept.due_respond, kept.due_resolve) == (event.due_respond, event.due_resolve)
    assert differences(session) == []


def test_whatever_was_changed_by_hand_is_found_and_put_right(session: Session, desk: Desk) -> None:
    rebuilt(session)
    event, other = (lives.lived(session, desk, lives.finished()) for _ in range(2))
    number, missing = event.number, other.number
    session.execute(update(EventOutcome).where(EventOutcome.event_id == event.id).values(calls_solved=9, leaf="0101"))
    session.execute(delete(EventOutcome).where(EventOutcome.event_id == other.id))

    assert differences(session) == [(number, "leaf"), (number, "calls_solved"), (missing, "")]
    assert rebuilt(session)[1] == 3
    assert differences(session) == []


def test_rebuilding_goes_through_all_events_in_portions(
    session: Session, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        lives.lived(session, desk, lives.accepted())
    total = len(session.scalars(select(GridEvent.id)).all())
    monkeypatch.setattr(outcomes, "AT_ONCE", 2)

    assert rebuilt(session)[0] == total


def test_an_event_from_before_outcomes_gets_its_own_with_the_next_step(session: Session, desk: Desk) -> None:
    event = lives.lived(session, desk, lives.handled())
    session.execute(delete(EventOutcome).where(EventOutcome.event_id == event.id))
    session.expire_all()

    lives.walk(session, event, did(25, Deed.VERIFY, "verified"))

    kept = lives.outcome_of(session, event)
    assert (kept.status, kept.resolved_at) == ("verified", datetime(2026, 1, 6, 1, tzinfo=UTC))


def test_the_log_of_old_is_read_with_what_the_event_says_now(session: Session, desk: Desk) -> None:
    event = lives.lived(session, desk, ())
    session.execute(delete(EventOutcome).where(EventOutcome.event_id == event.id))
    for hours, to in ((1, "accepted"), (2, "handling"), (30, "done"), (31, "closed")):
        at = lives.JANUARY.replace(day=5 + hours // 24, hour=1 + hours % 24)
        session.add(_old_step(event.id, at, to))
    session.flush()
    session.expire_all()

    rebuilt(session)

    kept = lives.outcome_of(session, event)
    assert (kept.leaf, kept.grid_id, kept.status) == (stage.LAMP, "qinghe-g1", "closed")
    assert kept.accepted_at is not None
    assert kept.first_resolved_at is not None
    assert (kept.reworks, kept.reopenings) == (0, 0)


def test_the_figures_are_what_an_independent_count_of_the_log_says(session: Session, desk: Desk) -> None:
    _many_lives(session, desk, random.Random(20260312))  # noqa: S311 - the same lives every time

    director = stage.staff(session, stage.DISPATCHER)
    total = figures.overview(session, desk, director, Asked(JANUARY)).total

    assert total.accepted > 30
    assert total == counted(session, list(session.scalars(select(GridEvent))))


def counted(session: Session, events: Iterable[GridEvent]) -> Counts:
    """The same by going through the log of each event in plain words, without the fold."""
    sums: Counter[str] = Counter()
    for event in events:
        log = session.scalars(
            select(CaseStep)
            .where(CaseStep.case_kind == CaseKind.GRID_EVENT, CaseStep.case_id == event.id)
            .order_by(CaseStep.id)
        ).all()
        taken = next((one for one in log if one.to_status == "accepted"), None)
        if taken and JANUARY.start <= taken.at < JANUARY.end and event.status not in figures.EXCLUDED:
            sums.update(part.value for part in _parts(log))
            sums.update(_said(log))
    return Counts(**sums)


def _parts(log: Iterable[CaseStep]) -> set[Part]:
    steps = list(log)
    deeds = [one.deed for one in steps]
    reached = {one.to_status for one in steps}
    parts = {Part.ACCEPTED}
    if any(_fact(one, "due_respond") for one in steps):
        parts.add(Part.TO_CONTACT)
    late = "resolve" in {_fact(one, "clock") for one in steps} or any(
        one.deed == Deed.RESOLVE and one.at > _due(steps[:n], "due_resolve") for n, one in enumerate(steps)
    )
    first = next((n for n, one in enumerate(steps) if one.deed == Deed.CONTACT), None)
    if first is not None and steps[first].at <= _due(steps[:first], "due_respond"):
        parts.add(Part.RESPONDED)
    if reached & {"resolved", "suspended"}:
        parts.add(Part.DEALT_WITH)
    if "resolved" in reached:
        parts |= {Part.RESOLVED, Part.JUDGED} | (set() if late else {Part.IN_TIME})
    elif late:
        parts |= {Part.OVERDUE_OPEN, Part.JUDGED}
    if reached & {"rework", "reopened"}:
        parts.add(Part.SENT_BACK)
    if Deed.RETURN in deeds:
        parts.add(Part.RETURNED)
    return parts


def _said(log: Iterable[CaseStep]) -> dict[str, int]:
    calls = [one for one in log if one.deed == Deed.CALL_BACK and _fact(one, "is_reached")]
    ratings = [said for one in calls if (said := _fact(one, "satisfaction")) not in (None, "unrated")]
    return {
        "calls_reached": len(calls),
        "calls_solved": sum(_fact(one, "solved") == "yes" for one in calls),
        "ratings": len(ratings),
        "ratings_content": sum(one in {"satisfied", "fair"} for one in ratings),
    }


def _fact(step: CaseStep, name: str) -> object:
    return (step.facts or {}).get(name)


def _due(before: list[CaseStep], name: str) -> datetime:
    said = [str(_fact(one, name)) for one in before if _fact(one, name)]
    return datetime.fromisoformat(said[-1]) if said else datetime.max.replace(tzinfo=UTC)


def _many_lives(session: Session, desk: Desk, chance: random.Random) -> None:
    rest: tuple[tuple[lives.Deedful, ...], ...] = (
        (),
        (did(60, Deed.BREACH, "in_progress", clock="resolve"),),
        (did(30, Deed.SUSPEND, "suspended"),),
        (did(30, Deed.MERGE, "merged"),),
    )
    reopened = did(60, Deed.REOPEN, "reopened", due_respond=lives.moment(62), due_resolve=lives.moment(108))
    for _ in range(50):
        solved = chance.choice(["yes", "partly", "no"])
        how = chance.choice(["finished", "stuck", "again", "returned"])
        done = lives.finished(solved, chance.choice(["satisfied", "fair", "unrated"]), chance.choice([20, 47, 49]))
        if how == "finished":
            steps = done
        elif how == "stuck":
            steps = (*lives.handled(contacted=chance.choice([1.5, 2.5]))[:-1], *chance.choice(rest))
        elif how == "again":
            steps = (*done[:-1], did(55, Deed.CALL_BACK, "closed", is_reached=True, solved="no"), reopened)
        else:
            steps = (*lives.accepted(), did(3, Deed.DISPATCH, "dispatched"), did(4, Deed.RETURN, "returned"))
        start = lives.JANUARY if chance.random() < 0.8 else lives.JANUARY.replace(year=2025)
        lives.lived(session, desk, steps, start=start)


def _old_step(event_id: int, at: datetime, to: str) -> CaseStep:
    return CaseStep(
        case_kind=CaseKind.GRID_EVENT,
        case_id=event_id,
        at=at,
        actor_kind="worker",
        actor_name="李青禾",
        to_status=to,
    )


def test_a_status_the_figures_leave_out_is_one_that_ends_otherwise() -> None:
    assert set(figures.EXCLUDED) == {EventStatus.REFUSED, EventStatus.WITHDRAWN, EventStatus.MERGED}
