"""What residents send besides words: kept with the case it belongs to, or put before a worker."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from bot.core.bubbles import shortened
from bot.services import ledger, outbox
from bot.services.desk import Desk
from bot.services.handover import hand_over
from bot.store.queries import attachments, cases, talk
from bot.store.tables import (
    Attachment,
    AttachmentKind,
    CaseKind,
    Community,
    Conversation,
    GridEvent,
    HandoverKind,
    Message,
    Resident,
)

# What stands for a message without words where messages are listed.
PLACEHOLDERS: Final[Mapping[AttachmentKind, str]] = {
    AttachmentKind.IMAGE: "[照片]",
    AttachmentKind.VOICE: "[语音]",
    AttachmentKind.VIDEO: "[视频]",
    AttachmentKind.LOCATION: "[位置]",
    AttachmentKind.LINK: "[链接]",
    AttachmentKind.FILE: "[文件]",
}
# A picture is about what was reported this long ago at most, and about what is reported so soon after it.
SAME_MATTER: Final = timedelta(hours=2)
TITLE_LENGTH: Final = 20


@dataclass(frozen=True)
class Enclosure:
    """An attachment of the message being answered; `is_spoken` if its words are known and can be read."""

    kind: AttachmentKind
    label: str
    lon: float
    lat: float
    is_spoken: bool


def of_message(session: Session, message: Message) -> Enclosure | None:
    """What came with the message."""
    found = attachments.of_message(session, message.id)
    if found is None:
        return None
    is_spoken = found.kind is AttachmentKind.VOICE and message.text != PLACEHOLDERS[AttachmentKind.VOICE]
    return Enclosure(found.kind, found.label or "", found.lon or 0.0, found.lat or 0.0, is_spoken)


def receive(
    session: Session,
    desk: Desk,
    conversation: Conversation,
    inbox_id: int,
    enclosed: Enclosure,
    *,
    is_reporting: bool,
) -> list[str]:
    """Put it where it belongs and return what the resident is told: kept, heard by a person, or about what?

    While a complaint is open it belongs to no case, see `collect`.
    """
    if enclosed.kind is AttachmentKind.VOICE:
        return _hear(session, desk, conversation, inbox_id)
    what = PLACEHOLDERS[enclosed.kind].strip("[]")
    if is_reporting or _complains(session, conversation.id):
        return desk.notices.say("enclosed.reporting", what=what)
    event = _just_reported(session, desk, conversation.resident_id)
    if event is None:
        return desk.notices.say("enclosed.unknown", what=what)
    attachments.give_to_case(session, [inbox_id], CaseKind.GRID_EVENT, event.id)
    resident = session.get_one(Resident, conversation.resident_id)
    ledger.say_once(session, event, ledger.neighbor(resident), desk.clock(), f"居民发来{what}")
    return desk.notices.say("enclosed.kept", what=what, title=shortened(event.title, TITLE_LENGTH))


def collect(session: Session, desk: Desk, event: GridEvent) -> int:
    """Give an event just filed the pictures its reporter sent shortly before; returns how many.

    None while a complaint is open: its pictures must not reach whoever it is about.
    """
    if event.resident_id is None:
        return 0
    conversation = talk.conversation_of(session, event.resident_id, desk.clock())
    if _complains(session, conversation.id):
        return 0
    loose = attachments.loose_of(session, event.resident_id, desk.clock() - SAME_MATTER)
    return attachments.give_to_case(session, loose, CaseKind.GRID_EVENT, event.id)


def _complains(session: Session, conversation_id: int) -> bool:
    return any(one.kind is HandoverKind.COMPLAINT for one in talk.open_handovers(session, conversation_id))


def tell_not_kept(session: Session, desk: Desk, attachment: Attachment) -> None:
    """Its bytes will never be here: the resident is asked to send it again."""
    message = session.get_one(Message, attachment.message_id)
    conversation = session.get_one(Conversation, message.conversation_id)
    said = desk.notices.say("enclosed.refused", what=PLACEHOLDERS[attachment.kind].strip("[]"))
    outbox.post(session, conversation, said, outbox.SYSTEM, desk.clock())


def _hear(session: Session, desk: Desk, conversation: Conversation, inbox_id: int) -> list[str]:
    hand_over(session, conversation, inbox_id, HandoverKind.MEDIA, "发来一段语音，等人听", desk.clock())
    resident = session.get_one(Resident, conversation.resident_id)
    community = session.get(Community, resident.community_id)
    return desk.notices.say("enclosed.voice", phone=community.phone if community else "12345")


def _just_reported(session: Session, desk: Desk, resident_id: str) -> GridEvent | None:
    since = desk.clock() - SAME_MATTER
    return next(
        (
            case
            for case in cases.latest_cases(session, resident_id)
            if isinstance(case, GridEvent) and case.status.is_open and case.created_at > since
        ),
        None,
    )
