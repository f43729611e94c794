"""Files below the media folder: written under the name of their content, gone once the rows naming them are."""

import logging
import os
from collections.abc import Collection
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp

from sqlalchemy import event
from sqlalchemy.orm import Session

logger = logging.getLogger(__name__)


def store_media(folder: Path, data: bytes, suffix: str) -> str:
    """Write the bytes below the folder under the name of their content; returns the path inside the folder.

    The same bytes are written once: before deleting a file, make sure nobody else sent the same.
    """
    digest = sha256(data).hexdigest()
    name = f"{digest[:2]}/{digest[2:4]}/{digest}{suffix}"
    place = folder / name
    if not place.exists():
        write(place, data)
    return name


def write(place: Path, data: bytes) -> None:
    """Write all of it or nothing, whatever dies in between; mkstemp lets only this user read it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = mkstemp(dir=place.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(place)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def remove_after_commit(session: Session, files: Collection[Path]) -> None:
    """Delete the files when this transaction has been committed; after a rollback they stay."""
    if not files:
        return

    def remove(_: Session) -> None:
        for file in files:
            _remove(file)

    event.listen(session, "after_commit", remove, once=True)


def _remove(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as problem:
        # The rows are gone already: only an operator can still help.
        logger.error("a file that had to be erased is still there: %s (%s)", file, problem.strerror)  # noqa: TRY400
