"""Whatever staff try, in whatever order: no illegal state, no level skipped, no own work verified, no step lost."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from bot.core.deeds import PATHS, Deed
from bot.core.grid_events import Completion, Disposition, EventStatus, Solved, Supervision
from bot.core.zone import SHANGHAI
from bot.errors import LinliError
from bot.services import outcomes
from bot.services.desk import Desk
from bot.services.events import doing
from bot.services.events.wishes import Wish
from bot.store.queries import handled
from bot.store.queries.cases import steps_of
from bot.store.tables import ActorKind, CaseStep, GridEvent
from tests.services.events import course
from tests.services.events.cast import CLERK, COMMITTEE, LEADER, PROPERTY, URBAN, URBAN_CLERK
from tests.services.stage import COLLEAGUE, DIRECTOR, DISPATCHER, ELSEWHERE, GRID_WORKER, WORKER, staff

STAFF = (*(WORKER, COLLEAGUE, DIRECTOR, DISPATCHER, LEADER, GRID_WORKER), *(CLERK, URBAN_CLERK, ELSEWHERE))
PARTIES = (PROPERTY, COMMITTEE, URBAN)
DEEDS = tuple(Deed)
HANDLING = frozenset({"sign", "start", "resolve", "finish_task"})
JUDGING = frozenset({"verify", "reject", "close", "call_back", "reopen"})
ENDS = frozenset({Deed.WITHDRAW, Deed.REFUSE})
BEFORE = {"accept": {"triage"}, "verify": {"resolve"}, "close": {"verify"}, "resolve": {"start", "resume"}}


@dataclass(frozen=True)
class Try:
    """Somebody tries something: one of the things open to them, or if `is_wild` anything at all."""

    who: str
    pick: int
    party: str
    solved: Solved
    is_wild: bool


@dataclass
class Round:
    """Who had a hand in the matter since it was begun (anew)."""

    handlers: set[str | None] = field(default_factory=set)
    verifier: str | None = None


TRIES = st.lists(
    st.builds(
        Try,
        who=st.sampled_from(STAFF),
        pick=st.integers(0, 1000),
        party=st.sampled_from(PARTIES),
        solved=st.sampled_from(Solved),
        is_wild=st.integers(0, 4).map(lambda one: one == 0),
    ),
    min_size=6,
    max_size=28,
)


def _deeds(session: Session, event: GridEvent) -> list[CaseStep]:
    """The log without what follows by itself: proposals of the rules, and requests and tasks that lapse."""
    return [step for step in steps_of(session, event) if step.actor_kind is not ActorKind.SYSTEM]


def _moving(possible: Sequence[Deed], *, ends: bool) -> list[Deed]:
    """What changes the status, or asks the resident, which may begin it anew."""
    leads_on = [deed for deed in possible if PATHS[deed].target is not None or deed is Deed.CALL_BACK]
    return leads_on if ends else [deed for deed in leads_on if deed not in ENDS]


def wish(session: Session, desk: Desk, event: GridEvent, one: Try, *, ends: bool) -> Wish:
    possible = () if one.is_wild else doing.possible(session, desk, staff(session, one.who), event)
    moving = _moving(possible, ends=ends) if one.pick % 3 else []
    choices = moving or possible or DEEDS
    tasks = handled.tasks_of(session, event.id)
    return Wish(
        event.number,
        choices[one.pick % len(choices)],
        event.version - (one.is_wild and one.pick % 5 == 0),
        "情况" if one.pick % 7 else "",
        party_id=one.party,
        amount=one.pick % 6,
        review_on=desk.clock().astimezone(SHANGHAI).date() + timedelta(days=one.pick % 33),
        completion=list(Completion)[one.pick % 3],
        supervision=list(Supervision)[one.pick % 4],
        disposition=Disposition.UNLAWFUL,
        task_id=tasks[one.pick % len(tasks)].id if tasks else None,
        is_reached=one.pick % 4 != 0,
        solved=one.solved,
    )


def attempt(session: Session, desk: Desk, event: GridEvent, one: Try, *, ends: bool = True) -> int:
    """How many lines the log should grow by."""
    asked = wish(session, desk, event, one, ends=ends)
    with session.begin_nested() as savepoint:
        try:
            doing.do(session, desk, staff(session, one.who), asked)
        except LinliError:
            savepoint.rollback()
            session.expire_all()
            return 0
    begins_anew = asked.deed is Deed.CALL_BACK and asked.is_reached and asked.solved is Solved.NO
    return 2 if begins_anew else 1


def check(log: Sequence[CaseStep]) -> None:
    """Every line begins where the one before it ended, on a path that is drawn, and nobody judges their own work."""
    assert all(one.to_status == after.from_status for one, after in pairwise(log))
    now, moved = Round(), ""
    for step in log[1:]:
        path = PATHS[Deed(step.deed or "")]
        assert step.from_status in path.sources
        assert step.to_status == (path.target or step.from_status)
        if step.deed in BEFORE:
            assert moved in BEFORE[step.deed]
        if step.deed in JUDGING:
            assert step.actor_id not in now.handlers
        if step.deed == "call_back":
            assert step.actor_id != now.verifier
        if step.deed in HANDLING:
            now.handlers.add(step.actor_id)
        now.verifier = step.actor_id if step.deed == "verify" else now.verifier
        now = Round() if step.deed == "reopen" else now
        moved = step.deed or "" if step.from_status != step.to_status or step.deed == "transfer" else moved


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(tries=TRIES)
def test_no_sequence_of_tries_breaks_a_rule(session: Session, desk: Desk, tries: list[Try]) -> None:
    event = course.lamp(session, desk)
    lines = len(_deeds(session, event))

    for one in tries:
        lines += attempt(session, desk, event, one, ends=one.pick % 11 == 0)
        log = _deeds(session, event)
        assert len(log) == lines
        assert log[-1].to_status == event.status

    check(steps_of(session, event))
    assert outcomes.fold(event, steps_of(session, event)).status == event.status.value


def test_people_who_do_what_is_open_to_them_come_through_the_whole_life(session: Session, desk: Desk) -> None:
    seen: set[EventStatus] = set()
    for seed in range(12):
        event, chance = course.lamp(session, desk), Random(seed)  # noqa: S311 - a walk, not a secret
        for _ in range(30):
            one = Try(chance.choice(_who_can_move(session, desk, event)), 1, PROPERTY, Solved.NO, is_wild=False)
            attempt(session, desk, event, replace(one, pick=chance.randrange(1, 1000, 3)), ends=False)
            seen.add(event.status)

    assert seen >= {
        *(EventStatus.TRIAGED, EventStatus.ACCEPTED, EventStatus.DISPATCHED, EventStatus.SIGNED, EventStatus.RETURNED),
        *(EventStatus.IN_PROGRESS, EventStatus.RESOLVED, EventStatus.REWORK, EventStatus.VERIFIED, EventStatus.CLOSED),
        EventStatus.REOPENED,
    }


def _who_can_move(session: Session, desk: Desk, event: GridEvent) -> list[str]:
    def moves(who: str) -> bool:
        return bool(_moving(doing.possible(session, desk, staff(session, who), event), ends=False))

    return [who for who in STAFF if moves(who)] or [DISPATCHER]
