"""What others wrote about the cases of somebody who is erased, wherever it stands."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.store.queries.cases import kind_of
from bot.store.tables import (
    CalledOut,
    Case,
    CaseStep,
    ConversationNote,
    EventCallBack,
    EventExtension,
    EventReporter,
    EventTask,
    GridEvent,
    WhistleCall,
)

# The database takes this one note in place of another, see migration 0013.
MARK: Final = "（居民信息已按规定删除）"
Row = EventTask | EventExtension | EventCallBack | CalledOut | WhistleCall | ConversationNote
# Free text by table: whatever staff or residents may have written a name into.
WORDS: Final[dict[type[Row], tuple[str, ...]]] = {
    EventTask: ("wanted", "outcome"),
    EventExtension: ("reason", "words"),
    EventCallBack: ("words",),
    CalledOut: ("matter", "because", "words"),
    WhistleCall: ("contact_words", "spoke_with", "measures", "score_words"),
    ConversationNote: ("text",),
}


def joined_by(session: Session, resident_id: str) -> Sequence[GridEvent]:
    """The events of others that the resident joined."""
    ids = select(EventReporter.event_id).where(EventReporter.resident_id == resident_id)
    return session.scalars(select(GridEvent).where(GridEvent.id.in_(ids))).all()


def rows_about(session: Session, event: GridEvent) -> list[Row]:
    """Tasks, delays, call-backs and whistles of the event."""
    whistles = session.scalars(select(CalledOut).where(CalledOut.event_id == event.id)).all()
    called = WhistleCall.whistle_id.in_([one.id for one in whistles])
    return [
        *session.scalars(select(EventTask).where(EventTask.event_id == event.id)),
        *session.scalars(select(EventExtension).where(EventExtension.event_id == event.id)),
        *session.scalars(select(EventCallBack).where(EventCallBack.event_id == event.id)),
        *whistles,
        *session.scalars(select(WhistleCall).where(called)),
    ]


def notes_beside(session: Session, conversation_id: int) -> Sequence[ConversationNote]:
    """What colleagues noted beside the conversation."""
    return session.scalars(select(ConversationNote).where(ConversationNote.conversation_id == conversation_id)).all()


def steps_about(session: Session, case: Case) -> Sequence[CaseStep]:
    """The log of the case."""
    ours = (CaseStep.case_kind == kind_of(case), CaseStep.case_id == case.id)
    return session.scalars(select(CaseStep).where(*ours, CaseStep.note != "", CaseStep.note != MARK)).all()


def blank_steps(session: Session, steps: Sequence[CaseStep]) -> None:
    """Take the words out of these lines; what was done, when and by whom stays."""
    ids = [one.id for one in steps]
    for one in steps:
        session.expire(one)
    session.execute(
        update(CaseStep).where(CaseStep.id.in_(ids)).values(note=MARK), execution_options={"synchronize_session": False}
    )
