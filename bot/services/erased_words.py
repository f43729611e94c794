"""What others wrote about somebody who is erased: names, rooms and numbers go, what was done stays."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from bot.core.scrubbing import Identity, scrub, unnamed
from bot.store.queries import erased_words
from bot.store.queries.erased_words import WORDS, Row
from bot.store.tables import Case, GridEvent


def forget_around(session: Session, case: Case, known: Identity, *, is_own: bool) -> None:
    """Take them out of everything that hangs on a case; of what others reported only what is known of them.

    The step log is kept for ever: a line that names them loses its words whole, and nothing else of it changes.
    """
    rows = erased_words.rows_about(session, case) if isinstance(case, GridEvent) else []
    _forget(rows, known, is_own=is_own)
    if isinstance(case, GridEvent):
        case.outcome = scrub(case.outcome, known) if is_own else unnamed(case.outcome, known)
    telling = [one for one in erased_words.steps_about(session, case) if unnamed(one.note, known) != one.note]
    if telling:
        session.flush()
        erased_words.blank_steps(session, telling)


def forget_notes(session: Session, conversation_id: int, known: Identity) -> None:
    """Notes beside a conversation that still waits for somebody stay, without who it is."""
    _forget(erased_words.notes_beside(session, conversation_id), known, is_own=True)


def _forget(rows: Iterable[Row], known: Identity, *, is_own: bool) -> None:
    for row in rows:
        for name in WORDS[type(row)]:
            written = getattr(row, name)
            left: object = (
                [_left(one, known, is_own=is_own) for one in written]
                if isinstance(written, list)
                else _left(written, known, is_own=is_own)
            )
            if left != written:
                setattr(row, name, left)


def _left(written: str, known: Identity, *, is_own: bool) -> str:
    return scrub(written, known) if is_own else unnamed(written, known)
