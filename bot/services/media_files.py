"""Files of residents that must go once the rows naming them are gone for good."""

import logging
from collections.abc import Collection
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

logger = logging.getLogger(__name__)


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
