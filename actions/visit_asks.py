"""The questions of the in-person form, and placing the order."""

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.case_form import cleared
from actions.pending import CASE_SLOTS, Events, next_case
from actions.place_slot import loaded
from actions.report_asks import button
from actions.turn import Turn, at_desk
from actions.visit import Recipient, Way
from bot.core import masking
from bot.core.bubbles import shortened
from bot.services import visits
from bot.services.visits import VisitDraft

_ASKED_FOR = re.compile(r"(?:让|叫|找|请|喊|还是)((?:小|老)[\u4e00-\u9fff]|[\u4e00-\u9fff]{2,3}?)(?=来|上门|过来|到|帮|给|去)")


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
        else:
            dispatcher.utter_message(response="utter_ask_home")
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
            contact = masking.mask_phone(resident.phone) if resident.phone else "没留电话"
        way, recipient = Way(tracker.get_slot("visit_way")), Recipient(tracker.get_slot("visit_recipient"))
        dispatcher.utter_message(
            response="utter_visit_summary",
            way=way.plain,
            who=recipient.plain,
            when=tracker.get_slot("visit_time"),
        )
        dispatcher.utter_message(
            response="utter_visit_summary_place", place=shortened(place.label() if place else "", 24), contact=contact
        )
        dispatcher.utter_message(
            response="utter_ask_visit_confirmed",
            buttons=[button("对，就这样", "/affirm"), button("不对，改一下", "/deny"), button("不用了", "/cancel")],
        )
        return []


class OrderVisit(Action):
    """Ends every in-person request with a number, a name and a visit code."""

    def name(self) -> str:
        return "action_order_visit"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        turn, visit = Turn.of(tracker), tracker.get_slot("visit")
        text = f"{tracker.get_slot('visit_need')}；{visit['text']}"
        asked_for = _ASKED_FOR.search(text)
        with at_desk(turn) as (session, desk, resident):
            draft = VisitDraft(
                resident_id=turn.resident_id,
                inbox_id=turn.inbox_id,
                ordinal=0,
                need=str(tracker.get_slot("visit_need")),
                leaf=visit["leaf"],
                recipient=str(tracker.get_slot("visit_recipient")),
                recipient_name=resident.name,
                place=loaded(visit["place"], desk.gazetteer),
                phone=resident.phone,
                way=str(tracker.get_slot("visit_way")),
                preferred_time=str(tracker.get_slot("visit_time")),
                text=visit["text"],
                linked_group=None,
                age_band=resident.age_band,
                asked_for=asked_for[1] if asked_for else None,
            )
            order = visits.order_visit(session, desk, draft)
            facts = {"number": order.number, "name": order.assignee_name, "code": order.visit_code}
            asks_phone = resident.phone is None and order.way == Way.PHONE
        dispatcher.utter_message(response=f"utter_ordered_{order.way}", when=tracker.get_slot("visit_time"), **facts)
        if order.way == Way.VISIT:
            dispatcher.utter_message(response="utter_visit_code", **facts)
        dispatcher.utter_message(response="utter_visit_safety")
        if asks_phone:
            dispatcher.utter_message(response="utter_ask_contact")
        return [*cleared(*CASE_SLOTS["visit_form"]), *next_case(tracker)]
