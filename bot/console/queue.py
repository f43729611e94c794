"""What the list of conversations shows: who waits, why and since when, and who is being talked to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.console import delivery
from bot.core.bubbles import shortened
from bot.core.homes import hide_rooms
from bot.core.masking import redact
from bot.services import residents, talk
from bot.services.desk import Desk
from bot.services.talk import Waiting
from bot.store.tables import Community, ElderlyStatus, HandoverKind, Resident, Staff

LONGEST_GLANCE: Final = 80
KINDS: Final = {
    HandoverKind.EMERGENCY: "紧急",
    HandoverKind.COMPLAINT: "投诉",
    HandoverKind.PERSON: "要找人",
    HandoverKind.MISUNDERSTOOD: "机器人没听懂",
    HandoverKind.UNKNOWN_ANSWER: "机器人答不上来",
    HandoverKind.OUT_OF_SCOPE: "不归社区管",
    HandoverKind.FAILURE: "系统没能回答",
    HandoverKind.MEDIA: "发了语音，等人听",
    HandoverKind.UNDELIVERED: "消息没送到",
    HandoverKind.STRANDED: "没人接着回",
    HandoverKind.ERASURE: "要删除自己的信息",
}
ELDERLY: Final = {ElderlyStatus.DECLARED: "老人", ElderlyStatus.POSSIBLE: "可能是老人"}


@dataclass(frozen=True)
class Row:
    """One conversation in the list; `reasons` are in plain words, `said` is redacted.

    Of one in hand: since when the resident waits for an answer, and whether nothing was said to them yet.
    """

    id: int
    who: str
    community: str
    elderly: str
    kinds: tuple[str, ...]
    reasons: tuple[str, ...]
    since: datetime | None
    said: str
    said_at: datetime | None
    is_emergency: bool
    unanswered_since: datetime | None
    is_fresh: bool
    phone_since: datetime | None


@dataclass(frozen=True)
class Queue:
    """Emergencies first, then the longest waiting; `mine` are those this worker holds.

    `undelivered` counts the replies that did not arrive.
    """

    waiting: tuple[Row, ...]
    mine: tuple[Row, ...]
    undelivered: int

    @property
    def emergencies(self) -> int:
        """How many of those waiting may be in danger."""
        return sum(row.is_emergency for row in self.waiting)


def read(session: Session, desk: Desk, staff: Staff) -> Queue:
    """The list as this worker may see it."""
    return Queue(
        waiting=_rows(session, desk, talk.waiting(session, staff)),
        mine=_rows(session, desk, talk.held(session, staff)),
        undelivered=len(delivery.open_replies(session, staff)),
    )


def elderly_of(resident: Resident) -> str:
    """The mark of a resident known or thought to be old, else nothing."""
    return ELDERLY.get(resident.elderly_status, "")


def community_of(session: Session, resident: Resident) -> str:
    """The name of the resident's community, if it is known."""
    community = session.get(Community, resident.community_id) if resident.community_id else None
    return community.name if community else ""


def masked_words(resident: Resident, words: str) -> str:
    """What was said, for somebody who does not hold the conversation: without the resident's name and room."""
    said = redact(words, own=[resident.name] if resident.name else [])
    return hide_rooms(said, [resident.room] if resident.room else [])


def _rows(session: Session, desk: Desk, found: list[Waiting]) -> tuple[Row, ...]:
    return tuple(_row(session, desk, one) for one in found)


def _row(session: Session, desk: Desk, one: Waiting) -> Row:
    reasons = [one.conversation.reason or "", *(handover.reason for handover in one.handovers)]
    return Row(
        id=one.conversation.id,
        who=residents.masked(one.resident) or "没有留姓名",
        community=community_of(session, one.resident),
        elderly=elderly_of(one.resident),
        kinds=tuple(dict.fromkeys(KINDS[handover.kind] for handover in one.handovers)),
        reasons=tuple(dict.fromkeys(masked_words(one.resident, reason) for reason in reasons if reason)),
        since=one.conversation.waiting_since or desk.clock(),
        said=shortened(masked_words(one.resident, one.last.text), LONGEST_GLANCE) if one.last else "",
        said_at=one.last.created_at if one.last else None,
        is_emergency=one.is_emergency,
        unanswered_since=one.unanswered_since,
        is_fresh=one.is_fresh,
        phone_since=one.conversation.phone_needed_since,
    )
