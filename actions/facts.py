"""Facts told outside a form: a phone number after filing, a correction, a bare address."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.handing_over import misunderstood
from actions.pending import Events
from actions.place_slot import found_in
from actions.report import remember_contact
from actions.turn import Turn, at_desk
from bot.services import amending, reporting, residents


class NoteFact(Action):
    """A bare fact: contact data are kept for every open case; a bare place asks what is wrong there."""

    def name(self) -> str:
        return "action_note_fact"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        turn = Turn.of(tracker)
        with at_desk(turn) as (session, desk, resident):
            kept = remember_contact(session, resident, turn)
            if kept:
                reporting.add_contact_to_open_cases(session, resident)
            contact = residents.masked(resident)
            found = found_in(turn.text, desk, resident.community_id)
        if kept:
            dispatcher.utter_message(response="utter_contact_kept", contact=contact)
        elif found.place:
            dispatcher.utter_message(response="utter_what_is_there", place=found.place.label())
        else:
            return misunderstood(dispatcher, tracker, turn)
        return [SlotSet("awaits_contact", None)]


class CorrectLast(Action):
    """"不对，是5号楼" after filing: the event just filed is amended and its log says so."""

    def name(self) -> str:
        return "action_correct_last"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        turn = Turn.of(tracker)
        with at_desk(turn) as (session, desk, resident):
            if remember_contact(session, resident, turn):
                reporting.add_contact_to_open_cases(session, resident)
            found = found_in(turn.text, desk, resident.community_id)
            event = amending.amend_latest(session, desk, resident.id, turn.text, found.place)
            number = event.number if event else None
        if number is None:
            dispatcher.utter_message(response="utter_nothing_to_correct")
        else:
            where = found.place.label() if found.place else "您刚说的"
            dispatcher.utter_message(response="utter_corrected", number=number, where=where)
        return []


class CloseTopic(Action):
    """Yes, no or never mind with no question open."""

    def name(self) -> str:
        return "action_close_topic"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        turn = Turn.of(tracker)
        if tracker.get_slot("awaits_contact") and turn.intent != "affirm":
            with at_desk(turn) as (_session, _desk, resident):
                resident.declined_contact = True
            dispatcher.utter_message(response="utter_contact_declined")
        elif tracker.get_slot("awaits_contact"):
            dispatcher.utter_message(response="utter_ask_contact")
            return []
        else:
            dispatcher.utter_message(response="utter_anything_else")
        return [SlotSet("awaits_contact", None)]
