"""Forms that come twice: from a slow network, a second tap, or a page that was gone back to."""

import hashlib
import re
import secrets
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from bot.errors import Conflict, InvalidInput
from bot.services.desk import Desk
from bot.store.queries import sent_forms
from bot.store.tables import SentForm, Staff

# Nobody goes back to a page of last week to send it again.
KEPT: Final = timedelta(days=7)
_TOKEN: Final = re.compile(r"[0-9a-f]{32}")
_BYTES: Final = 16


class SentBefore(Conflict):
    """A form of this page was taken already, and it said something else."""

    def __init__(self) -> None:
        super().__init__("这个页面刚才已经交过一次，这次写的不一样，还没有交", "要另外再交，就再点一次")


def fresh_token() -> str:
    """A token for a form; every page that is shown carries new ones."""
    return secrets.token_hex(_BYTES)


def is_first(session: Session, desk: Desk, staff: Staff, token: str, *said: str | bytes) -> bool:
    """Whether this form is to be acted on: False where the same one, with all that it `said`, was before.

    What is done with it belongs into the same transaction, so that a form that was refused may come again.
    A form without token is a script's own, and always acted on. Raises SentBefore, InvalidInput.
    """
    if not token:
        return True
    if not _TOKEN.fullmatch(token):
        raise InvalidInput("这个页面已经过期", "请刷新页面再试一次")
    now, digest = desk.clock(), _digest(token, said)
    sent_forms.forget_before(session, now - KEPT)
    if sent_forms.keep(session, SentForm(token=token, staff_id=staff.id, digest=digest, at=now)):
        return True
    known = session.get_one(SentForm, token)
    if (known.staff_id, known.digest) != (staff.id, digest):
        raise SentBefore
    return False


def _digest(token: str, said: tuple[str | bytes, ...]) -> str:
    """Under the token, so that the same words of two forms are not seen to be the same."""
    digest = hashlib.sha256(token.encode())
    for part in said:
        read = part.encode() if isinstance(part, str) else part
        digest.update(len(read).to_bytes(8, "big") + read)
    return digest.hexdigest()
