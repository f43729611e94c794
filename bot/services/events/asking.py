"""Asking residents what they think of the outcome: questions with choices, and which of them an answer picks.

What is asked stands in the choices last offered in a conversation, so that it ends with the next question.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from bot.core import choices
from bot.core.open_forms import open_form
from bot.core.verdicts import Asked, Verdict, verdict_in
from bot.services.desk import Desk
from bot.services.events import judging
from bot.services.notices import UNSOLVED
from bot.store.queries import learning
from bot.store.tables import Case, Conversation, ConversationState, GridEvent

# After these residents are asked whether it is solved: once, when those who check it are content too.
ASKING: Final = frozenset({"event.moved.closed", *(f"event.moved.closed.{one.value}" for one in UNSOLVED)})
_ANSWERS: Final[Mapping[Asked, tuple[tuple[str, Verdict | None], ...]]] = {
    Asked.SOLVED: (("解决了", Verdict.SOLVED), ("没解决", Verdict.NOT_SOLVED)),
    Asked.SATISFIED: (
        ("满意", Verdict.SATISFIED),
        ("基本满意", Verdict.FAIR),
        ("不满意", Verdict.UNSATISFIED),
    ),
    Asked.REASON: (("不说了", None),),
}
_PAYLOAD: Final = re.compile(r"verdict:(?P<about>\w+):(?P<event>\d+):(?P<round>\d+)")


@dataclass(frozen=True)
class Question:
    """What is asked, of which event and which of its rounds."""

    about: Asked
    event_id: int
    round: int

    @classmethod
    def of(cls, about: Asked, event: GridEvent) -> "Question":
        """The question about the event as it stands."""
        return cls(about, event.id, event.round)

    @property
    def titles(self) -> list[str]:
        """What is written on the buttons."""
        return [title for title, _ in _ANSWERS[self.about]]

    @property
    def choices(self) -> list[dict[str, str]]:
        """The buttons as a conversation keeps them."""
        payload = f"verdict:{self.about}:{self.event_id}:{self.round}"
        return [{"title": title, "payload": payload} for title in self.titles]

    def is_picked(self, text: str) -> bool:
        """Whether the text is the number or the words of a button."""
        return choices.chosen(text, self.titles) is not None

    def verdict(self, text: str) -> Verdict | None:
        """What the answer says: a button by number or words, or the resident's own words."""
        picked = choices.chosen(text, self.titles)
        return _ANSWERS[self.about][picked][1] if picked is not None else verdict_in(text, self.about)


@dataclass(frozen=True)
class Asking:
    """What is said after the news, and the buttons under it."""

    bubbles: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()


def question_in(payloads: Iterable[str]) -> Question | None:
    """The question that the choices last offered belong to."""
    for payload in payloads:
        if found := _PAYLOAD.fullmatch(payload):
            return Question(Asked(found["about"]), int(found["event"]), int(found["round"]))
    return None


def after_news(session: Session, desk: Desk, case: Case, notice: str, conversation: Conversation) -> Asking:
    """Ask whether it is solved, unless that is known, or the resident is in the middle of something else."""
    if notice not in ASKING or not isinstance(case, GridEvent) or not _is_free(session, conversation):
        return Asking()
    if not judging.should_be_asked(session, case, conversation.resident_id):
        return Asking()
    question = Question.of(Asked.SOLVED, case)
    conversation.choices = question.choices
    return Asking(tuple(desk.notices.say("event.said.ask")), tuple(question.titles))


def _is_free(session: Session, conversation: Conversation) -> bool:
    """A form's own choices must stay the last ones offered, and a worker's question the last one asked."""
    if conversation.state is ConversationState.WORKER:
        return False
    return open_form(learning.tracker_data(session, conversation.resident_id)) is None
