"""From a resident's message to what the group reads: nothing of who it was, and nothing that is over."""

from bot.services import emergencies, residents
from bot.services.handover import hand_over
from bot.store.queries import claims, people
from bot.store.queries.talk import Incoming, insert_inbox
from bot.store.tables import HandoverKind, Resident
from tests.channels.wecom.group import Stage

CRY = "我是周慧兰，青禾苑24号楼2单元301着火了，电话19900000001"
PERSONAL = ("周慧兰", "19900000001", "24号", "2单元", "301", "着火了", "青禾苑", "我是")
FIRE = "0101"


def test_the_demo_resident_is_who_the_words_are_about(stage: Stage) -> None:
    with stage.desk.transaction(read_only=True) as session:
        resident = session.get_one(Resident, "demo-zhou")

    assert {resident.name, resident.phone, resident.room} <= set(PERSONAL)


async def test_the_group_reads_what_happened_but_not_to_whom(stage: Stage) -> None:
    with stage.desk.transaction() as session:
        resident = session.get_one(Resident, "demo-zhou")
        conversation = residents.conversation_with(session, stage.desk, resident)
        message = insert_inbox(session, conversation.id, Incoming(resident.channel, CRY, stage.clock()))
        assert message is not None
        raised = emergencies.raise_emergency(session, stage.desk, resident, message.id, FIRE, CRY)

    await stage.look()

    assert raised.number in stage.wecom.said[0]
    assert "青禾里社区第二网格 火情" in stage.wecom.said[0]
    assert [word for word in PERSONAL if word in str(stage.wecom.heard)] == []


async def test_who_was_taken_meanwhile_is_not_told_as_waiting(stage: Stage) -> None:
    waiting = [begin_to_wait(stage, name) for name in ("taken", "waits")]
    with stage.desk.transaction() as session:
        worker = people.staff_by_username(session, "liqing")
        assert worker is not None
        claims.take_conversation(session, waiting[0], worker.id, stage.clock())
    stage.clock.turn(minutes=3)

    await stage.look()

    assert stage.wecom.lines[1] == "青禾里社区有居民在等人接：想找工作人员，等了3分钟"
    assert len(stage.rows()) == 1


def begin_to_wait(stage: Stage, name: str) -> int:
    with stage.desk.transaction() as session:
        resident = residents.resident_for(session, stage.desk, "webchat", name, "qinghe")
        conversation = residents.conversation_with(session, stage.desk, resident)
        message = insert_inbox(session, conversation.id, Incoming(resident.channel, "找人工", stage.clock()))
        assert message is not None
        hand_over(session, conversation, message.id, HandoverKind.PERSON, "找人工", stage.clock())
        return conversation.id
