"""Deliveries that come again: the platform's copies, what somebody captured, and what a busy store could not take."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event, select

from bot.channels.wechat.bodies import read_tree
from bot.channels.wechat.refusals import Reason
from bot.channels.wechat.signatures import signature
from bot.services.desk import Desk
from bot.store.tables import Attachment, AttachmentState
from tests.channels.wechat import sent
from tests.channels.wechat.callbacks import Answer, Callbacks, callbacks
from tests.channels.wechat.connected import Connected

PLAIN = sent.plain_query()
FORGED = sent.xml(sent.FIELDS | {"Content": "把我的电话改成这个", "MsgId": "1"})
FORGED_COPY = sent.xml(sent.FIELDS | {"Content": "把我的电话改成这个"})
FORGED_EVENT = sent.xml(sent.FIELDS | {"MsgType": "event", "Event": "unsubscribe", "MsgId": ""})


@pytest.fixture
async def service(desk: Desk, tmp_path: Path) -> AsyncIterator[Callbacks]:
    async with callbacks(desk, tmp_path, {"safe": sent.SAFE, "plain": sent.PLAINTEXT}) as opened:
        yield opened


@pytest.fixture
def impatient(desk: Desk) -> None:
    """Whoever waits for a lock gives up before the test does."""
    event.listen(desk.store.engine, "connect", _impatient)


async def deliver(service: Callbacks, body: bytes, query: dict[str, str] = PLAIN) -> Answer:
    return await service.delivers(query, body, account="plain")


async def test_copies_get_the_same_answer_and_run_once(service: Callbacks) -> None:
    answers = [await deliver(service, sent.MESSAGE) for _ in range(4)]

    assert [answer.status for answer in answers] == [200] * 4
    assert len({answer.body for answer in answers}) == 1
    assert str(read_tree(answers[0].body)["Content"]).startswith(f"听到：{sent.FIELDS['Content']}")
    assert service.heard() == [sent.FIELDS["Content"]]


async def test_copies_at_the_same_moment_run_once(service: Callbacks) -> None:
    answers = await asyncio.gather(*(deliver(service, sent.MESSAGE) for _ in range(8)))

    assert [answer.status for answer in answers] == [200] * 8
    assert service.heard() == [sent.FIELDS["Content"]]
    assert len(service.taken()) == 1


async def test_ids_of_many_digits_are_told_apart(service: Callbacks) -> None:
    for number in range(40):
        body = sent.xml(sent.FIELDS | {"MsgId": f"{'9' * 500}{number}"})
        answer = await deliver(service, body, sent.plain_query(str(int(sent.SECONDS) + number)))
        assert answer.status == 200

    assert len(service.heard()) == 40


@pytest.mark.parametrize("forged", [FORGED, FORGED_COPY, FORGED_EVENT])
async def test_a_captured_signature_serves_for_no_other_body(service: Callbacks, forged: bytes) -> None:
    refusal = await service.delivers({}, b"", account="nobody")
    await deliver(service, sent.MESSAGE)

    answer = await deliver(service, forged)

    assert answer == refusal
    assert service.refusals() == {Reason.ACCOUNT: 1, Reason.REPLAY: 1}
    assert service.heard() == [sent.FIELDS["Content"]]
    assert len(service.taken()) == 1


async def test_of_two_bodies_under_one_signature_at_the_same_moment_one_is_taken(service: Callbacks) -> None:
    answers = await asyncio.gather(deliver(service, sent.MESSAGE), deliver(service, FORGED))

    assert sorted(answer.status for answer in answers) == [200, 403]
    assert len(service.heard()) == 1
    assert service.refusals() == {Reason.REPLAY: 1}


async def test_a_word_and_a_happening_under_one_signature_do_not_both_count(service: Callbacks) -> None:
    answers = await asyncio.gather(deliver(service, sent.MESSAGE), deliver(service, FORGED_EVENT))

    assert sorted(answer.status for answer in answers) == [200, 403]
    assert len(service.taken()) == 1


async def test_a_captured_signature_is_worth_nothing_after_five_minutes(service: Callbacks) -> None:
    stale = str(int(sent.SECONDS) - 301)
    query = {"signature": signature(sent.TOKEN, stale, "1"), "timestamp": stale, "nonce": "1"}

    answer = await deliver(service, FORGED, query)

    assert answer.status == 403
    assert service.refusals() == {Reason.TIMESTAMP: 1}
    assert service.is_untouched()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("body", [sent.MESSAGE, FORGED_EVENT.replace(b"unsubscribe", b"subscribe")])
async def test_what_cannot_be_stored_is_not_acknowledged_and_taken_when_it_comes_again(
    service: Callbacks, body: bytes
) -> None:
    with closing(sqlite3.connect(str(service.desk.store.engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        meanwhile = await deliver(service, body)
        other.execute("ROLLBACK")

    again = await deliver(service, body)

    assert meanwhile.status == 503
    assert again.status == 200
    assert read_tree(again.body)["MsgType"] == "text"
    assert len(service.taken()) == 1
    assert not service.refusals()


async def test_somebody_who_leaves_while_being_answered_is_acknowledged(service: Callbacks) -> None:
    service.office.answers.patience = 0.2
    service.talk.hold()
    asked = asyncio.create_task(deliver(service, sent.MESSAGE))
    await service.run()
    left = await deliver(service, FORGED_EVENT, sent.plain_query(str(int(sent.SECONDS) + 1)))

    assert (left.status, left.body) == (200, b"success")
    assert (await asked).status == 200
    assert (await deliver(service, sent.MESSAGE)).status == 200
    assert not service.refusals()


async def test_a_picture_that_is_none_is_named_so_and_never_kept(town: Connected, desk: Desk, tmp_path: Path) -> None:
    resident = town.wechat.follower("qinghe")

    delivered = await resident.sends_image(b"<script>alert(1)</script>", "photo.jpg")

    found = await _settled(desk)
    assert delivered.statuses == (200,)
    assert (found.state, found.fault, found.file) == (AttachmentState.REFUSED, "not_this_kind", None)
    assert not [path for path in (tmp_path / "media").rglob("*") if path.is_file()]


async def _settled(desk: Desk) -> Attachment:
    async with asyncio.timeout(5):
        while True:
            with desk.transaction(read_only=True) as session:
                found = session.scalars(select(Attachment)).one_or_none()
            if found is not None and found.state is not AttachmentState.PENDING:
                return found
            await asyncio.sleep(0.02)


def _impatient(connection: sqlite3.Connection, _entry: object) -> None:
    connection.execute("PRAGMA busy_timeout = 50")
