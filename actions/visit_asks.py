"""The questions of the in-person form."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.buttons import button
from actions.pending import Events
from actions.place_slot import loaded
from actions.turn import Turn, at_desk
from bot.core import masking
from bot.core.bubbles import shortened
from bot.core.visits import Recipient, Way


class AskVisitPlace(Action):
    """One question for the address, with choices where the building number is ambiguous."""

    def name(self) -> str:
        return "action_ask_visit_form_visit_place"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        visit = tracker.get_slot("visit")
        if visit.get("choices"):
            buttons = [button(c) for c in visit["choices"]]
            dispatcher.utter_message(response="utter_ask_which_building", buttons=buttons)
        elif visit.get("problem"):
            dispatcher.utter_message(response="utter_place_unknown", problem=visit["problem"])
        elif tracker.get_slot("visit_recipient") == Recipient.SELF:
            dispatcher.utter_message(response="utter_ask_home")
        else:
            dispatcher.utter_message(response="utter_ask_their_home")
        return []


class AskVisitConfirmed(Action):
    """Read the order back."""

    def name(self) -> str:
        return "action_ask_visit_form_visit_confirmed"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        visit = tracker.get_slot("visit")
        if visit.get("fixing"):
            dispatcher.utter_message(response="utter_ask_what_is_wrong_visit")
            return []
        with at_desk(Turn.of(tracker)) as (_session, desk, resident):
            place = loaded(visit["place"], desk.gazetteer)
            phone = visit.get("phone") or resident.phone
            contact = masking.mask_phone(phone) if phone else "没留电话"
        way, recipient = Way(tracker.get_slot("visit_way")), Recipient(tracker.get_slot("visit_recipient"))
        is_elder = visit.get("elder") and recipient is Recipient.SELF
        dispatcher.utter_message(
            response="utter_visit_summary_elder" if is_elder else "utter_visit_summary",
            way=way.plain,
            who=recipient.read_back,
            when=shortened(str(tracker.get_slot("visit_time")), 20),
        )
        dispatcher.utter_message(
            response="utter_visit_summary_place", place=shortened(place.label() if place else "", 24), contact=contact
        )
        dispatcher.utter_message(
            response="utter_ask_visit_confirmed",
            buttons=[button("对，就这样", "/affirm"), button("不对，改一下", "/deny"), button("不用了", "/cancel")],
        )
        return []
