"""What an action knows about the message it answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from rasa_sdk import Tracker
from sqlalchemy.orm import Session

from actions import stock
from bot.core.choices import chosen
from bot.services import desk as desks
from bot.services.desk import Desk
from bot.store.tables import Resident


@dataclass(frozen=True)
class Request:
    """One of the separate requests in a message; `group` links the records that come of the same message."""

    text: str
    intent: str
    leaf: str | None
    leaf_top3: tuple[str, ...]
    leaf_confidence: float
    group: str | None = None
    outside: str | None = None

    @classmethod
    def of(cls, found: dict[str, Any]) -> "Request":
        return cls(
            text=found["text"],
            intent=found["intent"],
            leaf=found["leaf"],
            leaf_top3=tuple(found["leaf_top3"]),
            leaf_confidence=float(found["leaf_confidence"]),
            group=found.get("group"),
            outside=found.get("outside"),
        )


@dataclass(frozen=True)
class Position:
    """Where the resident's phone says it is, in degrees, with the name the phone gave to it."""

    lon: float
    lat: float
    label: str


@dataclass(frozen=True)
class Turn:
    """One message of one resident. `inbox_id` makes filing idempotent; `asked` is the open question's slot.

    With a `position` the message is a place and its words only name it.
    """

    resident_id: str
    inbox_id: int
    text: str
    intent: str
    kind: str | None
    confidence: float
    elderly: str
    elderly_role: str
    requests: tuple[Request, ...]
    form: str | None
    asked: str | None
    position: Position | None = None

    @classmethod
    def of(cls, tracker: Tracker) -> "Turn":
        message = tracker.latest_message
        reading = message.get("reading") or {}
        metadata = message.get("metadata") or {}
        known = (tracker.sender_id, int(metadata["inbox_id"])) if "inbox_id" in metadata else None
        resident_id, inbox_id = known or stock.admitted(tracker.sender_id, message)
        return cls(
            resident_id=resident_id,
            inbox_id=inbox_id,
            text=message.get("text") or "",
            intent=message["intent"]["name"] or "",
            kind=reading.get("kind"),
            confidence=float(message["intent"].get("confidence") or 0.0),
            elderly=reading.get("elderly", "no"),
            elderly_role=reading.get("elderly_role", ""),
            requests=tuple(Request.of(r) for r in reading.get("requests", [])),
            form=tracker.active_loop.get("name") if tracker.active_loop else None,
            asked=tracker.get_slot("requested_slot"),
            position=Position(**metadata["position"]) if metadata.get("position") else None,
        )

    @property
    def first(self) -> Request:
        """The request that leads; a message without a reading (a tapped button) is its own request."""
        lead = next((r for r in self.requests if r.intent == self.intent), None)
        if lead:
            return lead
        return self.requests[0] if self.requests else Request(self.text, self.intent, None, (), 0.0)

    @property
    def is_tapped(self) -> bool:
        """Whether a button or a shortcut was meant, so that the words say nothing more."""
        return not self.requests

    def taps_again(self, intent: str) -> bool:
        """Whether the menu that begins this case was tapped once more, which answers none of its questions."""
        return self.is_tapped and self.intent == intent

    @property
    def group(self) -> str | None:
        """What links the records of this message, where it holds several requests."""
        if not self.requests:
            return None
        return self.requests[0].group or (f"m{self.inbox_id}" if len(self.requests) > 1 else None)

    def of_intent(self, intent: str) -> tuple[Request, ...]:
        return tuple(r for r in self.requests if r.intent == intent)

    def about(self, request: Request) -> "Turn":
        """The same turn, as if only this request had been written and no question were open."""
        return replace(self, text=request.text, intent=request.intent, requests=(request,), asked=None, confidence=1.0)

    def picked(self, choices: list[str]) -> int | None:
        """Which of the offered titles the resident chose, by number or by words."""
        return chosen(self.text, choices)

    @property
    def now(self) -> datetime:
        return desks.current().clock()


@contextmanager
def at_desk(turn: Turn) -> Iterator[tuple[Session, Desk, Resident]]:
    """Open one transaction for an action, with the resident who wrote."""
    desk = desks.current()
    with desk.transaction() as session:
        yield session, desk, session.get_one(Resident, turn.resident_id)
