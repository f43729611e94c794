"""Notices of the simulated platform: news that need no window, but an approved form and a willing resident."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.channels.wechat.accounts import Mode, NoticeKind
from bot.channels.wechat.protocol import open_delivery
from tests.channels.wechat.simulated_service import NOON, Scene, playing

TEMPLATE = "/cgi-bin/message/template/send"
SUBSCRIPTION = "/cgi-bin/message/subscribe/bizsend"
WORDS = {"thing1": "路灯修好了"}


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with playing() as played:
        yield played


async def send(scene: Scene, path: str, openid: str, words: dict[str, str], template: str = "") -> dict[str, object]:
    notice = scene.accounts["plaintext"].notice
    assert notice is not None
    data = {name: {"value": value} for name, value in words.items()}
    body = {"touser": openid, "template_id": template or notice.template, "data": data}
    return await scene.post(path, body, await scene.token())


def with_subscriptions(scene: Scene) -> None:
    registered = scene.wechat.platform.account("plaintext")
    assert registered.account.notice is not None
    notice = replace(registered.account.notice, kind=NoticeKind.SUBSCRIPTION)
    registered.account = replace(registered.account, notice=notice)


async def test_a_template_message_needs_no_window(scene: Scene) -> None:
    follower = scene.follower()
    sent = await send(scene, TEMPLATE, follower.openid, WORDS)
    assert sent["errcode"] == 0
    assert [(shown.kind, shown.text) for shown in follower.shown] == [("template", "thing1: 路灯修好了")]


async def test_the_receipt_of_a_template_message_names_its_number(scene: Scene) -> None:
    follower = scene.follower()
    sent = await send(scene, TEMPLATE, follower.openid, WORDS)
    await follower.reports_notice("failed:user block")
    heard = scene.service.heard[0]
    received = open_delivery(scene.accounts[Mode.PLAINTEXT.value].keys, heard.query, heard.body, NOON).received
    assert (received.event, received.tree["MsgID"]) == ("templatesendjobfinish", str(sent["msgid"]))
    assert received.tree["Status"] == "failed:user block"


async def test_there_is_no_receipt_of_what_was_not_sent(scene: Scene) -> None:
    with pytest.raises(LookupError):
        await scene.follower().reports_notice()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"thing1": "好" * 20}, 0),
        ({"thing1": "好" * 21}, 47003),
        ({}, 47003),
        (WORDS | {"thing9": "好"}, 47003),
    ],
)
async def test_a_subscription_notice_has_the_approved_fields(scene: Scene, words: dict[str, str], code: int) -> None:
    with_subscriptions(scene)
    follower = scene.follower()
    sent = await send(scene, SUBSCRIPTION, follower.openid, words)
    assert (sent["errcode"], "msgid" in sent, len(follower.shown)) == (code, False, 0 if code else 1)


async def test_a_resident_can_decline_notices(scene: Scene) -> None:
    follower = scene.follower()
    follower.contact.takes_notices = False
    assert (await send(scene, TEMPLATE, follower.openid, WORDS))["errcode"] == 43101


async def test_another_template_or_another_kind_is_refused(scene: Scene) -> None:
    follower = scene.follower()
    assert (await send(scene, TEMPLATE, follower.openid, WORDS, "other"))["errcode"] == 40037
    assert (await send(scene, SUBSCRIPTION, follower.openid, WORDS))["errcode"] == 40037
