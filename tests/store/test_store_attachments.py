"""Attachments: which belong to what, and which are still to be fetched."""

from sqlalchemy.orm import Session

from bot.store.queries import attachments
from bot.store.tables import Attachment, AttachmentKind, AttachmentState, CaseKind
from tests.store.cast import NOW, WANG, Cast, event, later, said


def enclosed(
    session: Session,
    message_id: int,
    kind: AttachmentKind = AttachmentKind.IMAGE,
    state: AttachmentState = AttachmentState.PENDING,
    minutes: int = 0,
) -> Attachment:
    row = Attachment(message_id=message_id, kind=kind, state=state, created_at=later(minutes))
    session.add(row)
    session.flush()
    return row


def test_what_came_with_a_message_is_found(session: Session, cast: Cast) -> None:
    with_picture, plain = said(session, cast.wangs_talk).id, said(session, cast.wangs_talk).id
    picture = enclosed(session, with_picture)

    assert attachments.of_message(session, with_picture) is picture
    assert attachments.of_message(session, plain) is None
    assert attachments.of_messages(session, [with_picture, plain]) == {with_picture: picture}


def test_only_pictures_of_this_resident_and_time_are_loose(session: Session, cast: Cast) -> None:
    own = said(session, cast.wangs_talk).id
    enclosed(session, own, minutes=1)
    enclosed(session, said(session, cast.wangs_talk).id, minutes=0)
    enclosed(session, said(session, cast.lis_talk).id, minutes=1)
    enclosed(session, said(session, cast.wangs_talk).id, AttachmentKind.VOICE, minutes=1)
    enclosed(session, said(session, cast.wangs_talk).id, AttachmentKind.LOCATION, minutes=1)
    given = enclosed(session, said(session, cast.wangs_talk).id, minutes=1)
    given.case_kind, given.case_id = CaseKind.GRID_EVENT, 7
    session.flush()

    assert attachments.loose_of(session, WANG, NOW) == [own]


def test_what_belongs_to_a_case_is_not_given_to_another(session: Session, cast: Cast) -> None:
    first, second = event("A-1"), event("A-2")
    session.add_all([first, second])
    session.flush()
    inbox = said(session, cast.wangs_talk).id
    picture = enclosed(session, inbox)

    given = attachments.give_to_case(session, [inbox], CaseKind.GRID_EVENT, first.id)
    again = attachments.give_to_case(session, [inbox], CaseKind.GRID_EVENT, second.id)

    assert (given, again) == (1, 0)
    assert attachments.of_case(session, CaseKind.GRID_EVENT, first.id) == [picture]
    assert attachments.of_case(session, CaseKind.IN_PERSON_ORDER, first.id) == []
    assert attachments.of_case(session, CaseKind.GRID_EVENT, second.id) == []


def test_only_what_is_pending_and_due_is_fetched_the_oldest_first(session: Session, cast: Cast) -> None:
    inbox = said(session, cast.wangs_talk).id
    first, due, early = (enclosed(session, inbox) for _ in range(3))
    due.due_at, early.due_at = NOW, later(1)
    for state in set(AttachmentState) - {AttachmentState.PENDING}:
        enclosed(session, inbox, state=state)
    session.flush()

    assert attachments.to_fetch(session, NOW) == [first.id, due.id]
    assert attachments.to_fetch(session, later(1), limit=2) == [first.id, due.id]
    assert attachments.to_fetch(session, later(1)) == [first.id, due.id, early.id]
