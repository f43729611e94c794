import asyncio

import pytest

from bot.errors import Conflict
from bot.services import hub
from bot.services.desk import Desk
from bot.services.hub import CONSOLE, Hub, conversation_topic
from tests.services.stage import someone, talk_of

SOON = 0.5


async def heard(subscription: hub.Subscription) -> str:
    return await asyncio.wait_for(subscription.next(), SOON)


async def is_silent(subscription: hub.Subscription) -> bool:
    await asyncio.sleep(0)
    try:
        await asyncio.wait_for(subscription.next(), 0.02)
    except TimeoutError:
        return True
    return False


async def test_a_listener_hears_its_own_topics_only() -> None:
    board = Hub()
    with board.subscribe("console", "conversation:1") as subscription:
        board.publish("conversation:2", "conversation:1")

        assert await heard(subscription) == "conversation:1"
        assert await is_silent(subscription)


async def test_everybody_who_listens_is_woken() -> None:
    board = Hub()
    with board.subscribe("console") as one, board.subscribe("console") as other:
        board.publish("console")

        assert [await heard(one), await heard(other)] == ["console", "console"]


async def test_a_slow_listener_holds_no_more_than_one_of_each() -> None:
    board = Hub()
    with board.subscribe("console", "conversation:1") as subscription:
        for _ in range(1000):
            board.publish("console", "conversation:1")

        assert {await heard(subscription), await heard(subscription)} == {"console", "conversation:1"}
        assert await is_silent(subscription)


async def test_what_comes_after_reading_is_heard_again() -> None:
    board = Hub()
    with board.subscribe("console") as subscription:
        board.publish("console")
        await heard(subscription)

        board.publish("console")

        assert await heard(subscription) == "console"


async def test_another_thread_may_publish() -> None:
    board = Hub()
    with board.subscribe("console") as subscription:
        await asyncio.to_thread(board.publish, "console")

        assert await heard(subscription) == "console"


async def test_who_left_is_not_woken() -> None:
    board = Hub()
    with board.subscribe("console") as subscription:
        pass

    board.publish("console")

    assert await is_silent(subscription)


async def test_a_subscription_can_be_walked_through() -> None:
    board = Hub()
    with board.subscribe("console") as subscription:
        board.publish("console")

        async for topic in subscription:
            assert topic == "console"
            break


def test_a_page_of_a_loop_that_is_gone_stops_nobody() -> None:
    board = Hub()

    async def forgotten() -> hub.Subscription:
        return board.subscribe("console").__enter__()

    subscription = asyncio.run(forgotten())

    board.publish("console")

    assert subscription.topics == {"console"}


async def test_pages_are_woken_after_the_commit(desk: Desk) -> None:
    with desk.transaction() as session:
        topic = conversation_topic(talk_of(session, desk, someone(session, desk)).id)

    with desk.hub.subscribe(topic, CONSOLE) as subscription:
        with desk.transaction() as session:
            hub.note(session, topic)
            silent_before = await is_silent(subscription)

        assert silent_before
        assert await heard(subscription) == topic


async def test_pages_are_not_woken_for_what_was_rolled_back(desk: Desk) -> None:
    def fail() -> None:
        with desk.transaction() as session:
            hub.note(session, CONSOLE)
            raise Conflict("changed meanwhile")

    with desk.hub.subscribe(CONSOLE) as subscription:
        with pytest.raises(Conflict):
            fail()

        assert await is_silent(subscription)
