"""Agenda items: filing a proposal, finding the one a neighbour made already, and supporting it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import masking
from bot.core.catalogue import AgendaCategory, Catalogue
from bot.core.numbers import AGENDA_PREFIX
from bot.core.places import Place
from bot.errors import Conflict, NotFound
from bot.services import accusing, case_terms, ledger
from bot.services.desk import Desk
from bot.services.hub import CONSOLE, note
from bot.services.ledger import Actor
from bot.services.likeness import likeness
from bot.services.reporting import community_of
from bot.store.queries import cases, filing
from bot.store.tables import AgendaItem, AgendaScope, Endorsement, Message, Resident

GENERAL: Final = "CON-01"
SAFETY: Final = "CON-07"
SAFETY_TOP: Final = "02"
GENERAL_TITLE: Final = "居民提议"
# Tried on pairs of proposals of residents: titles of one leaf need less in common than others.
ALIKE: Final = 0.5
ALIKE_WITHIN_LEAF: Final = 0.25
OFFERED: Final = 3
_NARROW: Final = frozenset({AgendaScope.UNIT, AgendaScope.BUILDING})


@dataclass(frozen=True)
class ItemDraft:
    """A proposal understood; (inbox_id, ordinal) makes filing it twice impossible. `scope` is an AgendaScope.

    What a worker puts forward without a message of the resident has no inbox_id.
    """

    resident_id: str
    inbox_id: int | None
    ordinal: int
    leaf: str | None
    title: str
    reason: str
    scope: str
    scope_text: str
    place: Place | None
    linked_group: str | None


def file_item(session: Session, desk: Desk, draft: ItemDraft, by: Actor = ledger.BOT, words: str = "") -> AgendaItem:
    """File the proposal; filing the same draft again returns what is there. Raises NotFound for an unknown leaf."""
    if draft.inbox_id is not None and (filed := filing.item_for_inbox(session, draft.inbox_id, draft.ordinal)):
        return filed
    now = desk.clock()
    resident = session.get_one(Resident, draft.resident_id)
    community_id = community_of(desk, resident, draft.place)
    item = AgendaItem(
        number=ledger.next_number(session, AGENDA_PREFIX, community_id, now),
        resident_id=resident.id,
        inbox_id=draft.inbox_id,
        ordinal=draft.ordinal,
        community_id=community_id,
        building_id=draft.place.building.id if draft.place and draft.place.building else resident.building_id,
        catalogue_code=category_of(desk.catalogue, draft.leaf).code,
        leaf=draft.leaf,
        title=masking.redact(accusing.without_blame(session, resident, draft.title) or GENERAL_TITLE),
        reason=masking.redact(accusing.without_blame(session, resident, draft.reason)),
        scope=AgendaScope(draft.scope),
        scope_text=draft.scope_text,
        linked_group=draft.linked_group,
        created_at=now,
        updated_at=now,
    )
    session.add(item)
    ledger.add_step(session, item, by, now, note=words)
    case_terms.index(session, desk, item)
    note(session, CONSOLE)
    return item


def category_of(catalogue: Catalogue, leaf: str | None) -> AgendaCategory:
    """The line of the consultation directory a leaf belongs to; what belongs nowhere is public service."""
    known = catalogue.leaf(leaf) if leaf else None
    if known and known.agenda:
        return catalogue.agenda[known.agenda]
    return catalogue.agenda[SAFETY if known and known.top == SAFETY_TOP else GENERAL]


def what_happens_next(desk: Desk, item: AgendaItem) -> str:
    """What the proposer is told about the way of their item, in one bubble."""
    return desk.catalogue.agenda[item.catalogue_code].next


def item_by_number(session: Session, number: str) -> AgendaItem:
    """Raises NotFound."""
    case = cases.case_by_number(session, number)
    if not isinstance(case, AgendaItem):
        raise NotFound(f"没有编号为 {number} 的议题")
    return case


def open_items(session: Session, community_id: str) -> list[AgendaItem]:
    """The items of a community that still take supporters, the newest first."""
    return [item for item in cases.open_items(session, community_id) if item.status.takes_endorsements]


def similar_items(
    session: Session, community_id: str, title: str, leaf: str | None, place: Place | None = None
) -> list[AgendaItem]:
    """Items that ask for the same, the most alike first; one for another building is not the same."""
    scored = [
        (_alike(item, title, leaf), item)
        for item in open_items(session, community_id)
        if not _is_elsewhere(item, place)
    ]
    scored.sort(key=lambda pair: pair[0], reverse=True)
    return [item for score, item in scored if score >= 1][:OFFERED]


def endorse(session: Session, item: AgendaItem, resident: Resident, inbox_id: int) -> int:
    """Add the resident's support and return how many households support the item; once is enough.

    Raises Conflict when the item takes no more supporters.
    """
    if not item.status.takes_endorsements:
        raise Conflict(f"「{item.title}」{item.status.plain}，现在不能附议了")
    if item.resident_id != resident.id:
        at = session.get_one(Message, inbox_id).created_at
        filing.endorse(session, item.id, resident.id, household_of(resident), inbox_id, at)
        note(session, CONSOLE)
    return support(session, item)


def support(session: Session, item: AgendaItem) -> int:
    """How many households support the item, the proposer's own among them."""
    rows = session.scalars(select(Endorsement).where(Endorsement.item_id == item.id))
    proposer = session.get_one(Resident, item.resident_id)
    households = {row.household or row.resident_id for row in rows}
    return len(households | {household_of(proposer) or proposer.id})


def must_be_reviewed(session: Session, desk: Desk, item: AgendaItem) -> bool:
    """Whether so many households stand behind the item that the committee has to look at it."""
    return support(session, item) >= desk.intake.review_at


def supporters(session: Session, item: AgendaItem) -> Sequence[str]:
    """The residents to be told about the item: who proposed it and who supports it."""
    rows = session.scalars(select(Endorsement.resident_id).where(Endorsement.item_id == item.id))
    return list(dict.fromkeys([item.resident_id, *rows]))


def _alike(item: AgendaItem, title: str, leaf: str | None) -> float:
    """At least 1 where the item counts as the same."""
    needed = ALIKE_WITHIN_LEAF if leaf is not None and item.leaf == leaf else ALIKE
    return likeness(item.title, title) / needed


def _is_elsewhere(item: AgendaItem, place: Place | None) -> bool:
    if item.scope not in _NARROW or item.building_id is None or place is None or place.building is None:
        return False
    return place.building.id != item.building_id


def household_of(resident: Resident) -> str | None:
    """One door; somebody whose room is not known counts for themselves."""
    if not resident.building_id or not resident.room:
        return None
    return f"{resident.building_id}/{resident.unit or ''}/{resident.room}"
