"""The proposal form: title, a similar open item to endorse instead, reason, scope, confirmation."""

from typing import Any

from sqlalchemy.orm import Session

from actions.case_form import CaseForm, Slots
from actions.place_slot import dumped, found_in, loaded, told_in
from actions.report import remember_contact
from actions.turn import Turn, at_desk
from bot.core import proposals
from bot.core.proposals import Scope
from bot.services import proposing
from bot.services.desk import Desk

ENDORSE, NEW = "endorse", "new"
NO_REASON = "没有说明"
LONGEST = 200


class ValidateProposeForm(CaseForm):
    """Keeps the proposal in the slot `proposal`; the other slots say which questions are answered."""

    asks = ("propose_title", "propose_similar", "propose_reason", "propose_scope", "propose_confirmed")
    others = frozenset({"report_event", "request_in_person"})

    def name(self) -> str:
        return "validate_propose_form"

    def fill(self, turn: Turn, slots: Slots) -> Slots:
        with at_desk(turn) as (session, desk, resident):
            remember_contact(session, resident, turn)
            if not slots.get("proposal"):
                changed = _begun(turn, desk, resident.community_id)
            elif turn.position:
                changed = _placed(turn, desk, slots["proposal"])
            else:
                changed = _answered(turn, slots)
            title = changed.get("propose_title", slots.get("propose_title"))
            if title and not (slots.get("propose_similar") or changed.get("propose_similar")):
                changed |= _compared(session, desk, str(resident.community_id), title, changed["proposal"])
            return changed

    def is_needed(self, asked: str, slots: Slots) -> bool:
        if slots.get("propose_similar") == ENDORSE and asked in {
            "propose_reason",
            "propose_scope",
            "propose_confirmed",
        }:
            return False
        return super().is_needed(asked, slots)


def _compared(session: Session, desk: Desk, community: str, title: str, proposal: dict[str, Any]) -> Slots:
    """Whether somebody has asked for the same."""
    place = loaded(proposal.get("place"), desk.gazetteer)
    similar = proposing.similar_items(session, community, title, proposal["leaf"], place)
    found = {"proposal": {**proposal, "similar": similar[0].number if similar else None}}
    return found if similar else {**found, "propose_similar": NEW}


def _begun(turn: Turn, desk: Desk, community: str | None) -> Slots:
    request = turn.first
    leaf = request.leaf
    usual = desk.catalogue.leaf(leaf).name if leaf else ""
    found = found_in(request.text, desk, community)
    scope = proposals.scope_in(request.text)
    return {
        "proposal": {
            "text": request.text,
            "leaf": leaf,
            "place": dumped(found.place) if found.place else None,
            "group": turn.group,
        },
        "propose_title": None if turn.is_tapped else proposals.title_of(request.text, usual) or None,
        "propose_reason": proposals.reason_in(request.text),
        "propose_scope": scope.value if scope else None,
    }


def _placed(turn: Turn, desk: Desk, proposal: dict[str, Any]) -> Slots:
    """A position answers none of the questions; it says where, unless that was said before."""
    place = told_in(turn, desk, None).place
    return {"proposal": {**proposal, "place": proposal.get("place") or (dumped(place) if place else None)}}


def _answered(turn: Turn, slots: Slots) -> Slots:
    proposal: dict[str, Any] = dict(slots["proposal"])
    asked = turn.asked
    if turn.taps_again("propose_agenda_item"):
        return {"proposal": proposal}
    if asked == "propose_similar":
        return _about_similar(turn, proposal)
    if asked == "propose_title":
        return _titled(turn, slots, proposal)
    if asked == "propose_reason":
        return {"propose_reason": _reason(turn), "proposal": proposal}
    if asked == "propose_scope":
        return {"propose_scope": _scope(turn).value, "proposal": proposal}
    return _at_confirmation(turn, proposal)


def _titled(turn: Turn, slots: Slots, proposal: dict[str, Any]) -> Slots:
    """The title as an answer to its question; what it says of reason and scope counts too."""
    title = proposals.title_of(turn.text, turn.text[: proposals.LONGEST_TITLE])
    scope = slots.get("propose_scope") or proposals.scope_in(turn.text)
    more = {"leaf": proposal["leaf"] or turn.first.leaf, "text": turn.text[:LONGEST]}
    return {
        "propose_title": title,
        "propose_reason": slots.get("propose_reason") or proposals.reason_in(turn.text),
        "propose_scope": str(scope) if scope else None,
        "proposal": {**proposal, **more},
    }


def _about_similar(turn: Turn, proposal: dict[str, Any]) -> Slots:
    if turn.intent in {"affirm", "endorse"}:
        return {"propose_similar": ENDORSE, "proposal": proposal}
    if turn.intent in {"deny", "skip", "correct"}:
        return {"propose_similar": NEW, "proposal": proposal}
    return {"proposal": proposal}


def _reason(turn: Turn) -> str:
    return NO_REASON if turn.intent in {"skip", "deny"} else turn.text[:LONGEST]


def _scope(turn: Turn) -> Scope:
    picked = turn.picked([s.plain for s in Scope])
    if picked is not None:
        return list(Scope)[picked]
    return proposals.scope_in(turn.text) or Scope.COMMUNITY


def _at_confirmation(turn: Turn, proposal: dict[str, Any]) -> Slots:
    if turn.intent == "affirm":
        return {"propose_confirmed": "yes", "proposal": proposal}
    if turn.intent == "deny":
        return {"proposal": {**proposal, "fixing": True}}
    scope = proposals.scope_in(turn.text)
    if turn.intent in {"correct", "inform"} and scope and len(turn.text) <= proposals.LONGEST_TITLE:
        return {"propose_scope": scope.value, "proposal": {**proposal, "fixing": False}}
    if proposal.get("fixing") or turn.intent == "correct":
        return {
            "propose_title": proposals.title_of(turn.text, turn.text[: proposals.LONGEST_TITLE]),
            "proposal": {**proposal, "fixing": False},
        }
    more = f"{proposal.get('more', '')}；{turn.text}".strip("；")[:LONGEST]
    return {"proposal": {**proposal, "more": more}}
