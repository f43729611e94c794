"""Trackers as Rasa hands them to an action."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.place_slot import dumped
from actions.report_draft import Item, Kept, ReportDraft
from bot.core.places import Place
from bot.services import residents
from bot.services.desk import Desk
from bot.store.queries import talk
from bot.store.queries.talk import Incoming

LAMP, LIFT = "0503", "0501"
Events = list[dict[str, Any]]


def written(desk: Desk, text: str, user: str = "resident") -> tuple[str, int]:
    """A message in the inbox: who wrote it, and its id."""
    with desk.transaction() as session:
        resident = residents.resident_for(session, desk, "webchat", user)
        conversation = residents.conversation_with(session, desk, resident)
        message = talk.insert_inbox(session, conversation.id, Incoming("webchat", text, desk.clock()))
        assert message is not None
        return resident.id, message.id


def request(text: str, intent: str, leaf: str | None = None) -> dict[str, Any]:
    return {"text": text, "intent": intent, "leaf": leaf, "leaf_top3": [leaf] if leaf else [], "leaf_confidence": 0.9}


def tracker_of(  # noqa: PLR0917 - a tracker has that many parts
    sender: str,
    inbox_id: int,
    text: str = "对",
    intent: str = "affirm",
    slots: dict[str, Any] | None = None,
    form: str | None = None,
    requests: Events | None = None,
    elderly: str = "no",
) -> Tracker:
    message = {
        "text": text,
        "intent": {"name": intent, "confidence": 1.0},
        "metadata": {"inbox_id": inbox_id},
        "reading": {"requests": requests or [], "elderly": elderly, "elderly_role": "self", "kind": None},
    }
    loop = {"name": form} if form else {}
    return Tracker(sender, dict(slots or {}), message, [], False, None, loop, None)


def at(desk: Desk, building_id: str, unit: str | None = None) -> Place:
    building = next(b for b in desk.gazetteer.buildings if b.id == building_id)
    return Place(building.name, building.community_id, building.grid_id, building, unit, None, None, None)


def report_slots(*items: Item, place: Place, **more: Any) -> dict[str, Any]:
    return {"report": dict(Kept.of(ReportDraft(items=items, place=place, **more)).values)}


def visit_slots(place: Place, way: str = "visit", recipient: str = "self", **more: Any) -> dict[str, Any]:
    visit: dict[str, Any] = {
        "text": "帮我量血压",
        "leaf": None,
        "group": None,
        "place": dumped(place),
        "choices": [],
        "problem": None,
    }
    return {
        "visit": {**visit, **more},
        "visit_need": "帮我量血压",
        "visit_recipient": recipient,
        "visit_way": way,
        "visit_place": "known",
        "visit_time": "明天上午",
    }


def item(leaf: str = LAMP, text: str = "楼道灯坏了") -> Item:
    return Item(text, leaf, (leaf,), 0.9)


async def run(action: Any, tracker: Tracker) -> tuple[Events, list[str]]:
    """The events an action returns, and the responses it utters by name (or text)."""
    dispatcher = CollectingDispatcher()
    events = await action.run(dispatcher, tracker, {})
    return list(events), [m.get("response") or m.get("template") or m.get("text") for m in dispatcher.messages]


def slot(events: Events, name: str) -> Any:
    """The value a slot is left with; fails where the events do not touch it."""
    return [e["value"] for e in events if e["event"] == "slot" and e["name"] == name][-1]


def touched(events: Events) -> set[str]:
    return {e["name"] for e in events if e["event"] == "slot"}


def followups(events: Events) -> list[str]:
    return [e["name"] for e in events if e["event"] == "followup"]
