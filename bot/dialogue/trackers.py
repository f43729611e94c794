"""Rasa's trackers: one row a resident, always short, saved by the one who saves the replies.

Departures from stock Rasa: a tracker is cut back after every turn to what the next turn needs, so that
the 500th message of a resident costs what the 10th did; and it is handed to the caller, who stores it
in the same transaction as the replies, so that no crash can lose one of the two.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

SESSION_METADATA = "session_started_metadata"
Read = Callable[[str], str | None]


@dataclass(frozen=True)
class Saved:
    """A tracker after a turn: `data` is to be stored; the rest is what callers ask about it."""

    data: str
    form: str | None
    asked: str | None
    reading: dict[str, Any] | None


class ResidentTrackers(TrackerStore):
    """Reads trackers through `read`; keeps saved ones until `taken`."""

    def __init__(self, domain: Domain | None, read: Read) -> None:
        super().__init__(domain)
        self._read = read
        self._saved: dict[str, Saved] = {}

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        data = self._read(sender_id)
        if data is None:
            return None
        domain = self.domain
        return DialogueStateTracker.from_dict(sender_id, json.loads(data), domain.slots if domain else None)

    async def save(self, tracker: DialogueStateTracker) -> None:
        events = [event.as_dict() for event in resumption(tracker)]
        message = tracker.latest_message
        self._saved[tracker.sender_id] = Saved(
            data=json.dumps(events, ensure_ascii=False),
            form=tracker.active_loop_name,
            asked=tracker.get_slot(REQUESTED_SLOT),
            reading=message.parse_data.get("reading") if message and message.parse_data else None,
        )

    def taken(self, sender_id: str) -> Saved | None:
        return self._saved.pop(sender_id, None)

    async def keys(self) -> Iterable[str]:
        return list(self._saved)


def resumption(tracker: DialogueStateTracker) -> list[Event]:
    """The fewest events after which Rasa goes on just as after the whole conversation."""
    moment = tracker.events[-1].timestamp if tracker.events else None
    slots = [
        SlotSet(name, slot.value, timestamp=moment)
        for name, slot in tracker.slots.items()
        if slot.value is not None and name not in {REQUESTED_SLOT, SESSION_METADATA}
    ]
    loop = tracker.active_loop_name
    open_form: list[Event] = (
        [
            ActiveLoop(loop, timestamp=moment),
            SlotSet(REQUESTED_SLOT, tracker.get_slot(REQUESTED_SLOT), timestamp=moment),
        ]
        if loop
        else []
    )
    return [
        ActionExecuted(ACTION_SESSION_START_NAME, timestamp=moment),
        SessionStarted(timestamp=moment),
        *slots,
        *open_form,
        ActionExecuted(ACTION_LISTEN_NAME, timestamp=moment),
    ]
