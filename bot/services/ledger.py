"""What every case has from its first moment: a number, and steps that say who did what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session, object_session

from bot.core import numbers
from bot.core.deeds import Deed
from bot.core.scrubbing import Identity, scrub, unnamed
from bot.core.zone import SHANGHAI
from bot.services import accusing, known_of
from bot.store.queries.cases import kind_of, steps_of
from bot.store.queries.filing import next_sequence
from bot.store.tables import ActorKind, Case, CaseStep, Community, GridEvent, Resident, Staff


@dataclass(frozen=True)
class Actor:
    """Who takes a step, as the step log keeps it."""

    kind: ActorKind
    id: str | None
    name: str


@dataclass(frozen=True)
class Account:
    """What a step of a grid event tells the figures: the deed, the unit it concerns, and the facts to count by.

    `facts` hold plain values, moments in ISO 8601; see `bot.core.outcomes`.
    """

    deed: Deed
    party_id: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


BOT: Final = Actor(ActorKind.BOT, None, "邻里助手")
SYSTEM: Final = Actor(ActorKind.SYSTEM, None, "系统")


def worker(staff: Staff) -> Actor:
    """A member of staff as actor."""
    return Actor(ActorKind.WORKER, str(staff.id), staff.name)


def neighbor(resident: Resident) -> Actor:
    """A resident as actor; the log never keeps their name."""
    return Actor(ActorKind.RESIDENT, resident.id, "居民")


def words_of(resident: Resident, words: str) -> str:
    """What a resident said, for the step log: it is kept for ever, so it names neither them nor their door.

    Nor does it accuse anybody: all who handle the case read it. Such words go to those who read complaints.
    """
    session = object_session(resident)
    if session is not None:
        words = accusing.without_blame(session, resident, words)
    known = Identity(
        frozenset([resident.name] if resident.name else []), frozenset([resident.room] if resident.room else [])
    )
    return scrub(words, known)


def next_number(session: Session, prefix: str, community_id: str, now: datetime) -> str:
    """Give out the next case number of the community for today (in Shanghai)."""
    code = session.get_one(Community, community_id).code
    day = now.astimezone(SHANGHAI).date()
    return numbers.case_number(prefix, code, day, next_sequence(session, prefix, code, day))


def add_step(
    session: Session,
    case: Case,
    actor: Actor,
    at: datetime,
    *,
    note: str = "",
    before: str | None = None,
    account: Account | None = None,
) -> CaseStep:
    """Write down a step that leaves the case in its present status; `before` is the status it came from.

    The log is kept for ever, so a note names none of the residents of the case, nor their door or number.
    """
    session.flush()
    step = CaseStep(
        deed=account.deed.value if account else None,
        round=case.round if isinstance(case, GridEvent) else None,
        party_id=account.party_id if account else None,
        facts=dict(account.facts) if account else None,
        case_kind=kind_of(case),
        case_id=case.id,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        from_status=before,
        to_status=case.status,
        note=_unnamed(session, case, note),
    )
    session.add(step)
    session.flush()
    return step


def say_once(session: Session, case: Case, actor: Actor, at: datetime, note: str, deed: Deed = Deed.NOTE) -> bool:
    """Write down what somebody added, without moving the case; False if they said exactly this before."""
    note = _unnamed(session, case, note)
    said = any(step.note == note and step.actor_id == actor.id for step in steps_of(session, case))
    if not said:
        account = Account(deed) if isinstance(case, GridEvent) else None
        add_step(session, case, actor, at, note=note, before=case.status, account=account)
    return not said


def _unnamed(session: Session, case: Case, note: str) -> str:
    return unnamed(note, known_of.everybody_in(session, case)) if note else note
