"""To people: complaints, the wish for a person, emergencies, and messages that were not understood."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.pending import Events, as_value, left_over, next_case, or_listen
from actions.place_slot import told_in
from actions.turn import Request, Turn, at_desk
from bot.services import emergencies, handover, residents
from bot.store.tables import HandoverKind

MOST_MISUNDERSTANDINGS = 2
UNKNOWN_EMERGENCY = "0104"


def hand_over(turn: Turn, kind: HandoverKind, reason: str) -> None:
    with at_desk(turn) as (session, desk, resident):
        conversation = residents.conversation_with(session, desk, resident)
        handover.hand_over(session, conversation, turn.inbox_id, kind, reason, desk.clock())


class HandOver(Action):
    """A complaint or the wish for a person: the reason is recorded, a worker sees it at once."""

    def name(self) -> str:
        return "action_hand_over"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        to_person(dispatcher, turn := Turn.of(tracker))
        return next_case(tracker, left_over(turn))


def to_person(dispatcher: CollectingDispatcher, turn: Turn) -> None:
    wants_person = turn.kind in {"human", None}
    kind = HandoverKind.PERSON if wants_person else HandoverKind.COMPLAINT
    hand_over(turn, kind, turn.text[:200])
    dispatcher.utter_message(response="utter_handed_over" if wants_person else "utter_complaint_escalate")
    if turn.elderly == "yes" and turn.form is None:
        dispatcher.utter_message(response="utter_offer_visit")


class RaiseEmergency(Action):
    """For emergencies that only the classifier saw; those with known words never reach Rasa."""

    def name(self) -> str:
        return "action_emergency"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        show_emergency(dispatcher, Turn.of(tracker))
        return []


def show_emergency(dispatcher: CollectingDispatcher, turn: Turn) -> None:
    with at_desk(turn) as (session, desk, resident):
        leaf = turn.kind if turn.kind and turn.kind in desk.emergencies.cards else UNKNOWN_EMERGENCY
        place = told_in(turn, desk, resident.community_id).place
        raised = emergencies.raise_emergency(session, desk, resident, turn.inbox_id, leaf, turn.text, place)
        said, card = [*raised.bubbles, *([raised.question] if raised.question else [])], raised.card.as_json()
    dispatcher.utter_message(text=said[0], json_message={"card": card})
    for bubble in said[1:]:
        dispatcher.utter_message(text=bubble)


class Misunderstood(Action):
    """Two-stage fallback: first choices, then a person; an elderly resident is offered a visit."""

    def name(self) -> str:
        return "action_misunderstood"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        return or_listen(misunderstood(dispatcher, tracker, Turn.of(tracker)))


def misunderstood(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> Events:
    times = int(tracker.get_slot("misunderstandings") or 0) + 1
    if times < MOST_MISUNDERSTANDINGS:
        dispatcher.utter_message(response="utter_not_understood" if turn.form is None else "utter_not_understood_here")
        return [SlotSet("misunderstandings", times)]
    hand_over(turn, HandoverKind.MISUNDERSTOOD, turn.text[:200])
    if "yes" in {turn.elderly, tracker.get_slot("elderly")} and turn.form is None:
        dispatcher.utter_message(response="utter_visit_instead")
        wish = as_value(Request(turn.text, "request_in_person", None, (), 0.0))
        return [SlotSet("misunderstandings", None), SlotSet("current_request", wish), FollowupAction("visit_form")]
    dispatcher.utter_message(response="utter_not_understood_person")
    return [SlotSet("misunderstandings", None)]
