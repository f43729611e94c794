"""Placing the order for a call or a visit."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.closing import go_on, wishes
from actions.pending import CASE_SLOTS, Events, cleared
from actions.place_slot import loaded
from actions.turn import Turn, at_desk
from actions.visit import NO_PLACE
from actions.visit_words import asked_for_in, neighbors_name
from bot.core.bubbles import shortened
from bot.core.places import Gazetteer, Place
from bot.core.visits import Recipient, Way
from bot.services import visits
from bot.services.visits import VisitDraft
from bot.store.tables import ElderlyStatus, Resident


class OrderVisit(Action):
    """Ends every in-person request with a number, a name and a visit code."""

    def name(self) -> str:
        return "action_order_visit"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        turn, visit = Turn.of(tracker), tracker.get_slot("visit")
        with at_desk(turn) as (session, desk, resident):
            draft = _draft(turn, tracker, resident, desk.gazetteer)
            order = visits.order_visit(session, desk, draft)
            _keep_declared(resident, visit, draft.recipient)
            facts = {"number": order.number, "name": order.assignee_name, "code": order.visit_code}
            by_phone = order.way.value == Way.PHONE
            home = draft.place if draft.recipient == Recipient.SELF or visit.get("own") else None
            wished = wishes(desk, resident, home)
        when = shortened(draft.preferred_time, 20)
        dispatcher.utter_message(response=f"utter_ordered_{order.way}", when=when, **facts)
        if not by_phone:
            dispatcher.utter_message(response="utter_visit_code", **facts)
        dispatcher.utter_message(response="utter_visit_safety")
        return [*cleared(*CASE_SLOTS["visit_form"]), *go_on(dispatcher, tracker, turn, wished)]


def _draft(turn: Turn, tracker: Tracker, resident: Resident, gazetteer: Gazetteer) -> VisitDraft:
    visit, need = tracker.get_slot("visit"), str(tracker.get_slot("visit_need"))
    words = f"{need}；{visit['text']}"
    recipient = Recipient(tracker.get_slot("visit_recipient"))
    return VisitDraft(
        resident_id=turn.resident_id,
        inbox_id=turn.inbox_id,
        ordinal=0,
        need=need,
        leaf=visit["leaf"],
        recipient=recipient.value,
        recipient_name=resident.name if recipient is Recipient.SELF else neighbors_name(words),
        place=_place(visit, gazetteer),
        phone=visit.get("phone") or resident.phone,
        way=str(tracker.get_slot("visit_way")),
        preferred_time=str(tracker.get_slot("visit_time")),
        text=visit["text"] or need,
        linked_group=visit.get("group"),
        age_band=resident.age_band if recipient is Recipient.SELF else None,
        asked_for=asked_for_in(words),
    )


def _place(visit: dict[str, Any], gazetteer: Gazetteer) -> Place | None:
    place = loaded(visit["place"], gazetteer)
    return None if place and place.text == NO_PLACE else place


def _keep_declared(resident: Resident, visit: dict[str, Any], recipient: str) -> None:
    """Age is recorded only where the resident said it of themselves and confirmed the order that says so."""
    if visit.get("elder") and recipient == Recipient.SELF:
        resident.elderly_status = ElderlyStatus.DECLARED
