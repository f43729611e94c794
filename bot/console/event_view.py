"""What the page of one grid event shows: how it stands, what comes next, and all that is known of it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.console import case_facts, case_view, enclosed, event_forms, event_lines
from bot.console.case_rows import Row, row
from bot.console.enclosed import Enclosed
from bot.console.event_forms import DeedForm, Group
from bot.console.event_lines import CallBackLine, ClockLine, ExtensionLine, StepLine, TaskLine
from bot.console.photo_lines import Photos, photos_of
from bot.core import guards
from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus
from bot.core.masking import redact
from bot.core.places import Building
from bot.core.staff import Permission, Role, can
from bot.errors import NotFound
from bot.services import case_lists, similar_cases
from bot.services.case_lists import CaseDetail
from bot.services.desk import Desk
from bot.services.events import behalf, chains, clocks, doing
from bot.services.events.standing import doer_of, standing_of
from bot.services.events.taking_in import parties_for
from bot.services.similar_cases import Similar
from bot.services.unmasking import words_for
from bot.store.queries import handled
from bot.store.tables import AttachmentKind, CaseKind, Discovery, EventCallBack, GridEvent, Party, Staff

_TO_UNITS = frozenset({Deed.DISPATCH, Deed.DESIGNATE, Deed.TRANSFER, Deed.ADD_TASK})


@dataclass(frozen=True)
class Standing:
    """How the event stands, beside its row: empty or None where there is nothing to say."""

    round: int
    review_on: date | None
    urges: int
    completion: str
    outcome: str
    refusal: str
    disposition: str
    is_designated: bool
    returns: int


@dataclass(frozen=True)
class Shortcuts:
    """Which chains of deeds this person is offered; `sends_to` is the unit a report can be sent along to."""

    takes_on: bool
    sends_to: str
    on_the_spot: bool


@dataclass(frozen=True)
class Permitted:
    """What else this person may do."""

    correct: bool
    merge: bool
    unmask: bool
    whistle: bool


@dataclass(frozen=True)
class Units:
    """The units an event may be given to: of the community, and of the street where this person may call them."""

    community: tuple[Party, ...]
    street: tuple[Party, ...]
    proposed: str


@dataclass(frozen=True)
class Forms:
    """What this person may do: the usual next deed and the others, or who is waited for."""

    next: DeedForm | None
    waits_for: str
    groups: tuple[Group, ...]
    tasks: tuple[TaskLine, ...]
    shortcuts: Shortcuts
    units: Units
    longest_delay: str
    behalf: str


@dataclass(frozen=True)
class Detail:
    """Everything the page shows."""

    row: Row
    version: int
    text: str
    reasons: tuple[str, ...]
    is_told_by_resident: bool
    standing: Standing
    forms: Forms
    clocks: tuple[ClockLine, ...]
    extension: ExtensionLine | None
    call_backs: tuple[CallBackLine, ...]
    steps: tuple[StepLine, ...]
    photos: Photos
    facts: tuple[tuple[str, str], ...]
    enclosed: tuple[Enclosed, ...]
    similar: tuple[Similar, ...]
    linked: tuple[tuple[str, str, str], ...]
    conversation_id: int | None
    permitted: Permitted
    buildings: tuple[Building, ...]

    def shows(self, form_id: str) -> bool:
        """Whether this form is still on the page, with what was written in it."""
        forms = [
            *([self.forms.next] if self.forms.next else []),
            *(form for group in self.forms.groups for form in group.forms),
            *(form for task in self.forms.tasks for form in task.forms),
        ]
        others = {
            "take-on": self.forms.shortcuts.takes_on,
            "on-the-spot": self.forms.shortcuts.on_the_spot,
            "correct": self.permitted.correct,
            "remove-photo": self.photos.may_remove and bool(self.photos.all),
        }
        return others.get(form_id, False) or any(form.id == form_id and form.has_words for form in forms)


def read(session: Session, desk: Desk, staff: Staff, number: str) -> Detail:
    """The page of the event; raises NotFound, NotAllowed."""
    found = case_lists.detail(session, CaseKind.GRID_EVENT, number, staff)
    event = found.case
    if not isinstance(event, GridEvent):
        raise NotFound(f"没有编号为 {number} 的事件")
    permitted = _permitted(session, desk, staff, event)
    calls = handled.call_backs_of(session, event.id)
    photos = photos_of(session, event.id, found.steps, staff)
    is_clerk = staff.role is Role.PARTY
    return Detail(
        row=row(event),
        version=event.version,
        text=words_for(session, staff, event),
        reasons=tuple(event.urgency_reasons),
        is_told_by_resident=event.discovery is Discovery.RESIDENT,
        standing=_standing(session, event),
        forms=_forms(session, desk, staff, event, calls),
        clocks=event_lines.clock_lines(session, desk, event),
        extension=event_lines.extension_line(handled.extension_of(session, event)),
        call_backs=event_lines.call_back_lines(calls),
        steps=tuple(event_lines.step_lines(session, found.steps, event.lead_party_id, staff, photos)),
        photos=photos,
        facts=_facts(session, desk, found, is_least=is_clerk),
        enclosed=_enclosed(session, desk, event, is_least=is_clerk),
        similar=tuple(similar_cases.similar_open(session, desk, event)) if permitted.merge else (),
        linked=case_view.linked_lines(found.linked),
        conversation_id=case_view.readable(session, staff, found.conversation_id),
        permitted=permitted,
        buildings=buildings_of(desk, event.community_id) if permitted.correct else (),
    )


def _forms(session: Session, desk: Desk, staff: Staff, event: GridEvent, calls: Iterable[EventCallBack]) -> Forms:
    possible = doing.possible(session, desk, staff, event)
    tasks = event_lines.task_lines(session, event, staff, possible)
    open_tasks = sum(one.is_open for one in tasks)
    is_called_back = any(one.round == event.round and one.is_reached for one in calls)
    following = event_forms.usual(event.status, possible, is_called_back=is_called_back)
    return Forms(
        next=following,
        waits_for=event_forms.waits_for(event.status, event.lead_name, open_tasks, is_called_back=is_called_back),
        groups=event_forms.grouped(possible, following),
        tasks=tasks,
        shortcuts=_shortcuts(session, desk, staff, event),
        units=_units(session, staff, event, possible),
        longest_delay=_longest_delay(session, desk, event),
        behalf=behalf.unit_acted_for(session, staff, event),
    )


def buildings_of(desk: Desk, community_id: str | None) -> tuple[Building, ...]:
    """The buildings of a community, of all for the street, estate by estate as the files list them."""
    return tuple(one for one in desk.gazetteer.buildings if community_id in (None, one.community_id))


def _standing(session: Session, event: GridEvent) -> Standing:
    return Standing(
        round=event.round,
        review_on=event.review_on,
        urges=event.urges,
        completion=event.completion.plain if event.completion else "",
        outcome=redact(event.outcome),
        refusal=_refusal(session, event),
        disposition=event.disposition.value if event.disposition else "",
        is_designated=event.is_designated,
        returns=event.returns,
    )


def _refusal(session: Session, event: GridEvent) -> str:
    if event.status is not EventStatus.TRIAGED or event.disposition is None or event.refusal_proposed_by is None:
        return ""
    proposed_by = session.get_one(Staff, event.refusal_proposed_by)
    return f"{proposed_by.name}建议不受理：{event.disposition.plain}"


def _shortcuts(session: Session, desk: Desk, staff: Staff, event: GridEvent) -> Shortcuts:
    takes_on = chains.may_take_on(session, desk, staff, event)
    sends = takes_on and chains.may_send_along(session, staff, event)
    return Shortcuts(takes_on, event.lead_name if sends else "", chains.may_settle_on_the_spot(staff, event))


def _permitted(session: Session, desk: Desk, staff: Staff, event: GridEvent) -> Permitted:
    doer, standing, now = doer_of(staff), standing_of(session, event), desk.clock()
    return Permitted(
        correct=guards.may(Deed.CORRECT, doer, standing, now),
        merge=guards.may(Deed.MERGE, doer, standing, now),
        unmask=case_lists.may_reveal(event, staff),
        whistle=event.status.is_unfinished and can(staff.role, Permission.WHISTLE_PROPOSE),
    )


def _units(session: Session, staff: Staff, event: GridEvent, possible: Collection[Deed]) -> Units:
    """The lead the rules propose stands first and is chosen; a unit that has just returned it is not proposed again."""
    if not _TO_UNITS & set(possible):
        return Units((), (), "")
    calls_street = can(staff.role, Permission.EVENT_DESIGNATE)
    parties = parties_for(session, event)
    street = tuple(one for one in parties if one.community_id is None) if calls_street else ()
    community = tuple(one for one in parties if one.community_id is not None)
    known = {one.id for one in (*community, *street)}
    is_returned = event.status is EventStatus.RETURNED
    proposed = event.lead_party_id if event.lead_party_id in known and not is_returned else None
    return Units(_first(community, proposed), _first(street, proposed), proposed or "")


def _first(parties: tuple[Party, ...], proposed: str | None) -> tuple[Party, ...]:
    return tuple(sorted(parties, key=lambda one: one.id != proposed))


def _longest_delay(session: Session, desk: Desk, event: GridEvent) -> str:
    limit = clocks.running_limit(session, desk, event)
    return f"{desk.handling.longest_extension(limit)}{limit.unit.value}"


def _facts(session: Session, desk: Desk, found: CaseDetail, *, is_least: bool) -> tuple[tuple[str, str], ...]:
    known = case_facts.facts(session, desk, found.case, found.contact, found.voices, is_least=is_least)
    return tuple((name, said) for name, said in known if said)


def _enclosed(session: Session, desk: Desk, event: GridEvent, *, is_least: bool) -> tuple[Enclosed, ...]:
    found = enclosed.of_case(session, desk, CaseKind.GRID_EVENT, event.id)
    return tuple(one for one in found if not is_least or one.kind == AttachmentKind.IMAGE.value)
