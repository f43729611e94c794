"""A scripted month through the HTTP interface: 500 events, three communities, every deed; the figures are right."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from bot.core.deeds import PATHS, Deed
from bot.core.grid_events import EventStatus
from bot.core.periods import Period
from bot.services import figures, outcomes
from bot.services.desk import Desk
from bot.services.events.doing import EFFECTS
from bot.services.figures import Asked
from bot.store.tables import CaseStep, GridEvent, Staff
from tests.console.house import House
from tests.console.month import Month, chance
from tests.console.month_count import NAMES, count, lines
from tests.console.month_plans import DISPATCHER, TEAMS, plans
from tests.services.stage import Clock
from tests.services.stage import staff as staff_named

EVENTS = 500
PERIODS = (("2026-03-02", "2026-03-31"), ("2026-03-09", "2026-03-15"))
BY_THE_SYSTEM = {Deed.FILE, Deed.WARN, Deed.BREACH, Deed.ARCHIVE}


async def test_a_month_of_five_hundred_events_is_counted_right(
    house: House, desk: Desk, clock: Clock, tell: Callable[[object], None]
) -> None:
    month = Month(house, desk, clock)

    await month.play(plans(chance(20260301), EVENTS))

    tell(f"{len(month.numbers)} events, {month.sent.total()} forms: {dict(month.sent.most_common(6))} …")
    assert len(month.numbers) == EVENTS
    _every_deed_and_every_move_happened(desk, month)
    _every_log_is_a_way_through_the_life_of_an_event(desk)
    for first, last in PERIODS:
        _figures_equal_the_count(desk, month, first, last)
    _outcomes_equal_their_fold(desk)
    await _pages_show_the_same(month, desk)


def _every_deed_and_every_move_happened(desk: Desk, month: Month) -> None:
    with desk.transaction(read_only=True) as session:
        steps = session.scalars(select(CaseStep).where(CaseStep.case_kind == "grid_event", CaseStep.deed.is_not(None)))
        taken = {(step.deed, step.from_status, step.to_status) for step in steps}
        communities = set(session.scalars(select(GridEvent.community_id).where(GridEvent.number.in_(month.numbers))))
    deeds = {deed for deed, _, _ in taken}
    assert {deed.value for deed in (*EFFECTS, *BY_THE_SYSTEM, Deed.MERGE, Deed.CORRECT)} <= deeds
    moved = {(before, after) for _, before, after in taken if before != after}
    unseen = {
        (status.value, target.value)
        for status in EventStatus
        for target in status.allowed
        if (status.value, target.value) not in moved
    }
    # Withdrawing, merging and transferring begin at many places: each happened, but not from everywhere.
    anywhere = {"withdrawn", "merged", "dispatched"}
    assert {(before, after) for before, after in unseen if after not in anywhere} <= {("verified", "rework")}
    assert communities == {team.community for team in TEAMS}


def _every_log_is_a_way_through_the_life_of_an_event(desk: Desk) -> None:
    with desk.transaction(read_only=True) as session:
        events = {event.id: event for event in session.scalars(select(GridEvent))}
        last: dict[int, str] = {}
        steps = select(CaseStep).where(CaseStep.case_kind == "grid_event", CaseStep.deed.is_not(None))
        for step in session.scalars(steps.order_by(CaseStep.id)):
            before, after = step.from_status, EventStatus(step.to_status)
            if step.case_id in last:
                assert before == last[step.case_id], step.id
                assert before == after or after in EventStatus(before).allowed
                sources = PATHS[Deed(step.deed or "")].sources
                assert EventStatus(before) in sources, (step.deed, before)
            last[step.case_id] = step.to_status
        assert all(events[event_id].status == status for event_id, status in last.items())
        handlers = _handlers(list(session.scalars(steps.order_by(CaseStep.id))))
    assert handlers == Counter()


def _handlers(steps: list[CaseStep]) -> Counter[str]:
    """How often somebody verified, closed or called back what they had handled in the same round."""
    worked: set[tuple[int, int | None, str | None]] = set()
    wrong: Counter[str] = Counter()
    for step in steps:
        key = (step.case_id, step.round, step.actor_id)
        if step.deed in {"sign", "start", "resolve", "finish_task"}:
            worked.add(key)
        elif step.deed in {"verify", "reject", "close", "call_back"} and key in worked:
            wrong[str(step.deed)] += 1
    return wrong


def _figures_equal_the_count(desk: Desk, month: Month, first: str, last: str) -> None:
    period = Period(date.fromisoformat(first), date.fromisoformat(last))
    with desk.transaction(read_only=True) as session:
        everywhere = staff_named(session, DISPATCHER)
        logs = lines(session, [*session.scalars(select(GridEvent.number))])
        where = dict(session.execute(select(GridEvent.number, GridEvent.community_id)).tuples().all())
        for community in (None, *(team.community for team in TEAMS)):
            shown = figures.overview(session, desk, everywhere, Asked(period, community)).total
            mine = {number: log for number, log in logs.items() if community in (None, where[number])}
            counted = count(mine, first, last)
            assert {name: getattr(shown, name) for name in NAMES} == counted, community
    assert counted["accepted"] > len(month.numbers) // 50


def _outcomes_equal_their_fold(desk: Desk) -> None:
    outcomes.keep_missing(desk)
    last: int | None = 0
    while last is not None:
        with desk.transaction(read_only=True) as session:
            portion = outcomes.compare(session, last)
        assert portion.differences == ()
        last = portion.last_id


async def _pages_show_the_same(month: Month, desk: Desk) -> None:
    first, last = PERIODS[0]
    page = await (await month.browser(DISPATCHER)).get(f"/console/figures?period=custom&from={first}&to={last}")
    assert page.status == 200
    with desk.transaction(read_only=True) as session:
        staff: Staff = staff_named(session, DISPATCHER)
        asked = Asked(Period(date.fromisoformat(first), date.fromisoformat(last)))
        total = figures.overview(session, desk, staff, asked).total
    numbers = {int(found) for found in re.findall(r">\s*(\d+)\s*<", page.text)}
    assert {total.accepted, total.resolved, total.calls_reached} <= numbers
