"""What came of a grid event, in figures: the fold over the steps of its log, and never anything else.

A round ends when the matter is opened again. What is of the present round starts afresh then; what was missed or
heard in an earlier round is never washed off: it stays in `responded`, `is_overdue` and the counters. Reworked or
opened again, a matter has a new limit: whether that one is missed is in `is_overdue_now`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from bot.core.deeds import Deed
from bot.core.grid_events import Completion, EventStatus, Satisfaction, Solved
from bot.core.zone import SHANGHAI

RESPOND, RESOLVE = "respond", "resolve"
"""The two clocks whose breach the figures count, as a BREACH step names them."""


@dataclass(frozen=True)
class Step:
    """One step of the log. `facts` are JSON as the log keeps them: moments in ISO 8601; what is absent is unchanged."""

    at: datetime
    deed: Deed | None
    from_status: str | None
    to_status: str
    party_id: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def to(self) -> EventStatus:
        """Where it led."""
        return EventStatus(self.to_status)

    def text(self, name: str, otherwise: str | None = None) -> str | None:
        """A fact that is a word; one written down as null says that there is none."""
        if name not in self.facts:
            return otherwise
        said = self.facts[name]
        return said if isinstance(said, str) else None

    def moment(self, name: str, otherwise: datetime | None = None) -> datetime | None:
        """A fact that is a moment; raises ValueError for one that is not."""
        said = self.text(name)
        return datetime.fromisoformat(said) if said else otherwise


@dataclass(frozen=True)
class Outcome:
    """An event as the figures see it.

    `responded` is whether the resident was contacted within the limit, None as long as neither is certain.
    `is_overdue` is whether the time to resolve was ever missed, `is_overdue_now` whether the present one was and it is
    not resolved yet. `accepted_on` is Shanghai's day of `accepted_at`. `calls_reached` counts the rounds in which a
    call-back reached the resident, `calls_solved` those of them whose last word, asked for or not, was that it is
    solved; `ratings` and `ratings_content` count the last rating of each round.
    """

    community_id: str
    grid_id: str | None
    party_id: str | None
    leaf: str
    status: str
    reported_at: datetime
    accepted_at: datetime | None = None
    accepted_on: date | None = None
    due_respond: datetime | None = None
    due_resolve: datetime | None = None
    contacted_at: datetime | None = None
    responded: bool | None = None
    suspended_at: datetime | None = None
    first_resolved_at: datetime | None = None
    resolved_at: datetime | None = None
    is_overdue: bool = False
    is_overdue_now: bool = False
    closed_at: datetime | None = None
    completion: Completion | None = None
    is_called_back: bool = False
    solved: Solved | None = None
    satisfaction: Satisfaction | None = None
    calls_reached: int = 0
    calls_solved: int = 0
    ratings: int = 0
    ratings_content: int = 0
    reworks: int = 0
    returns: int = 0
    reopenings: int = 0
    is_void: bool = False


def after(outcome: Outcome | None, step: Step) -> Outcome:
    """The outcome once the step was taken; the first step of a log begins it.

    Raises ValueError for a first step that does not say community and leaf, and for words no log can hold.
    """
    if outcome is None:
        return _marked(_begun(step), step)
    before = outcome.status
    moved = _marked(_known(outcome, step), step)
    deed = step.deed or _deed_of_old(before, step.to)
    act = _ACTS.get(deed) if deed else None
    return _returned_to(act(moved, step) if act else moved, before, step)


def _begun(step: Step) -> Outcome:
    community, leaf = step.text("community"), step.text("leaf")
    if community is None or leaf is None:
        raise ValueError("the first step says neither community nor leaf")
    return Outcome(
        community_id=community,
        grid_id=step.text("grid"),
        party_id=step.text("party", step.party_id),
        leaf=leaf,
        status=step.to.value,
        reported_at=step.at,
        due_respond=step.moment("due_respond"),
        due_resolve=step.moment("due_resolve"),
    )


def _known(outcome: Outcome, step: Step) -> Outcome:
    """What a step says of the event itself, whatever was done."""
    return replace(
        outcome,
        community_id=step.text("community", outcome.community_id) or outcome.community_id,
        grid_id=step.text("grid", outcome.grid_id),
        party_id=step.text("party", outcome.party_id),
        leaf=step.text("leaf", outcome.leaf) or outcome.leaf,
        due_respond=step.moment("due_respond", outcome.due_respond),
        due_resolve=step.moment("due_resolve", outcome.due_resolve),
    )


def _marked(outcome: Outcome, step: Step) -> Outcome:
    marked = replace(outcome, status=step.to.value)
    if step.to is EventStatus.WITHDRAWN and outcome.accepted_at is not None and outcome.is_overdue:
        # Calling off what is late does not make it in time; it only is nobody's work any more.
        return replace(marked, is_overdue_now=False)
    return replace(marked, is_void=outcome.is_void or step.to in _VOID)


def _deed_of_old(before: str, to: EventStatus) -> Deed | None:
    """The deed of a step from before deeds were written down, told by where it led."""
    return _OLD.get(to) if before != to.value else None


def _returned_to(outcome: Outcome, before: str, step: Step) -> Outcome:
    """Count what sent the matter back; in old logs work simply went on after it had been resolved or closed."""
    to = step.to
    if to.value == before:
        return outcome
    if to is EventStatus.RETURNED:
        return replace(outcome, returns=outcome.returns + 1)
    goes_on = step.deed is None and to is EventStatus.IN_PROGRESS
    if to is EventStatus.REOPENED or (goes_on and before == EventStatus.CLOSED):
        return _next_round(outcome)
    if to is EventStatus.REWORK or (goes_on and before == EventStatus.RESOLVED):
        # The time first allowed says nothing of the second attempt, which has a limit of its own.
        due = step.moment("due_resolve")
        begun = replace(outcome, resolved_at=None, is_overdue_now=False, completion=None, due_resolve=due)
        return replace(begun, reworks=outcome.reworks + 1)
    return outcome


def _next_round(outcome: Outcome) -> Outcome:
    return replace(
        outcome,
        reopenings=outcome.reopenings + 1,
        contacted_at=None,
        resolved_at=None,
        is_overdue_now=False,
        closed_at=None,
        completion=None,
        is_called_back=False,
        solved=None,
        satisfaction=None,
    )


def _accepted(outcome: Outcome, step: Step) -> Outcome:
    if outcome.accepted_at is not None:
        return outcome
    return replace(outcome, accepted_at=step.at, accepted_on=step.at.astimezone(SHANGHAI).date())


def _handed_on(outcome: Outcome, step: Step) -> Outcome:
    return replace(outcome, party_id=step.text("party", step.party_id or outcome.party_id))


def _contacted(outcome: Outcome, step: Step) -> Outcome:
    if outcome.contacted_at is not None:
        return outcome
    in_time = outcome.due_respond is None or step.at <= outcome.due_respond
    return replace(outcome, contacted_at=step.at, responded=in_time and outcome.responded is not False)


def _suspended(outcome: Outcome, step: Step) -> Outcome:
    return replace(outcome, suspended_at=step.at)


def _resolved(outcome: Outcome, step: Step) -> Outcome:
    is_late = outcome.due_resolve is not None and step.at > outcome.due_resolve
    return replace(
        outcome,
        resolved_at=step.at,
        first_resolved_at=outcome.first_resolved_at or step.at,
        is_overdue=outcome.is_overdue or is_late,
        is_overdue_now=False,
        completion=_completion(step, outcome.completion),
    )


def _closed(outcome: Outcome, step: Step) -> Outcome:
    return replace(outcome, closed_at=step.at, completion=_completion(step, outcome.completion))


def _completion(step: Step, otherwise: Completion | None) -> Completion | None:
    said = step.text("completion")
    return Completion(said) if said else otherwise


def _called_back(outcome: Outcome, step: Step) -> Outcome:
    if step.facts.get("is_reached") is not True:
        return outcome
    return _heard(outcome, replace(_rated_by(outcome, step), is_called_back=True))


def _rated(outcome: Outcome, step: Step) -> Outcome:
    return _heard(outcome, _rated_by(outcome, step))


def _not_solved(outcome: Outcome, _step: Step) -> Outcome:
    return _heard(outcome, replace(outcome, solved=Solved.NO))


def _rated_by(outcome: Outcome, step: Step) -> Outcome:
    solved, satisfaction = step.text("solved"), step.text("satisfaction")
    rating = Satisfaction(satisfaction) if satisfaction else Satisfaction.UNRATED
    return replace(
        outcome,
        solved=Solved(solved) if solved else outcome.solved,
        satisfaction=outcome.satisfaction if rating is Satisfaction.UNRATED else rating,
    )


def _heard(before: Outcome, now: Outcome) -> Outcome:
    """Let the last word of a round, whoever asked for it, take the place of the one before it in the counters."""
    return replace(
        now,
        calls_reached=now.calls_reached + now.is_called_back - before.is_called_back,
        calls_solved=now.calls_solved + _is_solved(now) - _is_solved(before),
        ratings=now.ratings + (now.satisfaction is not None) - (before.satisfaction is not None),
        ratings_content=now.ratings_content + _is_content(now) - _is_content(before),
    )


def _is_solved(outcome: Outcome) -> bool:
    return outcome.is_called_back and outcome.solved is Solved.YES


def _is_content(outcome: Outcome) -> bool:
    return outcome.satisfaction in (Satisfaction.SATISFIED, Satisfaction.FAIR)


def _breached(outcome: Outcome, step: Step) -> Outcome:
    clock = step.text("clock")
    if clock == RESPOND:
        return replace(outcome, responded=False)
    if clock != RESOLVE:
        return outcome
    return replace(outcome, is_overdue=True, is_overdue_now=outcome.resolved_at is None)


_VOID: Final = frozenset({EventStatus.REFUSED, EventStatus.WITHDRAWN, EventStatus.MERGED})
_OLD: Final[Mapping[EventStatus, Deed]] = {
    EventStatus.ACCEPTED: Deed.ACCEPT,
    EventStatus.RESOLVED: Deed.RESOLVE,
    EventStatus.CLOSED: Deed.CLOSE,
}
_ACTS: Final[Mapping[Deed, Callable[[Outcome, Step], Outcome]]] = {
    Deed.ACCEPT: _accepted,
    Deed.DISPATCH: _handed_on,
    Deed.DESIGNATE: _handed_on,
    Deed.TRANSFER: _handed_on,
    Deed.CONTACT: _contacted,
    Deed.SUSPEND: _suspended,
    Deed.RESOLVE: _resolved,
    Deed.CLOSE: _closed,
    Deed.CALL_BACK: _called_back,
    Deed.RATE: _rated,
    Deed.NOT_SOLVED: _not_solved,
    Deed.BREACH: _breached,
}
