"""A desk and a trained assistant to hold whole conversations with; the day is Thursday 12 March 2026."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.services import desk as desks
from bot.services.desk import Desk, open_desk
from bot.services.hub import Hub
from bot.services.settings.in_force import Live
from bot.settings import Settings
from bot.store.engine import Store
from bot.store.queries import learning

if TYPE_CHECKING:
    from bot.dialogue.assistant import Assistant

TEN_IN_THE_MORNING = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)


class Clock:
    """The present, as far as the test wants."""

    def __init__(self) -> None:
        self.moment = TEN_IN_THE_MORNING

    def __call__(self) -> datetime:
        return self.moment

    def turn(self, **later: int) -> None:
        self.moment += timedelta(**later)


def opened(folder: Path) -> Desk:
    """A desk with the demo street in its database; opened once, for reading and seeding takes seconds."""
    settings = Settings.from_environment({"DATABASE_URL": f"sqlite:///{folder / 'template.db'}"})
    desk = open_desk(settings, Clock())
    desk.store.close()
    return desk


def copied(template: Desk, folder: Path) -> Desk:
    """The same with a database and a clock of its own, in use for the actions."""
    path = folder / "linli.db"
    shutil.copy(str(template.store.engine.url.database), path)
    settings = replace(template.settings, database_url=f"sqlite:///{path}")
    store, live = Store(settings.database_url), Live(template.live.files)
    desk = replace(template, settings=settings, store=store, live=live, hub=Hub(), clock=Clock())
    desks.use(desk)
    return desk


def assistant_of(model: Path) -> "Assistant":
    """One assistant for all tests: it reads trackers at the desk that is in use."""
    from bot.dialogue.assistant import Assistant

    return Assistant(model, _tracker)


def _tracker(sender: str) -> str | None:
    with desks.current().transaction(read_only=True) as session:
        return learning.tracker_data(session, sender)
