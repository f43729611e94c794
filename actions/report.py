"""The report form: leaf, place, a case to join, confirmation."""

from dataclasses import replace

from sqlalchemy.orm import Session

from actions.case_form import CaseForm, Slots
from actions.place_slot import as_told, found_in
from actions.report_draft import Item, Kept, ReportDraft
from actions.turn import Turn, at_desk
from bot.core import masking
from bot.services import reporting, residents
from bot.services.desk import Desk
from bot.store.tables import Resident

JOIN, SEPARATE = "join", "separate"
NO_PLACE = "地点待核实"


class ValidateReportForm(CaseForm):
    """Reads each message of a report; several matters in one message become several items."""

    asks = ("report_leaf", "report_place", "report_join", "report_confirmed")
    others = frozenset({"propose_agenda_item", "request_in_person"})

    def name(self) -> str:
        return "validate_report_form"

    def fill(self, turn: Turn, slots: Slots) -> Slots:
        with at_desk(turn) as (session, desk, resident):
            draft = Kept(slots.get("report") or {}).draft(desk.gazetteer)
            remember_contact(session, resident, turn)
            draft = _answered(draft, turn, desk, resident) if draft.items else _begun(turn, desk, resident)
            draft = _with_duplicate(session, desk, draft)
            return _as_slots(draft, desk)


def remember_contact(session: Session, resident: Resident, turn: Turn) -> bool:
    """Keep a name or phone number whenever the resident gives one."""
    phone = masking.find_phone(turn.text)
    name = masking.find_name(turn.text) if phone or turn.intent in {"inform", "correct"} else None
    if phone or name:
        residents.remember_contact(session, resident, name=name, phone=phone)
    return bool(phone or name)


def _begun(turn: Turn, desk: Desk, resident: Resident) -> ReportDraft:
    requests = turn.of_intent("report_event") or (turn.first,)
    draft = ReportDraft(items=tuple(_item(r.text, Item.of(r), desk, resident, several=len(requests) > 1) for r in requests))
    draft = draft.with_place(found_in(turn.text, desk, resident.community_id))
    return _at_home(draft, desk, resident)


def _item(text: str, item: Item, desk: Desk, resident: Resident, *, several: bool) -> Item:
    """With several matters in a message each keeps the place said in its own part."""
    if not several:
        return item
    return replace(item, place=found_in(text, desk, resident.community_id).place)


def _at_home(draft: ReportDraft, desk: Desk, resident: Resident) -> ReportDraft:
    """Where no place is said, the known address is offered: collected once, used again."""
    home = residents.home(resident, desk.gazetteer)
    if home is None or draft.place or draft.choices or draft.problem:
        return draft
    return replace(draft, place=home, is_home=True)


def _answered(draft: ReportDraft, turn: Turn, desk: Desk, resident: Resident) -> ReportDraft:
    if turn.asked == "report_leaf" and (chosen := _leaf_answer(draft, turn, desk)):
        return draft.with_leaf(chosen)
    if turn.asked == "report_join" and turn.intent in {"affirm", "deny"}:
        return replace(draft, join=JOIN if turn.intent == "affirm" else SEPARATE)
    if turn.asked == "report_confirmed" and turn.intent == "affirm":
        return replace(draft, confirmed=True)
    found = found_in(turn.text, desk, resident.community_id, before=draft.place)
    if turn.intent == "report_event" and (added := _added(draft, turn)):
        return draft.with_item(replace(added, place=found.place))
    if found.place or found.choices or found.problem:
        return draft.with_place(found)
    if turn.asked == "report_place":
        return _place_in_words(draft, turn, resident)
    return _changed_at_confirmation(draft, turn)


def _leaf_answer(draft: ReportDraft, turn: Turn, desk: Desk) -> str | None:
    guesses = draft.unsure.guesses if draft.unsure else ()
    titles = [desk.catalogue.leaf(code).plain for code in guesses]
    picked = turn.picked([*titles, OTHER_MATTER])
    if picked is not None and picked < len(guesses):
        return guesses[picked]
    if picked is not None or turn.intent in {"skip", "deny"}:
        return f"{guesses[0][:2]}99" if guesses else None
    return turn.first.leaf or (guesses[0] if guesses else None)


OTHER_MATTER = "都不是"


def _added(draft: ReportDraft, turn: Turn) -> Item | None:
    """Another matter told while the first is still open."""
    item = Item.of(turn.first)
    if item.leaf is None or draft.has_leaf(item.leaf):
        return None
    return item


def _place_in_words(draft: ReportDraft, turn: Turn, resident: Resident) -> ReportDraft:
    if turn.intent in {"skip", "deny", "affirm"}:
        return replace(draft, place=as_told(NO_PLACE, resident.community_id), choices=(), problem=None)
    return replace(draft, place=as_told(turn.text, resident.community_id), choices=(), problem=None)


def _changed_at_confirmation(draft: ReportDraft, turn: Turn) -> ReportDraft:
    leaf = turn.first.leaf
    if turn.intent == "correct" and leaf and not draft.has_leaf(leaf):
        return draft.with_leaf(leaf)
    if turn.intent in {"deny", "correct"} and not draft.fixing:
        return replace(draft, fixing=True)
    if masking.find_phone(turn.text):
        return replace(draft, fixing=False)
    if turn.intent == "skip":
        return replace(draft, fixing=False)
    return draft.with_details(turn.text)


def _with_duplicate(session: Session, desk: Desk, draft: ReportDraft) -> ReportDraft:
    if len(draft.items) != 1 or draft.unsure or draft.join or draft.needs_place(desk.catalogue):
        return draft
    item = draft.items[0]
    place = draft.place_of(item)
    same = reporting.open_duplicate(session, desk, str(item.leaf), place) if place else None
    return replace(draft, duplicate=same.number if same else None)


def _as_slots(draft: ReportDraft, desk: Desk) -> Slots:
    has_place = not draft.needs_place(desk.catalogue)
    joined = draft.join or (None if draft.duplicate else "none")
    return {
        "report": dict(Kept.of(draft).values),
        "report_leaf": None if draft.unsure else "known",
        "report_place": "known" if has_place else None,
        "report_join": joined,
        "report_confirmed": "yes" if draft.confirmed or draft.join == JOIN else None,
    }
