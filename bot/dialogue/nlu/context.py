"""Read an answer in the light of the question it answers.

On its own "3号楼" or "没有" may be anything; after "在哪栋楼?" it is a place. Strong signals
(emergency, wanting a person, cancelling) keep their meaning whatever was asked.
"""

from dataclasses import dataclass, replace

from bot.dialogue.nlu.reading import INFORM, Reading

# Questions whose answer is the resident's own words, whatever they sound like.
OPEN_QUESTIONS = frozenset({"propose_title", "propose_reason", "visit_need", "visit_recipient", "visit_time"})
PLACE_QUESTIONS = frozenset({"report_place", "visit_place", "propose_scope"})
YES_NO_QUESTIONS = frozenset(
    {"report_confirmed", "report_join", "propose_confirmed", "propose_similar", "visit_confirmed"}
)
STRONG = frozenset({"emergency", "cancel", "complaint_escalate", "request_in_person", "track_progress"})
ANSWERS = frozenset({INFORM, "affirm", "deny", "correct", "skip", "cancel", "resume"})
# Below this share of certainty a side remark inside a form counts as an answer to its question.
SURE_OF_SUBJECT_CHANGE = 0.6
LONGEST_BARE_ANSWER = 12


@dataclass(frozen=True)
class Situation:
    """`form` is the active loop, `asked` the slot its last question was about."""

    form: str | None = None
    asked: str | None = None


def in_context(reading: Reading, situation: Situation) -> Reading:
    """Return the reading with the intent it has as an answer to what was asked."""
    if reading.intent == "emergency":
        return reading
    if situation.form is None:
        return reading
    if reading.intent in ANSWERS:
        return reading
    if reading.intent in STRONG and reading.confidence >= SURE_OF_SUBJECT_CHANGE:
        return reading
    return replace(reading, intent=INFORM, confidence=1.0) if _answers(reading, situation.asked) else reading


def _answers(reading: Reading, asked: str | None) -> bool:
    if asked in OPEN_QUESTIONS:
        return not (reading.intent == "consult_policy" and reading.confidence >= SURE_OF_SUBJECT_CHANGE)
    if asked in PLACE_QUESTIONS and reading.address and len(reading.text) <= LONGEST_BARE_ANSWER * 2:
        return True
    if asked in PLACE_QUESTIONS and len(reading.text) <= LONGEST_BARE_ANSWER:
        return reading.confidence < SURE_OF_SUBJECT_CHANGE
    return reading.confidence < SURE_OF_SUBJECT_CHANGE


