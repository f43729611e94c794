"""What the street writes down afterwards for a department: the time it states counts, and who wrote it stays known."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.core.periods import Span, period_of
from bot.core.whistle_signs import Attendance
from bot.core.zone import SHANGHAI
from bot.errors import InvalidInput
from bot.services.desk import Desk
from bot.services.events.sweeping import sweep
from bot.services.whistles import answering, figures
from bot.services.whistles.finding import clocks_of, written_for
from bot.store.queries.audit import latest_audit
from bot.store.tables import CalledOut, CaseClock, ClockKind
from tests.services import stage
from tests.services.whistling import HERE, PARTY_IDS, URBAN, blown, call, hire, key

ONE = (PARTY_IDS[URBAN],)
NAME = "青禾街道综合执法队"


@pytest.fixture
def url(own_file: str) -> str:
    """What happens here is committed, for the sweep."""
    return own_file


def blown_and_missed(desk: Desk, clock: stage.Clock) -> tuple[int, datetime]:
    """A whistle whose time to sign in has gone by, seen by the sweep; its id, and when it was blown."""
    with desk.transaction() as session:
        # What the demo street has running would speak, too.
        session.execute(update(CaseClock).values(next_at=None))
        hire(session)
        whistle_id, at = blown(session, desk, ONE).id, desk.clock()
    clock.turn(hours=3)
    sweep(desk, clock())
    return whistle_id, at


def write_down(session: Session, desk: Desk, whistle_id: int, at: datetime) -> CalledOut:
    """The dispatcher writes down when the department signed in."""
    whistle = session.get_one(CalledOut, whistle_id)
    dispatcher = stage.staff(session, stage.DISPATCHER)
    answering.sign_in(session, desk, dispatcher, key(session, whistle), replace(HERE, at=at))
    return whistle


def attendance(session: Session, desk: Desk) -> Attendance:
    today = desk.clock().astimezone(SHANGHAI).date()
    found = figures.figures(session, desk, stage.staff(session, stage.DISPATCHER), period_of(Span.THIS_MONTH, today))
    return next(row.attendance for row in found.parties if row.id == PARTY_IDS[URBAN])


@pytest.mark.parametrize(("minutes", "in_time"), [(20, 1.0), (60, 1.0), (61, 0.0)])
def test_the_stated_time_decides_whether_signing_in_was_in_time(
    desk: Desk, clock: stage.Clock, minutes: int, in_time: float
) -> None:
    whistle_id, at = blown_and_missed(desk, clock)

    with desk.transaction() as session:
        whistle = write_down(session, desk, whistle_id, at + timedelta(minutes=minutes))
        one = call(session, whistle)
        missed = clocks_of(session, [one])[one.id, ClockKind.SIGN_IN]

        assert attendance(session, desk).signed_in_time == in_time
        assert missed.breached_at is not None
        assert missed.stopped_at == one.signed_at


def test_the_log_keeps_who_wrote_it_down_when_and_for_when(desk: Desk, clock: stage.Clock) -> None:
    whistle_id, at = blown_and_missed(desk, clock)

    with desk.transaction() as session:
        whistle = write_down(session, desk, whistle_id, at + timedelta(minutes=20))

        (line,) = written_for(session, whistle, [call(session, whistle)])
        assert (line.actor_name, line.at) == (stage.staff(session, stage.DISPATCHER).name, clock())
        assert line.note == f"替{NAME}补记：03月12日10:20签到"
        assert latest_audit(session)[0].detail == f"{NAME}（代记，03月12日10:20）"


def test_what_a_department_does_itself_needs_no_such_line(session: Session, desk: Desk) -> None:
    hire(session)
    whistle = blown(session, desk, ONE)

    answering.sign_in(session, desk, stage.staff(session, URBAN), key(session, whistle), HERE)

    assert written_for(session, whistle, [call(session, whistle)]) == []


@pytest.mark.parametrize("minutes", [-2, 181])
def test_no_time_before_the_whistle_or_to_come_is_taken(desk: Desk, clock: stage.Clock, minutes: int) -> None:
    whistle_id, at = blown_and_missed(desk, clock)

    with desk.transaction() as session, pytest.raises(InvalidInput, match="吹哨以后、现在以前"):
        write_down(session, desk, whistle_id, at + timedelta(minutes=minutes))
