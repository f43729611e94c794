"""What is noticed in every message, whatever it is about."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import ACTION_VALIDATE_SLOT_MAPPINGS

from actions.pending import Events
from actions.turn import Turn, at_desk
from bot.core.elderly import ElderlySignal
from bot.store.tables import ElderlyStatus

SIGNALS = [ElderlySignal.NO, ElderlySignal.POSSIBLE, ElderlySignal.YES]
NOT_UNDERSTOOD = "nlu_fallback"
# Messages that may answer what was asked after a case.
ANSWERS = frozenset({"inform", "affirm", "deny", "skip", "cancel", "correct", NOT_UNDERSTOOD})


class Notice(Action):
    """Keeps the strongest sign of age while a case is open.

    Misunderstandings count in a row only, and a question asked after a case lapses when the talk goes elsewhere.
    """

    def name(self) -> str:
        return ACTION_VALIDATE_SLOT_MAPPINGS

    async def run(self, _: CollectingDispatcher, tracker: Tracker, __: Any) -> Events:
        turn = Turn.of(tracker)
        events = _elderly(tracker, turn)
        if tracker.get_slot("misunderstandings") and _is_understood(turn):
            events.append(SlotSet("misunderstandings", None))
        if tracker.get_slot("awaits") and turn.intent not in ANSWERS:
            events.append(SlotSet("awaits", None))
        return events


def _is_understood(turn: Turn) -> bool:
    return turn.intent != NOT_UNDERSTOOD and (turn.intent != "inform" or turn.form is not None)


def _elderly(tracker: Tracker, turn: Turn) -> Events:
    before = tracker.get_slot("elderly")
    known = ElderlySignal(before) if before else _declared(turn)
    found = max((known, ElderlySignal(turn.elderly)), key=SIGNALS.index)
    return [] if found == before else [SlotSet("elderly", found.value)]


def _declared(turn: Turn) -> ElderlySignal:
    """What the resident confirmed earlier, in another conversation."""
    with at_desk(turn) as (_session, _desk, resident):
        is_declared = resident.elderly_status is ElderlyStatus.DECLARED
    return ElderlySignal.YES if is_declared else ElderlySignal.NO
