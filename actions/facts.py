"""Facts told outside a form: a phone number after filing, a correction, a bare address, a case number."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import tell_progress
from actions.buttons import button
from actions.closing import ask_next
from actions.handing_over import misunderstood
from actions.pending import Events
from actions.place_slot import PlaceFound, dumped, picked_in, told_in
from actions.report import remember_contact
from actions.turn import Turn, at_desk
from bot.core import numbers
from bot.services import amending, reporting, residents


class NoteFact(Action):
    """A bare fact: contact data are kept for every open case; a bare place asks what is wrong there."""

    def name(self) -> str:
        return "action_note_fact"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        turn = Turn.of(tracker)
        awaits = tracker.get_slot("awaits") or {}
        if awaits.get("what") == "correction":
            return correct(dispatcher, turn, awaits)
        with at_desk(turn) as (session, desk, resident):
            kept = remember_contact(session, resident, turn)
            if kept:
                reporting.add_contact_to_open_cases(session, resident)
            contact = residents.masked(resident)
            found = told_in(turn, desk, resident.community_id)
        if kept:
            dispatcher.utter_message(response="utter_contact_kept", contact=contact)
            return [*_understood(), *ask_next(dispatcher, turn, tracker.get_slot("to_ask") or {})]
        if found.place:
            dispatcher.utter_message(response="utter_what_is_there", place=found.place.label())
            return [*_understood(), SlotSet("said_place", dumped(found.place))]
        if numbers.find_case_number(turn.text):
            tell_progress(dispatcher, turn)
            return _understood()
        return misunderstood(dispatcher, tracker, turn)


def _understood() -> Events:
    return [SlotSet("awaits", None), SlotSet("misunderstandings", None)]


class CorrectLast(Action):
    """“不对，是5号楼” after filing: the event just filed is amended and its log says so."""

    def name(self) -> str:
        return "action_correct_last"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        return correct(dispatcher, Turn.of(tracker), tracker.get_slot("awaits") or {})


def correct(dispatcher: CollectingDispatcher, turn: Turn, awaits: dict[str, Any]) -> Events:
    """Amend the newest event; a place that is not clear is asked for before anything changes."""
    with at_desk(turn) as (session, desk, resident):
        if remember_contact(session, resident, turn):
            reporting.add_contact_to_open_cases(session, resident)
        found = picked_in(turn.text, awaits.get("choices", ()), awaits.get("said", ""), desk)
        found = found or told_in(turn, desk, resident.community_id)
        if found.place or not found:
            event = amending.amend_latest(session, desk, resident.id, turn.text, found.place)
            number = event.number if event else None
    if not found.place and found:
        return _asked_where(dispatcher, turn, found)
    if number is None:
        dispatcher.utter_message(response="utter_nothing_to_correct")
    elif found.place:
        dispatcher.utter_message(response="utter_corrected", number=number, where=found.place.label())
    else:
        dispatcher.utter_message(response="utter_added_to", number=number)
    return [SlotSet("awaits", None)]


def _asked_where(dispatcher: CollectingDispatcher, turn: Turn, found: PlaceFound) -> Events:
    if found.problem:
        dispatcher.utter_message(response="utter_place_unknown", problem=found.problem)
    else:
        dispatcher.utter_message(response="utter_ask_which_building", buttons=[button(c) for c in found.choices])
    return [SlotSet("awaits", {"what": "correction", "choices": list(found.choices), "said": turn.text})]
