"""How long the staff's pages take on a large street; exits with 1 where one of them takes too long.

python -m tests.benchmarks.console_pages [--events N] [--messages M] [--times T] [--keep FILE] [--only PART]
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median, quantiles
from typing import Final, NoReturn

from sqlalchemy import Engine, event, select

from bot.app import create_app
from bot.errors import Unavailable
from bot.services import lasting
from bot.services.desk import Desk, open_desk
from bot.services.late_models import LateModels
from bot.services.talk_thread import TalkThread
from bot.settings import Settings
from bot.store.tables import Staff
from tests.benchmarks import busy_desks
from tests.benchmarks.big_street import END, EVENTS, MESSAGES
from tests.benchmarks.console_addresses import EVERYBODY, addresses, found
from tests.console.house import TRAINER, Browser, hire_trainer_and_admin, opened_house

LIMIT: Final = 0.3
TIMES: Final = 20
OK: Final = 200
LONGEST_STATEMENT: Final = 110


@dataclass(frozen=True)
class Measured:
    """The seconds a page took for somebody, each time, and the slowest statement of all of them.

    `busy` are the seconds this process computed each time: what a loaded machine adds is not in them.
    """

    who: str
    address: str
    took: tuple[float, ...]
    busy: tuple[float, ...]
    slowest: float
    statement: str

    @property
    def late(self) -> float:
        """What 95 of 100 times do not exceed."""
        return quantiles(self.took, n=20, method="inclusive")[-1] if len(self.took) > 1 else self.took[0]


class Statements:
    """The slowest statement since it was last asked for."""

    def __init__(self) -> None:
        self.slowest = 0.0
        self.text = ""
        self._began = 0.0

    def begin(self, *_: object) -> None:
        """A statement goes to the database."""
        self._began = time.perf_counter()

    def end(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        """It is answered: SQLite has found the first row, the rest is read afterwards."""
        took = time.perf_counter() - self._began
        if took > self.slowest:
            self.slowest, self.text = took, " ".join(statement.split())

    def forget(self) -> None:
        """Begin anew."""
        self.slowest, self.text = 0.0, ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns 1 where a page is too slow."""
    asked = _asked(arguments)
    with tempfile.TemporaryDirectory() as folder:
        desk = _street(asked.keep or Path(folder) / "street.db", asked.events, asked.messages)
        measured = asyncio.run(_measure(desk, asked.times, asked.only))
        desk.store.close()
    slow = [one for one in measured if one.late > LIMIT]
    _say(_table(measured))
    load = os.getloadavg()[0]
    _say(f"{len(measured)} pages, {len(slow)} beyond {LIMIT * 1000:.0f} ms; load of the machine {load:.1f}")
    return 1 if slow else 0


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="console_pages", description=__doc__)
    parser.add_argument("--events", type=int, default=EVENTS, metavar="N")
    parser.add_argument("--messages", type=int, default=MESSAGES, metavar="M")
    parser.add_argument("--times", type=int, default=TIMES, metavar="T", help="how often each page is opened")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="keep the database, or measure one kept before")
    parser.add_argument("--only", default="", metavar="PART", help="only addresses with this part")
    return parser.parse_args(arguments)


def _street(path: Path, events: int, messages: int) -> Desk:
    is_kept = path.exists()
    settings = Settings.from_environment({**os.environ, "DATABASE_URL": f"sqlite:///{path}"})
    desk = replace(open_desk(settings), clock=lambda: END)
    if not is_kept:
        _say(f"building a street of {events} events and {messages} messages")
        busy_desks.build(desk, events, messages)
    with desk.transaction(read_only=True) as session:
        has_trainer = session.scalar(select(Staff.id).where(Staff.username == TRAINER)) is not None
    if not has_trainer:
        hire_trainer_and_admin(desk)
    return desk


async def _measure(desk: Desk, times: int, only: str) -> list[Measured]:
    with desk.transaction(read_only=True) as session:
        wanted = [one for one in addresses(found(session, desk)) if only in one]
    app = create_app(desk, TalkThread(desk, _no_model), LateModels(desk.settings.models))
    # As the service does once it is ready.
    lasting.keep()
    measured: list[Measured] = []
    async with opened_house(desk, app) as house:
        with _listening(desk.store.engine) as statements:
            for who in EVERYBODY:
                browser = await house.enter(who)
                for address in wanted:
                    measured += await _open(browser, who, address, times, statements)
    return measured


async def _open(browser: Browser, who: str, address: str, times: int, statements: Statements) -> list[Measured]:
    """Only pages that this job has: the refusal of another one says nothing."""
    if (await browser.get(address)).status != OK:
        return []
    took, busy = [], []
    statements.forget()
    for _ in range(times):
        began, computed = time.perf_counter(), time.process_time()
        await browser.get(address)
        took.append(time.perf_counter() - began)
        busy.append(time.process_time() - computed)
    return [Measured(who, address, tuple(took), tuple(busy), statements.slowest, statements.text)]


@contextmanager
def _listening(engine: Engine) -> Iterator[Statements]:
    statements = Statements()
    event.listen(engine, "before_cursor_execute", statements.begin)
    event.listen(engine, "after_cursor_execute", statements.end)
    yield statements
    event.remove(engine, "before_cursor_execute", statements.begin)
    event.remove(engine, "after_cursor_execute", statements.end)


def _no_model() -> NoReturn:
    raise Unavailable("这里只量页面，没有模型")


def _table(measured: Sequence[Measured]) -> str:
    head = " median     p95     max     busy  slowest statement  who, page, statement\n"
    return head + "".join(_line(one) for one in sorted(measured, key=lambda one: one.late))


def _line(one: Measured) -> str:
    numbers = (median(one.took), one.late, max(one.took), median(one.busy), one.slowest)
    figures = " ".join(f"{seconds * 1000:7.1f}" for seconds in numbers)
    return f"{figures}  {one.who:12} {one.address}  {one.statement[:LONGEST_STATEMENT]}\n"


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")


if __name__ == "__main__":
    sys.exit(main())
