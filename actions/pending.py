"""What is still to be done after a case: other requests of the same message, and an interrupted case."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from actions.turn import Request, Turn

Events = list[dict[str, Any]]
FORM_OF = {"report_event": "report_form", "propose_agenda_item": "propose_form", "request_in_person": "visit_form"}
# Follow-ups of one message in the order in which they are taken up.
LATER = ("propose_agenda_item", "request_in_person", "consult_policy", "track_progress", "complaint_escalate")
CASE_SLOTS = {
    "report_form": ("report", "report_leaf", "report_place", "report_join", "report_confirmed"),
    "propose_form": ("proposal", "propose_title", "propose_similar", "propose_reason", "propose_scope", "propose_confirmed"),
    "visit_form": ("visit", "visit_need", "visit_recipient", "visit_place", "visit_way", "visit_time", "visit_confirmed"),
}


def left_over(turn: Turn) -> list[dict[str, Any]]:
    """The requests of a message besides the ones its leading form takes."""
    if len(turn.requests) < 2 or turn.intent not in FORM_OF:  # noqa: PLR2004 - several means two or more
        return []
    return [as_value(r) for r in turn.requests if r.intent != turn.intent and r.intent in LATER]


def as_value(request: Request) -> dict[str, Any]:
    return {
        "text": request.text,
        "intent": request.intent,
        "leaf": request.leaf,
        "leaf_top3": list(request.leaf_top3),
        "leaf_confidence": request.leaf_confidence,
    }


def next_case(tracker: Tracker) -> Events:
    """Go on with the next request of the message, else with the case that was interrupted, else rest."""
    if pending := tracker.get_slot("pending"):
        first, *rest = pending
        events: Events = [SlotSet("pending", rest or None), SlotSet("current_request", first)]
        form = FORM_OF.get(first["intent"])
        return [*events, FollowupAction(form or "action_next_request")]
    drafts = list(tracker.get_slot("drafts") or [])
    if not drafts:
        return []
    *earlier, last = drafts
    restored = [SlotSet(name, value) for name, value in last["slots"].items()]
    return [SlotSet("drafts", earlier or None), *restored, FollowupAction("action_resume_draft")]


def set_aside(tracker: Tracker) -> Events:
    """Keep the running case for later and clear its slots."""
    form = str(tracker.active_loop.get("name"))
    slots = {name: tracker.get_slot(name) for name in CASE_SLOTS[form]}
    drafts = [d for d in tracker.get_slot("drafts") or [] if d["form"] != form]
    kept = {"form": form, "slots": {n: v for n, v in slots.items() if v is not None}}
    return [SlotSet("drafts", [*drafts, kept]), *(SlotSet(name, None) for name in slots)]
