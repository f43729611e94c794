"""After a case: what is waiting goes on; then at most one thing is asked that spares the resident words next time."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.buttons import button
from actions.pending import Events, next_case
from actions.place_slot import dumped, loaded
from actions.turn import Turn, at_desk
from bot.core.bubbles import shortened
from bot.core.places import Place
from bot.services import residents
from bot.services.desk import Desk
from bot.store.tables import Resident

KEEP_HOME = "记住"
LONGEST_QUOTE = 24
Wishes = dict[str, Any]


def wishes(desk: Desk, resident: Resident, home: Place | None) -> Wishes:
    """What is worth asking once the case is filed: how to reach the resident, and whether to keep the address."""
    known = residents.home(resident, desk.gazetteer)
    is_new = home is not None and home.building is not None and (known is None or known.label() != home.label())
    return {
        **({} if resident.phone or resident.declined_contact else {"contact": True}),
        **({"home": dumped(home)} if home and is_new else {}),
    }


def go_on(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, wished: Wishes | None = None) -> Events:
    """Take up what is waiting, and only when nothing is, ask what the case left to ask."""
    wished = {**(tracker.get_slot("to_ask") or {}), **(wished or {})}
    if waiting := next_case(tracker):
        announce(dispatcher, waiting)
        return [SlotSet("to_ask", wished or None), *waiting]
    return [SlotSet("elderly", None), *ask_next(dispatcher, turn, wished)]


def announce(dispatcher: CollectingDispatcher, waiting: Events) -> None:
    """Say which of the resident's requests comes now."""
    request = next((event["value"] for event in waiting if event.get("name") == "current_request"), None)
    if request:
        dispatcher.utter_message(response="utter_next_request", words=shortened(request["text"], LONGEST_QUOTE))


def ask_next(dispatcher: CollectingDispatcher, turn: Turn, wished: Wishes) -> Events:
    with at_desk(turn) as (_session, desk, resident):
        needs_contact = bool(wished.get("contact")) and not resident.phone and not resident.declined_contact
        home = loaded(wished.get("home"), desk.gazetteer)
    later = {"home": wished["home"]} if home else None
    if needs_contact:
        dispatcher.utter_message(response="utter_ask_contact")
        return [SlotSet("awaits", {"what": "contact"}), SlotSet("to_ask", later)]
    if home:
        buttons = [button(KEEP_HOME, "/affirm"), button("不用记", "/deny")]
        dispatcher.utter_message(response="utter_ask_keep_home", place=home.label(), buttons=buttons)
        return [SlotSet("awaits", {"what": "home", "place": wished["home"]}), SlotSet("to_ask", None)]
    return [SlotSet("awaits", None), SlotSet("to_ask", None)]
