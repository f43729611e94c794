"""Residents ask in words to be deleted, and somebody answerable carries it out."""

import pytest
from sqlalchemy.orm import Session

from bot.errors import InvalidInput, NotAllowed
from bot.services import erasing, erasure_wishes, talk
from bot.services.desk import Desk
from bot.services.turns import Turns
from bot.store.queries import talk as messages_of
from bot.store.queries.audit import latest_audit
from bot.store.tables import HandoverKind, Message, MessageStatus
from tests.services.dialogues import Parrot
from tests.services.held import held
from tests.services.leaving import leaver, settle_all, traces
from tests.services.stage import DIRECTOR, WORKER, says, someone, staff, talk_of, told


@pytest.fixture
def url(own_file: str) -> str:
    """What is said here is committed."""
    return own_file


async def test_the_wish_waits_for_a_worker_and_the_resident_hears_what_will_happen(desk: Desk) -> None:
    dialogue = Parrot()
    with desk.transaction() as session:
        message_id = says(session, desk, someone(session, desk), "把我的资料删掉")

    await Turns(desk, dialogue).take(message_id)

    with desk.transaction() as session:
        resident = someone(session, desk)
        waiting = talk.waiting(session, staff(session, DIRECTOR))
        assert [one.kind for one in waiting[0].handovers] == [HandoverKind.ERASURE]
        assert "您要删除自己的信息，收到了，已经转给社区负责人。" in told(session, resident)
        assert messages_of.open_handovers(session, waiting[0].conversation.id)[0].inbox_id == message_id
    assert dialogue.heard == []


async def test_said_to_a_worker_it_is_not_lost_either(desk: Desk) -> None:
    with desk.transaction() as session:
        one = held(session, desk)
        message_id = says(session, desk, one.resident, "删除我的信息")

    await Turns(desk, Parrot()).take(message_id)

    with desk.transaction() as session:
        kinds = {each.kind for each in messages_of.open_handovers(session, one.id)}
        assert HandoverKind.ERASURE in kinds


def test_the_director_carries_it_out_and_the_log_says_who_and_why(session: Session, desk: Desk) -> None:
    resident = leaver(session, desk)
    says(session, desk, resident, "删除我的信息，我叫尹若舟")
    settle_all(session)
    conversation = talk_of(session, desk, resident)

    erasure_wishes.carry_out(session, desk, conversation.id, staff(session, DIRECTOR), "本人来电核对过")

    assert erasing.is_erased(resident)
    assert traces(session) == []
    done, ordered = latest_audit(session, limit=2)
    assert (ordered.action, ordered.staff_id, ordered.detail) == (
        "resident:erase_ordered",
        staff(session, DIRECTOR).id,
        "本人来电核对过",
    )
    assert done.detail.startswith("asked ")


@pytest.mark.parametrize(
    ("who", "reason", "fault"), [(WORKER, "本人要求", NotAllowed), (DIRECTOR, "。。", InvalidInput)]
)
def test_not_by_everybody_and_not_without_a_reason(
    session: Session, desk: Desk, who: str, reason: str, fault: type[Exception]
) -> None:
    resident = leaver(session, desk)

    with pytest.raises(fault):
        erasure_wishes.carry_out(session, desk, talk_of(session, desk, resident).id, staff(session, who), reason)

    assert not erasing.is_erased(resident)


def test_asking_twice_asks_once(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    message = session.get_one(Message, says(session, desk, resident, "删除我的信息"))

    for _ in range(2):
        erasure_wishes.note_wish(session, desk, message)

    assert message.status is MessageStatus.RECEIVED
    assert len(messages_of.open_handovers(session, message.conversation_id)) == 1
