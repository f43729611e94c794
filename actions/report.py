"""The report form: leaf, place, a case to join, confirmation."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from actions.case_form import CaseForm, Slots
from actions.place_slot import as_told, dumped, found_in, is_own, known_place, loaded, picked_in, told_in
from actions.report_draft import Item, Kept, ReportDraft
from actions.turn import Turn, at_desk
from bot.core import choices, masking
from bot.core.openings import says_nothing
from bot.core.places import Place
from bot.services import reporting, residents
from bot.services.desk import Desk
from bot.store.tables import Resident

JOIN, SEPARATE = "join", "separate"
NO_PLACE = "地点待核实"
OTHER_MATTER = "都不是"
UNSORTED = "1299"
HOUSE_REST = "0599"
_SOMEBODY_ELSES = re.compile(
    r"骗|诈|推销|广告|贷款|对方|陌生|骚扰|打来|来电|(?:[他她它]|爸|妈|娘|爹|爷|奶|姥|公|婆|老人|邻居|阿姨|大爷|大妈|师傅|物业)的?(?:电话|手机|号码)"
)
# After so many answers that name no place the case goes on without one: a worker will ask.
MOST_TRIES = 2


class ValidateReportForm(CaseForm):
    """Reads each message of a report; several matters in one message become several items."""

    asks = ("report_leaf", "report_place", "report_join", "report_confirmed")
    others = frozenset({"propose_agenda_item", "request_in_person"})

    def name(self) -> str:
        return "validate_report_form"

    def has_begun(self, slots: Slots) -> bool:
        return bool((slots.get("report") or {}).get("items"))

    def fill(self, turn: Turn, slots: Slots) -> Slots:
        with at_desk(turn) as (session, desk, resident):
            draft = Kept(slots.get("report") or {}).draft(desk.gazetteer)
            known = residents.masked(resident)
            told_contact = remember_contact(session, resident, turn)
            draft = replace(draft, new_contact=draft.new_contact or residents.masked(resident) != known)
            if draft.items:
                draft = _answered(draft, turn, desk, resident, told_contact=told_contact)
            else:
                draft = replace(_begun(session, turn, desk, resident, slots), new_contact=draft.new_contact)
            draft = _with_duplicate(session, desk, draft, turn.inbox_id)
            return {**_as_slots(draft, desk), "said_place": None if draft.items else _sent_first(turn, desk, slots)}


def remember_contact(session: Session, resident: Resident, turn: Turn) -> bool:
    """Keep a name or phone number whenever the resident gives one of their own; a position names somebody else's."""
    if turn.position:
        return False
    phone = None if _SOMEBODY_ELSES.search(turn.text) else masking.find_phone(turn.text)
    name = masking.find_name(turn.text) if phone or turn.intent in {"inform", "correct"} else None
    if phone or name:
        residents.remember_contact(session, resident, name=name, phone=phone)
    return bool(phone or name)


def _begun(session: Session, turn: Turn, desk: Desk, resident: Resident, slots: Slots) -> ReportDraft:
    if turn.is_tapped or _says_nothing(turn):
        return ReportDraft()
    requests = turn.of_intent("report_event") or (turn.first,)
    several = len(requests) > 1
    items: list[Item] = []
    for request in requests:
        said = next((i.place for i in reversed(items) if i.place and i.place.building), None)
        before = replace(said, unit=None, floor=None, room=None, landmark=None) if said else None
        items.append(_item(request.text, Item.of(request), desk, resident, several=several, before=before))
    draft = ReportDraft(items=tuple(items), own=is_own(turn.text), group=turn.group)
    draft = draft.with_place(told_in(turn, desk, resident.community_id), turn.text)
    if draft.place or draft.choices or draft.problem or not draft.needs_place(desk.catalogue):
        return draft
    if said := loaded(slots.get("said_place"), desk.gazetteer):
        return replace(draft, place=said)
    known = known_place(session, desk, resident)
    return replace(draft, place=known, reused=known is not None)


def _sent_first(turn: Turn, desk: Desk, slots: Slots) -> dict[str, Any] | None:
    """Where it is, sent before anything was said of what it is."""
    place = told_in(turn, desk, None).place if turn.position else None
    return dumped(place) if place else slots.get("said_place")


def _says_nothing(turn: Turn) -> bool:
    is_number = choices.chosen(turn.text, [""] * 9) is not None
    return is_number or turn.intent in {"affirm", "deny", "skip"} or says_nothing(turn.text)


def _item(text: str, item: Item, desk: Desk, resident: Resident, *, several: bool, before: Place | None) -> Item:
    """With several matters in a message each keeps the place said in its own part.

    A bare unit there completes the building said `before`.
    """
    if not item.leaf and not item.guesses:
        item = replace(item, leaf=UNSORTED)
    if not several:
        return item
    return replace(item, place=found_in(text, desk, resident.community_id, before=before).place)


def _answered(draft: ReportDraft, turn: Turn, desk: Desk, resident: Resident, *, told_contact: bool) -> ReportDraft:
    if turn.taps_again("report_event"):
        return draft
    if settled := _settled(draft, turn, desk):
        return settled
    found = picked_in(turn.text, draft.choices, draft.said, desk) if draft.choices else None
    found = found or told_in(turn, desk, resident.community_id, before=draft.place)
    if turn.intent == "report_event" and not draft.fixing and (added := _added(draft, turn)):
        return draft.with_item(replace(added, place=found.place))
    if found and not (found.problem and draft.problem):
        return draft.with_place(found, turn.text)
    if turn.asked == "report_place":
        return _place_in_words(draft, turn, resident)
    return draft if told_contact else _changed_at_confirmation(draft, turn, desk)


def _settled(draft: ReportDraft, turn: Turn, desk: Desk) -> ReportDraft | None:
    """The plain answer to what was asked: which matter, join or not, yes."""
    if turn.asked == "report_leaf" and draft.unsure:
        return _leaf_answer(draft, turn, desk)
    if turn.asked == "report_join" and turn.intent in {"affirm", "deny"}:
        return replace(draft, join=JOIN if turn.intent == "affirm" else SEPARATE)
    if turn.asked == "report_confirmed" and turn.intent == "affirm":
        return replace(draft, confirmed=True)
    return None


def _leaf_answer(draft: ReportDraft, turn: Turn, desk: Desk) -> ReportDraft:
    guesses = draft.unsure.guesses if draft.unsure else ()
    titles = [desk.catalogue.leaf(code).plain for code in guesses]
    picked = turn.picked([*titles, OTHER_MATTER])
    if picked is not None and picked < len(guesses):
        return draft.with_leaf(guesses[picked])
    if picked is not None or turn.intent in {"skip", "deny", "affirm"}:
        return draft.with_leaf(_rest_of(guesses, draft.place))
    found = told_in(turn, desk, None)
    if found.place and turn.intent == "inform" and not turn.first.leaf:
        return draft.with_place(found, turn.text)
    return draft.with_leaf(_leaf_named(turn, desk) or _rest_of(guesses, draft.place), turn.text)


def _rest_of(guesses: Sequence[str], place: Place | None) -> str:
    """Where a matter belongs that is none of the guesses: the class they share, at a building the house's own."""
    classes = {code[:2] for code in guesses}
    if len(classes) > 1 and place and place.building:
        return HOUSE_REST
    return f"{guesses[0][:2]}99" if guesses else UNSORTED


def _leaf_named(turn: Turn, desk: Desk) -> str | None:
    """The matter a short answer names, in the reader's eyes or by its title."""
    if turn.first.leaf:
        return turn.first.leaf
    leaves = [leaf for leaf in desk.catalogue.leaves.values() if not leaf.is_other]
    number = choices.chosen(turn.text, [leaf.plain for leaf in leaves])
    return leaves[number].code if number is not None and not any(c.isdigit() for c in turn.text) else None


def _added(draft: ReportDraft, turn: Turn) -> Item | None:
    """Another matter told while the first is still open."""
    item = Item.of(turn.first)
    if item.leaf is None or draft.has_leaf(item.leaf):
        return None
    return item


def _place_in_words(draft: ReportDraft, turn: Turn, resident: Resident) -> ReportDraft:
    """What is not on the map is kept in the resident's words; whoever insists, or cannot say, is not asked again."""
    words = draft.said if turn.intent in {"skip", "deny", "affirm"} else turn.text
    if words:
        return draft.with_place_in_words(as_told(words, resident.community_id))
    if turn.intent == "affirm" and draft.tries + 1 < MOST_TRIES:
        return replace(draft, tries=draft.tries + 1)
    return draft.with_place_in_words(as_told(NO_PLACE, resident.community_id))


def _changed_at_confirmation(draft: ReportDraft, turn: Turn, desk: Desk) -> ReportDraft:
    if turn.intent == "deny" and not draft.fixing:
        return replace(draft, fixing=True)
    if turn.intent == "correct" or draft.fixing:
        leaf = _leaf_named(turn, desk)
        if leaf and not draft.has_leaf(leaf):
            return draft.with_leaf(leaf, turn.text)
        if turn.intent in {"deny", "correct"} and not draft.fixing:
            return replace(draft, fixing=True)
    return replace(draft, fixing=False) if turn.intent in {"skip", "affirm"} else draft.with_details(turn.text)


def _with_duplicate(session: Session, desk: Desk, draft: ReportDraft, inbox_id: int) -> ReportDraft:
    """What this very message filed before a crash is no case of somebody else's."""
    if len(draft.items) != 1 or draft.unsure or draft.join or draft.needs_place(desk.catalogue):
        return draft
    item = draft.items[0]
    place = draft.place_of(item)
    same = reporting.open_duplicate(session, desk, str(item.leaf), place) if place else None
    return replace(draft, duplicate=same.number if same and same.inbox_id != inbox_id else None)


def _as_slots(draft: ReportDraft, desk: Desk) -> Slots:
    has_place = not draft.needs_place(desk.catalogue)
    joined = draft.join or (None if draft.duplicate else "none")
    return {
        "report": dict(Kept.of(draft).values),
        "report_leaf": None if draft.unsure or not draft.items else "known",
        "report_place": "known" if has_place else None,
        "report_join": joined,
        "report_confirmed": "yes" if draft.confirmed or draft.join == JOIN else None,
    }
