"""What is still to be done after a case: other requests of the same message, and an interrupted case."""

from dataclasses import asdict
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from actions.turn import Request, Turn

Events = list[dict[str, Any]]
FORM_OF = {"report_event": "report_form", "propose_agenda_item": "propose_form", "request_in_person": "visit_form"}
ACTION_LISTEN = "action_listen"
# What can be taken up later, when the leading request is done.
LATER = frozenset({*FORM_OF, "consult_policy", "track_progress", "complaint_escalate", "endorse"})
CASE_SLOTS = {
    "report_form": ("report", "report_leaf", "report_place", "report_join", "report_confirmed"),
    "propose_form": (
        "proposal",
        "propose_title",
        "propose_similar",
        "propose_reason",
        "propose_scope",
        "propose_confirmed",
    ),
    "visit_form": (
        "visit",
        "visit_need",
        "visit_recipient",
        "visit_place",
        "visit_way",
        "visit_time",
        "visit_confirmed",
    ),
}


def left_over(turn: Turn) -> Events:
    """The requests of a message besides those that its leading action takes: all reports go into one form."""
    lead = turn.first
    taken = {turn.intent} if turn.intent in {"report_event", "consult_policy"} else set()
    rest = [r for r in turn.requests if r is not lead and (r.intent in LATER or r.outside) and r.intent not in taken]
    return [as_value(r, turn.group) for r in rest]


def as_value(request: Request, group: str | None = None) -> dict[str, Any]:
    return {**asdict(request), "leaf_top3": list(request.leaf_top3), "group": request.group or group}


def next_case(tracker: Tracker, waiting: Events | None = None) -> Events:
    """Go on with the next request of the message, else with the case that was interrupted, else rest."""
    if pending := waiting or tracker.get_slot("pending"):
        first, *rest = pending
        events: Events = [SlotSet("pending", rest or None), SlotSet("current_request", first)]
        return [*events, FollowupAction(FORM_OF.get(first["intent"], "action_next_request"))]
    drafts = list(tracker.get_slot("drafts") or [])
    if not drafts:
        return []
    *earlier, last = drafts
    restored = [SlotSet(name, value) for name, value in last["slots"].items()]
    return [
        SlotSet("drafts", earlier or None),
        *restored,
        SlotSet("resuming", last["form"]),
        FollowupAction("action_resume_draft"),
    ]


def or_listen(events: Events) -> Events:
    """For an action no rule led to: without a next one Rasa must wait for the resident, not fall back."""
    goes_on = any(event["event"] == "followup" for event in events)
    return events if goes_on else [*events, FollowupAction(ACTION_LISTEN)]


def set_aside(tracker: Tracker) -> Events:
    """Keep the running case for later and clear its slots."""
    form = str(tracker.active_loop.get("name"))
    slots = {name: tracker.get_slot(name) for name in CASE_SLOTS[form]}
    drafts = [d for d in tracker.get_slot("drafts") or [] if d["form"] != form]
    kept = {"form": form, "slots": {n: v for n, v in slots.items() if v is not None}}
    return [SlotSet("drafts", [*drafts, kept]), *(SlotSet(name, None) for name in slots)]


def cleared(*names: str) -> Events:
    return [SlotSet(name, None) for name in names]
