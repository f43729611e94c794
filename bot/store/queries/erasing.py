"""What is held about one resident, and letting go of it."""

from collections.abc import Collection, Sequence
from typing import Final, TypeVar

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import Session

from bot.store.queries.cases import kind_of
from bot.store.tables import (
    AgendaItem,
    Attachment,
    Conversation,
    Endorsement,
    EventReporter,
    GridEvent,
    Handover,
    HandoverStatus,
    InPersonOrder,
    Label,
    Message,
    MessageStatus,
    PageLink,
    Receipt,
    Resident,
    Tracker,
)

ERASED_USER: Final = "erased:"
CHUNK: Final = 1000
_NAMES_A_MESSAGE: Final = (GridEvent, AgendaItem, InPersonOrder, EventReporter, Endorsement, Receipt)

NAMES_REPORTER: Final = or_(
    GridEvent.contact_name.is_not(None), GridEvent.contact_phone.is_not(None), GridEvent.room.is_not(None)
)
NAMES_RECIPIENT: Final = or_(
    InPersonOrder.recipient_name.is_not(None), InPersonOrder.phone.is_not(None), InPersonOrder.room.is_not(None)
)

HelpCase = GridEvent | InPersonOrder
Row = TypeVar("Row")
Own = TypeVar("Own", GridEvent, InPersonOrder, AgendaItem, EventReporter)
Hanging = TypeVar("Hanging", Attachment, Label)


def lock(session: Session, resident: Resident) -> None:
    """Wait for whoever else changes the resident, and read them again."""
    session.flush()
    session.refresh(resident, with_for_update=True)


def cases_of(session: Session, resident_id: str) -> list[HelpCase]:
    """The events and orders the resident filed."""
    return [*rows_of(session, GridEvent, resident_id), *rows_of(session, InPersonOrder, resident_id)]


def rows_of(session: Session, table: type[Own], resident_id: str) -> Sequence[Own]:
    """What the resident filed, proposed or joined."""
    return session.scalars(select(table).where(table.resident_id == resident_id)).all()


def hanging_in(session: Session, table: type[Hanging], conversation_id: int) -> Sequence[Hanging]:
    """What came with messages of the conversation, or was said about them."""
    ours = Message.conversation_id == conversation_id
    return session.scalars(select(table).join(Message, Message.id == table.message_id).where(ours)).all()


def replace_note(session: Session, words: str, instead: str) -> None:
    """Put other words where merging has copied an event's text to everybody who joined it."""
    session.execute(update(EventReporter).where(EventReporter.note == words).values(note=instead))


def unfinished(session: Session, note: str) -> Sequence[Resident]:
    """Erased residents of whom something is held still; `note` is the one message that may stay for ever."""
    said = exists().where(
        Conversation.resident_id == Resident.id, Message.conversation_id == Conversation.id, Message.text != note
    )
    event = exists().where(GridEvent.resident_id == Resident.id, NAMES_REPORTER)
    order = exists().where(InPersonOrder.resident_id == Resident.id, NAMES_RECIPIENT)
    remembered = exists().where(Tracker.sender_id == Resident.id)
    return session.scalars(
        select(Resident)
        .where(Resident.channel_user.startswith(ERASED_USER))
        .where(or_(said, event, order, remembered))
        .order_by(Resident.id)
    ).all()


def open_inbox(session: Session, conversation_id: int) -> set[int]:
    """Messages the bot has not settled; whoever answers them now relies on their rows."""
    return set(
        session.scalars(
            select(Message.id).where(
                Message.conversation_id == conversation_id, Message.status == MessageStatus.RECEIVED
            )
        )
    )


def waited_for(session: Session, conversation_id: int) -> set[int]:
    """Messages that handovers not closed put before workers."""
    return set(
        session.scalars(
            select(Handover.inbox_id).where(
                Handover.conversation_id == conversation_id, Handover.status != HandoverStatus.CLOSED
            )
        )
    )


def message_ids(session: Session, conversation_id: int, besides: Collection[int], note: str) -> Sequence[int]:
    """All messages of the conversation but those named and the note."""
    found = session.scalars(
        select(Message.id).where(Message.conversation_id == conversation_id, Message.text != note).order_by(Message.id)
    )
    return [one for one in found if one not in besides]


def belongs_to(attachment: Attachment, cases: Sequence[HelpCase]) -> bool:
    """Whether the attachment was put with one of the cases, or came with the message that filed it."""
    if any((attachment.case_kind, attachment.case_id) == (kind_of(case), case.id) for case in cases):
        return True
    return attachment.message_id in {case.inbox_id for case in cases}


def drop_attachments(session: Session, attachments: Sequence[Attachment]) -> list[str]:
    """Delete the rows; returns the files nobody else's row names: the same picture is stored once."""
    files = {one.file for one in attachments if one.file}
    for one in attachments:
        session.delete(one)
    session.flush()
    return unused(session, files)


def unused(session: Session, files: Collection[str]) -> list[str]:
    """Those of the files that no row names."""
    wanted = sorted(files)
    used: set[str | None] = set()
    for some in _chunks(wanted):
        used.update(session.scalars(select(Attachment.file).where(Attachment.file.in_(some))))
    return [file for file in wanted if file not in used]


def forget_messages(session: Session, ids: Sequence[int]) -> None:
    """Delete messages with the handovers they led to; records that came of them stay and name them no longer.

    Receipts lose the answer they hold too. Attachments must be gone before.
    """
    for some in _chunks(ids):
        session.execute(update(Receipt).where(Receipt.inbox_id.in_(some)).values(reply=None))
        for table in _NAMES_A_MESSAGE:
            session.execute(update(table).where(table.inbox_id.in_(some)).values(inbox_id=None))
        session.execute(update(Label).where(Label.message_id.in_(some)).values(message_id=None))
        session.execute(delete(Handover).where(Handover.inbox_id.in_(some)))
        session.execute(delete(Message).where(Message.id.in_(some)))


def forget_account(session: Session, resident: Resident, conversation_id: int) -> None:
    """Take the account's name at the channel out of the keys that deliveries were known by.

    The receipts stay: one of them may belong to the very delivery that asks for this.
    """
    named = resident.channel_user
    keys = session.scalars(
        select(Receipt).where(Receipt.channel == resident.channel, Receipt.key.contains(named, autoescape=True))
    )
    for receipt in keys:
        receipt.key = f"{ERASED_USER}{receipt.id}"
    session.execute(
        update(Message)
        .where(
            Message.conversation_id == conversation_id,
            Message.channel_message_id.contains(named, autoescape=True),
        )
        .values(channel_message_id=None),
        execution_options={"synchronize_session": "fetch"},
    )


def forget_tracker(session: Session, resident_id: str) -> int:
    """Delete what Rasa remembers and the browsers that may act for the resident; returns how many rows went."""
    trackers = delete(Tracker).where(Tracker.sender_id == resident_id).returning(Tracker.sender_id)
    links = delete(PageLink).where(PageLink.resident_id == resident_id).returning(PageLink.secret_digest)
    return len(session.scalars(trackers).all()) + len(session.scalars(links).all())


def endorsements_by(session: Session, resident_id: str) -> Sequence[Endorsement]:
    """What the resident supports, where a door is named."""
    mine = (Endorsement.resident_id == resident_id, Endorsement.household.is_not(None))
    return session.scalars(select(Endorsement).where(*mine)).all()


def endorsements_from(session: Session, item_id: int, household: str) -> Sequence[Endorsement]:
    """Who behind this door supports the item."""
    there = (Endorsement.item_id == item_id, Endorsement.household == household)
    return session.scalars(select(Endorsement).where(*there)).all()


def _chunks(rows: Sequence[Row]) -> list[Sequence[Row]]:
    return [rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK)]
