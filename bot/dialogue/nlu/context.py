"""Read an answer in the light of the question it answers.

On its own "3号楼" or "没有" may be anything; after "在哪栋楼?" it is a place. Strong signals
(emergency, wanting a person, cancelling) keep their meaning whatever was asked.
"""

import re
from dataclasses import dataclass, replace

from bot.core import choices, masking
from bot.core.catalogue import OUTSIDE
from bot.core.openings import announces_report
from bot.dialogue.nlu.reading import INFORM, Reading, Request, is_bare_fact

# Questions whose answer is the resident's own words, whatever they sound like.
OPEN_QUESTIONS = frozenset({"propose_title", "propose_reason", "visit_need", "visit_recipient", "visit_time"})
PLACE_QUESTIONS = frozenset({"report_place", "visit_place", "propose_scope"})
# Questions of the visit form that are often answered out of turn: "打电话" is an answer there, not a new wish.
VISIT_QUESTIONS = frozenset({"visit_recipient", "visit_way", "visit_place", "visit_time", "visit_confirmed"})
YES_NO_QUESTIONS = frozenset(
    {"report_confirmed", "report_join", "propose_confirmed", "propose_similar", "visit_confirmed"}
)
STRONG = frozenset({"emergency", "cancel", "complaint_escalate", "request_in_person", "track_progress"})
ANSWERS = frozenset({INFORM, "affirm", "deny", "correct", "skip", "cancel", "resume"})
OUT_OF_SCOPE = "out_of_scope"
FAMILIES = frozenset({"report_event", "propose_agenda_item", "consult_policy"})
NOT_UNDERSTOOD = "nlu_fallback"
# Below this share of certainty a side remark inside a form counts as an answer to its question.
SURE_OF_SUBJECT_CHANGE = 0.6
SURE_OF_NEW_REPORT = 0.9
LONGEST_BARE_ANSWER = 12
LONGEST_FOREIGN = 5
LONGEST_SUPPORT = 5
# A report as vague as this would only lead to a list of wrong guesses.
LEAST_SURE_OF_REPORT, LEAST_SURE_OF_LEAF = 0.45, 0.1
_TAIL = re.compile(r"\D{0,3}(?<!\d)\d{4}(?!\d)\D{0,2}")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_WORDS_OR_CODE = re.compile(r"[^\W\d_]|[<>{}$%;\\]")
_YES = re.compile(r"^(?:对+|是的?|好[的嘞啊吧]?|嗯+|行|可以|没错|中|成|要得|ok)[\s，,。.！!、]+(?=.)", re.IGNORECASE)
_BESIDES = re.compile(r"对了|哦对|另外|还有|顺便|再一个|再说一件")
_GIVES_UP = re.compile(r"(?:算了|那|那就|我)?[，,]?(?:也|都)?不(?:想)?(?:提|报|办|弄|要|用)了[吧啊呀。！!]*")
_THUMB = re.compile("[👌👍🆗✅✔\U0001f3fb-\U0001f3ff\ufe0f]+")
_GREETING = re.compile(r"\b(?:hi|hello|hey|ok|okay|thanks?|bye|yes|no)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Situation:
    """`form` is the active loop, `asked` the slot its last question was about, or what was asked after a case."""

    form: str | None = None
    asked: str | None = None


def in_context(reading: Reading, situation: Situation) -> Reading:
    """Return the reading with the intent it has as an answer to what was asked."""
    if reading.intent == "emergency":
        return reading
    return _without_form(reading) if situation.form is None else _inside_form(reading, situation)


def handed_on(reading: Reading) -> Reading:
    """What no community can settle is no case of ours: the resident is told whose it is."""
    requests = [
        replace(r, intent=OUT_OF_SCOPE, kind=f"{OUTSIDE}{r.outside}") if _is_outside(r) else r for r in reading.requests
    ]
    if not _is_outside(reading):
        return replace(reading, requests=requests)
    return replace(reading, intent=OUT_OF_SCOPE, kind=f"{OUTSIDE}{reading.outside}", requests=requests)


def _is_outside(said: Reading | Request) -> bool:
    return said.outside is not None and said.intent in FAMILIES


def _inside_form(reading: Reading, situation: Situation) -> Reading:
    if _GIVES_UP.fullmatch(reading.text.strip()):
        return _as(reading, "cancel")
    if _is_yes(reading, situation.asked):
        return _as(reading, "affirm")
    if reading.intent == INFORM or _is_a_number(reading.text):
        return _as(reading, INFORM)
    if reading.intent in ANSWERS:
        return reading
    if reading.intent in STRONG and reading.confidence >= SURE_OF_SUBJECT_CHANGE:
        return _as(reading, INFORM) if _is_out_of_turn(reading, situation.asked) else reading
    return _as(reading, INFORM) if _answers(reading, situation.asked) else reading


def _as(reading: Reading, intent: str) -> Reading:
    return replace(reading, intent=intent, confidence=1.0)


def _without_form(reading: Reading) -> Reading:
    """Short messages that only a rule can tell apart: a case number, a phone number, a choice nobody offered."""
    text = reading.text.strip()
    if _TAIL.fullmatch(text):
        return _as(reading, "track_progress")
    if masking.find_phone(text) and is_bare_fact(text):
        return _as(reading, INFORM)
    if _is_a_number(text):
        return _as(reading, "resume")
    if announces_report(text):
        return _as(reading, "report_event")
    return _as(reading, NOT_UNDERSTOOD) if _is_foreign(text) or _is_a_guess(reading) else reading


def _is_a_number(text: str) -> bool:
    """Whether it picks one of up to nine choices by its number."""
    return choices.chosen(text, [""] * 9) is not None


def _is_a_guess(reading: Reading) -> bool:
    unsure = reading.confidence < LEAST_SURE_OF_REPORT and reading.leaf_confidence < LEAST_SURE_OF_LEAF
    return reading.intent == "report_event" and unsure


def _is_foreign(text: str) -> bool:
    """Another script or fragments of code: the models know Chinese only and would guess."""
    if len(text) <= LONGEST_FOREIGN or _CHINESE.search(text) or masking.find_phone(text):
        return False
    return _WORDS_OR_CODE.search(text) is not None and not _GREETING.search(text)


def _is_yes(reading: Reading, asked: str | None) -> bool:
    if asked not in YES_NO_QUESTIONS:
        return False
    if reading.intent == "endorse":
        return asked in {"propose_similar", "report_join"} or len(reading.text) <= LONGEST_SUPPORT
    if _THUMB.fullmatch(reading.text.strip()):
        return True
    rest = _YES.sub("", reading.text)
    return rest != reading.text and not reading.address and is_bare_fact(rest)


def _is_out_of_turn(reading: Reading, asked: str | None) -> bool:
    short = len(reading.text) <= LONGEST_BARE_ANSWER
    return reading.intent == "request_in_person" and asked in VISIT_QUESTIONS and short


def _begins_anew(reading: Reading, asked: str | None) -> bool:
    """Whether the words are no answer in the resident's own words, but a question or a report of their own."""
    if reading.confidence < SURE_OF_SUBJECT_CHANGE:
        return False
    if reading.intent == "report_event" and asked != "visit_need":
        marked = _BESIDES.match(reading.text) is not None
        return bool(reading.address) and (marked or reading.confidence >= SURE_OF_NEW_REPORT)
    return reading.intent == "consult_policy"


def _answers(reading: Reading, asked: str | None) -> bool:
    if asked in OPEN_QUESTIONS:
        return not _begins_anew(reading, asked)
    if asked in PLACE_QUESTIONS and reading.address and len(reading.text) <= LONGEST_BARE_ANSWER * 2:
        return (
            is_bare_fact(reading.text)
            or reading.intent != "report_event"
            or reading.confidence < SURE_OF_SUBJECT_CHANGE
        )
    return reading.confidence < SURE_OF_SUBJECT_CHANGE
