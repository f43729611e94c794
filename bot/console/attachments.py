"""The bytes of what residents sent, for those who may see the conversation or the case they belong to."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import hdrs, web
from sqlalchemy.orm import Session

from bot.console.conversations import number
from bot.errors import NotAllowed, NotFound
from bot.services import cases, talk
from bot.services.desk import Desk
from bot.store.queries.cases import kind_of
from bot.store.tables import (
    AgendaItem,
    Attachment,
    AttachmentState,
    Case,
    CaseKind,
    GridEvent,
    InPersonOrder,
    Message,
    Staff,
)
from bot.web import login
from bot.web.use_case import perform

# A browser shows these in the page; anything else might be a page itself, and is only saved.
SHOWN: Final = ("image/", "audio/", "video/")
DRAWN_BY_SCRIPT: Final = "image/svg+xml"
UNKNOWN: Final = "application/octet-stream"
GONE: Final = "这个附件现在看不到"


@dataclass(frozen=True)
class StoredFile:
    """Bytes on disk, and as what they are sent."""

    path: Path
    content_type: str
    name: str

    @property
    def disposition(self) -> str:
        """Shown or saved, with the name it is saved under."""
        is_shown = self.content_type.startswith(SHOWN) and self.content_type != DRAWN_BY_SCRIPT
        return f'{"inline" if is_shown else "attachment"}; filename="{self.name}"'


async def send(request: web.Request) -> web.StreamResponse:
    """Send the bytes; parts of them where a player asks for a part."""
    signed_in = await login.required(request)
    attachment_id = number(request.match_info["attachment"])
    found = await perform(
        request,
        lambda session, desk: _file(desk, visible(session, signed_in.staff, attachment_id or 0)),
        read_only=True,
    )
    return web.FileResponse(
        found.path,
        headers={
            hdrs.CONTENT_TYPE: found.content_type,
            hdrs.CONTENT_DISPOSITION: found.disposition,
            hdrs.CACHE_CONTROL: "private, no-store",
        },
    )


def visible(session: Session, staff: Staff, attachment_id: int) -> Attachment:
    """The attachment, if it exists for this worker; raises NotFound else, whichever of the two it is."""
    found = session.get(Attachment, attachment_id)
    if found is None or not (_in_conversation(session, staff, found) or _in_case(session, staff, found)):
        raise NotFound("没有这个附件")
    return found


def _in_conversation(session: Session, staff: Staff, attachment: Attachment) -> bool:
    message = session.get_one(Message, attachment.message_id)
    try:
        talk.conversation_for(session, staff, message.conversation_id)
    except (NotFound, NotAllowed):
        return False
    return True


def _in_case(session: Session, staff: Staff, attachment: Attachment) -> bool:
    case = _case(session, attachment)
    if case is None:
        return False
    try:
        cases.case_for(session, staff, kind_of(case), case.number)
    except (NotFound, NotAllowed):
        return False
    return True


def _case(session: Session, attachment: Attachment) -> Case | None:
    if attachment.case_kind is CaseKind.GRID_EVENT:
        return session.get(GridEvent, attachment.case_id)
    if attachment.case_kind is CaseKind.AGENDA_ITEM:
        return session.get(AgendaItem, attachment.case_id)
    if attachment.case_kind is CaseKind.IN_PERSON_ORDER:
        return session.get(InPersonOrder, attachment.case_id)
    return None


def _file(desk: Desk, attachment: Attachment) -> StoredFile:
    """Raises NotFound for what has not come yet, is gone, or would lie outside the media folder."""
    if attachment.state is not AttachmentState.STORED or not attachment.file:
        raise NotFound(GONE)
    folder = desk.settings.media.resolve()
    path = (folder / attachment.file).resolve()
    if not (path.is_relative_to(folder) and path.is_file()):
        raise NotFound(GONE)
    return StoredFile(path, attachment.content_type or UNKNOWN, f"{attachment.kind}-{attachment.id}{path.suffix}")
