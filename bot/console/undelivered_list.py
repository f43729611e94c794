"""What the list of replies that did not arrive shows: to whom, what, why and since when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.console.delivery import delivery_of, open_replies
from bot.console.lines import card_line
from bot.console.queue import LONGEST_GLANCE, community_of
from bot.core.bubbles import shortened
from bot.core.masking import redact
from bot.services import residents
from bot.services.desk import Desk
from bot.store.queries.outgoing import Undelivered
from bot.store.tables import Staff


@dataclass(frozen=True)
class Row:
    """One reply; `said` is redacted."""

    id: int
    conversation_id: int
    who: str
    community: str
    said: str
    problem: str
    since: datetime
    phone_since: datetime | None


def read(session: Session, desk: Desk, staff: Staff) -> tuple[Row, ...]:
    """The list as this worker may see it, oldest first; raises NotAllowed."""
    return tuple(_row(session, desk, one) for one in open_replies(session, staff))


def _row(session: Session, desk: Desk, one: Undelivered) -> Row:
    words = redact(one.message.text) or card_line(one.message.card)
    return Row(
        id=one.message.id,
        conversation_id=one.conversation.id,
        who=residents.masked(one.resident) or "没有留姓名",
        community=community_of(session, one.resident),
        said=shortened(words, LONGEST_GLANCE),
        problem=delivery_of(one.message, desk.clock()).words,
        since=one.message.created_at,
        phone_since=one.conversation.phone_needed_since,
    )
