"""A worker's hand on a case: finding it, moving agenda items and orders on, and telling everybody whom it concerns.

Grid events are moved by `bot.services.events.doing`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.agenda import AgendaStatus
from bot.core.staff import Permission, Role, can
from bot.core.visits import VisitStatus
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.services import ledger, outbox, proposing
from bot.services.desk import Desk
from bot.services.events import asking
from bot.services.hub import CONSOLE, note
from bot.services.progress import case_fields, family
from bot.store.queries import cases, talk
from bot.store.queries.audit import append_audit
from bot.store.tables import AgendaItem, Case, CaseKind, EventTask, GridEvent, InPersonOrder, Staff

LONGEST_NOTE: Final = 500
READ: Final[Mapping[CaseKind, Permission]] = {
    CaseKind.GRID_EVENT: Permission.EVENT_READ,
    CaseKind.AGENDA_ITEM: Permission.AGENDA_READ,
    CaseKind.IN_PERSON_ORDER: Permission.ORDER_READ,
}
MOVE: Final[Mapping[CaseKind, Permission]] = {
    CaseKind.AGENDA_ITEM: Permission.AGENDA_MOVE,
    CaseKind.IN_PERSON_ORDER: Permission.ORDER_MOVE,
}
# A refusal always says why.
NEEDS_NOTE: Final = frozenset({AgendaStatus.NOT_LISTED, VisitStatus.CANCELLED})
_REVIEWS: Final = frozenset({AgendaStatus.LISTED, AgendaStatus.NOT_LISTED})
# Whether an errand is needed at all, and who else goes, is for staff to say.
BY_VOLUNTEERS: Final = frozenset({VisitStatus.ACCEPTED, VisitStatus.ON_SITE, VisitStatus.DONE})


@dataclass(frozen=True)
class Change:
    """What a worker wants: the status to go to, words the residents will read, and the version they saw."""

    kind: CaseKind
    number: str
    to_status: str
    words: str
    version: int


def move(session: Session, desk: Desk, staff: Staff, change: Change) -> Case:
    """Move an agenda item or order on; the step is logged, and the residents it concerns read the words.

    Raises NotFound (no such case for this worker), NotAllowed, Conflict (not from here, or somebody else was
    quicker), InvalidInput (unknown status, or a refusal without a reason).
    """
    case = case_for(session, staff, change.kind, change.number)
    if isinstance(case, GridEvent):
        raise InvalidInput("网格事件不这样改", "请在事件页面上选下一步")
    before = case.status.value
    target = _target(case, change.to_status)
    words = checked_note(change.words, is_needed=target in NEEDS_NOTE)
    _may_move(staff, change.kind, target)
    expect(case, change.version)
    _set_status(case, target)
    write_down(session, desk, case, staff, words, before)
    tell(session, desk, case, f"{family(case)}.moved.{target.value}", words)
    return case


def case_for(session: Session, staff: Staff, kind: CaseKind, number: str) -> Case:
    """The case, if it exists for this worker: of their community, and for grid workers of their grids.

    Raises NotFound else, whichever of the two it is, and NotAllowed where the job does not read such cases.
    """
    if not can(staff.role, READ[kind]):
        raise NotAllowed(f"{staff.role.plain}不能看这类事项")
    case = cases.case_by_number(session, number)
    if case is None or cases.kind_of(case) is not kind or not _is_theirs(session, case, staff):
        raise NotFound(f"没有编号为 {number} 的事项")
    return case


def may_see(session: Session, case: Case, staff: Staff) -> bool:
    """Whether `case_for` would show it to them."""
    return can(staff.role, READ[cases.kind_of(case)]) and _is_theirs(session, case, staff)


def expect(case: Case, version: int) -> None:
    """Raise Conflict if the case is not as the worker saw it."""
    if case.version != version:
        raise Conflict("这条记录刚被别人改过", "请刷新页面，看过最新内容再改")


def checked_note(words: str, *, is_needed: bool) -> str:
    """The note without outer blanks; raises InvalidInput if it is too long, or missing where it is needed."""
    words = words.strip()
    if is_needed and not words:
        raise InvalidInput("请写明原因", "居民会看到这段话")
    if len(words) > LONGEST_NOTE:
        raise InvalidInput(f"说明不能超过{LONGEST_NOTE}个字")
    return words


def write_down(session: Session, desk: Desk, case: Case, staff: Staff, words: str, before: str) -> None:
    """Log what a worker did with a case, in its steps and in the audit log."""
    now = desk.clock()
    case.updated_at = now
    ledger.add_step(session, case, ledger.worker(staff), now, note=words, before=before)
    detail = f"{before}->{case.status.value}"
    append_audit(session, now, staff.id, f"{cases.kind_of(case).value}:move", case.number, detail)
    note(session, CONSOLE)


def tell(session: Session, desk: Desk, case: Case, notice: str, words: str, besides: str | None = None) -> None:
    """Send a notice about the case to every resident it concerns but `besides`; some ask whether it is solved."""
    now = desk.clock()
    bubbles = desk.notices.say(notice, **{**case_fields(session, desk, case, now), "note": words})
    for resident_id in concerned(session, case):
        if resident_id != besides:
            conversation = talk.conversation_of(session, resident_id, now)
            asked = asking.after_news(session, desk, case, notice, conversation)
            said = [*bubbles, *asked.bubbles]
            outbox.post(session, conversation, said, outbox.SYSTEM, now, buttons=asked.titles)


def concerned(session: Session, case: Case) -> list[str]:
    """Who filed, joined or supports the case."""
    if isinstance(case, AgendaItem):
        return list(proposing.supporters(session, case))
    joined = [row.resident_id for row in cases.reporters_of(session, case.id)] if isinstance(case, GridEvent) else []
    return list(dict.fromkeys([*([case.resident_id] if case.resident_id else []), *joined]))


def _is_theirs(session: Session, case: Case, staff: Staff) -> bool:
    if staff.role is Role.PARTY:
        return isinstance(case, GridEvent) and _is_with_party(session, case, staff.party_id)
    if staff.community_id not in (None, case.community_id):
        return False
    if staff.role is Role.VOLUNTEER:
        return isinstance(case, InPersonOrder) and case.assignee_id == staff.id
    if staff.role is not Role.GRID_WORKER or isinstance(case, AgendaItem):
        return True
    if isinstance(case, InPersonOrder) and case.assignee_id == staff.id:
        return True
    return case.grid_id is not None and case.grid_id in staff.grid_ids


def _is_with_party(session: Session, event: GridEvent, party_id: str | None) -> bool:
    """Whether the unit leads the event, once it was dispatched to it, or was asked to help."""
    if party_id is None:
        return False
    if event.lead_party_id == party_id and event.first_party_id is not None:
        return True
    helps = select(EventTask.id).where(EventTask.event_id == event.id, EventTask.party_id == party_id)
    return session.scalar(helps.limit(1)) is not None


def _target(case: AgendaItem | InPersonOrder, to_status: str) -> AgendaStatus | VisitStatus:
    try:
        return type(case.status)(to_status)
    except ValueError:
        raise InvalidInput(f"没有「{to_status}」这个状态") from None


def _may_move(staff: Staff, kind: CaseKind, target: AgendaStatus | VisitStatus) -> None:
    needed = Permission.AGENDA_REVIEW if target in _REVIEWS else MOVE[kind]
    if not can(staff.role, needed) or (staff.role is Role.VOLUNTEER and target not in BY_VOLUNTEERS):
        raise NotAllowed(f"{staff.role.plain}不能做这一步")


def _set_status(case: AgendaItem | InPersonOrder, target: AgendaStatus | VisitStatus) -> None:
    # Alike to the eye, but each kind of case takes only its own statuses.
    if isinstance(case, AgendaItem) and isinstance(target, AgendaStatus):  # noqa: SIM114
        case.status = case.status.move(target)
    elif isinstance(case, InPersonOrder) and isinstance(target, VisitStatus):
        case.status = case.status.move(target)
