"""Answering "how far is it": the state and each step, a push for what is late, and what the resident thinks of it."""

from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.orm import Session

from bot.core.urgency import Urgency
from bot.core.verdicts import Asked, says_hurry, says_unsolved, wants_steps
from bot.services.cards import ProgressCard, progress_card
from bot.services.desk import Desk
from bot.services.events import judging, replying, urging
from bot.services.events.asking import Question
from bot.services.events.replying import Opinion
from bot.services.progress import find_case, is_late, progress_bubbles
from bot.services.told_photos import told_photos
from bot.services.told_steps import in_bubbles, told_steps
from bot.store.tables import GridEvent, Resident

# Where cards are drawn the steps stand in them; elsewhere they are offered.
_DRAWS_CARDS: Final = frozenset({"webchat"})
_STEPS_TITLE: Final = "看每一步"
# With fewer there is nothing to see that was not just said.
_WORTH_SEEING: Final = 2


@dataclass(frozen=True)
class Asker:
    """Who asks with which message; `may_ask` unless another question of the bot is open."""

    resident: Resident
    text: str
    inbox_id: int
    may_ask: bool


@dataclass(frozen=True)
class Told:
    """What is answered; `choices` are (title, what tapping it means) under the last bubble."""

    bubbles: tuple[str, ...]
    card: ProgressCard | None = None
    choices: tuple[tuple[str, str], ...] = ()


def tell(session: Session, desk: Desk, asker: Asker) -> Told | None:
    """Answer about the case that is meant; None if there is none.

    Who says of a handled event that it is not put right has it worked on again; who asks about a late one, or says
    to hurry, has it urged.
    """
    case = find_case(session, asker.resident.id, asker.text)
    if not isinstance(case, GridEvent):
        return Told(tuple(progress_bubbles(session, desk, case, desk.clock())), progress_card(case)) if case else None
    if says_unsolved(asker.text) and judging.may_contest(session, case, asker.resident.id):
        return _contested(session, desk, asker, case)
    urged = _urged(session, desk, asker, case)
    said = _steps(session, case) if wants_steps(asker.text) else progress_bubbles(session, desk, case, desk.clock())
    told = Told((*said, *urged), _card(session, case, asker.resident))
    return _with_choices(session, desk, asker, case, told) if asker.may_ask else told


def _contested(session: Session, desk: Desk, asker: Asker, event: GridEvent) -> Told:
    opinion = Opinion(event, asker.resident, asker.text, asker.inbox_id)
    reply = replying.contested(session, desk, opinion, may_ask=asker.may_ask)
    return Told(reply.bubbles, None, _choices(reply.question))


def _urged(session: Session, desk: Desk, asker: Asker, event: GridEvent) -> list[str]:
    """Emergencies are not urged but called for."""
    is_wanted = says_hurry(asker.text) or is_late(event, desk.clock())
    if not is_wanted or event.urgency is Urgency.P0 or not event.status.is_open:
        return []
    is_new = urging.urge(session, desk, event, asker.resident, asker.text)
    return desk.notices.say("event.now.urged" if is_new else "event.now.urged_before")


def _steps(session: Session, event: GridEvent) -> list[str]:
    return [f"编号{event.number}", *in_bubbles(told_steps(session, event))]


def _card(session: Session, event: GridEvent, resident: Resident) -> ProgressCard:
    steps = [(step.when, step.words) for step in told_steps(session, event)]
    return progress_card(event, steps, [one.id for one in told_photos(session, event, resident.id)])


def _with_choices(session: Session, desk: Desk, asker: Asker, event: GridEvent, told: Told) -> Told:
    """Offer what is still open: the verdict, and the steps where no card shows them."""
    choices: tuple[tuple[str, str], ...] = ()
    if judging.should_be_asked(session, event, asker.resident.id):
        choices = _choices(Question.of(Asked.SOLVED, event))
        told = replace(told, bubbles=(*told.bubbles, *desk.notices.say("event.said.ask")))
    if _steps_are_worth(told, asker):
        choices = (*choices, (_STEPS_TITLE, f"编号{event.number}每一步办得怎么样了"))
    return replace(told, choices=choices)


def _steps_are_worth(told: Told, asker: Asker) -> bool:
    if asker.resident.channel in _DRAWS_CARDS or wants_steps(asker.text) or told.card is None:
        return False
    return len(told.card.steps) > _WORTH_SEEING


def _choices(question: Question | None) -> tuple[tuple[str, str], ...]:
    return tuple((one["title"], one["payload"]) for one in question.choices) if question else ()
