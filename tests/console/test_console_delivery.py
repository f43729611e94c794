"""What a worker reads under a reply that is still on its way."""

from datetime import timedelta

import pytest

from bot.console.delivery import Delivery, delivery_of
from bot.services import outbox, residents
from bot.services.desk import Desk
from bot.store.tables import Direction, Message, MessageStatus, Resident
from tests.console.house import House
from tests.services import stage

LATER = timedelta(minutes=5)


def waiting(channel: str) -> Message:
    return Message(direction=Direction.OUT, channel=channel, status=MessageStatus.PENDING, created_at=stage.NOW)


@pytest.mark.parametrize(
    ("channel", "words"),
    [("webchat", "等居民打开页面"), ("demo", "等居民打开页面"), ("wechat:street", "居民还没收到")],
)
def test_who_reads_on_the_page_is_waited_for_and_others_are_not_reached_yet(channel: str, words: str) -> None:
    assert delivery_of(waiting(channel), stage.NOW + LATER) == Delivery(words)


@pytest.mark.parametrize("channel", ["webchat", "wechat:street"])
def test_what_has_just_been_written_is_on_its_way(channel: str) -> None:
    assert delivery_of(waiting(channel), stage.NOW) == Delivery()


async def test_an_answer_to_a_demo_resident_is_no_failure(house: House, desk: Desk, clock: stage.Clock) -> None:
    with desk.transaction() as session:
        conversation = residents.conversation_with(session, desk, session.get_one(Resident, "demo-zhou"))
        outbox.post(session, conversation, ["师傅下午来修灯"], outbox.BOT, desk.clock())
        conversation_id = conversation.id
    clock.turn(minutes=5)

    worker = await house.enter(stage.WORKER)

    assert "等居民打开页面" in (await worker.get(f"/console/conversations/{conversation_id}")).text
    assert "师傅下午来修灯" not in (await worker.get("/console/undelivered")).text
