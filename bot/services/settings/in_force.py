"""What holds now: the files of data/ with what the console says in their place, exchanged whole while others read."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock
from typing import Final, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core import places
from bot.core.catalogue import Catalogue
from bot.core.clocks import WorkCalendar
from bot.core.emergencies import EmergencyRules
from bot.core.holidays import Announced
from bot.core.knowledge import ServicePlace
from bot.core.places import Gazetteer
from bot.errors import LinliError
from bot.services.settings.leaf_content import leaf_with
from bot.services.settings.phone_content import card_with, place_key, place_with
from bot.services.settings.subjects import Subject
from bot.services.settings.year_content import HOURS, hours_of, plan_of
from bot.store.engine import Store
from bot.store.tables import Grid, Setting, SettingChange

LOG = logging.getLogger(__name__)
Value = TypeVar("Value")
Contents = Mapping[str, Mapping[str, object]]

_TOUCHED: Final = "settings_touched"


@dataclass(frozen=True)
class InForce:
    """Everything of data/ that the console may say anew."""

    catalogue: Catalogue
    announced: Announced
    calendar: WorkCalendar
    emergencies: EmergencyRules
    gazetteer: Gazetteer
    offices: tuple[ServicePlace, ...]


class Live:
    """The settings in force; `files` is what data/ says by itself."""

    def __init__(self, files: InForce) -> None:
        self.files = files
        self.now = files
        self._known_change = 0
        self._renewing = Lock()

    def renew(self, store: Store) -> None:
        """Read anew what the console says; whoever reads meanwhile gets the old or the new, never a mixture."""
        # The lock is held while reading, so that of two changes the one read last knows of both.
        with self._renewing, store.transaction(read_only=True) as session:
            self._known_change = _newest_change(session)
            self.now = overlaid(session, self.files)

    def keep_up(self, store: Store) -> None:
        """Renew if another process at the same database has changed a setting; for whoever runs beside the service."""
        with store.transaction(read_only=True) as session:
            is_behind = _newest_change(session) != self._known_change
        if is_behind:
            self.renew(store)


def touch(session: Session) -> None:
    """Note that settings change in this transaction: the desk renews what is in force once it is committed."""
    session.info[_TOUCHED] = True


def is_touched(session: Session) -> bool:
    """Whether settings changed in this transaction."""
    return _TOUCHED in session.info


def overlaid(session: Session, files: InForce) -> InForce:
    """The files with what is set; a setting that no longer fits the files is left out and logged."""
    contents = _contents(session)
    announced = _announced(files.announced, contents[Subject.CALENDAR])
    return InForce(
        catalogue=_catalogue(files.catalogue, contents[Subject.LEAF]),
        announced=announced,
        calendar=announced.calendar(),
        emergencies=_emergencies(files.emergencies, contents[Subject.NUMBER]),
        gazetteer=_gazetteer(files.gazetteer, session),
        offices=tuple(_place(one, contents[Subject.PLACE]) for one in files.offices),
    )


def _newest_change(session: Session) -> int:
    return session.scalar(select(func.max(SettingChange.id))) or 0


def _contents(session: Session) -> Mapping[Subject, Contents]:
    read = (Subject.LEAF, Subject.CALENDAR, Subject.PLACE, Subject.NUMBER)
    found: dict[Subject, dict[str, Mapping[str, object]]] = {subject: {} for subject in read}
    for row in session.scalars(select(Setting).where(Setting.subject.in_(read))):
        if row.content:
            found[Subject(row.subject)][row.key] = row.content
    return found


def _catalogue(files: Catalogue, contents: Contents) -> Catalogue:
    leaves = dict(files.leaves)
    for code, content in contents.items():
        if code in leaves:
            leaf = leaves[code]
            leaves[code] = _or(leaf, partial(leaf_with, leaf, content, files.kinds), code)
    return replace(files, leaves=leaves)


def _announced(files: Announced, contents: Contents) -> Announced:
    announced = files
    for key, content in sorted(contents.items()):
        if key == HOURS:
            hours = _or(announced.hours, partial(hours_of, content), key)
            announced = replace(announced, hours=hours)
        elif key.isdigit():
            plan = _or(files.plan(int(key)), partial(plan_of, content), key)
            announced = announced.with_plan(int(key), plan)
    return announced


def _emergencies(files: EmergencyRules, contents: Contents) -> EmergencyRules:
    if not contents:
        return files
    cards = {leaf: _or(card, partial(card_with, card, contents), leaf) for leaf, card in files.cards.items()}
    return replace(files, cards=cards)


def _place(place: ServicePlace, contents: Contents) -> ServicePlace:
    content = contents.get(place_key(place))
    return _or(place, partial(place_with, place, content), place.name) if content else place


def _gazetteer(files: Gazetteer, session: Session) -> Gazetteer:
    edited = {row.id: row for row in session.scalars(select(Grid).where(Grid.edited_at.is_not(None)))}
    return replace(files, grids=tuple(_grids(files, edited))) if edited else files


def _grids(files: Gazetteer, edited: Mapping[str, Grid]) -> Iterator[places.Grid]:
    for grid in files.grids:
        row = edited.get(grid.id)
        yield replace(grid, name=row.name, polygon=_ring(row.polygon)) if row else grid


def _ring(stored: Sequence[Sequence[float]]) -> tuple[places.Point, ...]:
    return tuple((lon, lat) for lon, lat in stored)


def _or(otherwise: Value, made: Callable[[], Value], key: str) -> Value:
    try:
        return made()
    except LinliError as misfit:
        LOG.warning("the setting %s no longer fits the files and is left out: %s", key, misfit.message)
        return otherwise
