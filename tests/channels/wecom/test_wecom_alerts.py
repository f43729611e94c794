"""What a group hears, when, and how many messages at most."""

import asyncio
from datetime import UTC, datetime, time

import pytest

from bot.channels.wecom.groups import Group, Quiet
from bot.store.tables import AlertStatus
from tests.channels.wecom.group import Stage

NIGHT = Quiet(time(22, 0), time(7, 0))
ELEVEN_AT_NIGHT = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)
TWO_AT_NIGHT = datetime(2026, 3, 12, 18, 0, tzinfo=UTC)
SEVEN_IN_THE_MORNING = datetime(2026, 3, 12, 23, 0, tzinfo=UTC)


async def test_what_is_urgent_is_told_at_once_and_calls_those_on_duty(stage: Stage) -> None:
    stage.happens("【急】青禾里社区第二网格 火情", "emergency#1", is_urgent=True)

    await stage.look()

    assert stage.wecom.kinds == ["text"]
    assert stage.wecom.said == ["【急】青禾里社区第二网格 火情"]
    assert stage.wecom.called == ["WangXiaoHe", "li.qing"]
    assert stage.statuses() == {AlertStatus.SENT}


async def test_what_is_not_urgent_waits_for_company_and_is_merged(stage: Stage) -> None:
    for number in (1, 2, 3):
        stage.happens(f"井盖没了 {number}", f"record-0602#{number}")
    stage.happens("有老人等电话", "visit#9")
    await stage.look()
    assert stage.wecom.heard == []
    stage.clock.turn(seconds=20)

    await stage.look()

    assert stage.wecom.kinds == ["markdown"]
    assert stage.wecom.lines == ["**请处理**", "井盖没了 3（共3条）", "有老人等电话", "<@WangXiaoHe><@li.qing>"]
    assert stage.statuses() == {AlertStatus.SENT}


async def test_what_came_a_moment_ago_goes_along(stage: Stage) -> None:
    stage.happens("井盖没了", "record-0602#1")
    stage.clock.turn(seconds=15)
    stage.happens("有老人等电话", "visit#9")
    stage.clock.turn(seconds=5)

    await stage.look()

    assert len(stage.wecom.heard) == 1
    assert "有老人等电话" in stage.wecom.lines


async def test_nothing_is_said_twice(stage: Stage) -> None:
    stage.happens("【急】火情", "emergency#1", is_urgent=True)

    for _ in range(3):
        await stage.look()

    assert stage.wecom.said == ["【急】火情"]


async def test_fifty_alerts_in_a_minute_make_at_most_twenty_messages_and_none_is_lost(stage: Stage) -> None:
    for number in range(50):
        stage.happens(f"【急】火情{number}号", f"emergency#{number}", is_urgent=True)
        await stage.look()
        stage.clock.turn(seconds=1)
    assert len(stage.wecom.heard) == 20
    stage.clock.turn(seconds=10)

    await stage.look()

    assert [line.partition("（")[0] for line in stage.wecom.lines] == [f"【急】火情{number}号" for number in range(50)]
    assert len(stage.wecom.heard) == 21
    assert stage.statuses() == {AlertStatus.SENT}


async def test_no_minute_holds_more_than_twenty_messages(stage: Stage) -> None:
    sent_at: list[int] = []
    for second in range(180):
        before = len(stage.wecom.heard)
        stage.happens(f"【急】{second}", f"emergency#{second}", is_urgent=True)
        await stage.look()
        sent_at += [second] * (len(stage.wecom.heard) - before)
        stage.clock.turn(seconds=1)

    assert max(sum(1 for at in sent_at if start <= at < start + 60) for start in range(180)) == 20


async def test_long_messages_are_split_within_what_the_platform_takes(stage: Stage) -> None:
    for number in range(60):
        stage.happens(f"【急】{number} {'很长的话' * 20}", f"emergency#{number}", is_urgent=True)
        stage.happens(f"{number} {'很长的话' * 20}", f"kind{number}#1")
    stage.clock.turn(seconds=20)

    await stage.look()

    sizes = list(zip(stage.wecom.kinds, stage.wecom.sizes, strict=True))
    assert max(size for kind, size in sizes if kind == "text") <= 2048
    assert max(size for kind, size in sizes if kind == "markdown") <= 4096
    assert sum("很长的话" in line for line in stage.wecom.lines) == 120


async def test_at_night_only_what_is_urgent_is_told_and_the_rest_in_the_morning(stage: Stage) -> None:
    stage.started(NIGHT)
    for moment in (ELEVEN_AT_NIGHT, TWO_AT_NIGHT):
        stage.at(moment)
        stage.happens("井盖没了", f"record-0602#{moment.hour}")
        stage.happens("【急】火情", f"emergency#{moment.hour}", is_urgent=True)
        stage.clock.turn(seconds=30)
        await stage.look()
    assert stage.wecom.said == ["【急】火情", "【急】火情"]
    stage.at(SEVEN_IN_THE_MORNING)

    await stage.look()

    assert stage.wecom.lines[2:4] == ["**请处理**", "井盖没了（共2条）"]


@pytest.mark.parametrize(
    ("hours", "quiet", "loud"),
    [
        (NIGHT, [ELEVEN_AT_NIGHT, TWO_AT_NIGHT], [SEVEN_IN_THE_MORNING]),
        (Quiet(time(12, 0), time(14, 0)), [datetime(2026, 3, 12, 4, 0, tzinfo=UTC)], [TWO_AT_NIGHT]),
    ],
)
def test_quiet_hours_begin_with_their_first_minute_and_end_before_their_last(
    hours: Quiet, quiet: list[datetime], loud: list[datetime]
) -> None:
    assert [hours.holds(moment) for moment in quiet] == [True] * len(quiet)
    assert [hours.holds(moment) for moment in loud] == [False] * len(loud)


async def test_each_group_hears_of_its_own_community_and_the_street_of_all(stage: Stage) -> None:
    sender = stage.started(None, Group("street", None, stage.group.url))
    stage.happens("【急】柳岸社区 火情", "emergency#1", is_urgent=True, community_id="liuan")

    await stage.look()
    assert stage.wecom.heard == []
    await sender.robots["street"].look()

    assert stage.wecom.said == ["【急】柳岸社区 火情"]


async def test_a_running_sender_is_woken_by_what_happens(stage: Stage) -> None:
    running = asyncio.create_task(stage.sender.run())
    await asyncio.sleep(0.1)

    stage.happens("【急】火情", "emergency#1", is_urgent=True)
    for _ in range(50):
        await asyncio.sleep(0.05)
        if AlertStatus.SENT in stage.statuses():
            break
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert stage.wecom.said == ["【急】火情"]
