"""The bytes of what residents sent, for those who may see the conversation or the case they belong to."""

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.conversations import number
from bot.core.staff import Role
from bot.errors import NotAllowed, NotFound
from bot.services import cases, talk
from bot.store.queries.cases import kind_of
from bot.store.tables import (
    AgendaItem,
    Attachment,
    AttachmentKind,
    Case,
    CaseKind,
    GridEvent,
    InPersonOrder,
    Message,
    Staff,
)
from bot.web import login
from bot.web.stored_files import response, stored_file
from bot.web.use_case import perform


async def send(request: web.Request) -> web.StreamResponse:
    """Send the bytes; parts of them where a player asks for a part."""
    signed_in = await login.required(request)
    attachment_id = number(request.match_info["attachment"])
    found = await perform(
        request,
        lambda session, desk: stored_file(desk, visible(session, signed_in.staff, attachment_id or 0)),
        read_only=True,
    )
    return response(found)


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
    # A unit's clerk needs to see the damage, not to hear the resident or to know where they stood.
    if case is None or (staff.role is Role.PARTY and attachment.kind is not AttachmentKind.IMAGE):
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
