"""A group that cannot be told: what is tried again, what is given up, and what survives a death."""

import logging

import pytest
from aiohttp import web
from aiohttp.test_utils import BaseTestServer

from bot.channels.wecom.webhook import NO_ANSWER, TOO_MANY, UNREADABLE, fault_in
from bot.store.queries import alerts
from bot.store.tables import AlertStatus
from tests.channels.wecom.group import KEY, PATH, Stage


async def test_after_too_many_messages_the_group_is_left_alone_for_a_minute(stage: Stage) -> None:
    stage.wecom.will_answer(int(TOO_MANY))
    stage.happens("【急】火情", "emergency#1", is_urgent=True)
    await stage.look()
    stage.clock.turn(seconds=59)
    await stage.look()
    assert stage.wecom.heard == []
    stage.clock.turn(seconds=1)

    await stage.look()

    assert stage.wecom.said == ["【急】火情"]
    assert [row.attempts for row in stage.rows()] == [0]


async def test_what_is_urgent_is_tried_for_ever_with_pauses_of_a_minute_at_most(stage: Stage) -> None:
    stage.wecom.will_answer(-1, times=30)
    stage.happens("【急】火情", "emergency#1", is_urgent=True)
    pauses = []
    for _ in range(30):
        await stage.look()
        pauses.append(int((stage.rows()[0].due_at - stage.clock()).total_seconds()))
        stage.clock.turn(seconds=pauses[-1])

    await stage.look()

    assert pauses[:8] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert stage.wecom.said == ["【急】火情（10:00的事，刚刚送到）"]


async def test_what_is_not_urgent_is_given_up_after_ten_tries(stage: Stage) -> None:
    stage.wecom.will_answer(93000, times=10)
    stage.happens("井盖没了", "record-0602#1")
    for _ in range(12):
        stage.clock.turn(minutes=10)
        await stage.look()

    row = stage.rows()[0]

    assert (row.status, row.attempts, row.fault) == (AlertStatus.FAILED, 10, "93000")
    assert stage.wecom.heard == []


async def test_what_failed_does_not_hold_up_what_comes_later(stage: Stage) -> None:
    stage.wecom.will_answer(-1)
    stage.happens("【急】火情", "emergency#1", is_urgent=True)
    await stage.look()

    stage.happens("【急】漏气", "emergency#2", is_urgent=True)
    await stage.look()

    assert stage.wecom.said == ["【急】漏气"]


@pytest.mark.parametrize("is_urgent", [True, False])
async def test_what_was_being_sent_at_a_death_is_sent_again(stage: Stage, *, is_urgent: bool) -> None:
    stage.happens("井盖没了", "record-0602#1", is_urgent=is_urgent)
    with stage.desk.transaction() as session:
        alerts.claim(session, [row.id for row in stage.rows()])
    stage.clock.turn(seconds=20)
    await stage.look()
    assert stage.wecom.heard == []

    restarted = stage.started().robots[stage.group.id]
    await restarted.begin()
    await restarted.look()

    assert "井盖没了" in stage.wecom.lines
    assert stage.statuses() == {AlertStatus.SENT}


async def test_a_group_that_does_not_answer_is_tried_again(stage: Stage, server: BaseTestServer) -> None:
    await server.close()
    stage.happens("【急】火情", "emergency#1", is_urgent=True)

    await stage.look()

    assert [(row.status, row.fault) for row in stage.rows()] == [(AlertStatus.PENDING, NO_ANSWER)]


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        (200, b'{"errcode":0}', None),
        (200, b'{"errcode":45009,"errmsg":"api freq out of limit"}', TOO_MANY),
        (502, b"", "http 502"),
        (302, b'{"errcode":0}', "http 302"),
        (200, b"<html>", UNREADABLE),
        (200, b"[]", UNREADABLE),
        (200, b'{"errcode":"0"}', UNREADABLE),
    ],
)
def test_only_a_plain_yes_counts_as_told(status: int, body: bytes, fault: str | None) -> None:
    assert fault_in(status, body) == fault


async def test_the_address_stays_secret_whatever_goes_wrong(
    stage: Stage, server: BaseTestServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stage.wecom.will_answer(93000)
    stage.wecom.answers.append(web.Response(status=302, headers={"Location": f"{PATH}?key={KEY}"}))
    stage.happens("【急】火情", "emergency#1", is_urgent=True)
    for closed in (False, False, True):
        if closed:
            await server.close()
        await stage.look()
        stage.clock.turn(minutes=1)

    # The test server writes down what is asked of it; it stands on the platform's side.
    ours = [record.getMessage() + str(record.exc_text) for record in caplog.records if record.name != "aiohttp.access"]

    assert sum("group qinghe-workers was not told 1 alerts" in line for line in ours) == 3
    assert not [line for line in ours if KEY in line]
    assert KEY not in repr(stage.group)


async def test_what_is_old_or_for_nobody_is_forgotten(stage: Stage) -> None:
    stage.happens("旧的", "record-0602#1")
    stage.clock.turn(days=2, seconds=1)
    stage.happens("新的", "record-0602#2")

    stage.sender.tidy()

    assert [row.text for row in stage.rows()] == ["新的"]
    assert stage.rows("street") == []
