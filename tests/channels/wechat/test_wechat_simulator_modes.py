"""The simulator's own signing, encryption and XML agree with the service's, in every mode."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.wechat.accounts import Account, Keys, Mode, Platform
from bot.channels.wechat.protocol import open_delivery, seal_reply, verify_url
from bot.channels.wechat.received import Received
from bot.channels.wechat.refusals import Refused
from bot.channels.wechat.replies import TextReply
from bot.channels.wechat.simulator import Follower, account_for, simulated
from bot.channels.wechat.simulator.sealing import Fields, Unopened, decrypt, encrypt, seal
from tests.channels.wechat.simulated_service import NOON, Heard, Scene, playing

HARD = "电梯 <b>坏了</b> & ]]> 👨‍👩‍👧 &amp; 𠮷\n第二行"


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with playing() as played:
        yield played


def opened(scene: Scene, mode: Mode) -> Received:
    heard = scene.service.heard[-1]
    return open_delivery(scene.accounts[mode.value].keys, heard.query, heard.body, NOON).received


def replying(keys: Keys, text: str) -> Callable[[Heard], bytes]:
    def reply(heard: Heard) -> bytes:
        delivery = open_delivery(keys, heard.query, heard.body, NOON)
        return seal_reply(keys, delivery, TextReply(text), NOON)

    return reply


@pytest.mark.parametrize("mode", Mode)
async def test_words_go_there_and_back_whole(scene: Scene, mode: Mode) -> None:
    scene.service.reply = replying(scene.accounts[mode.value].keys, HARD)
    follower = scene.follower(mode)
    await follower.says(HARD)
    assert opened(scene, mode).text == HARD
    assert [(shown.text, shown.by) for shown in follower.shown] == [(HARD, "answer")]


async def test_safe_mode_shows_nothing_but_the_account_and_the_ciphertext(scene: Scene) -> None:
    await scene.follower(Mode.SAFE).says("我家漏水")
    heard = scene.service.heard[0]
    assert b"FromUserName" not in heard.body
    assert heard.query["encrypt_type"] == "aes"
    assert heard.query["msg_signature"] != heard.query["signature"]


async def test_a_plain_answer_in_safe_mode_is_a_fault(scene: Scene) -> None:
    keys = scene.accounts["safe"].keys

    def reply(heard: Heard) -> bytes:
        delivery = replace(open_delivery(keys, heard.query, heard.body, NOON), key=None)
        return seal_reply(replace(keys, mode=Mode.PLAINTEXT), delivery, TextReply("好"), NOON)

    scene.service.reply = reply
    follower = scene.follower(Mode.SAFE)
    await follower.says("我家漏水")
    assert [shown.kind for shown in follower.shown] == ["fault"]


async def test_an_answer_sealed_with_another_token_is_a_fault(scene: Scene) -> None:
    keys = scene.accounts["safe"].keys
    scene.service.reply = lambda heard: seal_reply(
        replace(keys, token="another"),
        open_delivery(keys, heard.query, heard.body, NOON),
        TextReply("好"),
        NOON,
    )
    follower = scene.follower(Mode.SAFE)
    await follower.says("我家漏水")
    assert [shown.kind for shown in follower.shown] == ["fault"]


@pytest.mark.parametrize(
    ("doing", "kind", "event", "key"),
    [
        (lambda phone: phone.sends_image(b"\x89PNG", "a.png"), "image", None, ""),
        (lambda phone: phone.sends_voice(b"#!AMR\n"), "voice", None, ""),
        (lambda phone: phone.sends_video(b"mp4"), "video", None, ""),
        (lambda phone: phone.sends_location(31.23, 121.47, "3号楼"), "location", None, ""),
        (lambda phone: phone.sends_link("题", "述", "https://example.cn"), "link", None, ""),
        (lambda phone: phone.follows(), "event", "subscribe", ""),
        (lambda phone: phone.follows("lobby"), "event", "subscribe", "qrscene_lobby"),
        (lambda phone: phone.leaves(), "event", "unsubscribe", ""),
        (lambda phone: phone.scans("gate"), "event", "scan", "gate"),
        (lambda phone: phone.clicks("report"), "event", "click", "report"),
        (lambda phone: phone.views("https://example.cn/"), "event", "view", "https://example.cn/"),
        (lambda phone: phone.reports_location(31.23, 121.47), "event", "location", ""),
    ],
)
async def test_the_service_understands_everything_a_phone_can_do(
    scene: Scene, doing: Callable[[Follower], Awaitable[object]], kind: str, event: str | None, key: str
) -> None:
    follower = scene.follower(Mode.SAFE)
    await doing(follower)
    received = opened(scene, Mode.SAFE)
    assert (received.kind, received.event, received.event_key or "") == (kind, event, key)
    assert received.from_user == follower.openid


@pytest.mark.parametrize(("latitude", "longitude"), [(31.234567, 121.478901), (0.0, -0.5)])
async def test_a_place_arrives_with_latitude_first(scene: Scene, latitude: float, longitude: float) -> None:
    await scene.follower().sends_location(latitude, longitude, "清和社区3号楼")
    received = opened(scene, Mode.PLAINTEXT)
    assert (received.latitude, received.longitude, received.label) == (latitude, longitude, "清和社区3号楼")


@pytest.mark.parametrize("platform", Platform)
async def test_the_service_passes_the_check_of_its_address(platform: Platform) -> None:
    account = account_for("http://127.0.0.1:1", "qinghe")
    account = replace(account, keys=replace(account.keys, platform=platform))
    async with (
        TestServer(verifying(account), host="127.0.0.1") as server,
        simulated([account], str(server.make_url("")), clock=lambda: NOON) as wechat,
    ):
        assert await wechat.verifies(account.id)


async def test_a_service_with_another_token_does_not_pass() -> None:
    account = account_for("http://127.0.0.1:1", "qinghe")
    other = replace(account, keys=replace(account.keys, token="another"))
    async with (
        TestServer(verifying(other), host="127.0.0.1") as server,
        simulated([account], str(server.make_url("")), clock=lambda: NOON) as wechat,
    ):
        assert not await wechat.verifies(account.id)


def verifying(account: Account) -> web.Application:
    async def echo(request: web.Request) -> web.Response:
        try:
            return web.Response(text=verify_url(account.keys, request.query, NOON))
        except Refused:
            return web.Response(status=403)

    app = web.Application()
    app.router.add_get("/wechat/{account}", echo)
    return app


async def test_wecom_deliveries_carry_only_the_signature_of_the_message() -> None:
    account = account_for("http://127.0.0.1:1", "qinghe")
    keys = replace(account.keys, platform=Platform.WECOM)
    message: Fields = {"MsgType": "text", "Content": "好", "MsgId": 1}
    fields: Fields = {"ToUserName": keys.app_id, "FromUserName": "zhangsan", "CreateTime": 1714968000, **message}
    sealed = seal(keys, fields, str(int(NOON.timestamp())), "1")
    delivery = open_delivery(keys, sealed.query, sealed.body, NOON)
    assert set(sealed.query) == {"timestamp", "nonce", "msg_signature"}
    assert delivery.received.text == "好"


@pytest.mark.parametrize(
    "secret", ["", "*", "QUJD", "A" * 64, pytest.param(encrypt(b"k" * 32, "好", "another"), id="another account")]
)
def test_what_was_not_sealed_for_the_account_does_not_open(secret: str) -> None:
    with pytest.raises(Unopened):
        decrypt(b"k" * 32, secret, "wx1")
