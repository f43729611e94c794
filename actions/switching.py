"""Leaving a form: for a side remark, for another case, or for good."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import ACTION_VALIDATE_SLOT_MAPPINGS

from actions.answers import Answer, Endorse, OutOfScope, SmallTalk, TellProgress
from actions.handing_over import misunderstood, show_emergency, to_person
from actions.pending import CASE_SLOTS, FORM_OF, Events, as_value, set_aside
from actions.turn import Turn, at_desk
from bot.core.elderly import ElderlySignal
from bot.store.tables import ElderlyStatus, Resident

_ASIDE: dict[str, Action] = {
    "consult_policy": Answer(),
    "track_progress": TellProgress(),
    "chitchat": SmallTalk(),
    "out_of_scope": OutOfScope(),
    "endorse": Endorse(),
}
SIGNALS = [ElderlySignal.NO, ElderlySignal.POSSIBLE, ElderlySignal.YES]


class Aside(Action):
    """Answers a side remark inside a form; the rule then lets the form ask again."""

    def name(self) -> str:
        return "action_aside"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn = Turn.of(tracker)
        if action := _ASIDE.get(turn.intent):
            return list(await action.run(dispatcher, tracker, domain))
        if turn.intent == "complaint_escalate":
            to_person(dispatcher, turn)
        elif turn.intent == "emergency":
            show_emergency(dispatcher, turn)
        elif turn.intent == "menu":
            dispatcher.utter_message(response="utter_menu_short")
        elif turn.intent == "nlu_fallback":
            return misunderstood(dispatcher, tracker, turn)
        return []


class Switch(Action):
    """Another kind of case while one is open: the open one is kept and taken up afterwards."""

    def name(self) -> str:
        return "action_switch"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        turn = Turn.of(tracker)
        dispatcher.utter_message(response="utter_set_aside")
        return [
            *set_aside(tracker),
            ActiveLoop(None),
            SlotSet("requested_slot", None),
            SlotSet("current_request", as_value(turn.first)),
            FollowupAction(FORM_OF[turn.intent]),
        ]


class ResumeDraft(Action):
    """Takes up the case that was set aside."""

    def name(self) -> str:
        return "action_resume_draft"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        dispatcher.utter_message(response="utter_resumed")
        form = next((f for f, slots in CASE_SLOTS.items() if tracker.get_slot(slots[0])), None)
        return [FollowupAction(form)] if form else []


class Resume(Action):
    """"接着刚才的" with no form open."""

    def name(self) -> str:
        return "action_resume"

    async def run(self, dispatcher: CollectingDispatcher, _: Tracker, __: Any) -> Events:
        dispatcher.utter_message(response="utter_nothing_to_resume")
        return []


class GiveUp(Action):
    """The resident does not want the open case any more; nothing was filed."""

    def name(self) -> str:
        return "action_give_up"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        form = str(tracker.active_loop.get("name"))
        dispatcher.utter_message(response="utter_given_up")
        slots = (*CASE_SLOTS[form], "pending", "current_request", "requested_slot", "drafts")
        return [ActiveLoop(None), *(SlotSet(name, None) for name in slots)]


class NoticeElderly(Action):
    """Keeps the strongest sign that the resident is, or acts for, an elder while the conversation lasts."""

    def name(self) -> str:
        return ACTION_VALIDATE_SLOT_MAPPINGS

    async def run(self, _: CollectingDispatcher, tracker: Tracker, __: Any) -> Events:
        turn = Turn.of(tracker)
        known = tracker.get_slot("elderly") or _declared(turn)
        found = max((known, turn.elderly), key=SIGNALS.index)
        return [] if found == tracker.get_slot("elderly") else [SlotSet("elderly", found)]


def _declared(turn: Turn) -> str:
    """What the resident confirmed earlier, in another conversation."""
    with at_desk(turn) as (_session, _desk, resident):
        return _status(resident)


def _status(resident: Resident) -> str:
    return ElderlySignal.YES if resident.elderly_status is ElderlyStatus.DECLARED else ElderlySignal.NO
