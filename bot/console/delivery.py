"""Whether a reply reached its resident, in a worker's words, and what a worker decides where it did not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.services import talk, undelivered
from bot.services.desk import Desk
from bot.store.queries.outgoing import UNDELIVERED, Undelivered
from bot.store.seed_cases import CHANNEL as DEMO
from bot.store.tables import Direction, Message, MessageStatus, Staff

# A reply is on its way for a moment; only one that stays there is worth a word.
ON_ITS_WAY: Final = timedelta(minutes=1)
TOO_LATE: Final = "超过微信允许的时间，发不出去"
TOO_MANY: Final = "超过微信允许的条数，发不出去"
LEFT: Final = "居民取消了关注"
# What channels write into `Message.fault`; any other code tells a worker nothing.
REASONS: Final[Mapping[str, str]] = {
    "45015": TOO_LATE,
    "45047": TOO_MANY,
    "left": LEFT,
    "40003": LEFT,
    "43004": LEFT,
}
NOT_ARRIVED: Final = "没有送到"
UNCERTAIN: Final = "不确定送到没有"
# Whoever has only the page reads a reply when they open it; the residents of the demo street have nothing else.
PAGES: Final = frozenset({"webchat", DEMO})
ON_THE_PAGE: Final = "等居民打开页面"
Decide = Callable[[Session, Desk, int, Staff], None]


@dataclass(frozen=True)
class Delivery:
    """`words` are empty where all is well; `is_open` while a worker has to do something about it."""

    words: str = ""
    is_open: bool = False


@dataclass(frozen=True)
class Decision:
    """What a worker wants done with a reply that did not arrive."""

    conversation_id: int
    message_id: int
    act: Decide


def delivery_of(message: Message, now: datetime) -> Delivery:
    """How far a message has come; nothing is said of what the resident wrote."""
    if message.direction is Direction.IN or message.status is MessageStatus.SENT:
        return Delivery()
    if message.status in UNDELIVERED:
        return Delivery(_problem(message), is_open=True)
    if message.status is MessageStatus.WAIVED:
        # What never had to be sent is waived without a fault.
        return Delivery("已用别的办法告诉" if message.fault else "")
    if now - message.created_at <= ON_ITS_WAY:
        return Delivery()
    return Delivery(ON_THE_PAGE if message.channel in PAGES else "居民还没收到")


def open_replies(session: Session, staff: Staff) -> list[Undelivered]:
    """Replies that did not arrive, oldest first, of the conversations this worker may see; raises NotAllowed."""
    found = undelivered.waiting(session, staff)
    seen = {conversation_id: _may_see(session, staff, conversation_id) for conversation_id in _conversations(found)}
    return [one for one in found if seen[one.conversation.id]]


def decide(session: Session, desk: Desk, staff: Staff, decision: Decision) -> None:
    """Do it; raises NotFound also for what this worker may not see, Conflict, NotAllowed."""
    conversation = talk.conversation_for(session, staff, decision.conversation_id)
    message = session.get(Message, decision.message_id)
    if message is None or message.conversation_id != conversation.id:
        raise NotFound("没有这条消息")
    decision.act(session, desk, message.id, staff)


def _problem(message: Message) -> str:
    if message.status is MessageStatus.UNCERTAIN:
        return UNCERTAIN
    reason = REASONS.get(message.fault or "")
    return f"没送到：{reason}" if reason else NOT_ARRIVED


def _conversations(found: list[Undelivered]) -> set[int]:
    return {one.conversation.id for one in found}


def _may_see(session: Session, staff: Staff, conversation_id: int) -> bool:
    try:
        talk.conversation_for(session, staff, conversation_id)
    except NotFound:
        return False
    return True
