"""What the chat page reads from the store and writes to it; every function is one transaction and blocks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from bot.channels.webchat.protocol import Page, Written, bubble
from bot.channels.webchat.visitors import CHANNEL, Visitor
from bot.services import hub, outbox, page_links, residents, sent_files, told_photos
from bot.services.desk import Desk
from bot.store.queries import places
from bot.store.queries import talk as stored
from bot.store.queries.claims import settle_outbox
from bot.store.tables import Community, Conversation, Message, MessageStatus, Resident
from bot.web.stored_files import StoredFile, stored_file, stored_photo

SLOW_DOWN: Final = "请慢一点，我一条一条看，都会回您。"


@dataclass(frozen=True)
class Stored:
    """The inbox row of a message; `is_new` is False when the page sent it before."""

    id: int
    conversation_id: int
    is_new: bool


@dataclass(frozen=True)
class Reception:
    """What the page shows of the place it serves."""

    community: Community
    communities: Sequence[Community]


def receive(desk: Desk, visitor: Visitor | None, chosen: str | None) -> Reception:
    """Find the visitor's community; a community chosen by a known visitor is kept, an unknown one ignored."""
    with desk.transaction() as session:
        communities = places.communities(session)
        by_id = {community.id: community for community in communities}
        if visitor is None:
            return Reception(by_id[desk.settings.default_community], communities)
        resident = _resident(session, desk, visitor, chosen if chosen in by_id else None)
        return Reception(by_id[resident.community_id or desk.settings.default_community], communities)


def conversation_id(desk: Desk, visitor: Visitor) -> int:
    """Return the visitor's conversation, begun if there is none."""
    with desk.transaction() as session:
        return _conversation(session, desk, visitor).id


def keep(desk: Desk, visitor: Visitor, written: Written, *, slow_down: bool) -> Stored:
    """Store a message once, however often it is sent; with `slow_down` the resident is asked to slow down."""
    with desk.transaction() as session:
        conversation = _conversation(session, desk, visitor)
        incoming = stored.Incoming(CHANNEL, written.text, desk.clock(), written.client_id)
        message = stored.insert_inbox(session, conversation.id, incoming)
        if message is None:
            return Stored(_id_of_first(session, conversation.id, written), conversation.id, is_new=False)
        if slow_down:
            outbox.post(session, conversation, [SLOW_DOWN], outbox.SYSTEM, desk.clock(), in_reply_to=message.id)
        hub.note(session, hub.conversation_topic(conversation.id))
        return Stored(message.id, conversation.id, is_new=True)


def file_for(desk: Desk, visitor: Visitor, message_id: int) -> StoredFile:
    """The file a worker sent to the visitor with a message; raises NotFound."""
    with desk.transaction() as session:
        conversation = _conversation(session, desk, visitor)
        return stored_file(desk, sent_files.for_resident(session, conversation, message_id))


def photo_for(desk: Desk, visitor: Visitor, photo_id: int) -> StoredFile:
    """A picture of what was done about a case of the visitor's; raises NotFound."""
    with desk.transaction() as session:
        resident = _resident(session, desk, visitor)
        return stored_photo(desk, told_photos.for_resident(session, resident.id, photo_id))


def choose_type(desk: Desk, visitor: Visitor, *, large: bool) -> None:
    """Remember whether the resident reads large type."""
    with desk.transaction() as session:
        _resident(session, desk, visitor).wants_large_type = large


def latest(desk: Desk, visitor: Visitor, before: int | None, limit: int) -> Page:
    """Return the newest messages, or the newest before one that is shown already."""
    with desk.transaction() as session:
        conversation = _conversation(session, desk, visitor)
        found = stored.latest_history(session, conversation.id, before, limit + 1)
        return _page(session, found[-limit:], more=len(found) > limit)


def newer(desk: Desk, visitor: Visitor, after: int, limit: int) -> Page:
    """Return what was said after a message that is shown already."""
    with desk.transaction() as session:
        conversation = _conversation(session, desk, visitor)
        found = stored.history_after(session, conversation.id, after, limit + 1)
        return _page(session, found[:limit], more=len(found) > limit)


def settle(desk: Desk, message_ids: Iterable[int]) -> None:
    """Note that pending messages have reached a page."""
    with desk.transaction() as session:
        for message_id in message_ids:
            settle_outbox(session, message_id, MessageStatus.SENT)


def _page(session: Session, messages: Sequence[Message], *, more: bool) -> Page:
    for message in messages:
        if message.status is MessageStatus.PENDING and message.channel == CHANNEL:
            settle_outbox(session, message.id, MessageStatus.SENT)
    return Page([bubble(message) for message in messages], more=more)


def _id_of_first(session: Session, conversation_id: int, written: Written) -> int:
    first = stored.inbox_message(session, conversation_id, CHANNEL, written.client_id)
    assert first is not None, "only this row makes the insert a duplicate"
    return first.id


def _resident(session: Session, desk: Desk, visitor: Visitor, community_id: str | None = None) -> Resident:
    """Whoever came from inside WeChat is the resident of that chat, and stays with its community."""
    if linked := page_links.resident_behind(session, visitor.channel_user):
        return linked
    return residents.resident_for(session, desk, CHANNEL, visitor.channel_user, community_id)


def _conversation(session: Session, desk: Desk, visitor: Visitor) -> Conversation:
    return residents.conversation_with(session, desk, _resident(session, desk, visitor))
