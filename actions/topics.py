"""Yes, no or never mind with no form open: the answer to what was asked after a case, or the end of it."""

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.buttons import button
from actions.closing import ask_next
from actions.pending import Events
from actions.place_slot import loaded
from actions.turn import Turn, at_desk
from bot.services import residents, withdrawing
from bot.services.cards import case_title
from bot.services.desk import Desk
from bot.services.reporting import event_by_number
from bot.store.tables import GridEvent

_CALLS_OFF = re.compile(r"(?:不用|不要|别)(?:再)?(?:来|打|派|上门|麻烦)|取消")

_STAYS = re.compile(r"(?:不用?|别|不要|先不)(?:取消|撤)")
_TAKES_BACK = re.compile(r"撤|收回|(?:不用|不要|别)(?:再)?(?:报|修|办|管|处理|弄)|不[报办]了|删[掉了]")
_ASKED = frozenset({"cancel", "withdraw"})


class CloseTopic(Action):
    def name(self) -> str:
        return "action_close_topic"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        turn, awaits = Turn.of(tracker), tracker.get_slot("awaits") or {}
        agrees = turn.intent == "affirm"
        if _calls_off(turn.text) and awaits.get("what") not in _ASKED:
            return _offer_cancelling(dispatcher, turn)
        if awaits.get("what") == "contact":
            return _about_contact(dispatcher, tracker, turn, agrees=agrees)
        if awaits.get("what") == "home":
            _about_home(dispatcher, turn, awaits["place"], agrees=agrees)
        elif awaits.get("what") == "cancel":
            agrees = agrees or (_calls_off(turn.text) and not _STAYS.search(turn.text))
            _about_cancelling(dispatcher, turn, str(awaits["number"]), agrees=agrees)
        elif awaits.get("what") == "withdraw":
            agrees = agrees or (_calls_off(turn.text) and not _STAYS.search(turn.text))
            _about_withdrawing(dispatcher, turn, str(awaits["number"]), agrees=agrees)
        elif turn.intent in {"cancel", "deny"}:
            return _offer_cancelling(dispatcher, turn)
        else:
            dispatcher.utter_message(response="utter_anything_else")
        return [SlotSet("awaits", None)]


def _about_contact(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, *, agrees: bool) -> Events:
    if agrees:
        dispatcher.utter_message(response="utter_ask_contact_now")
        return []
    with at_desk(turn) as (_session, _desk, resident):
        resident.declined_contact = True
    dispatcher.utter_message(response="utter_contact_declined")
    return ask_next(dispatcher, turn, tracker.get_slot("to_ask") or {})


def _about_home(dispatcher: CollectingDispatcher, turn: Turn, place: dict[str, Any], *, agrees: bool) -> None:
    with at_desk(turn) as (session, desk, resident):
        home = loaded(place, desk.gazetteer)
        if agrees and home:
            residents.remember_home(session, resident, home)
    dispatcher.utter_message(response="utter_home_kept" if agrees else "utter_home_not_kept")


def _offer_cancelling(dispatcher: CollectingDispatcher, turn: Turn) -> Events:
    """“不用了” while somebody is on the way: nothing is called off without being asked."""
    with at_desk(turn) as (session, _desk, resident):
        order = withdrawing.open_order(session, resident)
        number, name = (order.number, order.assignee_name) if order else (None, "")
    if number is None and _calls_off(turn.text):
        return _offer_withdrawing(dispatcher, turn)
    if number is None:
        dispatcher.utter_message(response="utter_anything_else")
        return [SlotSet("awaits", None)]
    buttons = [button("取消，不用来了", "/affirm"), button("不取消", "/deny")]
    dispatcher.utter_message(response="utter_ask_cancel_order", number=number, name=name, buttons=buttons)
    return [SlotSet("awaits", {"what": "cancel", "number": number})]


def _about_cancelling(dispatcher: CollectingDispatcher, turn: Turn, number: str, *, agrees: bool) -> None:
    if not agrees:
        dispatcher.utter_message(response="utter_order_stays")
        return
    with at_desk(turn) as (session, desk, resident):
        withdrawing.cancel_order(session, desk, resident, number, turn.text)
    dispatcher.utter_message(response="utter_order_cancelled", number=number)


def _calls_off(text: str) -> bool:
    return _CALLS_OFF.search(text) is not None or _TAKES_BACK.search(text) is not None


def _offer_withdrawing(dispatcher: CollectingDispatcher, turn: Turn) -> Events:
    """“撤回”: what was reported is not called off without being asked, either."""
    with at_desk(turn) as (session, desk, resident):
        event = withdrawing.open_event(session, resident)
        number = event.number if event else None
        asked = _said(desk, event, "withdraw") if event else ""
    if number is None:
        dispatcher.utter_message(response="utter_anything_else")
        return [SlotSet("awaits", None)]
    dispatcher.utter_message(text=asked, buttons=[button("撤回，不用办了", "/affirm"), button("不撤回", "/deny")])
    return [SlotSet("awaits", {"what": "withdraw", "number": number})]


def _about_withdrawing(dispatcher: CollectingDispatcher, turn: Turn, number: str, *, agrees: bool) -> None:
    with at_desk(turn) as (session, desk, resident):
        event = event_by_number(session, number)
        notice = "not_withdrawn"
        if agrees:
            is_withdrawn = withdrawing.withdraw_event(session, desk, resident, number, turn.text)
            notice = "withdrawn" if is_withdrawn else "goes_on"
        said = _said(desk, event, notice)
    dispatcher.utter_message(text=said)


def _said(desk: Desk, event: GridEvent, notice: str) -> str:
    return "".join(desk.notices.say(f"event.said.{notice}", title=case_title(event), number=event.number))
