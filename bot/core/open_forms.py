"""Which form a resident is in the middle of, read from a stored tracker without loading what wrote it."""

import json
from typing import Final

# What Rasa needs to begin a conversation, and nothing of what was told in it.
_BARE: Final = frozenset({"action", "session_started"})


def open_form(tracker: str | None) -> str | None:
    """The name of the form; None outside of forms, or where nothing is stored."""
    return next((event["name"] for event in json.loads(tracker or "[]") if event["event"] == "active_loop"), None)


def without_form(tracker: str) -> str:
    """The tracker as if nothing had been told yet: what waited behind the form goes with it."""
    kept = [event for event in json.loads(tracker) if event["event"] in _BARE]
    return json.dumps(kept, ensure_ascii=False)


def told_in(tracker: str | None) -> tuple[str, ...]:
    """The texts the slots hold, among them the resident's words about the case that is being told."""
    slots = (event.get("value") for event in json.loads(tracker or "[]") if event["event"] == "slot")
    return tuple(text for value in slots for text in _texts(value))


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inner for text in _texts(one)]
