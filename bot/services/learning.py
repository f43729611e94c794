"""What the bot misread, what people say it meant, and writing that into the training data."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.doubts import Doubt
from bot.core.homes import hide_rooms
from bot.core.masking import hide_staff, redact
from bot.core.staff import Permission, can
from bot.core.urgency import Urgency
from bot.errors import Conflict, InvalidInput, NotFound
from bot.services import examples, intents, readings
from bot.services.desk import Desk
from bot.services.examples import Added
from bot.services.hub import conversation_topic, note
from bot.services.intents import Choice
from bot.services.readings import Reading, reading_of
from bot.store.queries import doubted
from bot.store.queries.audit import append_audit
from bot.store.queries.learning import labels, mark_written
from bot.store.tables import Direction, Handover, HandoverKind, Label, LabelStatus, Message, MessageStatus, Staff

PAGE: Final = 20
# Whoever has labelled these sees the next ones.
MOST: Final = 1000
LONGEST_EXAMPLE: Final = 120
LONGEST_NOTE: Final = 200


class Why(StrEnum):
    """Why a message is put before a trainer; `plain` is what the trainer reads."""

    UNREAD = "unread"
    UNSURE = "unsure"
    HANDED_OVER = "handed_over"
    CORRECTED = "corrected"

    @property
    def plain(self) -> str:
        """The reason in a few words."""
        return _PLAIN[self]


_PLAIN: Final = {
    Why.UNREAD: "没听懂",
    Why.UNSURE: "没把握",
    Why.HANDED_OVER: "转给了工作人员",
    Why.CORRECTED: "工作人员改过",
}


@dataclass(frozen=True)
class Correction:
    """What the form of a worker or trainer says of a message; place and urgency only where the bot was wrong there."""

    choice: Choice
    note: str = ""
    text: str | None = None
    place: str = ""
    urgency: Urgency | None = None


@dataclass(frozen=True)
class Misread:
    """A message to be labelled: its redacted text, the model's guess, and what a person or the model suggests.

    `said_by` is who of the staff suggests it, with the note they left.
    """

    message_id: int
    at: datetime
    text: str
    reading: Reading | None
    why: tuple[Why, ...]
    suggestion: Choice | None
    said_by: str
    note: str
    is_written: bool


@dataclass(frozen=True)
class MisreadPage:
    """Some of them, the newest first, and how many there are in all: counted to `MOST`, `is_more` beyond."""

    rows: Sequence[Misread]
    total: int
    is_more: bool


def misread(session: Session, why: Why | None = None, *, offset: int = 0, limit: int = PAGE) -> MisreadPage:
    """Messages that no trainer has labelled yet, for one reason or all of them."""
    trainers = _trainers(session)
    found = {one for each in ([why] if why else Why) for one in _waiting(session, each, trainers)}
    ids = sorted(found, reverse=True)
    shown = ids[offset : min(offset + limit, MOST)]
    messages = {one.id: one for one in session.scalars(select(Message).where(Message.id.in_(shown)))}
    rows = [_misread(session, messages[one]) for one in shown]
    return MisreadPage(rows, min(len(ids), MOST), len(ids) > MOST)


def sample(session: Session, message_id: int) -> Misread:
    """One message that is or was to be labelled; raises NotFound for any other, which trainers never see."""
    message = session.get(Message, message_id)
    found = _misread(session, message) if message and message.direction is Direction.IN else None
    if message is None or found is None or not _is_sample(message, found):
        raise NotFound("没有这条样本")
    return found


def suggest(session: Session, desk: Desk, staff: Staff, message_id: int, correction: Correction) -> Label:
    """Keep what a worker says a message meant; it counts once a trainer agrees. Raises NotFound, Conflict."""
    given = _put(session, desk, staff, message_id, correction, "sample:suggest")
    message = session.get_one(Message, message_id)
    message.reading = readings.put_right(message.reading, redact(correction.place.strip()), correction.urgency)
    besides = readings.right_in_words(message.reading)
    given.note = "；".join(words for words in (besides, given.note) if words)[:LONGEST_NOTE]
    note(session, conversation_topic(message.conversation_id))
    return given


def label(session: Session, desk: Desk, staff: Staff, message_id: int, correction: Correction) -> Label:
    """Keep what a trainer says a message meant, in place of a worker's or their own earlier word.

    Raises NotFound, Conflict (written already), InvalidInput (no text left that could be an example).
    """
    sample(session, message_id)
    if len(_example(session, message_id, correction)) > LONGEST_EXAMPLE:
        raise InvalidInput(f"例句最多{LONGEST_EXAMPLE}个字", "请只留下最能说明意思的一句")
    return _put(session, desk, staff, message_id, correction, "sample:label")


def label_of(session: Session, message_id: int) -> Label | None:
    """What a person said the message meant."""
    return session.scalar(select(Label).where(Label.message_id == message_id))


def unwritten(session: Session) -> Sequence[Label]:
    """Labels trainers agree on and data/nlu does not hold yet, in the order they were given."""
    trainers = _trainers(session)
    return [one for one in labels(session, LabelStatus.LABELLED) if one.staff_id in trainers]


def write_labels(session: Session, desk: Desk, staff: Staff, folder: Path) -> Added:
    """Append the agreed labels to the example files below `folder` and mark them as written.

    Those that stand under another intent stay unwritten and are named in what is returned.
    Raises BrokenFile, Unavailable; then nothing is marked.
    """
    waiting = {one.id: one for one in unwritten(session)}
    locked = select(Label).where(Label.id.in_(waiting)).order_by(Label.id).with_for_update()
    ready = [one for one in session.scalars(locked) if one.status is LabelStatus.LABELLED]
    added = examples.add(folder, [(Choice(one.intent, one.leaf), _nameless(session, one.text)) for one in ready])
    refused = {clash.text for clash in added.clashes}
    written = [one.id for one in ready if examples.neutral(_nameless(session, one.text)) not in refused]
    mark_written(session, written)
    detail = f"added={added.added} known={added.known} clashes={len(added.clashes)}"
    append_audit(session, desk.clock(), staff.id, "sample:write", "data/nlu", detail)
    return added


def _put(session: Session, desk: Desk, staff: Staff, message_id: int, correction: Correction, action: str) -> Label:
    text = _example(session, message_id, correction)
    kept = label_of(session, message_id)
    if kept and kept.status is LabelStatus.WRITTEN:
        raise Conflict("这一句已经写进训练数据", "要改请找管理训练数据的人")
    if kept and kept.staff_id in _trainers(session) and not can(staff.role, Permission.SAMPLE_LABEL):
        raise Conflict("训练师已经看过这一句", "如果还是不对，请告诉训练师")
    now = desk.clock()
    given = kept or Label(message_id=message_id, created_at=now)
    given.text, given.note = text, _nameless(session, correction.note.strip())[:LONGEST_NOTE]
    given.intent, given.leaf = correction.choice.intent, correction.choice.leaf
    given.staff_id, given.status = staff.id, LabelStatus.LABELLED
    session.add(given)
    append_audit(session, now, staff.id, action, f"message:{message_id}", correction.choice.code)
    return given


def _example(session: Session, message_id: int, correction: Correction) -> str:
    message = session.get(Message, message_id)
    if message is None or message.direction is not Direction.IN:
        raise NotFound("没有这条居民消息")
    line = examples.neutral(_nameless(session, message.text if correction.text is None else correction.text))
    if not line:
        raise InvalidInput("这句话没有可以学的文字")
    return line


def _waiting(session: Session, why: Why, trainers: Collection[int]) -> set[int]:
    """The newest of those that wait for this reason, one more than are counted."""
    most = MOST + 1
    if why is Why.UNREAD:
        unread = doubted.doubted(session, Doubt.UNREAD, trainers, most)
        return {*unread, *doubted.handed_over(session, HandoverKind.MISUNDERSTOOD, trainers, most)}
    if why is Why.UNSURE:
        return {*doubted.doubted(session, Doubt.UNSURE, trainers, most)}
    if why is Why.HANDED_OVER:
        return {*doubted.handed_over(session, None, trainers, most)}
    corrected = doubted.doubted(session, Doubt.CORRECTED, trainers, most)
    return {*corrected, *doubted.suggested(session, trainers, most)}


def _is_sample(message: Message, found: Misread) -> bool:
    """What is said to a worker is read too, but trainers need not read along with every talk."""
    by_people = {Why.HANDED_OVER, Why.CORRECTED} & set(found.why)
    return bool(by_people) or (message.doubt is not None and message.status is not MessageStatus.HELD)


def _misread(session: Session, message: Message) -> Misread:
    reading = reading_of(message.reading)
    given = label_of(session, message.id)
    giver = session.get(Staff, given.staff_id) if given else None
    handovers = session.scalars(select(Handover.kind).where(Handover.inbox_id == message.id)).all()
    return Misread(
        message_id=message.id,
        at=message.created_at,
        text=_nameless(session, given.text if given else message.text),
        reading=reading,
        why=_reasons(reading, handovers, is_suggested=given is not None),
        suggestion=_suggestion(reading, given),
        said_by=giver.role.plain if giver else "",
        note=_nameless(session, given.note) if given else "",
        is_written=given is not None and given.status is LabelStatus.WRITTEN,
    )


def _reasons(reading: Reading | None, handovers: Collection[HandoverKind], *, is_suggested: bool) -> tuple[Why, ...]:
    found = {
        Why.UNREAD: HandoverKind.MISUNDERSTOOD in handovers or (reading is not None and reading.is_unread),
        Why.UNSURE: reading is not None and reading.is_unsure,
        Why.HANDED_OVER: bool(handovers),
        Why.CORRECTED: is_suggested or (reading is not None and reading.corrected is not None),
    }
    return tuple(why for why, is_so in found.items() if is_so)


def _suggestion(reading: Reading | None, given: Label | None) -> Choice | None:
    if given:
        return Choice(given.intent, given.leaf)
    if reading is None or (reading.is_unread and not reading.corrected):
        return None
    intent = intents.Family.REPORT if reading.is_unread else reading.intent
    leaf = reading.corrected or reading.leaf
    return Choice(intent, leaf if intents.needs_leaf(intent) else None)


def _nameless(session: Session, text: str) -> str:
    """What trainers may read: they need how a complaint is put, and not whom it is about, nor who makes it."""
    return hide_rooms(hide_staff(redact(text), set(session.scalars(select(Staff.name)))))


def _trainers(session: Session) -> set[int]:
    people = session.execute(select(Staff.id, Staff.role))
    return {staff_id for staff_id, role in people if can(role, Permission.SAMPLE_LABEL)}
