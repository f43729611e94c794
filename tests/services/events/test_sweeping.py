"""What clocks say by themselves, once each; and that nothing stops them."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from bot.core.catalogue import Whistle
from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus, Supervision
from bot.core.limits import Stage
from bot.services.desk import Desk
from bot.services.events import clocks, sweeping
from bot.services.events.doing import do
from bot.services.events.merging import merge
from bot.services.events.sweeping import Aside, Sweeping, Swept, sweep
from bot.services.events.ticking import Subject
from bot.store.queries import clocks as rows
from bot.store.queries.cases import steps_of
from bot.store.tables import (
    CalledOut,
    CaseClock,
    CaseStep,
    ClockKind,
    ClockSubject,
    GridEvent,
    GroupAlert,
    WhistleCall,
)
from tests.services.dialogues import until
from tests.services.events.course import clock_of, does, goes, lamp, shanghai, wish
from tests.services.stage import DISPATCHER, WORKER, staff
from tests.talking import Clock

K = ClockKind


@pytest.fixture(autouse=True)
def _quiet_street(talking_desk: Desk) -> None:
    """Only what a test itself begins has anything to say; the demo street's own events are seen to."""
    with talking_desk.transaction() as session:
        session.execute(update(CaseClock).values(next_at=None))
        session.execute(update(GridEvent).values(closed_at=None))


def now_is(desk: Desk, moment: datetime) -> datetime:
    assert isinstance(desk.clock, Clock)
    desk.clock.moment = moment
    return moment


def reported(desk: Desk, until: Deed | None = None, resident: str = "someone") -> GridEvent:
    with desk.transaction() as session:
        event = lamp(session, desk, resident)
        return goes(session, desk, event, until) if until else event


def only(desk: Desk, event: GridEvent, kind: ClockKind) -> CaseClock:
    """The clock of this kind; all others of the event have been seen to."""
    with desk.transaction() as session:
        clocks.stop(session, event, set(ClockKind) - {kind}, event.created_at)
        return clock_of(session, event, kind)


def swept(desk: Desk) -> Swept:
    return sweep(desk, desk.clock())


def stages(found: Swept, clock: CaseClock) -> list[Stage]:
    return [stage for clock_id, stage in found.said if clock_id == clock.id]


def now_of(desk: Desk, clock: CaseClock) -> CaseClock:
    with desk.transaction(read_only=True) as session:
        return session.get_one(CaseClock, clock.id)


def event_now(desk: Desk, event: GridEvent) -> GridEvent:
    with desk.transaction(read_only=True) as session:
        return session.get_one(GridEvent, event.id)


def log_of(desk: Desk, event: GridEvent, *deeds: Deed) -> list[CaseStep]:
    with desk.transaction(read_only=True) as session:
        return [step for step in steps_of(session, event) if step.deed in deeds]


def alerts_of(desk: Desk, clock: CaseClock) -> list[GroupAlert]:
    with desk.transaction(read_only=True) as session:
        ending = GroupAlert.topic.endswith(f"#{clock.id}") & GroupAlert.topic.startswith("clock-")
        return list(session.scalars(select(GroupAlert).where(ending).order_by(GroupAlert.id)))


def break_row(desk: Desk, clock: CaseClock, unit: str) -> None:
    with desk.transaction() as session:
        session.execute(text("UPDATE case_clocks SET unit = :unit WHERE id = :id"), {"unit": unit, "id": clock.id})


def break_event(desk: Desk, event: GridEvent) -> None:
    """As somebody's SQL or a newer version might leave it."""
    with desk.transaction() as session:
        session.execute(text("UPDATE grid_events SET urgency = 'P9' WHERE id = :id"), {"id": event.id})


def test_before_its_time_no_clock_says_anything(talking_desk: Desk) -> None:
    reported(talking_desk, Deed.START)

    assert swept(talking_desk) == Swept((), (), 0)


def test_who_is_in_charge_is_warned_once_before_it_is_due(talking_desk: Desk) -> None:
    event = reported(talking_desk, Deed.START)
    clock = only(talking_desk, event, K.RESOLVE)
    now_is(talking_desk, clock.warn_at)

    first, second = swept(talking_desk), swept(talking_desk)

    assert (stages(first, clock), stages(second, clock)) == ([Stage.WARN], [])
    assert [step.note for step in log_of(talking_desk, event, Deed.WARN)] == ["办理要在3月19日17:30前完成"]
    assert {one.group for one in alerts_of(talking_desk, clock)} == {"qinghe", "street"}
    assert now_of(talking_desk, clock).next_at == clock.due_at


def test_an_alert_names_neither_the_resident_nor_the_door(talking_desk: Desk) -> None:
    event = reported(talking_desk, Deed.START)
    clock = only(talking_desk, event, K.RESOLVE)
    now_is(talking_desk, clock.warn_at)

    swept(talking_desk)

    leaf = talking_desk.catalogue.leaf(event.leaf).name
    words = f"【快到期】青禾里社区第一网格 {leaf} {event.number} 办理要在3月19日17:30前完成"
    assert {one.text for one in alerts_of(talking_desk, clock)} == {words}


def test_exactly_at_the_due_time_nobody_is_late(talking_desk: Desk) -> None:
    clock = only(talking_desk, reported(talking_desk, Deed.START), K.RESOLVE)
    now_is(talking_desk, clock.due_at)

    assert stages(swept(talking_desk), clock) == [Stage.WARN]
    now_is(talking_desk, clock.due_at + timedelta(seconds=1))
    assert stages(swept(talking_desk), clock) == [Stage.BREACH]


def test_being_late_is_written_down_and_supervised(talking_desk: Desk) -> None:
    event = reported(talking_desk, Deed.START)
    clock = only(talking_desk, event, K.RESOLVE)
    now_is(talking_desk, clock.due_at + timedelta(minutes=1))

    swept(talking_desk)

    breach, supervised = log_of(talking_desk, event, Deed.BREACH, Deed.SUPERVISE)
    assert breach.facts == {"clock": "resolve", "due": clock.due_at.isoformat()}
    assert supervised.facts == {"clock": "resolve", "supervision": "normal"}
    assert now_of(talking_desk, clock).breached_at == clock.due_at
    assert event_now(talking_desk, event).supervision is Supervision.NORMAL


def test_a_form_is_good_still_when_a_clock_has_spoken_meanwhile(talking_desk: Desk) -> None:
    event = reported(talking_desk, Deed.START)
    clock = only(talking_desk, event, K.RESOLVE)
    seen = event_now(talking_desk, event)

    now_is(talking_desk, clock.due_at + timedelta(days=30))
    said = stages(swept(talking_desk), clock)

    assert said == [Stage.BREACH, Stage.YELLOW, Stage.RED]
    with talking_desk.transaction() as session:
        noted = do(session, talking_desk, staff(session, WORKER), replace(wish(seen, Deed.NOTE), words="催了物业"))
    assert (noted.supervision, noted.version > seen.version) == (Supervision.RED, True)


def test_first_yellow_then_red_and_each_only_once(talking_desk: Desk) -> None:
    event = reported(talking_desk, Deed.START)
    clock = only(talking_desk, event, K.RESOLVE)
    shown = []
    for day in range(1, 12):
        now_is(talking_desk, clock.due_at + timedelta(days=day))
        swept(talking_desk)
        shown.append(event_now(talking_desk, event).supervision)

    assert list(dict.fromkeys(shown)) == [Supervision.NORMAL, Supervision.YELLOW, Supervision.RED]
    assert [step.facts["supervision"] for step in log_of(talking_desk, event, Deed.SUPERVISE) if step.facts] == [
        "normal",
        "yellow",
        "red",
    ]
    assert now_of(talking_desk, clock).next_at is None


def test_after_a_long_outage_all_is_said_in_order_and_no_warning_comes_too_late(talking_desk: Desk) -> None:
    event = reported(talking_desk, Deed.START)
    clock = only(talking_desk, event, K.RESOLVE)
    now_is(talking_desk, clock.due_at + timedelta(days=60))

    found = swept(talking_desk)

    assert stages(found, clock) == [Stage.BREACH, Stage.YELLOW, Stage.RED]
    assert len(alerts_of(talking_desk, clock)) == 6
    assert not log_of(talking_desk, event, Deed.WARN)


def test_a_higher_card_that_somebody_showed_stays(talking_desk: Desk) -> None:
    event = reported(talking_desk, Deed.START)
    clock = only(talking_desk, event, K.RESOLVE)
    with talking_desk.transaction() as session:
        seen = session.get_one(GridEvent, event.id)
        red = replace(wish(seen, Deed.SUPERVISE), supervision=Supervision.RED)
        do(session, talking_desk, staff(session, DISPATCHER), red)
    now_is(talking_desk, clock.due_at + timedelta(days=60))

    swept(talking_desk)

    assert event_now(talking_desk, event).supervision is Supervision.RED
    assert [step.actor_name for step in log_of(talking_desk, event, Deed.SUPERVISE)] == ["唐亮"]
    assert {one.topic.split("-")[1] for one in alerts_of(talking_desk, clock)} == {"breach"}


def test_a_short_limit_is_no_reason_for_a_red_card_at_once(talking_desk: Desk) -> None:
    event = reported(talking_desk)
    with talking_desk.transaction() as session:
        one_minute = talking_desk.handling.triage.of(min(talking_desk.handling.triage.levels))
        subject = Subject(ClockSubject.EVENT, event.id, event.id)
        clocks.stop(session, event, set(ClockKind), event.created_at)
        clock = clocks.start_for(session, talking_desk, subject, K.RESPOND, one_minute, event.created_at)
    now_is(talking_desk, clock.due_at + timedelta(minutes=14))

    swept(talking_desk)

    assert event_now(talking_desk, event).supervision is Supervision.NORMAL


def test_a_step_that_is_late_is_told_but_earns_no_card(talking_desk: Desk) -> None:
    event = reported(talking_desk)
    clock = only(talking_desk, event, K.TRIAGE)
    now_is(talking_desk, clock.due_at + timedelta(days=9))

    assert stages(swept(talking_desk), clock) == [Stage.BREACH]
    assert event_now(talking_desk, event).supervision is Supervision.NONE
    assert now_of(talking_desk, clock).next_at is None


def test_after_an_answer_nobody_is_asked_to_answer(talking_desk: Desk) -> None:
    event = reported(talking_desk, Deed.TRIAGE)
    with talking_desk.transaction() as session:
        seen = session.get_one(GridEvent, event.id)
        does(session, talking_desk, seen, Deed.CONTACT, WORKER)
        clock = clock_of(session, event, K.RESPOND)
    now_is(talking_desk, clock.due_at + timedelta(days=9))

    assert not stages(swept(talking_desk), clock)


def test_of_a_merged_event_nothing_is_said_any_more(talking_desk: Desk) -> None:
    goes_on, double = reported(talking_desk, resident="first"), reported(talking_desk, resident="second")
    with talking_desk.transaction() as session:
        merge(session, talking_desk, double.number, goes_on.number, staff(session, WORKER), "", double.version)
    now_is(talking_desk, double.due_resolve + timedelta(days=60))

    found = swept(talking_desk)

    with talking_desk.transaction(read_only=True) as session:
        silent = {one.id for one in rows.of_event(session, double.id)}
    assert found.said
    assert not silent & {clock_id for clock_id, _ in found.said}


def test_while_a_matter_waits_only_its_review_is_due(talking_desk: Desk) -> None:
    event = reported(talking_desk, Deed.START)
    with talking_desk.transaction() as session:
        seen = session.get_one(GridEvent, event.id)
        does(session, talking_desk, seen, Deed.CONTACT, WORKER)
        wanted = replace(wish(seen, Deed.SUSPEND), review_on=date(2026, 3, 31))
        do(session, talking_desk, staff(session, DISPATCHER), wanted)
        review = clock_of(session, event, K.REVIEW)
    now_is(talking_desk, shanghai("2026-03-31 09:00"))

    assert swept(talking_desk).said == ((review.id, Stage.WARN),)


def test_one_bad_row_never_stops_the_rest(talking_desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    bad = only(talking_desk, reported(talking_desk, Deed.START, "first"), K.RESOLVE)
    good = only(talking_desk, reported(talking_desk, Deed.START, "second"), K.RESOLVE)
    break_row(talking_desk, bad, "星期")
    now = now_is(talking_desk, bad.due_at + timedelta(minutes=1))

    with caplog.at_level(logging.ERROR):
        first = swept(talking_desk)
        again = sweep(talking_desk, now + sweeping.ASIDE)

    assert (stages(first, good)[0], first.faulty, again.faulty) == (Stage.BREACH, (bad.id,), (bad.id,))
    assert caplog.text.count("cannot be read") == 1
    with talking_desk.transaction(read_only=True) as session:
        marked = select(CaseClock.fault, CaseClock.next_at).where(CaseClock.id == bad.id)
        assert session.execute(marked).one() == ("LookupError", now + 2 * sweeping.ASIDE)


def test_a_row_put_right_goes_on_where_it_was(talking_desk: Desk) -> None:
    clock = only(talking_desk, reported(talking_desk, Deed.START), K.RESOLVE)
    break_row(talking_desk, clock, "星期")
    now = now_is(talking_desk, clock.due_at + timedelta(minutes=1))
    swept(talking_desk)
    break_row(talking_desk, clock, clock.unit.value)

    found = sweep(talking_desk, now + sweeping.ASIDE)

    assert stages(found, clock) == [Stage.BREACH]
    assert now_of(talking_desk, clock).fault is None


def test_a_clock_that_stopped_meanwhile_says_nothing(session: Session, desk: Desk) -> None:
    event = lamp(session, desk)
    clock = clock_of(session, event, K.RESOLVE)
    session.execute(
        update(CaseClock).where(CaseClock.id == clock.id).values(next_at=None),
        execution_options={"synchronize_session": False},
    )

    assert rows.claim(session, clock) is False


def test_a_late_whistle_is_told_although_no_event_belongs_to_it(talking_desk: Desk) -> None:
    with talking_desk.transaction() as session:
        whistle = CalledOut(
            number="WS-TEST-1",
            community_id="qinghe",
            kind=Whistle.DAILY,
            matter="停车难",
            because=[],
            proposed_at=talking_desk.clock(),
        )
        session.add(whistle)
        session.flush()
        call = WhistleCall(whistle_id=whistle.id, party_id="street-urban", party_name="青禾街道综合执法队")
        session.add(call)
        session.flush()
        limit = talking_desk.handling.whistles[Whistle.DAILY].sign_in
        subject = Subject(ClockSubject.WHISTLE_CALL, call.id, None, call.party_id)
        clock = clocks.start_for(session, talking_desk, subject, K.SIGN_IN, limit, talking_desk.clock())
    now_is(talking_desk, clock.due_at + timedelta(minutes=1))

    assert stages(swept(talking_desk), clock) == [Stage.BREACH]
    words = "【超时】WS-TEST-1 青禾街道综合执法队 吹哨签到应在3月12日11:00前完成"
    assert {one.text for one in alerts_of(talking_desk, clock)} == {words}


def test_what_nobody_complains_about_goes_into_the_archive(talking_desk: Desk) -> None:
    event = reported(talking_desk, Deed.CLOSE)
    closed = talking_desk.clock()
    now_is(talking_desk, closed + talking_desk.handling.archive_after - timedelta(seconds=1))
    early = swept(talking_desk).archived
    now_is(talking_desk, closed + talking_desk.handling.archive_after)

    assert (early, swept(talking_desk).archived) == (0, 1)
    assert event_now(talking_desk, event).status is EventStatus.ARCHIVED
    (step,) = log_of(talking_desk, event, Deed.ARCHIVE)
    assert (step.from_status, step.to_status, step.actor_kind) == ("closed", "archived", "system")
    with talking_desk.transaction(read_only=True) as session:
        assert not any(one.is_running for one in rows.of_event(session, event.id))


def test_what_cannot_be_read_keeps_nothing_else_out_of_the_archive(
    talking_desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    bad = reported(talking_desk, Deed.CLOSE, "first")
    good = reported(talking_desk, Deed.CLOSE, "second")
    break_event(talking_desk, bad)
    now = now_is(talking_desk, talking_desk.clock() + timedelta(days=40))
    aside = Aside()

    with caplog.at_level(logging.ERROR):
        archived = [sweep(talking_desk, now + later, aside).archived for later in (timedelta(), 2 * sweeping.ASIDE)]

    assert archived == [1, 0]
    assert event_now(talking_desk, good).status is EventStatus.ARCHIVED
    assert caplog.text.count(f"event {bad.id} is not archived and is put aside: LookupError") == 1


def test_what_is_put_aside_leaves_its_place_to_others(talking_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = reported(talking_desk, Deed.CLOSE, "first")
    now_is(talking_desk, talking_desk.clock() + timedelta(minutes=1))
    reported(talking_desk, Deed.CLOSE, "second")
    break_event(talking_desk, bad)
    now = now_is(talking_desk, talking_desk.clock() + timedelta(days=40))
    monkeypatch.setattr(sweeping, "AT_ONCE", 1)
    aside = Aside()

    assert [sweep(talking_desk, now, aside).archived for _ in range(2)] == [0, 1]


def test_what_was_opened_again_stays_out_of_the_archive(talking_desk: Desk) -> None:
    event = reported(talking_desk, Deed.CLOSE)
    with talking_desk.transaction() as session:
        does(session, talking_desk, session.get_one(GridEvent, event.id), Deed.REOPEN, DISPATCHER)
    now_is(talking_desk, talking_desk.clock() + timedelta(days=31))

    assert swept(talking_desk).archived == 0


async def test_it_goes_on_beside_the_service_although_the_store_fails(
    talking_desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with talking_desk.transaction() as session:
        session.connection().exec_driver_sql("ALTER TABLE case_clocks RENAME TO case_clocks_gone")

    with caplog.at_level(logging.ERROR):
        running = asyncio.create_task(Sweeping(talking_desk).run())
        await until(lambda: "say nothing for now" in caplog.text)
        is_over = running.done()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    assert not is_over


async def test_no_single_row_ends_it_for_good(talking_desk: Desk) -> None:
    bad, good = reported(talking_desk, Deed.START, "first"), reported(talking_desk, Deed.CLOSE, "second")
    with talking_desk.transaction() as session:
        session.execute(delete(CaseClock).where(CaseClock.event_id == bad.id))
    break_event(talking_desk, bad)
    now_is(talking_desk, talking_desk.clock() + timedelta(days=40))

    running = asyncio.create_task(Sweeping(talking_desk).run())
    await until(lambda: event_now(talking_desk, good).status is EventStatus.ARCHIVED)
    is_over = running.done()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running

    assert not is_over


def test_events_that_came_without_clocks_get_them_once(talking_desk: Desk) -> None:
    with talking_desk.transaction() as session:
        session.execute(delete(CaseClock))
    sweeping.adopt_all(talking_desk)
    with talking_desk.transaction(read_only=True) as session:
        first = set(session.scalars(select(CaseClock.id)))
        events = session.scalars(select(GridEvent)).all()
    sweeping.adopt_all(talking_desk)

    with talking_desk.transaction(read_only=True) as session:
        assert set(session.scalars(select(CaseClock.id))) == first
        assert rows.without_clocks(session) == []
        assert {one.id for one in events if one.status.is_open} <= set(session.scalars(select(CaseClock.event_id)))


def test_one_event_that_fits_no_catalogue_does_not_keep_others_from_their_clocks(
    talking_desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with talking_desk.transaction() as session:
        session.execute(delete(CaseClock))
        strange, usual = session.scalars(select(GridEvent).where(GridEvent.status == EventStatus.REPORTED)).all()[:2]
        strange.leaf = "9998"

    with caplog.at_level(logging.ERROR):
        sweeping.adopt_all(talking_desk)

    with talking_desk.transaction(read_only=True) as session:
        with_clocks = set(session.scalars(select(CaseClock.event_id)))
    assert usual.id in with_clocks
    assert strange.id not in with_clocks
    assert f"event {strange.id} gets no clocks" in caplog.text


def test_one_event_that_cannot_be_read_does_not_keep_others_from_their_clocks(
    talking_desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = reported(talking_desk, Deed.START, "first"), reported(talking_desk, Deed.START, "second")
    with talking_desk.transaction() as session:
        session.execute(delete(CaseClock))
    break_event(talking_desk, bad)

    with caplog.at_level(logging.ERROR):
        sweeping.adopt_all(talking_desk)

    with talking_desk.transaction(read_only=True) as session:
        with_clocks = set(session.scalars(select(CaseClock.event_id)))
    assert (good.id in with_clocks, bad.id in with_clocks) == (True, False)
    assert f"event {bad.id} gets no clocks: LookupError" in caplog.text
