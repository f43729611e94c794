"""The demo residents' events and whistles: as if the demo staff had handled them, whatever becomes of the clock."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.core.catalogue import Whistle
from bot.core.grid_events import EventStatus, Satisfaction, Solved
from bot.core.periods import Span, period_of
from bot.core.whistles import WhistleStatus
from bot.errors import NotFound
from bot.services import demo_whistles, early_warnings, figures, outcomes
from bot.services.demo_events import file_demo_events
from bot.services.desk import Desk
from bot.services.figures import Asked
from bot.store.engine import Store
from bot.store.files.catalogue_files import load_catalogue
from bot.store.files.community_files import load_demo
from bot.store.files.demo_cases import DemoCases
from bot.store.files.demo_whistles import DemoWhistle, DemoWhistleStep, WhistleAct
from bot.store.queries.cases import steps_of
from bot.store.tables import (
    CalledOut,
    CaseClock,
    EventCallBack,
    GridEvent,
    GroupAlert,
    Message,
    Resident,
    WarningKind,
    WhistleCall,
)
from tests.services.stage import DISPATCHER, NOW, staff


def demo(session: Session) -> dict[str, GridEvent]:
    rows = session.scalars(select(GridEvent).where(GridEvent.resident_id.startswith("demo-")))
    return {row.title: row for row in rows}


def test_the_console_has_something_of_everything_to_show(session: Session) -> None:
    assert {row.status for row in demo(session).values()} == {
        *(EventStatus.REPORTED, EventStatus.ACCEPTED, EventStatus.DISPATCHED, EventStatus.IN_PROGRESS),
        *(EventStatus.RESOLVED, EventStatus.SUSPENDED, EventStatus.CLOSED, EventStatus.SIGNED),
        EventStatus.WITHDRAWN,
    }


def test_the_log_tells_how_each_got_there(session: Session) -> None:
    for row in demo(session).values():
        log = steps_of(session, row)
        assert log[0].deed == "file"
        assert all(one.to_status == after.from_status for one, after in pairwise(log))
        assert all(one.at <= after.at <= NOW for one, after in pairwise(log))
        assert log[0].at == row.created_at
        assert log[-1].to_status == row.status


def test_clocks_and_figures_are_what_they_would_be(session: Session) -> None:
    closed = demo(session)["垃圾桶满了没人收"]

    kept = outcomes.compare(session)

    assert kept.differences == ()
    assert session.scalars(select(CaseClock.id).where(CaseClock.event_id == closed.id)).all()


def test_nothing_is_said_to_residents_who_do_not_exist(session: Session) -> None:
    assert session.scalars(select(Message.id)).all() == []


def test_nor_to_the_groups_of_what_is_long_over(session: Session) -> None:
    assert session.scalars(select(GroupAlert.id)).all() == []


def test_whistles_stand_at_every_stage(session: Session) -> None:
    found = {row.status: row for row in session.scalars(select(CalledOut))}

    proposed, blown, over = (
        found[one] for one in (WhistleStatus.PROPOSED, WhistleStatus.BLOWN, WhistleStatus.EVALUATED)
    )
    assert (proposed.kind, proposed.proposed_by, len(proposed.because)) == (Whistle.DAILY, None, 1)
    (call,) = session.scalars(select(WhistleCall).where(WhistleCall.whistle_id == blown.id))
    assert (call.party_id, call.signed_by, call.contacted_at is None, call.arrived_at) == (
        *("street-urban", "石军", False),
        None,
    )
    scores = session.scalars(select(WhistleCall.score).where(WhistleCall.whistle_id == over.id)).all()
    assert set(scores) == {4, 5}


def test_one_topic_rises_and_the_lookout_sees_it(session: Session, desk: Desk) -> None:
    (warning,) = early_warnings.look(session, desk, desk.clock())

    assert (warning.kind, warning.grid_id, warning.count, warning.households) == (
        *(WarningKind.RISING, "liuan-g1"),
        *(3, 3),
    )


def test_residents_say_different_things_of_what_was_done(session: Session) -> None:
    calls = session.scalars(select(EventCallBack)).all()

    assert {one.solved for one in calls} == set(Solved)
    assert {one.satisfaction for one in calls} == set(Satisfaction) - {Satisfaction.UNRATED}


def test_the_figures_of_the_month_have_something_to_show(session: Session, desk: Desk) -> None:
    month = period_of(Span.THIS_MONTH, NOW.date())

    found = figures.overview(session, desk, staff(session, DISPATCHER), Asked(month))

    assert found.total.accepted >= 10
    assert 0 < found.total.calls_solved < found.total.calls_reached
    assert 0 < found.total.ratings_content < found.total.ratings


def test_a_whistle_neither_rules_nor_staff_asked_for_is_told_with_its_event(session: Session, desk: Desk) -> None:
    step = DemoWhistleStep(WhistleAct.BLOW, timedelta(), DISPATCHER, "", None, ("street-urban",), "", "", 0, None)
    silent = DemoWhistle("楼道灯不亮", Whistle.DAILY, "", (step,))

    with pytest.raises(NotFound, match="「楼道灯不亮」没有日常哨"):
        demo_whistles.take_step(session, desk, demo(session)["楼道灯不亮"], silent, step)


def test_they_are_filed_once(desk: Desk) -> None:
    with desk.transaction() as session:
        before = len(demo(session))

    file_demo_events(desk, _cases(desk))

    with desk.transaction() as session:
        assert len(demo(session)) == before > 0


def test_none_come_between_those_of_real_residents(desk: Desk, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'real.db'}")
    store.migrate()
    with store.transaction() as session:
        session.execute(delete(Resident))
        session.add(Resident(id="first", channel="webchat", channel_user="w1", created_at=NOW))

    file_demo_events(replace(desk, store=store), _cases(desk))

    with store.transaction(read_only=True) as session:
        assert session.scalars(select(GridEvent.id)).all() == []
    store.close()


def _cases(desk: Desk) -> DemoCases:
    folder = desk.settings.data
    return load_demo(folder / "demo", load_catalogue(folder / "catalogue").catalogue).cases
