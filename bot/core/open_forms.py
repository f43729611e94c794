"""Which form a resident is in the middle of, read from a stored tracker without loading what wrote it."""

import json


def open_form(tracker: str | None) -> str | None:
    """The name of the form; None outside of forms, or where nothing is stored."""
    return next((event["name"] for event in json.loads(tracker or "[]") if event["event"] == "active_loop"), None)
