"""What a resident reads who has said what they think of the outcome, and what they are asked next."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from bot.core.grid_events import Satisfaction, Solved
from bot.core.verdicts import Asked, Verdict, verdict_in
from bot.services.desk import Desk
from bot.services.events import judging, rating
from bot.services.events.asking import Question
from bot.services.progress import case_fields, progress_bubbles
from bot.store.tables import ElderlyStatus, EventCallBack, GridEvent, Resident

# 没有, 还没呢: too short to say more than no.
BARE: Final = 4
_SATISFACTION: Final = {
    Verdict.SATISFIED: Satisfaction.SATISFIED,
    Verdict.FAIR: Satisfaction.FAIR,
    Verdict.UNSATISFIED: Satisfaction.UNSATISFIED,
}


@dataclass(frozen=True)
class Reply:
    """Bubbles, and the question under the last of them."""

    bubbles: tuple[str, ...]
    question: Question | None = None


@dataclass(frozen=True)
class Opinion:
    """What a resident has said about an event; `inbox_id` is the message they said it with."""

    event: GridEvent
    resident: Resident
    words: str
    inbox_id: int


def take(session: Session, desk: Desk, opinion: Opinion, verdict: Verdict) -> Reply:
    """Keep the opinion and answer it; one that comes too late is written down, with how things stand."""
    event, resident = opinion.event, opinion.resident
    if verdict is Verdict.NOT_SOLVED:
        if judging.may_contest(session, event, resident.id):
            return contested(session, desk, opinion)
        return _moved_on(session, desk, opinion)
    if event.status not in judging.HANDLED:
        return _moved_on(session, desk, opinion)
    if verdict is Verdict.SOLVED:
        rating.rate(session, desk, event, resident, Solved.YES, Satisfaction.UNRATED, own_words(opinion.words))
        if judging.may_rate(session, event, resident.id):
            said = _say(session, desk, event, "solved")
            return Reply(said, Question.of(Asked.SATISFIED, event))
        return Reply(_say(session, desk, event, "thanks"))
    return _rated(session, desk, opinion, _SATISFACTION[verdict])


def contested(session: Session, desk: Desk, opinion: Opinion, *, may_ask: bool = True) -> Reply:
    """Begin again, and ask once what is wrong, where the words do not say it already."""
    told = opinion.event.title
    words = own_words(opinion.words)
    goes_on = rating.not_solved(session, desk, opinion.event, opinion.resident, words, opinion.inbox_id)
    fields = {**case_fields(session, desk, goes_on, desk.clock()), "title": told}
    said = desk.notices.say(f"event.said.{goes_on.status.value}", **fields)
    if opinion.resident.elderly_status is ElderlyStatus.DECLARED:
        said += desk.notices.say("event.said.elder")
    if words or not may_ask:
        return Reply(tuple(said))
    return Reply((*said, *_say(session, desk, goes_on, "reason")), Question.of(Asked.REASON, goes_on))


def own_words(text: str) -> str:
    """What a message says beyond the bare verdict; empty for a tap."""
    text = text.strip()
    return "" if len(text) <= BARE or verdict_in(text, None) is not None else text


def _rated(session: Session, desk: Desk, opinion: Opinion, satisfaction: Satisfaction) -> Reply:
    """Whoever is content says with it that it is solved; whoever is not may still have it solved."""
    event, resident = opinion.event, opinion.resident
    solved = None if satisfaction is Satisfaction.UNSATISFIED else Solved.YES
    word: EventCallBack = rating.rate(session, desk, event, resident, solved, satisfaction)
    said = _say(session, desk, event, "unsatisfied" if satisfaction is Satisfaction.UNSATISFIED else "thanks")
    if word.solved is not None:
        return Reply(said)
    return Reply((*said, *_say(session, desk, event, "ask")), Question.of(Asked.SOLVED, event))


def _moved_on(session: Session, desk: Desk, opinion: Opinion) -> Reply:
    """Somebody was quicker, and it is being worked on again: nobody's words are lost for that."""
    event = opinion.event
    rating.give_reason(session, desk, event, opinion.resident, opinion.words)
    said = _say(session, desk, event, "moved_on")
    return Reply((*said, *progress_bubbles(session, desk, event, desk.clock())))


def _say(session: Session, desk: Desk, event: GridEvent, name: str) -> tuple[str, ...]:
    fields = case_fields(session, desk, event, desk.clock())
    return tuple(desk.notices.say(f"event.said.{name}", **fields))
