"""To people: complaints, the wish for a person, emergencies, and messages that were not understood."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.pending import Events
from actions.turn import Turn, at_desk
from bot.services import emergencies, handover, residents
from bot.services.cards import NumbersCard
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
        turn = Turn.of(tracker)
        to_person(dispatcher, turn)
        return []


def to_person(dispatcher: CollectingDispatcher, turn: Turn) -> None:
    wants_person = turn.kind in {"human", None}
    kind = HandoverKind.PERSON if wants_person else HandoverKind.COMPLAINT
    hand_over(turn, kind, turn.text[:200])
    dispatcher.utter_message(response="utter_handed_over" if wants_person else "utter_complaint_escalate")
    if turn.elderly == "yes":
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
        leaf = turn.kind or UNKNOWN_EMERGENCY
        emergencies.raise_emergency(session, desk, resident, turn.inbox_id, leaf, turn.text)
        card = desk.emergencies.card(leaf)
    first, *rest = [*card.bubbles, card.question]
    dispatcher.utter_message(text=first, json_message={"card": NumbersCard.of(card).as_json()})
    for bubble in rest:
        dispatcher.utter_message(text=bubble)


class Misunderstood(Action):
    """Two-stage fallback: first choices, then a person; an elderly resident is offered a visit."""

    def name(self) -> str:
        return "action_misunderstood"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        return misunderstood(dispatcher, tracker, Turn.of(tracker))


def misunderstood(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> Events:
    times = int(tracker.get_slot("misunderstandings") or 0) + 1
    if times < MOST_MISUNDERSTANDINGS:
        dispatcher.utter_message(response="utter_not_understood")
        return [SlotSet("misunderstandings", times)]
    hand_over(turn, HandoverKind.MISUNDERSTOOD, turn.text[:200])
    if "yes" in {turn.elderly, tracker.get_slot("elderly")} and turn.form is None:
        dispatcher.utter_message(response="utter_visit_instead")
        waiting = {
            "text": turn.text,
            "intent": "request_in_person",
            "leaf": None,
            "leaf_top3": [],
            "leaf_confidence": 0.0,
        }
        return [
            SlotSet("misunderstandings", None),
            SlotSet("current_request", waiting),
            FollowupAction("visit_form"),
        ]
    dispatcher.utter_message(response="utter_not_understood_person")
    return [SlotSet("misunderstandings", None)]
