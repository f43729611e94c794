"""The fold over the steps of an event: what is of the present round, what is never washed off, and old logs."""

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from functools import reduce

import pytest

from bot.core.deeds import Deed
from bot.core.grid_events import Completion, Satisfaction, Solved
from bot.core.outcomes import Outcome, Step, after
from bot.store.tables import EventOutcome

START = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)
BELONGS = {"community": "qinghe", "grid": "qinghe-g1", "leaf": "0503", "party": "lamps"}


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def step(hours: float, deed: Deed | None, to: str, **facts: object) -> Step:
    return Step(at(hours), deed, None, to, facts=facts)


def filed() -> Step:
    return step(0, Deed.FILE, "reported", **BELONGS, due_respond=at(2).isoformat(), due_resolve=at(48).isoformat())


def folded(*steps: Step) -> Outcome:
    outcome = reduce(after, (filed(), *steps), None)
    assert outcome is not None
    return outcome


def accepted() -> tuple[Step, ...]:
    return step(0.5, Deed.TRIAGE, "triaged"), step(1, Deed.ACCEPT, "accepted", **BELONGS)


def resolved(hours: float = 24) -> tuple[Step, ...]:
    return (
        *accepted(),
        step(1.2, Deed.CONTACT, "accepted"),
        step(1.5, Deed.DISPATCH, "dispatched", party="lamps-2"),
        step(2, Deed.SIGN, "signed"),
        step(3, Deed.START, "in_progress"),
        step(hours, Deed.RESOLVE, "resolved", completion="substantive"),
    )


def closed() -> tuple[Step, ...]:
    return *resolved(), step(25, Deed.VERIFY, "verified"), step(26, Deed.CLOSE, "closed", completion="substantive")


def called(hours: float, solved: str, satisfaction: str = "satisfied") -> Step:
    return step(hours, Deed.CALL_BACK, "closed", is_reached=True, solved=solved, satisfaction=satisfaction)


def reopened(hours: float) -> Step:
    dues = {"due_respond": at(hours + 2).isoformat(), "due_resolve": at(hours + 48).isoformat()}
    return step(hours, Deed.REOPEN, "reopened", **dues)


def test_the_table_keeps_exactly_the_fields_of_an_outcome() -> None:
    kept = {column.name for column in EventOutcome.__table__.columns} - {"id", "event_id"}

    assert kept == {one.name for one in fields(Outcome)}


def test_a_usual_life_leaves_all_its_times() -> None:
    outcome = folded(*closed())

    assert (outcome.community_id, outcome.grid_id, outcome.party_id, outcome.leaf) == (
        *("qinghe", "qinghe-g1", "lamps-2", "0503"),
    )
    assert (outcome.reported_at, outcome.accepted_at, outcome.contacted_at) == (at(0), at(1), at(1.2))
    assert (outcome.resolved_at, outcome.first_resolved_at, outcome.closed_at) == (at(24), at(24), at(26))
    assert (outcome.status, outcome.completion) == ("closed", Completion.SUBSTANTIVE)
    assert (outcome.responded, outcome.is_overdue, outcome.is_void) == (True, False, False)


def test_the_day_of_acceptance_is_shanghais() -> None:
    evening = Step(datetime(2026, 3, 12, 16, 30, tzinfo=UTC), Deed.ACCEPT, "triaged", "accepted")

    assert folded(step(1, Deed.TRIAGE, "triaged"), evening).accepted_on == date(2026, 3, 13)


def test_it_is_accepted_once_however_often_it_comes_back() -> None:
    outcome = folded(*accepted(), step(5, Deed.RETURN, "returned"), step(6, Deed.ACCEPT, "accepted"))

    assert outcome.accepted_at == at(1)
    assert outcome.returns == 1


@pytest.mark.parametrize(("hours", "responded"), [(1.9, True), (2, True), (2.1, False)])
def test_the_first_contact_counts_up_to_the_last_moment_of_its_limit(hours: float, *, responded: bool) -> None:
    outcome = folded(*accepted(), step(hours, Deed.CONTACT, "accepted"), step(hours + 9, Deed.CONTACT, "accepted"))

    assert (outcome.responded, outcome.contacted_at) == (responded, at(hours))


def test_a_breach_of_the_first_contact_stays_whatever_follows() -> None:
    outcome = folded(
        *accepted(), step(2.5, Deed.BREACH, "accepted", clock="respond"), step(3, Deed.CONTACT, "accepted")
    )

    assert outcome.responded is False


def test_nobody_who_was_not_contacted_is_counted_as_contacted() -> None:
    assert folded(*accepted()).responded is None


@pytest.mark.parametrize(("hours", "is_overdue"), [(48, False), (48.1, True)])
def test_late_is_what_was_resolved_after_the_time_in_force_then(hours: float, *, is_overdue: bool) -> None:
    assert folded(*resolved(hours)).is_overdue is is_overdue


def test_a_delay_granted_in_time_moves_the_time_in_force() -> None:
    granted = step(40, Deed.GRANT_EXTENSION, "in_progress", due_resolve=at(96).isoformat())

    assert folded(*resolved()[:-1], granted, step(90, Deed.RESOLVE, "resolved")).is_overdue is False


def test_a_delay_granted_after_the_breach_changes_nothing() -> None:
    breach = step(49, Deed.BREACH, "in_progress", clock="resolve")
    granted = step(50, Deed.GRANT_EXTENSION, "in_progress", due_resolve=at(96).isoformat())

    assert folded(*resolved()[:-1], breach, granted, step(90, Deed.RESOLVE, "resolved")).is_overdue is True


def test_it_is_over_its_time_now_from_the_breach_until_it_is_resolved() -> None:
    breached = folded(*resolved()[:-1], step(49, Deed.BREACH, "in_progress", clock="resolve"))

    assert (breached.is_overdue_now, after(breached, step(50, Deed.RESOLVE, "resolved")).is_overdue_now) == (
        True,
        False,
    )


@pytest.mark.parametrize(
    ("begun", "status"),
    [
        (step(51, Deed.REJECT, "rework", due_resolve=at(60).isoformat()), "rework"),
        (step(51, Deed.REOPEN, "reopened", due_resolve=at(99).isoformat()), "reopened"),
    ],
)
def test_another_attempt_is_over_its_time_only_by_its_own_limit(begun: Step, status: str) -> None:
    again = folded(*resolved()[:-1], step(49, Deed.BREACH, "in_progress", clock="resolve"), *resolved(50)[-1:], begun)
    late = after(again, step(100, Deed.BREACH, status, clock="resolve"))

    assert (again.is_overdue, again.is_overdue_now) == (True, False)
    assert late.is_overdue_now is True


def test_the_breach_of_any_other_clock_is_not_overdue() -> None:
    outcome = folded(*accepted(), step(2, Deed.BREACH, "accepted", clock="sign"))

    assert (outcome.is_overdue, outcome.responded) == (False, None)


def test_on_hold_is_remembered_with_its_day() -> None:
    outcome = folded(*resolved()[:-1], step(30, Deed.SUSPEND, "suspended", review_on="2026-04-01"))

    assert (outcome.status, outcome.suspended_at, outcome.resolved_at) == ("suspended", at(30), None)


def test_rework_undoes_the_resolving_and_has_a_time_of_its_own() -> None:
    rejected = step(30, Deed.REJECT, "rework", due_resolve=at(60).isoformat())
    outcome = folded(*resolved(), rejected)

    assert (outcome.reworks, outcome.resolved_at, outcome.completion) == (1, None, None)
    assert (outcome.first_resolved_at, outcome.due_resolve) == (at(24), at(60))
    again = after(after(outcome, step(31, Deed.START, "in_progress")), step(59, Deed.RESOLVE, "resolved"))
    assert (again.resolved_at, again.first_resolved_at, again.is_overdue) == (at(59), at(24), False)


def test_a_new_round_starts_its_times_and_verdicts_afresh_and_keeps_what_was_heard() -> None:
    outcome = folded(*closed(), called(30, "no", "unsatisfied"), reopened(31))

    assert (outcome.contacted_at, outcome.resolved_at, outcome.closed_at) == (None, None, None)
    assert (outcome.is_called_back, outcome.solved, outcome.satisfaction) == (False, None, None)
    assert (outcome.reopenings, outcome.calls_reached, outcome.calls_solved) == (1, 1, 0)
    assert (outcome.ratings, outcome.ratings_content) == (1, 0)
    assert outcome.due_resolve == at(79)


def test_every_round_adds_its_own_verdict() -> None:
    outcome = folded(*closed(), called(30, "no", "unsatisfied"), reopened(31), called(80, "yes", "fair"))

    assert (outcome.calls_reached, outcome.calls_solved) == (2, 1)
    assert (outcome.ratings, outcome.ratings_content) == (2, 1)
    assert (outcome.solved, outcome.satisfaction) == (Solved.YES, Satisfaction.FAIR)


def test_a_late_round_is_never_washed_off_by_the_next() -> None:
    outcome = folded(*resolved(50), step(51, Deed.CLOSE, "closed"), reopened(52))

    assert outcome.is_overdue is True
    assert outcome.responded is True


def test_of_one_round_the_last_word_counts_once() -> None:
    outcome = folded(*closed(), called(30, "partly", "unsatisfied"), called(31, "yes"))

    assert (outcome.calls_reached, outcome.calls_solved, outcome.ratings, outcome.ratings_content) == (1, 1, 1, 1)


@pytest.mark.parametrize(("first", "last", "solved"), [("partly", "yes", 1), ("yes", "partly", 0)])
def test_the_last_word_counts_whether_asked_for_or_not(first: str, last: str, solved: int) -> None:
    asked_first = folded(*closed(), called(30, first), step(31, Deed.RATE, "closed", solved=last, satisfaction="fair"))
    asked_last = folded(*closed(), step(29, Deed.RATE, "closed", solved=first, satisfaction="fair"), called(30, last))

    assert (asked_first.calls_reached, asked_first.calls_solved) == (1, solved)
    assert (asked_last.calls_reached, asked_last.calls_solved) == (1, solved)


def test_who_was_not_reached_says_nothing() -> None:
    outcome = folded(*closed(), step(30, Deed.CALL_BACK, "closed", is_reached=False))

    assert (outcome.is_called_back, outcome.calls_reached, outcome.ratings) == (False, 0, 0)


def test_who_does_not_rate_keeps_the_rating_given_before() -> None:
    rated = step(27, Deed.RATE, "closed", solved="yes", satisfaction="fair")
    outcome = folded(*closed(), rated, called(30, "yes", "unrated"))

    assert (outcome.satisfaction, outcome.ratings, outcome.ratings_content) == (Satisfaction.FAIR, 1, 1)
    assert (outcome.calls_reached, outcome.calls_solved) == (1, 1)


def test_a_rating_without_a_call_back_is_no_call_back() -> None:
    outcome = folded(*closed(), step(27, Deed.RATE, "closed", solved="yes", satisfaction="satisfied"))

    assert (outcome.calls_reached, outcome.calls_solved, outcome.ratings_content) == (0, 0, 1)


def test_a_resident_who_says_afterwards_that_it_is_not_solved_is_believed() -> None:
    said = step(40, Deed.NOT_SOLVED, "reopened")
    outcome = folded(*closed(), called(30, "yes"), said)

    assert (outcome.calls_reached, outcome.calls_solved, outcome.reopenings) == (1, 0, 1)


def test_not_solved_before_the_closing_is_rework() -> None:
    outcome = folded(*resolved(), step(30, Deed.NOT_SOLVED, "rework"))

    assert (outcome.reworks, outcome.reopenings, outcome.solved) == (1, 0, Solved.NO)


@pytest.mark.parametrize(
    ("deed", "to"), [(Deed.REFUSE, "refused"), (Deed.WITHDRAW, "withdrawn"), (Deed.MERGE, "merged")]
)
def test_what_ends_otherwise_counts_for_nothing(deed: Deed, to: str) -> None:
    assert folded(step(1, Deed.TRIAGE, "triaged"), step(2, deed, to)).is_void is True


def test_what_is_called_off_late_stays_late() -> None:
    accepted = (step(1, Deed.TRIAGE, "triaged"), step(2, Deed.ACCEPT, "accepted"))
    late = step(50, Deed.BREACH, "accepted", clock="resolve")
    called_off = step(51, Deed.WITHDRAW, "withdrawn")

    in_time, too_late = folded(*accepted, called_off), folded(*accepted, late, called_off)

    assert (in_time.is_void, in_time.is_overdue) == (True, False)
    assert (too_late.is_void, too_late.is_overdue, too_late.is_overdue_now) == (False, True, False)


def test_a_correction_moves_it_to_another_leaf_grid_and_time() -> None:
    corrected = step(
        *(2, Deed.CORRECT, "accepted"), leaf="0603", grid=None, party="street-lamps", due_resolve=at(9).isoformat()
    )
    outcome = folded(*accepted(), corrected)

    assert (outcome.leaf, outcome.grid_id, outcome.party_id) == ("0603", None, "street-lamps")
    assert (outcome.due_respond, outcome.due_resolve) == (at(2), at(9))


def test_the_unit_of_a_dispatch_may_stand_beside_its_facts() -> None:
    sent = Step(at(2), Deed.DISPATCH, "accepted", "dispatched", "lift-care", {})

    assert folded(*accepted(), sent).party_id == "lift-care"


def test_a_log_from_before_deeds_is_told_by_where_it_led() -> None:
    outcome = folded(
        step(1, None, "accepted"),
        step(2, None, "handling"),
        step(24, None, "done"),
        step(25, None, "handling"),
        step(30, None, "done"),
        step(31, None, "closed"),
        step(31, None, "closed"),
        step(50, None, "handling"),
    )

    assert (outcome.accepted_at, outcome.first_resolved_at) == (at(1), at(24))
    assert (outcome.reworks, outcome.reopenings, outcome.status) == (1, 1, "in_progress")
    assert (outcome.resolved_at, outcome.closed_at) == (None, None)


def test_a_note_changes_nothing() -> None:
    before = folded(*resolved())

    assert after(before, step(25, Deed.NOTE, "resolved")) == before


def test_a_first_step_that_says_nothing_of_the_event_is_refused() -> None:
    with pytest.raises(ValueError, match="neither community nor leaf"):
        after(None, step(0, Deed.FILE, "reported"))
