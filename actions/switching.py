"""Leaving a form: for a side remark, for another case, or for good."""

from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import answer, out_of_scope, small_talk, tell_progress
from actions.closing import announce
from actions.handing_over import misunderstood, show_emergency, to_person
from actions.pending import ACTION_LISTEN, CASE_SLOTS, FORM_OF, Events, as_value, left_over, next_case, set_aside
from actions.supporting import endorse, meant
from actions.turn import Request, Turn


class Aside(Action):
    """Answers a side remark inside a form; the rule then lets the form ask again.

    What would need a question of its own waits until the case is done: one question a turn.
    """

    def name(self) -> str:
        return "action_aside"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        turn = Turn.of(tracker)
        if say := _REMARKS.get(turn.intent):
            say(dispatcher, turn)
        elif turn.intent == "nlu_fallback":
            return misunderstood(dispatcher, tracker, turn)
        elif turn.intent == "emergency":
            show_emergency(dispatcher, turn)
            return [FollowupAction(ACTION_LISTEN)]
        elif not _is_settled(dispatcher, turn):
            dispatcher.utter_message(response="utter_later")
            return [SlotSet("pending", [*(tracker.get_slot("pending") or []), as_value(turn.first)])]
        return []


def _is_settled(dispatcher: CollectingDispatcher, turn: Turn) -> bool:
    """Whether a question or support could be dealt with on the spot; "接着说" only has the form ask again."""
    if turn.intent == "consult_policy":
        return answer(dispatcher, turn, turn.first.text, turn.first.leaf)
    if turn.intent == "endorse":
        similar, _ = meant(turn)
        if len(similar) == 1:
            endorse(dispatcher, turn, similar[0].number)
        return len(similar) == 1
    return True


def _short_menu(dispatcher: CollectingDispatcher, _: Turn) -> None:
    dispatcher.utter_message(response="utter_menu_short")


_REMARKS: dict[str, Callable[[CollectingDispatcher, Turn], None]] = {
    "track_progress": tell_progress,
    "chitchat": small_talk,
    "out_of_scope": out_of_scope,
    "complaint_escalate": to_person,
    "menu": _short_menu,
}


class Switch(Action):
    """Another kind of case while one is open: the open one is kept and taken up afterwards."""

    def name(self) -> str:
        return "action_switch"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        turn = Turn.of(tracker)
        dispatcher.utter_message(response="utter_set_aside")
        rest = [*left_over(turn), *(tracker.get_slot("pending") or [])]
        return [
            *set_aside(tracker),
            ActiveLoop(None),
            SlotSet("requested_slot", None),
            SlotSet("pending", rest or None),
            SlotSet("current_request", as_value(_wanted(turn, tracker), turn.group)),
            FollowupAction(FORM_OF[turn.intent]),
        ]


def _wanted(turn: Turn, tracker: Tracker) -> Request:
    """What the new case is about; 9 in the middle of a report means that somebody shall come because of it."""
    report = tracker.get_slot("report") or {}
    if not turn.is_tapped or turn.intent != "request_in_person" or not report.get("items"):
        return turn.first
    first = report["items"][0]
    return Request(f"上门：{first['text']}", turn.intent, first["leaf"], (), first["confidence"])


class ResumeDraft(Action):
    """Takes up the case that was set aside."""

    def name(self) -> str:
        return "action_resume_draft"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        dispatcher.utter_message(response="utter_resumed")
        return [FollowupAction(str(tracker.get_slot("resuming")))]


class Resume(Action):
    """“接着刚才的” with no form open: a case that was set aside, if there is one."""

    def name(self) -> str:
        return "action_resume"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        waiting = next_case(tracker)
        if not waiting:
            dispatcher.utter_message(response="utter_nothing_to_resume")
        return waiting


class GiveUp(Action):
    """The resident does not want the open case any more; nothing was filed, and what was set aside goes on."""

    def name(self) -> str:
        return "action_give_up"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        form = str(tracker.active_loop.get("name"))
        dispatcher.utter_message(response="utter_given_up")
        slots = (*CASE_SLOTS[form], "current_request", "requested_slot", "elderly", "to_ask")
        waiting = next_case(tracker)
        announce(dispatcher, waiting)
        return [ActiveLoop(None), *(SlotSet(name, None) for name in slots), *waiting]
