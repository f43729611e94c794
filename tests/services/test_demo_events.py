"""The demo residents' events: as if the demo staff had handled them, whatever becomes of the clock."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.core.grid_events import EventStatus
from bot.services import outcomes
from bot.services.demo_events import file_demo_events
from bot.services.desk import Desk
from bot.store.engine import Store
from bot.store.files.catalogue_files import load_catalogue
from bot.store.files.community_files import load_demo
from bot.store.files.demo_cases import DemoEvent
from bot.store.queries.cases import steps_of
from bot.store.tables import CaseClock, GridEvent, Message, Resident
from tests.services.stage import NOW


def demo(session: Session) -> dict[str, GridEvent]:
    rows = session.scalars(select(GridEvent).where(GridEvent.resident_id.startswith("demo-")))
    return {row.title: row for row in rows}


def test_the_console_has_something_of_everything_to_show(session: Session) -> None:
    assert {row.status for row in demo(session).values()} == {
        *(EventStatus.REPORTED, EventStatus.ACCEPTED, EventStatus.DISPATCHED, EventStatus.IN_PROGRESS),
        *(EventStatus.RESOLVED, EventStatus.SUSPENDED, EventStatus.CLOSED),
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


def test_they_are_filed_once(desk: Desk) -> None:
    with desk.transaction() as session:
        before = len(demo(session))

    file_demo_events(desk, _events(desk))

    with desk.transaction() as session:
        assert len(demo(session)) == before > 0


def test_none_come_between_those_of_real_residents(desk: Desk, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'real.db'}")
    store.migrate()
    with store.transaction() as session:
        session.execute(delete(Resident))
        session.add(Resident(id="first", channel="webchat", channel_user="w1", created_at=NOW))

    file_demo_events(replace(desk, store=store), _events(desk))

    with store.transaction(read_only=True) as session:
        assert session.scalars(select(GridEvent.id)).all() == []
    store.close()


def _events(desk: Desk) -> tuple[DemoEvent, ...]:
    folder = desk.settings.data
    return load_demo(folder / "demo", load_catalogue(folder / "catalogue").catalogue).cases.events
