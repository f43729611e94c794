"""The large street for measuring: made as the service itself writes, and lists of it are read by index."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from typing import Self

import pytest
from sqlalchemy import delete, event, func, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from bot.core.grid_events import EventStatus
from bot.core.stages import Stage
from bot.services import (
    board,
    case_search,
    case_terms,
    map_view,
    outcomes,
    reporting,
    similar_cases,
    topics,
    voices,
)
from bot.services.case_wanted import Sort, Wanted
from bot.services.desk import Desk
from bot.services.settings.in_force import Live
from bot.store.engine import Store
from bot.store.tables import CaseKind, CaseTerm, GridEvent, Message
from tests.benchmarks import big_street
from tests.services.stage import BUILDING, DISPATCHER, GRID_WORKER, WORKER, at, staff

EVENTS, MESSAGES = 2000, 300
EVENT = CaseKind.GRID_EVENT
LARGE = ("grid_events", "case_steps", "case_clocks", "event_callbacks", "messages")


@pytest.fixture(scope="module")
def built(opened: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    path = tmp_path_factory.mktemp("big") / "linli.db"
    shutil.copy(str(opened.store.engine.url.database), path)
    desk = replace(opened, store=Store(f"sqlite:///{path}"), live=Live(opened.live.files))
    big_street.build(desk, EVENTS, MESSAGES)
    yield desk
    desk.store.close()


@pytest.fixture
def session(built: Desk) -> Iterator[Session]:
    with built.transaction(read_only=True) as session:
        yield session


def test_there_are_as_many_as_were_wanted(session: Session) -> None:
    big = select(func.count()).select_from(GridEvent).where(GridEvent.resident_id.startswith("big-"))

    assert session.scalar(big) == EVENTS
    assert session.scalar(select(func.count()).select_from(Message).where(Message.channel_message_id.is_not(None))) == (
        MESSAGES / 2
    )


def test_an_event_of_it_is_found_by_the_terms_the_service_would_give_it(built: Desk, session: Session) -> None:
    one = session.scalars(select(GridEvent).order_by(GridEvent.id.desc())).first()
    assert one is not None
    mine = select(CaseTerm.term).where(CaseTerm.case_kind == EVENT, CaseTerm.case_id == one.id)
    kept = set(session.scalars(mine))

    with built.transaction() as writing:
        case_terms.index(writing, built, writing.get_one(GridEvent, one.id))
        assert set(writing.scalars(mine)) == kept


def test_cases_from_before_there_were_terms_get_them_in_portions(built: Desk) -> None:
    case_terms.index_missing(built)
    with built.transaction() as session:
        before = _terms(session)
        session.execute(delete(CaseTerm))

    indexed = case_terms.index_missing(built)

    with built.transaction(read_only=True) as session:
        assert _terms(session) == before
    assert indexed == len({(kind, case_id) for _, kind, case_id in before}) > case_terms.AT_ONCE
    assert {kind for _, kind, _ in before} == set(CaseKind)
    assert case_terms.index_missing(built) == 0


def test_its_figures_are_what_its_log_says(session: Session) -> None:
    newest = select(GridEvent.id).order_by(GridEvent.id.desc()).offset(50).limit(1)

    assert outcomes.compare(session, session.scalars(newest).one()).differences == ()


def test_counting_stops_where_nobody_turns_pages_any_more(built: Desk, session: Session) -> None:
    last = Wanted(everything=True, page=case_search.MOST_PAGES)

    found = case_search.find(session, built, staff(session, DISPATCHER), EVENT, last)

    assert (found.total, found.is_more, len(found.cases)) == (case_search.MOST, True, case_search.PAGE)


def test_a_column_of_the_board_is_cut_and_says_how_many_there_are(built: Desk, session: Session) -> None:
    columns = board.columns(session, built, staff(session, DISPATCHER), Wanted())

    working = next(one for one in columns if one.stage is Stage.WORKING)
    assert (len(working.cases), working.is_cut) == (board.CARDS, True)
    assert working.total > board.CARDS


def test_the_map_counts_what_the_list_lists(built: Desk, session: Session) -> None:
    me = staff(session, DISPATCHER)

    overview = map_view.overview(session, built, me, Wanted())

    assert overview.total.waiting == case_search.find(session, built, me, EVENT, Wanted()).total
    assert overview.total.late == case_search.find(session, built, me, EVENT, Wanted(is_overdue=True)).total
    for one in overview.grids:
        listed = case_search.find(session, built, me, EVENT, Wanted(grid_id=one.grid.id))
        assert one.load.waiting == listed.total


@pytest.mark.parametrize("who", [DISPATCHER, WORKER, GRID_WORKER])
@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(everything=True),
        Wanted(status=EventStatus.ARCHIVED),
        *(Wanted(stage=stage) for stage in Stage),
        Wanted(sort=Sort.DUE),
        Wanted(is_overdue=True),
        Wanted(is_mine=True),
        Wanted(is_whistled=True, everything=True),
        Wanted(leaf="05", everything=True),
        Wanted(party_id="street-lift", everything=True),
        Wanted(words="5号楼 电梯", everything=True),
        Wanted(words="灯"),
        Wanted(number="0007"),
    ],
    ids=str,
)
def test_no_list_reads_a_large_table_through(built: Desk, session: Session, who: str, wanted: Wanted) -> None:
    me = staff(session, who)
    with _Plans(session.connection()) as plans:
        case_search.find(session, built, me, EVENT, wanted)

    assert plans.seen
    assert [step for step in plans.seen if _reads_through(step)] == []


def test_what_is_late_is_found_among_the_clocks_that_still_run(built: Desk, session: Session) -> None:
    with _Plans(session.connection()) as plans:
        map_view.overview(session, built, staff(session, DISPATCHER), Wanted())
        case_search.find(session, built, staff(session, DISPATCHER), EVENT, Wanted(is_overdue=True))

    # Of whatever kind they are: by kind or subject, all that ever ran would be looked at.
    of_clocks = [step for step in plans.seen if "case_clocks" in step]
    assert of_clocks
    assert [step for step in of_clocks if "ix_case_clocks_running" not in step] == []


def test_what_is_alike_and_what_comes_back_is_found_by_index(built: Desk, session: Session) -> None:
    often = replace(built.handling.repeated, least=1)
    dense = replace(built, handling=replace(built.handling, same_place_metres=200, repeated=often))
    here = session.scalars(select(GridEvent).where(GridEvent.building_id == BUILDING).limit(1)).one()
    first = session.scalars(select(func.min(GridEvent.closed_at))).one()
    assert first is not None
    with _Plans(session.connection()) as plans:
        reporting.open_duplicate(session, dense, here.leaf, at(built, BUILDING))
        similar_cases.similar_open(session, dense, here)
        voices.households(session, here)
        assert topics.repeated(session, dense, first + built.handling.repeated.within)

    assert plans.seen
    assert [step for step in plans.seen if _reads_through(step)] == []


def _terms(session: Session) -> set[tuple[str, CaseKind, int]]:
    return {(row.term, row.case_kind, row.case_id) for row in session.scalars(select(CaseTerm))}


class _Plans:
    """Collects how SQLite answers each query of a connection."""

    def __init__(self, connection: Connection) -> None:
        self.seen: list[str] = []
        self._connection = connection

    def __enter__(self) -> Self:
        event.listen(self._connection, "before_cursor_execute", self._explain)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self._connection, "before_cursor_execute", self._explain)

    def _explain(self, _connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        driver = self._connection.connection.driver_connection
        assert driver is not None
        rows = driver.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
        self.seen += [row[3] for row in rows]


def _reads_through(step: str) -> bool:
    """Whole rows of a large table, or all terms of a kind; walking along an index and stopping early is not that."""
    is_scan = any(step.startswith(f"SCAN {table}") for table in LARGE) and "INDEX" not in step
    return is_scan or ("case_terms" in step and step.endswith("(case_kind=?)"))
