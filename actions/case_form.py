"""The common run of the three forms: read what the message fills, ask for what is still missing."""

from abc import abstractmethod
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import FormValidationAction

from actions.pending import CASE_SLOTS, left_over
from actions.turn import Request, Turn

Slots = dict[str, Any]
# Intents that are answered besides the form; the form then asks its question again.
ASIDES = frozenset(
    {
        "consult_policy",
        "track_progress",
        "complaint_escalate",
        "chitchat",
        "out_of_scope",
        "menu",
        "endorse",
        "resume",
        "emergency",
        "nlu_fallback",
    }
)
LEAVING = frozenset({"cancel"})


class CaseForm(FormValidationAction):
    """`asks` are the form's questions in order; `others` are intents that begin a different case."""

    asks: tuple[str, ...] = ()
    others: frozenset[str] = frozenset()

    @abstractmethod
    def fill(self, turn: Turn, slots: Slots) -> Slots:
        """Return the slots that this message changes; an empty mapping means it says nothing to the form."""

    def has_begun(self, slots: Slots) -> bool:
        return slots.get(CASE_SLOTS[self.form_name()][0]) is not None

    def is_needed(self, asked: str, slots: Slots) -> bool:
        return slots.get(asked) is None

    async def run(self, _: CollectingDispatcher, tracker: Tracker, __: Any) -> list[dict[str, Any]]:
        turn = Turn.of(tracker)
        slots = dict(tracker.slots)
        changed = self._changed(turn, slots)
        slots.update(changed)
        missing = next((a for a in self.asks if self.is_needed(a, slots)), None)
        return [SlotSet(name, value) for name, value in changed.items()] + [SlotSet("requested_slot", missing)]

    def _changed(self, turn: Turn, slots: Slots) -> Slots:
        if self._is_beside(turn):
            return {}
        if slots.get("resuming"):
            return {"resuming": None}
        if waiting := slots.get("current_request"):
            return {**self.fill(turn.about(Request.of(waiting)), slots), "current_request": None}
        begins = not self.has_begun(slots)
        return {**self.fill(turn, slots), **({"pending": left_over(turn) or None} if begins else {})}

    def _is_beside(self, turn: Turn) -> bool:
        """A message that is answered elsewhere must fill nothing, neither before nor after that answer."""
        started = turn.form == self.form_name() and turn.asked is not None
        return started and turn.intent in ASIDES | LEAVING | self.others
