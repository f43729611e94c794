"""The register of events (台账): one line for each event with all its times, kept by nobody and always complete."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.services.desk import Desk
from bot.services.figures import Asked, wanted_by
from bot.store.queries import outcomes
from bot.store.queries.outcomes import Entry, Line
from bot.store.tables import Staff

PAGE: Final = 50


@dataclass(frozen=True)
class Register:
    """One page of the register, and how many lines and pages there are in all."""

    entries: Sequence[Entry]
    total: int
    pages: int


def register(session: Session, desk: Desk, staff: Staff, asked: Asked, page: int) -> Register:
    """The page, counted from 1; raises NotAllowed, NotFound."""
    wanted = wanted_by(session, desk, staff, asked)
    total = outcomes.number_of(session, wanted)
    pages = max(-(-total // PAGE), 1)
    if page > pages:
        raise NotFound("没有这一页", f"一共只有{pages}页")
    return Register(outcomes.register_page(session, wanted, (page - 1) * PAGE, PAGE), total, pages)


def length(session: Session, desk: Desk, staff: Staff, asked: Asked) -> int:
    """How many lines there are; raises NotAllowed, NotFound."""
    return outcomes.number_of(session, wanted_by(session, desk, staff, asked))


def whole_register(session: Session, desk: Desk, staff: Staff, asked: Asked) -> Iterator[Line]:
    """All of it, a line at a time; raises NotAllowed, NotFound."""
    return outcomes.whole_register(session, wanted_by(session, desk, staff, asked))
