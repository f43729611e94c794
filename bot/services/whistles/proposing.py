"""Whistles the rules ask for: looked at after everything that happens to an event, proposed once for each kind."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.catalogue import Leaf
from bot.core.catalogue import Whistle as WhistleKind
from bot.core.grid_events import EventStatus
from bot.core.numbers import WHISTLE_PREFIX
from bot.core.whistles import Matter, Proposal, WhistleStatus, is_stronger, propose
from bot.services import ledger, voices
from bot.services.desk import Desk
from bot.services.hub import CONSOLE, note
from bot.services.whistles import noting
from bot.services.whistles.finding import whistles_of
from bot.store.queries import clocks
from bot.store.tables import CalledOut, ClockKind, EventTask, GridEvent, Party, Staff, TaskStatus

NOT_COUNTED = (EventStatus.WITHDRAWN, EventStatus.REFUSED)
_UNCHECKED = (EventStatus.REPORTED, EventStatus.TRIAGED)


def propose_for(session: Session, desk: Desk, event: GridEvent) -> CalledOut | None:
    """Propose the whistle the rules ask for, once for each kind; call it after whatever happened to the event.

    What somebody has declined is not proposed again; what lapsed by itself may be, for nobody refused it. A stronger
    whistle takes the place of a weaker one of the rules nobody has decided on, and once the matter is settled nothing
    of theirs stays proposed. What people asked for is theirs to take back, and no weaker one is put beside it.
    """
    # Two things may happen to one event at once; whoever comes second sees what the first proposed.
    session.flush()
    session.execute(select(GridEvent.id).where(GridEvent.id == event.id).with_for_update())
    known = whistles_of(session, event.id)
    if not event.status.is_unfinished:
        _lapse(session, desk, event, f"事情{event.status.plain}")
        return None
    proposal = asked_for(session, desk, event)
    if proposal is None or any(_stands_in_the_way(one, proposal) for one in known):
        return None
    _lapse(session, desk, event, f"改为建议{proposal.kind.value}")
    whistle = create(session, desk, event, proposal.kind, proposal.reasons, None)
    noting.in_event(
        session, desk, whistle, ledger.SYSTEM, f"建议吹{proposal.kind.value}：{'；'.join(proposal.reasons)}"
    )
    return whistle


def asked_for(session: Session, desk: Desk, event: GridEvent) -> Proposal | None:
    """What the rules ask for as the event stands now, if anything."""
    leaf = desk.catalogue.leaves.get(event.leaf)
    return propose(_matter(session, desk, event, leaf), desk.handling.proposals) if leaf else None


def _stands_in_the_way(one: CalledOut, proposal: Proposal) -> bool:
    """Whether the rules have to keep silent because of a whistle there is or was."""
    if one.kind is proposal.kind:
        return not _lapsed(one)
    is_peoples = one.proposed_by is not None or one.status.is_blown
    return is_peoples and one.status.is_open and is_stronger(one.kind, proposal.kind)


def _lapsed(one: CalledOut) -> bool:
    """Whether it was taken back by itself: whoever declines a whistle signs for it."""
    return one.status is WhistleStatus.DECLINED and one.ended_by is None


def _lapse(session: Session, desk: Desk, event: GridEvent, because: str) -> None:
    """Take back what the rules have only proposed."""
    for one in whistles_of(session, event.id):
        if one.status is WhistleStatus.PROPOSED and one.proposed_by is None:
            one.status = one.status.move(WhistleStatus.DECLINED)
            one.ended_at, one.words = desk.clock(), because
            note(session, CONSOLE)
    session.flush()


def _matter(session: Session, desk: Desk, event: GridEvent, leaf: Leaf) -> Matter:
    lead = session.get(Party, event.lead_party_id) if event.lead_party_id else None
    is_late = lead is not None and lead.community_id is None and _is_overdue(session, desk, event)
    return Matter(
        urgency=event.urgency,
        top=leaf.top,
        usual=leaf.whistle,
        is_checked=event.status not in _UNCHECKED,
        departments=_departments(session, event, lead),
        returns=event.returns,
        repeats=_repeats(session, desk, event),
        households=voices.households(session, event),
        late_party=lead.name if lead is not None and is_late else None,
    )


def _is_overdue(session: Session, desk: Desk, event: GridEvent) -> bool:
    """Whether the time to resolve it runs now and is over: who is on hold, or was done in time, is not accused."""
    running = clocks.running(session, event.id, [ClockKind.RESOLVE])
    return any(one.paused_at is None and one.due_at < desk.clock() for one in running)


def create(
    session: Session,
    desk: Desk,
    event: GridEvent,
    kind: WhistleKind,
    because: tuple[str, ...],
    staff: Staff | None,
    matter: str = "",
) -> CalledOut:
    """A proposed whistle; without other words the matter is the event's title, which names nobody."""
    now = desk.clock()
    whistle = CalledOut(
        number=ledger.next_number(session, WHISTLE_PREFIX, event.community_id, now),
        community_id=event.community_id,
        event_id=event.id,
        kind=kind,
        status=WhistleStatus.PROPOSED,
        matter=matter or event.title,
        because=list(because),
        proposed_by=staff.id if staff else None,
        proposed_at=now,
        words="",
    )
    session.add(whistle)
    session.flush()
    note(session, CONSOLE)
    return whistle


def _departments(session: Session, event: GridEvent, lead: Party | None) -> tuple[str, ...]:
    """The street's and the district's units at work on it, one of each kind."""
    helping = session.scalars(
        select(Party)
        .join(EventTask, EventTask.party_id == Party.id)
        .where(EventTask.event_id == event.id, EventTask.status != TaskStatus.DROPPED)
        .order_by(EventTask.id)
    )
    involved = [*([lead] if lead else []), *helping]
    return tuple({party.kind: party.name for party in involved if party.community_id is None}.values())


def _repeats(session: Session, desk: Desk, event: GridEvent) -> int:
    """How often the matter was reported at the building in the days the rules look back, this time included."""
    if event.building_id is None:
        return 1
    # Few rows by index; asked for the time as well, a database may read a month of the whole community instead.
    reported = session.scalars(
        select(GridEvent.created_at).where(
            GridEvent.community_id == event.community_id,
            GridEvent.leaf == event.leaf,
            GridEvent.building_id == event.building_id,
            GridEvent.status.not_in(NOT_COUNTED),
        )
    )
    since = desk.clock() - desk.handling.proposals.within
    return sum(at >= since for at in reported)
