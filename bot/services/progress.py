"""How far a resident's case is, in plain words."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.core import clocks, numbers
from bot.core.bubbles import shortened
from bot.core.grid_events import EventStatus
from bot.core.urgency import Urgency
from bot.core.zone import SHANGHAI
from bot.services import proposing
from bot.services.cards import case_title, progress_card
from bot.services.desk import Desk
from bot.services.notices import UNSOLVED
from bot.services.told_steps import is_for_residents
from bot.store.queries import cases
from bot.store.tables import ActorKind, AgendaItem, Case, Community, GridEvent, InPersonOrder, Way

__all__ = ["find_case", "latest_case", "progress_bubbles", "progress_card"]

FULL_LENGTH: Final = 20
LONGEST_NOTE: Final = 100
# What residents say who leave the time to us.
ANY_TIME: Final = frozenset({"", "都行"})
# Until it is accepted, the next thing to happen is that somebody calls.
AWAITS_CONTACT: Final = frozenset({EventStatus.REPORTED, EventStatus.TRIAGED})
WAYS: Final = {Way.PHONE: "给您打电话", Way.VISIT: "上门"}


def latest_case(session: Session, resident_id: str) -> Case | None:
    """What the resident filed, joined or endorsed last."""
    return next(iter(cases.latest_cases(session, resident_id, limit=1)), None)


def find_case(session: Session, resident_id: str, text: str) -> Case | None:
    """The case a message asks about: by number or its last digits, else the latest.

    None if the number is nobody's or somebody else's, or if the resident has no case.
    """
    number = numbers.find_case_number(text)
    if number is None:
        return latest_case(session, resident_id)
    if len(number) < FULL_LENGTH:
        return next(iter(cases.cases_by_tail(session, resident_id, number)), None)
    case = cases.case_by_number(session, number)
    return case if case and cases.concerns(session, case, resident_id) else None


def progress_bubbles(session: Session, desk: Desk, case: Case, now: datetime) -> list[str]:
    """The number, how far it is, who has it and by when, and what was written down last."""
    fields = case_fields(session, desk, case, now)
    name = f"{family(case)}.now.{case.status.value}"
    if isinstance(case, GridEvent) and case.completion in UNSOLVED:
        name = f"event.now.{case.completion.value}"
    elif isinstance(case, GridEvent) and case.urgency is Urgency.P0 and case.status.is_open:
        name = "event.now.emergency"
    bubbles = [f"编号{case.number}", *desk.notices.say(name, **fields)]
    if is_late(case, now):
        bubbles += desk.notices.say(f"{family(case)}.now.late", **fields)
    return bubbles


def family(case: Case) -> str:
    """The first part of the names of the notices about the case."""
    if isinstance(case, GridEvent):
        return "event"
    return "item" if isinstance(case, AgendaItem) else "order"


def case_fields(session: Session, desk: Desk, case: Case, now: datetime) -> dict[str, str]:
    """What the notices about a case may name; empty where it is not known or over."""
    fields = {
        "title": case_title(case),
        "number": case.number,
        "note": last_note(session, case),
        "phone": session.get_one(Community, case.community_id).phone,
    }
    if isinstance(case, GridEvent):
        due = case.due_respond if case.status in AWAITS_CONTACT else case.due_resolve
        review = f"{case.review_on.month}月{case.review_on.day}日" if case.review_on else ""
        told = {"lead": case.lead_name, "due": _said(desk, due, now), "review": review}
        return {**fields, **told, **_refusal(desk, case, fields["phone"])}
    if isinstance(case, AgendaItem):
        body = desk.catalogue.agenda[case.catalogue_code].body
        return {**fields, "count": str(proposing.supporters(session, case)), "body": body}
    return {
        **fields,
        "need": case.need,
        "assignee": case.assignee_name,
        "backup": case.backup_name or "",
        "way": WAYS[case.way],
        "due": _said(desk, case.due, now) if case.preferred_time in ANY_TIME else case.preferred_time,
        "code": case.visit_code,
    }


def _refusal(desk: Desk, event: GridEvent, phone: str) -> dict[str, str]:
    """Why it is not taken on, in plain words, and whom to turn to instead (Weifang 12345 rules art. 19)."""
    if event.disposition is None:
        return {}
    asked = event.disposition.value
    return {name: "".join(desk.notices.say(f"event.{name}.{asked}", phone=phone)) for name in ("kind", "route")}


def last_note(session: Session, case: Case) -> str:
    """What a worker wrote for residents last, with the day; neighbours' words are not shown to each other."""
    steps = [
        step
        for step in cases.steps_of(session, case)
        if step.actor_kind is ActorKind.WORKER and step.note and is_for_residents(step)
    ]
    if not steps:
        return ""
    at = steps[-1].at.astimezone(SHANGHAI)
    return f"{at.month}月{at.day}日，{shortened(steps[-1].note, LONGEST_NOTE)}"


def _said(desk: Desk, due: datetime, now: datetime) -> str:
    return clocks.spoken(due, now, desk.calendar) if due > now else ""


def is_late(case: Case, now: datetime) -> bool:
    """Whether what was said to residents has not been kept; what waits for a named day is not late."""
    if isinstance(case, AgendaItem) or not case.status.is_open or case.status is EventStatus.SUSPENDED:
        return False
    if isinstance(case, InPersonOrder):
        return case.due < now
    return case.due_resolve < now or (case.status in AWAITS_CONTACT and case.due_respond < now)
