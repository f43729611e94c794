"""What residents do with a handled event: rate it, contest it, and what follows for its clocks and figures."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.deeds import PATHS, Deed
from bot.core.grid_events import EventStatus, Satisfaction, Solved
from bot.errors import Conflict, NotFound
from bot.services.desk import Desk
from bot.services.events import rating
from bot.services.reporting import join_event
from bot.store.queries import cases
from bot.store.tables import ClockKind, EventCallBack, EventOutcome, GridEvent, Resident
from tests.services.events.course import clock_of, does, goes, lamp, running
from tests.services.stage import COLLEAGUE, Clock, says, someone, told

CONTENT, FAIR, UNRATED = Satisfaction.SATISFIED, Satisfaction.FAIR, Satisfaction.UNRATED
DARK = "灯还是不亮"


def words_of(session: Session, event: GridEvent) -> list[EventCallBack]:
    """What residents said, in any round."""
    return list(session.scalars(select(EventCallBack).where(EventCallBack.event_id == event.id)))


def deeds(session: Session, event: GridEvent) -> list[str | None]:
    return [step.deed for step in cases.steps_of(session, event)]


def contest(session: Session, desk: Desk, event: GridEvent, resident: Resident, words: str = DARK) -> GridEvent:
    return rating.not_solved(session, desk, event, resident, words, says(session, desk, resident, words))


def archived(session: Session, desk: Desk, event: GridEvent) -> GridEvent:
    """What the system does with a closed event nobody complains about."""
    event.status = event.status.move(EventStatus.ARCHIVED)
    session.flush()
    return event


@pytest.mark.parametrize("until", [Deed.RESOLVE, Deed.VERIFY, Deed.CLOSE])
def test_the_reporter_rates_once_it_is_handled(session: Session, desk: Desk, until: Deed) -> None:
    event = goes(session, desk, lamp(session, desk), until)

    rating.rate(session, desk, event, someone(session, desk), Solved.YES, CONTENT, "谢谢")

    [word] = words_of(session, event)
    assert (word.solved, word.satisfaction, word.staff_id) == (Solved.YES, CONTENT, None)
    step = cases.steps_of(session, event)[-1]
    assert (step.deed, step.facts) == (Deed.RATE, {"solved": "yes", "satisfaction": "satisfied"})
    assert step.note == "解决了，满意，谢谢"


def test_the_satisfaction_may_follow_later_and_is_counted_once(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.CLOSE)
    resident = someone(session, desk)
    rating.rate(session, desk, event, resident, Solved.YES, UNRATED)

    rating.rate(session, desk, event, resident, Solved.YES, FAIR)

    [word] = words_of(session, event)
    assert (word.solved, word.satisfaction) == (Solved.YES, FAIR)


def test_saying_it_again_changes_nothing(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.CLOSE)
    resident = someone(session, desk)
    rating.rate(session, desk, event, resident, Solved.YES, CONTENT)
    before = deeds(session, event)

    rating.rate(session, desk, event, resident, Solved.YES, FAIR)

    assert deeds(session, event) == before
    assert words_of(session, event)[0].satisfaction is CONTENT


def test_who_has_rated_needs_no_call(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.CLOSE)
    assert ClockKind.CALL_BACK in running(session, event)

    rating.rate(session, desk, event, someone(session, desk), Solved.YES, CONTENT)

    assert ClockKind.CALL_BACK not in running(session, event)


@pytest.mark.parametrize(("solved", "satisfaction"), [(None, Satisfaction.UNSATISFIED), (Solved.YES, UNRATED)])
def test_who_has_said_half_of_it_is_called(
    session: Session, desk: Desk, solved: Solved | None, satisfaction: Satisfaction
) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.CLOSE)

    rating.rate(session, desk, event, someone(session, desk), solved, satisfaction)

    assert ClockKind.CALL_BACK in running(session, event)


def test_the_other_half_said_nobody_needs_to_call(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.CLOSE)
    rating.rate(session, desk, event, someone(session, desk), None, Satisfaction.UNSATISFIED)

    rating.rate(session, desk, event, someone(session, desk), Solved.PARTLY, UNRATED)

    assert ClockKind.CALL_BACK not in running(session, event)


def test_who_has_said_all_before_the_closing_is_not_called(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.RESOLVE)
    rating.rate(session, desk, event, someone(session, desk), Solved.YES, CONTENT)

    goes(session, desk, event, Deed.CLOSE)

    assert running(session, event) == set()


def test_what_was_said_of_an_earlier_attempt_is_no_reason_not_to_call(
    session: Session, desk: Desk, clock: Clock
) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.RESOLVE)
    rating.rate(session, desk, event, someone(session, desk), Solved.YES, CONTENT)
    does(session, desk, event, Deed.REJECT, COLLEAGUE)
    clock.turn(hours=1)

    goes(session, desk, event, Deed.CLOSE)

    assert running(session, event) == {ClockKind.CALL_BACK}


def test_a_stranger_neither_rates_nor_contests(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.CLOSE)
    stranger = someone(session, desk, "stranger")

    with pytest.raises(NotFound):
        rating.rate(session, desk, event, stranger, Solved.YES, CONTENT)
    with pytest.raises(NotFound):
        contest(session, desk, event, stranger)

    assert words_of(session, event) == []


def test_who_joined_has_a_word_too(session: Session, desk: Desk) -> None:
    event = lamp(session, desk)
    neighbour = someone(session, desk, "neighbour")
    join_event(session, desk, event, neighbour.id, says(session, desk, neighbour, "我也是"), "我也是")
    goes(session, desk, event, Deed.CLOSE)

    contest(session, desk, event, neighbour)

    assert event.status is EventStatus.REOPENED


@pytest.mark.parametrize("until", [Deed.TRIAGE, Deed.ACCEPT, Deed.DISPATCH, Deed.SIGN, Deed.START])
def test_what_is_not_handled_yet_can_be_neither_rated_nor_contested(session: Session, desk: Desk, until: Deed) -> None:
    event = goes(session, desk, lamp(session, desk), until)
    resident = someone(session, desk)

    with pytest.raises(Conflict):
        rating.rate(session, desk, event, resident, Solved.YES, CONTENT)
    with pytest.raises(Conflict):
        contest(session, desk, event, resident)

    assert event.status is PATHS[until].target


@pytest.mark.parametrize("until", [Deed.RESOLVE, Deed.VERIFY])
def test_before_closing_not_solved_means_rework_in_the_same_round(session: Session, desk: Desk, until: Deed) -> None:
    event = goes(session, desk, lamp(session, desk), until)

    contest(session, desk, event, someone(session, desk))

    assert (event.status, event.round, event.completion) == (EventStatus.REWORK, 1, None)
    assert ClockKind.RESOLVE in running(session, event)
    step = cases.steps_of(session, event)[-1]
    assert (step.deed, step.note) == (Deed.NOT_SOLVED, f"没解决，{DARK}")
    assert step.facts is not None
    assert step.facts["solved"] == "no"
    assert step.facts["due_resolve"] == event.due_resolve.isoformat()


def test_after_closing_not_solved_begins_a_new_round_with_fresh_clocks(
    session: Session, desk: Desk, clock: Clock
) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.CLOSE)
    old_due = event.due_resolve
    clock.turn(days=8)

    contest(session, desk, event, someone(session, desk))

    assert (event.status, event.round, event.closed_at) == (EventStatus.REOPENED, 2, None)
    assert event.handler_ids == []
    assert event.due_resolve > old_due
    assert clock_of(session, event, ClockKind.RESOLVE).round == 2
    assert running(session, event) == {ClockKind.RESPOND, ClockKind.RESOLVE, ClockKind.DISPATCH}


def test_no_is_said_once_until_it_was_put_right_again(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.RESOLVE)
    resident = someone(session, desk)
    clock.turn(hours=1)
    contest(session, desk, event, resident)
    with pytest.raises(Conflict):
        contest(session, desk, event, resident)
    clock.turn(hours=1)
    goes(session, desk, does(session, desk, event, Deed.START, COLLEAGUE), Deed.RESOLVE)
    clock.turn(hours=1)

    contest(session, desk, event, resident, "今天又灭了")

    assert event.status is EventStatus.REWORK
    assert deeds(session, event).count(Deed.NOT_SOLVED) == 2


def test_what_was_called_solved_may_break_the_next_day(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.CLOSE)
    resident = someone(session, desk)
    rating.rate(session, desk, event, resident, Solved.YES, CONTENT)

    contest(session, desk, event, resident)

    assert event.status is EventStatus.REOPENED
    assert [word.solved for word in words_of(session, event)] == [Solved.NO]


def test_an_archived_event_stays_and_the_matter_is_filed_once_more(session: Session, desk: Desk) -> None:
    event = archived(session, desk, goes(session, desk, lamp(session, desk), Deed.CLOSE))
    resident = someone(session, desk)
    inbox = says(session, desk, resident, "又坏了")

    again = rating.not_solved(session, desk, event, resident, "又坏了", inbox)
    same = rating.not_solved(session, desk, event, resident, "又坏了", inbox)

    assert same is event
    assert (event.status, again.status) == (EventStatus.ARCHIVED, EventStatus.REPORTED)
    assert again.number != event.number
    assert (again.leaf, again.place_text, again.resident_id) == (event.leaf, event.place_text, resident.id)
    assert cases.linked_cases(session, str(event.linked_group)) == [event, again]
    assert again.number in cases.steps_of(session, event)[-1].note


def test_the_log_keeps_no_name_and_no_number_of_whoever_complains(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.CLOSE)
    resident = someone(session, desk)
    resident.name = "王小芳"

    contest(session, desk, event, resident, "还是不亮，打王小芳19900010001")

    step = cases.steps_of(session, event)[-1]
    kept = step.note + words_of(session, event)[0].words + step.actor_name
    assert "王小芳" not in kept
    assert "19900010001" not in kept


def test_neighbours_hear_that_it_is_worked_on_again_and_the_speaker_is_answered_elsewhere(
    session: Session, desk: Desk
) -> None:
    event = lamp(session, desk)
    resident, neighbour = someone(session, desk), someone(session, desk, "neighbour")
    join_event(session, desk, event, neighbour.id, says(session, desk, neighbour, "我也是"), "我也是")
    goes(session, desk, event, Deed.CLOSE)

    contest(session, desk, event, resident)

    assert any("没解决，我们重新办" in words for words in told(session, neighbour))
    assert not any("没解决，我们重新办" in words for words in told(session, resident))


def test_the_reason_is_written_once_for_the_workers(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.CLOSE)
    resident = someone(session, desk)
    contest(session, desk, event, resident, "")

    rating.give_reason(session, desk, event, resident, DARK)
    rating.give_reason(session, desk, event, resident, DARK)

    notes = [step.note for step in cases.steps_of(session, event)]
    assert notes[-2:] == ["没解决", f"居民说差在哪里，{DARK}"]


def test_figures_hear_of_it(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.CLOSE)
    resident = someone(session, desk)
    rating.rate(session, desk, event, resident, Solved.YES, CONTENT)
    outcome = session.scalars(select(EventOutcome).where(EventOutcome.event_id == event.id)).one()
    assert (outcome.ratings, outcome.ratings_content) == (1, 1)

    contest(session, desk, event, resident)

    session.refresh(outcome)
    assert (outcome.reopenings, outcome.status) == (1, "reopened")
