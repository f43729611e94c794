"""What waits on the desks of the large street besides its events: conversations, replies that did not arrive, the logs.

python -m tests.benchmarks.busy_desks DATABASE_URL [EVENTS [MESSAGES]]
"""

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import String, Table, insert, literal, select
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session

from bot.core.audit_chain import BEFORE_FIRST, Link, digest
from bot.core.doubts import doubt_of
from bot.services.desk import Desk, open_desk
from bot.settings import Settings
from bot.store.tables import (
    AttachmentKind,
    AttachmentState,
    Base,
    CaseKind,
    CasePhoto,
    CaseStep,
    Conversation,
    ConversationState,
    Direction,
    Handover,
    HandoverKind,
    HandoverStatus,
    LabelStatus,
    Message,
    MessageStatus,
    Sender,
    Staff,
)
from tests.benchmarks import big_street, bulk, busy_cases
from tests.benchmarks.big_street import END, EVENTS, MESSAGES
from tests.benchmarks.bulk import Row
from tests.services.stage import COLLEAGUE, WORKER
from tests.services.stage import staff as staff_named

# How many of them there are for a hundred thousand events.
CLOSED_HANDOVERS, UNDELIVERED, ATTACHMENTS, LABELS, AUDIT = 20_000, 300, 5_000, 300, 200_000
LONG_TALK: Final = 5_000
PHOTO_EVERY: Final = 10
# However small the street is, so many conversations wait, and so many are in somebody's hands.
WAITING, HELD = 40, 12
FEWEST: Final = 6
KINDS: Final = (HandoverKind.PERSON, HandoverKind.MISUNDERSTOOD, HandoverKind.UNKNOWN_ANSWER, HandoverKind.EMERGENCY)
ACTIONS: Final = ("conversation:take", "conversation:close", "grid_event:move", "contact:unmask", "staff:login")
_OUT: Final = (Direction.OUT, Sender.BOT)
_IN: Final = (Direction.IN, Sender.RESIDENT)


@dataclass(frozen=True)
class Said:
    """A message of a resident that was handed over, or that a file came with."""

    id: int
    conversation_id: int
    resident_id: str


@dataclass(frozen=True)
class Cast:
    """Who works here, what was said last, and the one conversation that goes on and on."""

    worker: Staff
    colleague: Staff
    staff: tuple[Staff, ...]
    said: tuple[Said, ...]
    talkative: int
    last_hash: str


def build(desk: Desk, events: int = EVENTS, messages: int = MESSAGES) -> None:
    """Fill the desk's database with the large street and with all that waits on its desks."""
    big_street.build(desk, events, messages)
    fill(desk, events)


def fill(desk: Desk, events: int) -> None:
    """Add the rest to a street that has so many events."""
    share = events / EVENTS
    with desk.transaction(read_only=True) as session:
        people = tuple(f"big-{each}" for each in range(max(events // 10, 20)))
        on = busy_cases.ground(session, desk.gazetteer.buildings, people, tuple(desk.catalogue.leaves))
        cast = _cast(session, _size(CLOSED_HANDOVERS, share))
    with bulk.opened(desk.store.engine) as into:
        busy_cases.fill(into, on, share)
        into.insert(_table("handovers"), (_closed(cast, one, n) for n, one in enumerate(cast.said)))
        into.insert(_table("messages"), _undelivered(cast, _size(UNDELIVERED, share)))
        into.insert(_table("messages"), _long_talk(cast, _size(LONG_TALK, share)))
        into.insert(_table("attachments"), (_picture(one) for one in cast.said[: _size(ATTACHMENTS, share)]))
        into.insert(_table("labels"), (_label(cast, one) for one in cast.said[: _size(LABELS, share)]))
        into.insert(_table("audit"), _audit(cast, _size(AUDIT, share)))
    with desk.transaction() as session:
        _wait(session, cast)
        _photograph(session, cast)


def _size(count: int, share: float) -> int:
    return max(int(count * share), FEWEST)


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _cast(session: Session, handed_over: int) -> Cast:
    heard = (
        select(Message.id, Message.conversation_id, Conversation.resident_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.direction == Direction.IN, Conversation.resident_id.startswith("big-"))
        .order_by(Message.id.desc())
        .limit(handed_over)
    )
    audit = _table("audit").columns
    said = tuple(Said(*one) for one in session.execute(heard))
    return Cast(
        worker=staff_named(session, WORKER),
        colleague=staff_named(session, COLLEAGUE),
        staff=tuple(session.scalars(select(Staff).order_by(Staff.id))),
        said=said,
        talkative=said[0].conversation_id,
        last_hash=session.scalar(select(audit.hash).order_by(audit.id.desc()).limit(1)) or BEFORE_FIRST,
    )


def _closed(cast: Cast, one: Said, each: int) -> Row:
    at = END - timedelta(minutes=each)
    return {
        "conversation_id": one.conversation_id,
        "resident_id": one.resident_id,
        "inbox_id": one.id,
        "kind": HandoverKind.MEDIA,
        "reason": "发来了图片",
        "status": HandoverStatus.CLOSED,
        "staff_id": cast.worker.id,
        "created_at": at,
        "closed_at": at + timedelta(minutes=10),
    }


def _bubble(conversation_id: int, way: tuple[Direction, Sender], text: str, at: datetime) -> dict[str, object]:
    direction, sender = way
    return {
        "conversation_id": conversation_id,
        "direction": direction,
        "sender": sender,
        "text": text,
        "channel": "webchat",
        "status": MessageStatus.ANSWERED if direction is Direction.IN else MessageStatus.SENT,
        "fault": None,
        "reading": None,
        "doubt": None,
        "created_at": at,
    }


def _undelivered(cast: Cast, count: int) -> Iterator[Row]:
    for each in range(count):
        bubble = _bubble(cast.said[each].conversation_id, _OUT, "已经帮您登记了", END - timedelta(hours=each))
        yield {**bubble, "status": MessageStatus.FAILED, "fault": "45015"}


def _long_talk(cast: Cast, count: int) -> Iterator[Row]:
    """Half of it the bot did not understand, which puts it before the trainers."""
    for each in range(count):
        at = END - timedelta(minutes=count - each)
        if each % 2:
            yield _bubble(cast.talkative, _OUT, "请您再说一遍好吗？", at)
        else:
            read: dict[str, object] = {"intent": "nlu_fallback", "confidence": 0.2}
            yield {**_bubble(cast.talkative, _IN, "就是那个老地方的事", at), "reading": read, "doubt": doubt_of(read)}


def _picture(one: Said) -> Row:
    return {
        "message_id": one.id,
        "kind": AttachmentKind.IMAGE,
        "state": AttachmentState.LOST,
        "fault": "expired",
        "created_at": END,
    }


def _photograph(session: Session, cast: Cast) -> None:
    """Every tenth step of an event has a picture, whose file nobody has."""
    file = literal("cases/00/") + as_type(CaseStep.id, String)
    fixed = (literal(cast.worker.id), literal("before"), literal("image/jpeg"), literal(1))
    taken = select(CaseStep.case_kind, CaseStep.case_id, CaseStep.id, CaseStep.at, file, *fixed).where(
        CaseStep.case_kind == CaseKind.GRID_EVENT, CaseStep.id % PHOTO_EVERY == 0
    )
    columns = ("case_kind", "case_id", "step_id", "created_at", "file", "staff_id", "stage", "content_type", "size")
    session.execute(insert(CasePhoto).from_select(columns, taken))


def _label(cast: Cast, one: Said) -> Row:
    return {
        "message_id": one.id,
        "text": "楼道灯坏了",
        "intent": "report_event",
        "leaf": "0503",
        "staff_id": cast.worker.id,
        "status": LabelStatus.LABELLED,
        "created_at": END,
    }


def _audit(cast: Cast, count: int) -> Iterator[Row]:
    """A chain that holds."""
    before = cast.last_hash
    for each in range(count):
        at = END - timedelta(minutes=2 * (count - each))
        who, action = cast.staff[each % len(cast.staff)].id, ACTIONS[each % len(ACTIONS)]
        subject = f"conversation:{each % 5000}" if each % 5 else f"GE990101001-20260312-{each % 9999:04d}"
        link = Link(0, at, who, action, subject, "", before, "")
        now = digest(link)
        yield {
            "at": at,
            "staff_id": who,
            "action": action,
            "object": subject,
            "previous_hash": before,
            "hash": now,
        }
        before = now


def _wait(session: Session, cast: Cast) -> None:
    """The first conversations wait, the next ones are held by two workers."""
    shown = {one.conversation_id: one for one in cast.said}
    for each, one in enumerate(list(shown.values())[: WAITING + HELD]):
        conversation = session.get_one(Conversation, one.conversation_id)
        since = END - timedelta(minutes=each)
        is_held = each >= WAITING or one.conversation_id == cast.talkative
        holder = (cast.worker, cast.colleague)[each % 2] if is_held else None
        conversation.state = ConversationState.WORKER if holder else ConversationState.WAITING
        conversation.reason, conversation.waiting_since = "想找人问问", since
        conversation.worker_id = holder.id if holder else None
        conversation.held_since = conversation.touched_at = since if holder else None
        session.add(
            Handover(
                conversation_id=one.conversation_id,
                resident_id=one.resident_id,
                inbox_id=one.id,
                kind=KINDS[each % len(KINDS)],
                reason="想找人问问",
                status=HandoverStatus.TAKEN if holder else HandoverStatus.WAITING,
                staff_id=holder.id if holder else None,
                created_at=since,
            )
        )


if __name__ == "__main__":
    url, *sizes = sys.argv[1:]
    opened = open_desk(Settings.from_environment({**os.environ, "DATABASE_URL": url}))
    started = time.perf_counter()
    build(opened, *map(int, sizes))
    sys.stdout.write(f"built in {time.perf_counter() - started:.0f} s\n")
