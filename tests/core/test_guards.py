"""Who may do what with a grid event, and when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core import guards
from bot.core.deeds import PATHS, Deed
from bot.core.grid_events import EventStatus, Supervision
from bot.core.guards import Doer, Extension, Standing
from bot.core.staff import Role
from bot.errors import Conflict, NotAllowed

NOW = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)
WORKER = Doer(1, Role.WORKER, None)
COLLEAGUE = Doer(2, Role.WORKER, None)
DISPATCHER = Doer(3, Role.DISPATCHER, None)
CLERK = Doer(4, Role.PARTY, "property")
STRANGER = Doer(5, Role.PARTY, "sanitation")


def at(status: EventStatus, **more: object) -> Standing:
    return replace(Standing(status, "property"), **more)  # type: ignore[arg-type]


def check(deed: Deed, doer: Doer, standing: Standing) -> None:
    guards.check(deed, doer, standing, NOW)


@pytest.mark.parametrize("deed", [deed for deed, path in PATHS.items() if path.permission])
def test_no_deed_is_done_from_a_status_it_does_not_begin_in(deed: Deed) -> None:
    others = set(EventStatus) - PATHS[deed].sources
    for status in others:
        with pytest.raises((Conflict, NotAllowed)):
            check(deed, DISPATCHER, at(status))


@pytest.mark.parametrize("deed", [deed for deed, path in PATHS.items() if path.permission is None])
def test_what_belongs_to_residents_and_the_system_is_no_deed_of_staff(deed: Deed) -> None:
    for status in PATHS[deed].sources:
        assert not guards.may(deed, DISPATCHER, at(status), NOW)


def test_a_unit_handles_only_what_is_in_its_hands() -> None:
    check(Deed.SIGN, CLERK, at(EventStatus.DISPATCHED))
    with pytest.raises(NotAllowed, match="不在您单位"):
        check(Deed.SIGN, STRANGER, at(EventStatus.DISPATCHED))


@pytest.mark.parametrize("deed", [Deed.VERIFY, Deed.REJECT])
def test_nobody_verifies_their_own_work(deed: Deed) -> None:
    resolved = at(EventStatus.RESOLVED, handlers=frozenset({WORKER.id}))
    with pytest.raises(NotAllowed, match="自己办的事"):
        check(deed, WORKER, resolved)
    check(deed, COLLEAGUE, resolved)


def test_a_unit_does_not_verify_through_a_colleague() -> None:
    resolved = at(EventStatus.RESOLVED, handling_parties=frozenset({"committee"}))
    with pytest.raises(NotAllowed):
        check(Deed.VERIFY, Doer(9, Role.WORKER, "committee"), resolved)


def test_whoever_handled_or_verified_does_not_call_back() -> None:
    closed = at(EventStatus.CLOSED, handlers=frozenset({WORKER.id}), verifier=COLLEAGUE.id)
    for doer in (WORKER, COLLEAGUE):
        with pytest.raises(NotAllowed):
            check(Deed.CALL_BACK, doer, closed)
    check(Deed.CALL_BACK, DISPATCHER, closed)


def test_a_matter_is_returned_twice_and_then_designated() -> None:
    check(Deed.RETURN, CLERK, at(EventStatus.SIGNED, returns=1))
    with pytest.raises(Conflict, match="指定"):
        check(Deed.RETURN, CLERK, at(EventStatus.SIGNED, returns=2))
    with pytest.raises(Conflict, match="指定"):
        check(Deed.DISPATCH, DISPATCHER, at(EventStatus.RETURNED, returns=2))
    check(Deed.DESIGNATE, DISPATCHER, at(EventStatus.RETURNED, returns=2))


def test_what_was_designated_is_not_returned() -> None:
    with pytest.raises(Conflict, match="不能退回"):
        check(Deed.RETURN, CLERK, at(EventStatus.SIGNED, is_designated=True))


def test_returning_has_its_time() -> None:
    check(Deed.RETURN, CLERK, at(EventStatus.SIGNED, return_by=NOW))
    with pytest.raises(Conflict, match="期限"):
        check(Deed.RETURN, CLERK, at(EventStatus.SIGNED, return_by=NOW - timedelta(seconds=1)))


def test_a_delay_is_asked_for_once_and_before_it_is_due() -> None:
    soon = NOW + timedelta(seconds=1)
    check(Deed.ASK_EXTENSION, CLERK, at(EventStatus.IN_PROGRESS, due_resolve=soon))
    with pytest.raises(Conflict, match="已经到期"):
        check(Deed.ASK_EXTENSION, CLERK, at(EventStatus.IN_PROGRESS, due_resolve=NOW))
    asked = Extension(CLERK.id, is_granted=False)
    with pytest.raises(Conflict, match="一次"):
        check(Deed.ASK_EXTENSION, CLERK, at(EventStatus.IN_PROGRESS, due_resolve=soon, extension=asked))


def test_a_delay_is_granted_by_somebody_else_and_only_once() -> None:
    asked = Extension(DISPATCHER.id, is_granted=None)
    with pytest.raises(NotAllowed, match="别人"):
        check(Deed.GRANT_EXTENSION, DISPATCHER, at(EventStatus.IN_PROGRESS, extension=asked))
    leader = Doer(7, Role.LEADER, None)
    check(Deed.GRANT_EXTENSION, leader, at(EventStatus.IN_PROGRESS, extension=asked))
    for decided in (None, replace(asked, is_granted=True)):
        with pytest.raises(Conflict, match="没有等着批"):
            check(Deed.GRANT_EXTENSION, leader, at(EventStatus.IN_PROGRESS, extension=decided))


def test_the_lead_is_not_done_before_its_helpers() -> None:
    with pytest.raises(Conflict, match="1家协办"):
        check(Deed.RESOLVE, CLERK, at(EventStatus.IN_PROGRESS, open_tasks=1))
    check(Deed.RESOLVE, CLERK, at(EventStatus.IN_PROGRESS))


@pytest.mark.parametrize("lower", [Supervision.NORMAL, Supervision.YELLOW])
def test_a_lower_card_never_replaces_a_higher_one(lower: Supervision) -> None:
    shown = at(EventStatus.IN_PROGRESS, supervision=Supervision.YELLOW)
    with pytest.raises(Conflict, match="只能往上加"):
        guards.check_supervision(lower, shown)
    guards.check_supervision(Supervision.RED, shown)


def test_only_superiors_show_and_lift_cards() -> None:
    supervised = at(EventStatus.IN_PROGRESS, supervision=Supervision.YELLOW)
    for doer in (WORKER, CLERK):
        for deed in (Deed.SUPERVISE, Deed.LIFT):
            with pytest.raises(NotAllowed):
                check(deed, doer, supervised)
    check(Deed.LIFT, DISPATCHER, supervised)
    with pytest.raises(Conflict, match="没有督办"):
        check(Deed.LIFT, DISPATCHER, at(EventStatus.IN_PROGRESS))


def test_a_community_calls_only_its_own_units() -> None:
    guards.check_dispatch(WORKER, is_own_community=True)
    guards.check_dispatch(DISPATCHER, is_own_community=False)
    with pytest.raises(NotAllowed, match="街道调度员"):
        guards.check_dispatch(WORKER, is_own_community=False)


def test_a_refusal_is_decided_above_the_worker() -> None:
    with pytest.raises(NotAllowed):
        check(Deed.REFUSE, WORKER, at(EventStatus.TRIAGED))
    check(Deed.PROPOSE_REFUSAL, WORKER, at(EventStatus.TRIAGED))
    check(Deed.REFUSE, Doer(8, Role.DIRECTOR, None), at(EventStatus.TRIAGED, refusal_proposed_by=WORKER.id))


def test_nobody_refuses_alone() -> None:
    for doer in (Doer(8, Role.DIRECTOR, None), DISPATCHER, Doer(7, Role.LEADER, None)):
        with pytest.raises(Conflict, match="还没有人建议不受理"):
            check(Deed.REFUSE, doer, at(EventStatus.TRIAGED))


def test_nobody_decides_on_the_refusal_they_proposed() -> None:
    proposed = at(EventStatus.TRIAGED, refusal_proposed_by=8)
    with pytest.raises(NotAllowed, match="由别人来定"):
        check(Deed.REFUSE, Doer(8, Role.DIRECTOR, None), proposed)
    for other in (Doer(9, Role.DIRECTOR, None), DISPATCHER, Doer(7, Role.LEADER, None)):
        check(Deed.REFUSE, other, proposed)


@pytest.mark.parametrize("status", sorted(set(EventStatus) - {"reported", "triaged", "accepted"}))
def test_what_a_unit_has_is_not_called_off(status: EventStatus) -> None:
    with pytest.raises(Conflict) as told:
        check(Deed.WITHDRAW, WORKER, at(status))
    assert "中止办理" in told.value.hint
    for before in (EventStatus.REPORTED, EventStatus.TRIAGED, EventStatus.ACCEPTED):
        check(Deed.WITHDRAW, WORKER, at(before))
