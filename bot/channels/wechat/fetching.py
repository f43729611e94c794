"""Fetches what residents sent besides words: within the three days the platform keeps it."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from bot.channels.wechat.accounts import Account
from bot.channels.wechat.faults import Handling, WechatFault, WechatUnreachable
from bot.channels.wechat.media import MOST_BYTES, checked
from bot.channels.wechat.office import Office
from bot.channels.wechat.setbacks import setback
from bot.errors import LinliError
from bot.services import enclosures
from bot.services.beside import fault_of, keep_running, until_woken
from bot.services.hub import ATTACHMENTS, CONSOLE, conversation_topic, note
from bot.services.media_files import remove_after_commit, store_media
from bot.services.pictures import Media, MediaRefused
from bot.store.queries import attachments, erasing
from bot.store.tables import Attachment, AttachmentKind, AttachmentState, Message

LOG: Final = logging.getLogger(__name__)
LOOK_SECONDS: Final = 10.0
AT_ONCE: Final = 2
GONE: Final = 40007
ASIDE: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Wanted:
    """Bytes to fetch."""

    id: int
    account: Account
    kind: AttachmentKind
    media_id: str
    attempts: int


class Fetcher:
    """Fetches a few at a time; made and run in the event loop."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def run(self) -> None:
        """Fetch until cancelled."""
        with self._office.desk.hub.subscribe(ATTACHMENTS) as wakings:
            rest = partial(until_woken, wakings, LOOK_SECONDS)
            await keep_running("attachments cannot be kept", rest, self._look)

    async def _look(self) -> None:
        wanted = await asyncio.to_thread(_wanted, self._office)
        for at in range(0, len(wanted), AT_ONCE):
            await asyncio.gather(*(self._fetch_if_possible(one) for one in wanted[at : at + AT_ONCE]))

    async def _fetch_if_possible(self, wanted: Wanted) -> None:
        """One that nobody can make anything of is put aside, lest it keep those behind it waiting for good."""
        try:
            await self._fetch(wanted)
        except LinliError:
            raise
        except Exception as failure:  # noqa: BLE001 - whatever one raises, the others are fetched
            LOG.error("attachment %d is put aside: %s", wanted.id, fault_of(failure))  # noqa: TRY400
            await asyncio.to_thread(_later, self._office, wanted, ASIDE, fault_of(failure))

    async def _fetch(self, wanted: Wanted) -> None:
        most = MOST_BYTES.get(wanted.kind, 0)
        try:
            fetched = await self._office.client.download(wanted.account, wanted.media_id, most)
            media = await asyncio.to_thread(checked, wanted.kind, fetched.data)
        except MediaRefused as refusal:
            await asyncio.to_thread(_settle, self._office, wanted, AttachmentState.REFUSED, refusal.reason.value)
        except (WechatFault, WechatUnreachable) as problem:
            await self._set_back(wanted, problem)
        else:
            await asyncio.to_thread(_keep, self._office, wanted, media)

    async def _set_back(self, wanted: Wanted, problem: WechatFault | WechatUnreachable) -> None:
        """Asking twice for the same bytes harms nobody, so that an uncertain end counts as none."""
        how = setback(problem, wanted.attempts)
        pause = timedelta(seconds=30) if how.is_uncertain else how.pause
        if pause is None or how.handling is Handling.REFUSED:
            await asyncio.to_thread(_settle, self._office, wanted, AttachmentState.LOST, how.fault)
        else:
            await asyncio.to_thread(_later, self._office, wanted, pause, how.fault)


def _wanted(office: Office) -> list[Wanted]:
    with office.desk.store.transaction(read_only=True) as session:
        found = []
        for one in attachments.to_fetch(session, office.desk.clock()):
            try:
                found += _wanted_of(session, office, one)
            except LookupError as failure:
                LOG.error("attachment %d cannot be read: %s", one, fault_of(failure))  # noqa: TRY400
        return found


def _wanted_of(session: Session, office: Office, attachment_id: int) -> list[Wanted]:
    """Nothing where its account is gone."""
    row = session.get_one(Attachment, attachment_id)
    account = office.account_of(session.get_one(Message, row.message_id).channel)
    if account is None or row.media_id is None:
        return []
    return [Wanted(row.id, account, row.kind, row.media_id, row.attempts)]


def _keep(office: Office, wanted: Wanted, media: Media) -> None:
    """The file first: a row that names a file which is not there would be worse than a file nobody names."""
    folder = office.desk.settings.media
    file = store_media(folder, media.data, media.suffix)
    with office.desk.transaction() as session:
        row = _row(session, wanted)
        if row is None:
            remove_after_commit(session, [folder / name for name in erasing.unused(session, [file])])
            return
        row.file, row.content_type, row.size = file, media.content_type, len(media.data)
        row.state, row.fault = AttachmentState.STORED, None
        note(session, CONSOLE, conversation_topic(session.get_one(Message, row.message_id).conversation_id))


def _settle(office: Office, wanted: Wanted, state: AttachmentState, fault: str) -> None:
    with office.desk.transaction() as session:
        row = _row(session, wanted)
        if row is not None:
            row.state, row.fault = state, fault
            enclosures.tell_not_kept(session, office.desk, row)


def _later(office: Office, wanted: Wanted, pause: timedelta, fault: str) -> None:
    with office.desk.transaction() as session:
        row = _row(session, wanted)
        if row is not None:
            row.attempts, row.due_at, row.fault = row.attempts + 1, office.desk.clock() + pause, fault


def _row(session: Session, wanted: Wanted) -> Attachment | None:
    """What was wanted; None once its resident is erased, though somebody else's picture may bear its number by now."""
    row = session.get(Attachment, wanted.id)
    return row if row is not None and row.media_id == wanted.media_id else None
