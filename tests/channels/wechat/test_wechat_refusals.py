"""Bad deliveries: one refusal that tells nothing, a counted reason, nothing run and nothing written."""

import base64
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bot.channels.wechat.bodies import BODY_LIMIT
from bot.channels.wechat.refusals import Reason
from bot.services.desk import Desk
from tests.channels.wechat import sent
from tests.channels.wechat.callbacks import Answer, Callbacks, callbacks

MODES = {"safe": sent.SAFE, "compatible": sent.COMPATIBLE, "plain": sent.PLAINTEXT}
SEALED = sent.sealed()
SIGNED = sent.sealed_query(SEALED)
PLAIN = sent.plain_query()


@dataclass(frozen=True)
class Bad:
    account: str
    query: dict[str, str]
    body: bytes


def signed_then(minutes: int) -> dict[str, str]:
    return sent.plain_query(str(int((sent.NOW + timedelta(minutes=minutes)).timestamp())))


def plain(body: bytes) -> Bad:
    """A body under a signature that is good."""
    return Bad("plain", PLAIN, body)


def field(name: str, text: str | None) -> Bad:
    """A message with one field changed, or left out."""
    fields = {key: value for key, value in sent.FIELDS.items() if key != name}
    return plain(sent.xml(fields if text is None else fields | {name: text}))


def safe(encrypted: str) -> Bad:
    """A ciphertext under a signature that covers it."""
    return Bad("safe", sent.sealed_query(encrypted), sent.safe_body(encrypted))


def padded_badly(plain_bytes: bytes) -> str:
    encryptor = Cipher(AES256(sent.KEY), CBC(sent.KEY[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain_bytes) + encryptor.finalize()).decode()


def without(query: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in query.items() if key != name}


def as_json(**fields: object) -> bytes:
    return json.dumps(sent.FIELDS | fields).encode()


BAD = {
    "an account that does not exist": (Reason.ACCOUNT, Bad("nobody", PLAIN, sent.MESSAGE)),
    "an account by a path": (Reason.ACCOUNT, Bad("..%2Fplain", PLAIN, sent.MESSAGE)),
    "no query at all": (Reason.SIGNATURE, Bad("plain", {}, sent.MESSAGE)),
    "no signature": (Reason.SIGNATURE, Bad("plain", without(PLAIN, "signature"), sent.MESSAGE)),
    "no nonce": (Reason.SIGNATURE, Bad("plain", without(PLAIN, "nonce"), sent.MESSAGE)),
    "an empty signature": (Reason.SIGNATURE, Bad("plain", PLAIN | {"signature": ""}, sent.MESSAGE)),
    "a signature in Chinese": (Reason.SIGNATURE, Bad("plain", PLAIN | {"signature": "签名"}, sent.MESSAGE)),
    "another account's token": (Reason.SIGNATURE, Bad("plain", sent.plain_query(token="autumn2024"), sent.MESSAGE)),
    "another nonce": (Reason.SIGNATURE, Bad("plain", PLAIN | {"nonce": "1"}, sent.MESSAGE)),
    "a plain signature where it covers nothing": (Reason.SIGNATURE, Bad("safe", PLAIN, sent.safe_body(SEALED))),
    "a plain signature passed off as the other": (
        Reason.SIGNATURE,
        Bad("safe", PLAIN | {"msg_signature": PLAIN["signature"]}, sent.safe_body(SEALED)),
    ),
    "another ciphertext": (Reason.SIGNATURE, Bad("safe", SIGNED, sent.safe_body(sent.sealed(b"<xml/>")))),
    "six minutes late": (Reason.TIMESTAMP, Bad("plain", signed_then(-6), sent.MESSAGE)),
    "six minutes early": (Reason.TIMESTAMP, Bad("plain", signed_then(6), sent.MESSAGE)),
    "a time in words": (Reason.TIMESTAMP, Bad("plain", sent.plain_query("soon"), sent.MESSAGE)),
    "a time of many digits": (Reason.TIMESTAMP, Bad("plain", sent.plain_query("9" * 400), sent.MESSAGE)),
    "a downgrade from safe": (Reason.MODE, Bad("safe", PLAIN, sent.MESSAGE)),
    "a downgrade that names plaintext": (Reason.MODE, Bad("safe", PLAIN | {"encrypt_type": "raw"}, sent.MESSAGE)),
    "a downgrade from compatible": (Reason.MODE, Bad("compatible", PLAIN, sent.MESSAGE)),
    "a ciphertext where none is agreed": (Reason.MODE, Bad("plain", SIGNED, sent.safe_body(SEALED))),
    "over 64 kilobytes": (Reason.SIZE, plain(sent.MESSAGE + b" " * BODY_LIMIT)),
    "thousands of elements": (Reason.SIZE, plain(b"<xml>" + b"<a/>" * 2000 + b"</xml>")),
    "GBK": (Reason.ENCODING, plain("<xml><Content>坏了</Content></xml>".encode("gbk"))),
    "UTF-16": (Reason.ENCODING, plain(sent.MESSAGE.decode().encode("utf-16"))),
    "half a surrogate pair": (Reason.ENCODING, plain(as_json(Content="\ud800"))),
    "a NUL": (Reason.ENCODING, plain(as_json(Content="\0"))),
    "a DOCTYPE": (Reason.DOCTYPE, plain(b'<!DOCTYPE xml SYSTEM "http://127.0.0.1/">' + sent.MESSAGE)),
    "a DOCTYPE inside": (Reason.DOCTYPE, safe(sent.sealed(b"<!DOCTYPE xml [<!ENTITY a 'a'>]>" + sent.MESSAGE))),
    "deep XML": (Reason.DEPTH, field("Content", "<a>" * 9 + "</a>" * 9)),
    "deep JSON": (Reason.DEPTH, plain(b'{"a":' + b"[" * 30_000)),
    "an unknown entity": (Reason.BODY, field("Content", "&bang;")),
    "half a document": (Reason.BODY, plain(sent.MESSAGE[:-6])),
    "nothing": (Reason.BODY, plain(b"")),
    "a field twice in JSON": (Reason.BODY, plain(b'{"MsgType":"text","MsgType":"event"}')),
    "no base64": (Reason.CIPHERTEXT, safe("%%%%")),
    "half a block": (Reason.CIPHERTEXT, safe(SEALED[:20])),
    "no ciphertext": (Reason.CIPHERTEXT, safe("")),
    "broken padding": (Reason.PADDING, safe(padded_badly(b"\0" * 64))),
    "padding to another block": (Reason.PADDING, safe(padded_badly(b"\x21" * 64))),
    "no room for a length": (Reason.LENGTH, safe(padded_badly(b"a" * 16 + b"\x10" * 16))),
    "a length beyond the end": (Reason.LENGTH, safe(padded_badly(b"a" * 16 + b"\xff" * 4 + b"\x0c" * 12))),
    "another receiver": (Reason.APPID, safe(sent.sealed(app_id="wx0000000000000000"))),
    "no receiver": (Reason.APPID, safe(sent.sealed(app_id=""))),
    "no sender": (Reason.FIELDS, field("FromUserName", None)),
    "an empty sender": (Reason.FIELDS, field("FromUserName", " ")),
    "no kind": (Reason.FIELDS, field("MsgType", None)),
    "a kind inside the kind": (Reason.FIELDS, field("MsgType", "<b>text</b>")),
    "two kinds": (Reason.FIELDS, field("MsgType", "text</MsgType><MsgType>event")),
    "an event without its name": (Reason.FIELDS, field("MsgType", "event")),
    "no such place on earth": (
        Reason.FIELDS,
        plain(sent.xml(sent.FIELDS | {"MsgType": "location", "Location_X": "91", "Location_Y": "1"})),
    ),
}


@pytest.fixture
async def service(desk: Desk, tmp_path: Path) -> AsyncIterator[Callbacks]:
    async with callbacks(desk, tmp_path, MODES) as opened:
        yield opened


@pytest.mark.parametrize(("reason", "bad"), [pytest.param(*case, id=name) for name, case in BAD.items()])
async def test_every_bad_delivery_is_refused_alike(service: Callbacks, reason: Reason, bad: Bad) -> None:
    known = await service.delivers({}, b"", account="nobody")
    service.office.refusals.clear()

    answer = await service.delivers(bad.query, bad.body, account=bad.account)

    assert answer == known == Answer(403, b"", known.headers)
    assert service.refusals() == {reason: 1}
    assert service.is_untouched()


def test_every_reason_has_a_case() -> None:
    assert {reason for reason, _ in BAD.values()} | {Reason.REPLAY} == set(Reason)


async def test_the_first_question_is_refused_alike(service: Callbacks) -> None:
    stale = signed_then(-6) | {"echostr": "1"}
    bad = [("nobody", PLAIN | {"echostr": "1"}), ("plain", PLAIN), ("plain", {"echostr": "1"}), ("plain", stale)]

    answers = [await service.asks(query, account) for account, query in bad]

    assert all(answer == answers[0] == Answer(403, b"", answers[0].headers) for answer in answers)
    assert service.refusals() == {
        Reason.ACCOUNT: 1,
        Reason.FIELDS: 1,
        Reason.SIGNATURE: 1,
        Reason.TIMESTAMP: 1,
    }


async def test_reasons_are_counted_for_each_account(service: Callbacks) -> None:
    for account in ("safe", "safe", "plain", "wx-made-up"):
        await service.delivers({}, sent.MESSAGE, account=account)

    assert dict(service.office.refusals) == {
        ("safe", Reason.MODE): 2,
        ("plain", Reason.SIGNATURE): 1,
        ("", Reason.ACCOUNT): 1,
    }


async def test_a_good_delivery_after_all_bad_ones_is_answered(service: Callbacks) -> None:
    for _, bad in BAD.values():
        await service.delivers(bad.query, bad.body, account=bad.account)

    answer = await service.delivers(SIGNED, sent.safe_body(SEALED), account="safe")

    assert answer.status == 200
    assert service.heard() == [sent.FIELDS["Content"]]
