"""The form for in-person service: who, where, by phone or visit, when.

A help request is served first: every question may be skipped, none is asked whose answer is known, and answers
count whatever was asked.
"""

from typing import Any

from actions.case_form import CaseForm, Slots
from actions.place_slot import as_told, dumped, found_in, is_own, loaded, picked_in, told_in
from actions.report import remember_contact
from actions.turn import Turn, at_desk
from actions.visit_words import names_no_need, need_in, recipient_in, way_in
from bot.core import choices, masking, times
from bot.core.places import Place
from bot.core.visits import Recipient, Way
from bot.services import residents
from bot.services.desk import Desk
from bot.store.tables import Resident

ANY_TIME = "都行"
TIMES = ("今天", "明天上午", "明天下午", ANY_TIME)
NO_PLACE = "地点待联系"
LONGEST = 200
LONGEST_TEXT = 1000
LONGEST_TIME = 20
# A wish for help names a matter of the catalogue only where the model is this sure of it.
SURE_OF_LEAF = 0.45
SKIPS = frozenset({"skip", "deny", "affirm"})


class ValidateVisitForm(CaseForm):
    """Keeps the order in the slot `visit`; the other slots say which questions are answered."""

    asks = ("visit_need", "visit_recipient", "visit_way", "visit_place", "visit_time", "visit_confirmed")
    others = frozenset({"report_event", "propose_agenda_item"})

    def name(self) -> str:
        return "validate_visit_form"

    def fill(self, turn: Turn, slots: Slots) -> Slots:
        with at_desk(turn) as (session, desk, resident):
            told_contact = remember_contact(session, resident, turn)
            if not slots.get("visit"):
                return {**_begun(turn, desk, resident, slots), "said_place": None}
            answer = _Answer(turn, dict(slots), dict(slots["visit"]), desk, resident)
            return answer.slots(told_contact=told_contact)


def _begun(turn: Turn, desk: Desk, resident: Resident, slots: Slots) -> Slots:
    text = turn.first.text or turn.text
    says_need = not (turn.is_tapped or names_no_need(text))
    found = found_in(text, desk, resident.community_id)
    recipient = recipient_in(text, turn.elderly_role)
    place = found.place or loaded(slots.get("said_place"), desk.gazetteer) or _home(resident, desk, recipient)
    way = way_in(text)
    sure = turn.first.leaf_confidence >= SURE_OF_LEAF
    visit = {
        "text": text if says_need else "",
        "leaf": turn.first.leaf if sure and says_need else None,
        "group": turn.group,
        "place": dumped(place) if place else None,
        "choices": list(found.choices),
        "problem": found.problem,
        "said": text,
        "own": is_own(text),
        "elder": turn.elderly == "yes" and turn.elderly_role == "self",
        "phone": None if resident.phone else masking.find_phone(text),
    }
    return {
        "visit": visit,
        "visit_need": need_in(text, desk.gazetteer.names)[:LONGEST] if says_need else None,
        "visit_recipient": recipient.value if recipient else None,
        "visit_way": way.value if way else None,
        "visit_place": "known" if place and not found.choices else None,
        "visit_time": times.find_time(text),
    }


def _home(resident: Resident, desk: Desk, recipient: Recipient | None) -> Place | None:
    """The known address is the resident's own; a neighbour's or parent's may be another."""
    return residents.home(resident, desk.gazetteer) if recipient in {None, Recipient.SELF} else None


class _Answer:
    """One answer, read for everything it says besides what was asked."""

    def __init__(self, turn: Turn, slots: Slots, visit: dict[str, Any], desk: Desk, resident: Resident) -> None:
        self._turn, self._slots, self._visit = turn, slots, visit
        self._desk, self._resident = desk, resident
        self._visit["phone"] = masking.find_phone(turn.text) or visit.get("phone")
        self._visit["elder"] = visit.get("elder") or (turn.elderly == "yes" and turn.elderly_role == "self")

    def slots(self, *, told_contact: bool) -> Slots:
        self._quote()
        return {**self._richer(), **self._read(told_contact=told_contact)}

    def _quote(self) -> None:
        """Keep what was said besides plain answers: whoever goes there reads it."""
        turn, before = self._turn, self._visit["text"]
        if not turn.is_tapped and turn.intent not in SKIPS and not self._picked() and turn.text not in before:
            self._visit["text"] = "；".join(filter(None, (before, turn.text)))[:LONGEST_TEXT]

    def _richer(self) -> Slots:
        """What help is wanted, where a later message says more of it than the first did."""
        turn, before = self._turn, str(self._slots.get("visit_need") or "")
        if turn.intent != "request_in_person" or turn.is_tapped or names_no_need(turn.text):
            return {}
        need = need_in(turn.text, self._desk.gazetteer.names)[:LONGEST]
        if len(need) <= len(before):
            return {}
        if turn.first.leaf_confidence >= SURE_OF_LEAF:
            self._visit["leaf"] = turn.first.leaf
        return {"visit_need": need}

    def _read(self, *, told_contact: bool) -> Slots:
        asked = self._turn.asked
        if asked == "visit_need":
            return self._need()
        found = self._found()
        if (
            asked
            and asked not in found
            and asked != "visit_confirmed"
            and self._is_about_it(found, told_contact=told_contact)
        ):
            found |= self._in_words(asked)
        if asked == "visit_confirmed" and not found:
            found = self._at_confirmation()
        elif asked == "visit_confirmed":
            self._visit["fixing"] = False
        return {**found, **self._home_of(found), "visit": self._visit}

    def _need(self) -> Slots:
        """What help is wanted, in the resident's words; the rest of the sentence counts too."""
        if self._turn.is_tapped:
            return {**(self._place() if self._turn.position else {}), "visit": self._visit}
        known = {k: v for k, v in self._found().items() if self._slots.get(k) is None}
        if self._turn.first.leaf_confidence >= SURE_OF_LEAF:
            self._visit["leaf"] = self._turn.first.leaf
        need = need_in(self._turn.text, self._desk.gazetteer.names)[:LONGEST]
        return {**known, "visit_need": need, "visit": self._visit}

    def _found(self) -> Slots:
        text = self._turn.text
        if self._turn.position:
            return self._place()
        found: Slots = {**self._picked(), **self._place()}
        if (recipient := recipient_in(text)) and self._turn.asked in {
            "visit_recipient",
            "visit_need",
            "visit_confirmed",
        }:
            found.setdefault("visit_recipient", recipient.value)
        if way := way_in(text):
            found.setdefault("visit_way", way.value)
        if (when := times.find_time(text)) and "visit_place" not in found:
            found.setdefault("visit_time", when)
        return found

    def _picked(self) -> Slots:
        """The number or title of a choice that was offered."""
        offered: dict[str, tuple[list[str], list[str]]] = {
            "visit_recipient": ([r.plain for r in Recipient], [r.value for r in Recipient]),
            "visit_way": ([w.plain for w in Way], [w.value for w in Way]),
            "visit_time": (list(TIMES), list(TIMES)),
        }
        asked = str(self._turn.asked)
        if asked not in offered:
            return {}
        titles, values = offered[asked]
        number = choices.chosen(self._turn.text, titles)
        return {asked: values[number]} if number is not None else {}

    def _place(self) -> Slots:
        visit, text = self._visit, self._turn.text
        found = picked_in(text, visit["choices"], visit["said"], self._desk) if visit.get("choices") else None
        before = loaded(visit["place"], self._desk.gazetteer)
        found = found or told_in(self._turn, self._desk, self._resident.community_id, before=before)
        if not found or (found.problem and visit.get("problem")):
            return {}
        self._visit.update(choices=list(found.choices), problem=found.problem, said=text)
        if not found.place:
            return {"visit_place": None}
        self._visit.update(place=dumped(found.place), own=visit.get("own") or is_own(text))
        return {"visit_place": "known"}

    def _is_about_it(self, found: Slots, *, told_contact: bool) -> bool:
        """Whether the words are to be taken as they stand: nothing else was recognised in them."""
        is_for_whom = self._turn.asked == "visit_place" and recipient_in(self._turn.text) is not None
        return not found and not told_contact and not self._turn.is_tapped and not is_for_whom

    def _in_words(self, asked: str) -> Slots:
        skips = self._turn.intent in SKIPS
        if asked == "visit_recipient":
            return {asked: Recipient.SELF.value}
        if asked == "visit_way":
            return {asked: Way.PHONE.value}
        if asked == "visit_time":
            return {asked: ANY_TIME if skips else self._turn.text[:LONGEST_TIME]}
        words = self._visit.get("said") if self._visit.get("problem") and skips else self._turn.text
        place = as_told(
            NO_PLACE if skips and not self._visit.get("problem") else str(words), self._resident.community_id
        )
        self._visit.update(place=dumped(place), choices=[], problem=None)
        return {asked: "known"}

    def _home_of(self, found: Slots) -> Slots:
        """The known address, once it is clear that the help is for the resident."""
        if self._slots.get("visit_place") or found.get("visit_place") or found.get("visit_recipient") != Recipient.SELF:
            return {}
        home = residents.home(self._resident, self._desk.gazetteer)
        if home is None:
            return {}
        self._visit["place"] = dumped(home)
        return {"visit_place": "known"}

    def _at_confirmation(self) -> Slots:
        fixing = self._visit.get("fixing")
        self._visit["fixing"] = self._turn.intent == "deny" and not fixing
        if self._turn.intent in {"affirm", "skip"}:
            return {"visit_confirmed": "yes"}
        return {}
