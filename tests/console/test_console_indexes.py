"""Every page of the staff reads large tables by index, on a database that knows nothing of how its tables look."""

import re
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from aiohttp import web
from aiohttp.web import AbstractResource
from sqlalchemy import event
from yarl import URL

from bot.services.desk import Desk
from bot.services.hub import Hub
from bot.services.late_models import LateModels
from bot.services.settings.in_force import Live
from bot.store.engine import Store
from bot.store.tables import Base
from bot.workbench import routes as workbench
from tests.benchmarks import busy_desks
from tests.benchmarks.big_street import END
from tests.benchmarks.console_addresses import AUDITOR, EVERYBODY, addresses, found
from tests.console.house import opened_house, staff_app
from tests.services.stage import DISPATCHER, WORKER

EVENTS, MESSAGES = 400, 400
# What a street has few of, however long the service runs: a hundred pages of them would still be few.
FEW: Final = frozenset(
    {
        *("communities", "grids", "buildings", "parties", "staff", "settings", "canned_answers", "staff_sessions"),
        *("whistles", "early_warnings", "labels", "knowledge_entries"),
    }
)
LARGE: Final = frozenset(Base.metadata.tables) - FEW
# Any part of a case's number or of an object's name may be typed: an index of nothing else is gone through for it.
NAMES: Final = ("number LIKE", "audit.object LIKE")
LEADS_ON: Final = frozenset({"/console", "/workbench"})
# It shows a model, which is a file.
OF_A_FILE: Final = "/workbench/models/{name}"
# The large street has rows of pictures and no files.
OF_FILES: Final = re.compile(r"/(?:attachments|photos)/\d+$")
STAFF: Final = ("/console", "/workbench")
OK: Final = 200
_SCAN: Final = re.compile(r"SCAN ([a-z_]+?)(?:_\d+)?(?: (.+))?")


class Questions:
    """What the pages asked the database, each once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.asked: dict[str, tuple[object, ...]] = {}

    def note(
        self, _connection: object, _cursor: object, statement: str, parameters: tuple[object, ...], *_: object
    ) -> None:
        if statement.startswith(("SELECT", "WITH")):
            self.asked.setdefault(statement, parameters)

    def read_through(self) -> list[str]:
        """The questions that are answered by going through a large table."""
        with closing(sqlite3.connect(self.path)) as database:
            return [
                f"{step} for {statement}"
                for statement, parameters in self.asked.items()
                for *_, step in database.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
                if _goes_through(step, statement)
            ]


@pytest.fixture(scope="module")
def street(opened: Desk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small street with everything a large one has; nothing was ever analysed in it."""
    path = tmp_path_factory.mktemp("street") / "linli.db"
    with _desk(opened, path, _database(opened)) as desk:
        busy_desks.build(desk, EVENTS, MESSAGES)
    return path


@pytest.fixture
def copied(opened: Desk, street: Path, tmp_path: Path) -> Iterator[Desk]:
    with _desk(opened, tmp_path / "linli.db", street) as desk:
        yield desk


@pytest.mark.parametrize("who", EVERYBODY)
async def test_no_page_goes_through_a_large_table(copied: Desk, who: str) -> None:
    questions = await _opened(copied, who, _addresses(copied))

    assert len(questions.asked) > 1
    assert questions.read_through() == []


@pytest.mark.parametrize(
    ("index", "who", "address"),
    [
        ("ix_grid_events_building_id_created_at", DISPATCHER, "/console/events?status=all&building=qinghe-qh-5"),
        ("ix_audit_action_at", AUDITOR, "/console/audit?action=staff:login"),
        ("ix_messages_conversation_id_id", WORKER, "/console/conversations"),
    ],
)
async def test_a_page_whose_index_is_gone_is_found_out(copied: Desk, index: str, who: str, address: str) -> None:
    with copied.store.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP INDEX {index}")

    assert (await _opened(copied, who, [address])).read_through() != []


async def test_every_page_is_among_those_that_are_looked_at(copied: Desk) -> None:
    routes = _app(copied).router.routes()
    pages = {route.resource.canonical: route.resource for route in routes if route.method == "GET" and route.resource}
    opened = [URL(address).path for address in _addresses(copied)]

    missing = {name for name, page in pages.items() if not any(_leads_to(page, path) for path in opened)}

    assert {name for name in missing if name.startswith(STAFF) and not name.endswith("/stream")} == {OF_A_FILE}


async def test_every_address_that_is_looked_at_can_be_opened(copied: Desk) -> None:
    closed = {one for one in _addresses(copied) if one not in LEADS_ON and not OF_FILES.search(one)}
    async with opened_house(copied, _app(copied)) as house:
        for who in EVERYBODY:
            browser = await house.enter(who)
            closed -= {address for address in sorted(closed) if (await browser.get(address)).status == OK}

    assert closed == set()


def _leads_to(page: AbstractResource, path: str) -> bool:
    info = page.get_info()
    return bool(info["pattern"].fullmatch(path)) if "pattern" in info else info.get("path") == path


def _goes_through(step: str, statement: str) -> bool:
    """Walking along an index that holds all that is asked, and stopping early, is not going through."""
    scan = _SCAN.fullmatch(step)
    if scan is None or scan[1] not in LARGE:
        return False
    is_walk = "COVERING" in (scan[2] or "") or "WHERE" not in statement
    return not (is_walk and ("LIMIT" in statement or any(name in statement for name in NAMES)))


def _addresses(desk: Desk) -> Sequence[str]:
    with desk.transaction(read_only=True) as session:
        return addresses(found(session, desk))


async def _opened(desk: Desk, who: str, pages: Sequence[str]) -> Questions:
    questions = Questions(Path(str(desk.store.engine.url.database)))
    async with opened_house(desk, _app(desk)) as house:
        browser = await house.enter(who)
        event.listen(desk.store.engine, "before_cursor_execute", questions.note)
        for page in pages:
            await browser.get(page)
        event.remove(desk.store.engine, "before_cursor_execute", questions.note)
    return questions


def _app(desk: Desk) -> web.Application:
    app = staff_app(desk)
    workbench.add(app, LateModels(desk.settings.models))
    return app


def _database(desk: Desk) -> Path:
    return Path(str(desk.store.engine.url.database))


@contextmanager
def _desk(opened: Desk, path: Path, source: Path) -> Iterator[Desk]:
    shutil.copy(source, path)
    store = Store(f"sqlite:///{path}")
    yield replace(opened, store=store, live=Live(opened.live.files), hub=Hub(), clock=lambda: END)
    store.close()
