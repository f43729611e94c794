"""What goes to a resident in one go: rows of the outbox made into customer-service messages; every function blocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from bot.channels.wechat.accounts import Account
from bot.channels.wechat.answers import RETRY_WINDOW
from bot.channels.wechat.faults import Handling
from bot.channels.wechat.office import Office
from bot.channels.wechat.replies import TextReply
from bot.channels.wechat.service_messages import Choice, MenuMessage
from bot.channels.wechat.setbacks import Setback
from bot.channels.wechat.texts import TEXT_BYTES, split_text, without_markup
from bot.channels.wechat.wording import lines_of
from bot.services import undelivered
from bot.store.queries import outgoing, talk
from bot.store.tables import Conversation, Message, MessageStatus, Resident, SentBy

Part = TextReply | MenuMessage
# After a message of the resident the platform lets us write this long and this often.
WINDOW: Final = timedelta(hours=48)
QUOTA: Final = 5
# From this many messages on the rest is saved up, see `_more_is_coming`.
MANY: Final = 2
COMPANY: Final = timedelta(seconds=15)
# Longer words before a menu go out on their own.
HEAD_BYTES: Final = 900
TAIL: Final = "点一下，或者回复数字"
STUCK: Final = timedelta(seconds=60)
LATER: Final = timedelta(days=1)
LEFT: Final = "left"


@dataclass(frozen=True)
class Consignment:
    """`sent` parts are out already; `attempts` were made before. Several rows always make one part.

    `is_over` is what the platform would refuse with, as far as it can be counted here: the window, or the quota.
    """

    account: Account
    openid: str
    conversation_id: int
    message_ids: tuple[int, ...]
    words: str
    parts: tuple[Part, ...]
    sent: int
    attempts: int
    is_over: Handling | None

    @property
    def left(self) -> tuple[Part, ...]:
        return self.parts[self.sent :]


def ready(office: Office) -> list[int]:
    """Conversations with something to send now."""
    with office.desk.store.transaction(read_only=True) as session:
        return outgoing.conversations_to_send(session, office.channels, office.desk.clock())


def take(office: Office, conversation_id: int) -> Consignment | None:
    """Claim what is next in a conversation; None if nothing is, or if it has to wait."""
    with office.desk.transaction() as session:
        resident = session.get_one(Resident, session.get_one(Conversation, conversation_id).resident_id)
        account = office.account_of(resident.channel)
        if account is None:
            return None
        rows = _next(office, account, outgoing.unsent(session, conversation_id, account.channel))
        if not rows or not _may_write(session, office, account, resident, rows):
            return None
        heard = outgoing.last_heard(session, conversation_id, account.channel)
        sent = outgoing.service_messages_since(session, conversation_id, heard.id) if heard else 0
        if sent >= MANY and _more_is_coming(session, office, rows):
            return None
        # On PostgreSQL an answer in time may have claimed them in this very moment.
        if not outgoing.begin_sending(session, [row.id for row in rows], SentBy.SERVICE, office.desk.clock()):
            return None
        return _consignment(account, resident, rows, _over(office, heard, sent))


def part_out(office: Office, taken: Consignment) -> None:
    """One more part is out."""
    with office.desk.transaction() as session:
        outgoing.part_sent(session, taken.message_ids[0])


def delivered(office: Office, taken: Consignment) -> None:
    """All of it is out."""
    with office.desk.transaction() as session:
        outgoing.end_sending(session, taken.message_ids, MessageStatus.SENT)
        outgoing.part_sent(session, taken.message_ids[0])


def noticed(office: Office, taken: Consignment, notice_id: str | None) -> None:
    """A notice went out instead; the platform may tell later by its id that it did not arrive."""
    with office.desk.transaction() as session:
        outgoing.end_sending(session, taken.message_ids, MessageStatus.SENT)
        outgoing.by_notice(session, taken.message_ids, notice_id)


def set_back(office: Office, taken: Consignment, how: Setback) -> None:
    """It did not go: later, or a worker calls."""
    desk = office.desk
    with desk.transaction() as session:
        if how.pause is not None:
            outgoing.send_later(session, taken.message_ids, desk.clock() + how.pause, how.fault)
            return
        status = MessageStatus.UNCERTAIN if how.is_uncertain else MessageStatus.FAILED
        outgoing.end_sending(session, taken.message_ids, status, how.fault)
        undelivered.put_before_worker(session, desk, [session.get_one(Message, taken.message_ids[0])])


def settle_left_behind(office: Office, *, at_start: bool) -> None:
    """What was being sent when the service died may have arrived: a worker asks, for twice is worse.

    Answers to deliveries are left for a while: the platform delivers again what it got no answer to.
    """
    desk, now = office.desk, office.desk.clock()
    with desk.transaction() as session:
        left = outgoing.left_sending(session, office.channels, now if at_start else now - STUCK)
        lost = [row for row in left if row.sent_by is not SentBy.ANSWER or _is_past(row, office)]
        if lost:
            outgoing.end_sending(session, [row.id for row in lost], MessageStatus.UNCERTAIN, "died")
            undelivered.put_before_worker(session, desk, lost)


def _is_past(row: Message, office: Office) -> bool:
    return row.due_at is None or row.due_at < office.desk.clock() - RETRY_WINDOW


def _next(office: Office, account: Account, unsent: Sequence[Message]) -> list[Message]:
    """The rows that make one message; none while anything before them is on its way or has to wait."""
    now = office.desk.clock()
    if any(row.status is MessageStatus.SENDING for row in unsent):
        return []
    rows: list[Message] = []
    for row in unsent:
        if (row.due_at is not None and row.due_at > now) or office.answers.is_awaited(row.in_reply_to):
            break
        if rows and (row.parts_sent or len(_words([*rows, row], account).encode()) > _room(row)):
            break
        rows.append(row)
        if row.buttons or row.parts_sent:
            break
    return rows


def _room(row: Message) -> int:
    return HEAD_BYTES if row.buttons else TEXT_BYTES


def _may_write(session: Session, office: Office, account: Account, resident: Resident, rows: Sequence[Message]) -> bool:
    """Whether anything can be written at all; if not, a worker calls, and the next message brings it along."""
    if account.has_customer_service and resident.left_at is None:
        return True
    desk, ids = office.desk, [row.id for row in rows]
    outgoing.begin_sending(session, ids, SentBy.SERVICE, desk.clock())
    if resident.left_at is not None:
        outgoing.end_sending(session, ids, MessageStatus.FAILED, LEFT)
        undelivered.put_before_worker(session, desk, [session.get_one(Message, ids[0])])
        return False
    outgoing.send_later(session, ids, desk.clock() + LATER, None)
    if rows[0].in_reply_to is None:
        undelivered.phone_needed(session, desk, rows[0])
    return False


def _more_is_coming(session: Session, office: Office, rows: Sequence[Message]) -> bool:
    """With the quota nearly used up, answers wait a little for those that follow, to go out as one message."""
    if rows[0].created_at < office.desk.clock() - COMPANY or any(row.card for row in rows):
        return False
    return bool(talk.unanswered_inbox(session, rows[0].conversation_id))


def _over(office: Office, heard: Message | None, sent: int) -> Handling | None:
    if heard is None:
        return None
    if heard.created_at < office.desk.clock() - WINDOW:
        return Handling.WINDOW_OVER
    return Handling.OVER_QUOTA if sent >= QUOTA else None


def _consignment(
    account: Account, resident: Resident, rows: Sequence[Message], is_over: Handling | None
) -> Consignment:
    words = _words(rows, account)
    return Consignment(
        account=account,
        openid=resident.channel_user,
        conversation_id=rows[0].conversation_id,
        message_ids=tuple(row.id for row in rows),
        words=words,
        parts=_parts(words, rows[-1].buttons),
        sent=rows[0].parts_sent,
        attempts=rows[0].attempts,
        is_over=is_over,
    )


def _words(rows: Sequence[Message], account: Account) -> str:
    return "\n".join(without_markup(line) for row in rows for line in lines_of(row, account.page))


def _parts(words: str, buttons: Sequence[str]) -> tuple[Part, ...]:
    if not buttons:
        return tuple(TextReply(part) for part in split_text(words))
    *before, head = split_text(words, HEAD_BYTES) or [""]
    choices = tuple(Choice(str(number), title) for number, title in enumerate(buttons, 1))
    return (*(TextReply(part) for part in before), MenuMessage(head, choices, TAIL))
