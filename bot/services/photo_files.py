"""Files of the pictures staff take: each belongs to one row, and without the row it does not stay.

A file is written under `cases/new` before its row, and moved to its place once the row is committed. So whatever dies
in between leaves it where `settle` finds it, and no file that has come to its place is ever looked for again: a
second service with a database of its own on the same folder deletes nothing of the first.
"""

import logging
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import event
from sqlalchemy.orm import Session

from bot.services.desk import Desk
from bot.services.media_files import write
from bot.services.pictures import Media
from bot.store.queries import photos

LOG: Final = logging.getLogger(__name__)
FOLDER: Final = "cases"
NEW: Final = "new"
# No transaction is open for so long.
IN_FLIGHT: Final = timedelta(hours=1)


def put(session: Session, folder: Path, media: Media) -> str:
    """Keep the bytes if this transaction is committed, and not else; returns the path inside the folder."""
    name = f"{secrets.token_hex(16)}{media.suffix}"
    waiting, place = folder / FOLDER / NEW / name, folder / _path(name)
    write(waiting, media.data)

    def arrive(_: Session) -> None:
        _move(waiting, place)

    def vanish(_: Session) -> None:
        waiting.unlink(missing_ok=True)

    event.listen(session, "after_commit", arrive, once=True)
    event.listen(session, "after_rollback", vanish, once=True)
    return _path(name)


def settle(desk: Desk) -> int:
    """Move what a service that died has committed, delete what it has not; returns how many files that concerned."""
    waiting = desk.settings.media / FOLDER / NEW
    in_flight = (desk.clock() - IN_FLIGHT).timestamp()
    left = [one for one in waiting.glob("*") if _written(one) < in_flight]
    if not left:
        return 0
    with desk.transaction(read_only=True) as session:
        kept = photos.named(session, [_path(one.name) for one in left])
    for one in left:
        if _path(one.name) in kept:
            _move(one, desk.settings.media / _path(one.name))
        else:
            one.unlink(missing_ok=True)
    return len(left)


def _written(file: Path) -> float:
    """When, as seconds since 1970; what has just come to its place was written later than anything."""
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _path(name: str) -> str:
    return f"{FOLDER}/{name[:2]}/{name}"


def _move(waiting: Path, place: Path) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        waiting.replace(place)
    except FileNotFoundError:
        # Moved already, or taken back: the same listener heard of another transaction of the session.
        return
    except OSError as problem:
        # The row is there: `settle` tries again.
        LOG.error("a picture has not come to its place: %s (%s)", place, problem.strerror)  # noqa: TRY400
