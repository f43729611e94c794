"""What the figures say of events led by the service: done again and late again, and whose word counts."""

from dataclasses import replace

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.figures import Part
from bot.core.grid_events import Satisfaction, Solved
from bot.core.periods import between
from bot.services import figures, registers
from bot.services.desk import Desk
from bot.services.events import rating
from bot.services.events.doing import do
from bot.services.events.sweeping import sweep
from bot.services.figures import Asked
from bot.store.tables import CaseClock, GridEvent
from tests.services import stage
from tests.services.events.course import does, goes, lamp, wish
from tests.services.lives import outcome_of

MARCH = Asked(between("2026-03-01", "2026-03-31"), community_id="qinghe")


@pytest.fixture
def url(own_file: str) -> str:
    """What happens here is committed, for the sweep."""
    return own_file


def overdue(desk: Desk) -> list[str]:
    """What the register lists as over its time and not resolved, which is as many as the figures count."""
    with desk.transaction(read_only=True) as session:
        dispatcher = stage.staff(session, stage.DISPATCHER)
        found = registers.register(session, desk, dispatcher, replace(MARCH, part=Part.OVERDUE_OPEN), 1)
        assert figures.overview(session, desk, dispatcher, MARCH).total.overdue_open == found.total
        return [entry.event.number for entry in found.entries]


def called_back(session: Session, desk: Desk, event: GridEvent, solved: Solved) -> None:
    call = replace(wish(event, Deed.CALL_BACK), solved=solved, satisfaction=Satisfaction.FAIR)
    do(session, desk, stage.staff(session, stage.DISPATCHER), call)


@pytest.mark.parametrize(("until", "again"), [(Deed.RESOLVE, Deed.REJECT), (Deed.CLOSE, Deed.REOPEN)])
def test_what_is_done_again_and_late_again_is_over_its_time(
    desk: Desk, clock: stage.Clock, until: Deed, again: Deed
) -> None:
    with desk.transaction() as session:
        # What the demo street has running would speak, too.
        session.execute(update(CaseClock).values(next_at=None))
        event = goes(session, desk, lamp(session, desk), until)
        does(session, desk, event, again, stage.COLLEAGUE if again is Deed.REJECT else stage.DISPATCHER)
        number, due = event.number, event.due_resolve
    clock.moment = due
    sweep(desk, clock())
    before = overdue(desk)
    clock.turn(minutes=1)

    sweep(desk, clock())

    assert number not in before
    assert set(overdue(desk)) - set(before) == {number}


def test_what_residents_say_after_the_call_counts_instead_of_what_they_said_then(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.CLOSE)
    called_back(session, desk, event, Solved.PARTLY)
    assert outcome_of(session, event).calls_solved == 0

    rating.rate(session, desk, event, stage.someone(session, desk), Solved.YES, Satisfaction.SATISFIED)

    kept = outcome_of(session, event)
    assert (kept.calls_reached, kept.calls_solved, kept.ratings) == (1, 1, 1)


def test_a_satisfaction_that_follows_the_call_says_nothing_of_whether_it_is_solved(
    session: Session, desk: Desk
) -> None:
    event, resident = goes(session, desk, lamp(session, desk), Deed.CLOSE), stage.someone(session, desk)
    rating.rate(session, desk, event, resident, Solved.YES, Satisfaction.UNRATED)
    called_back(session, desk, event, Solved.PARTLY)

    rating.rate(session, desk, event, resident, None, Satisfaction.SATISFIED)

    kept = outcome_of(session, event)
    assert (kept.solved, kept.calls_solved, kept.satisfaction) == (Solved.PARTLY, 0, Satisfaction.SATISFIED)
