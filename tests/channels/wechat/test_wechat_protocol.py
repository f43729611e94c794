"""Whose deliveries are taken: signatures, time, modes and keys."""

from datetime import timedelta

import pytest

from bot.channels.wechat import cipher, protocol
from bot.channels.wechat.accounts import Keys, Mode, Platform
from bot.channels.wechat.bodies import read_tree
from bot.channels.wechat.protocol import Delivery, Reason, Refused
from bot.channels.wechat.replies import TextReply
from tests.channels.wechat import sent

ROTATED = Keys(sent.APP_ID, sent.TOKEN, Mode.SAFE, (sent.KEY, sent.FORMER_KEY))
SEALED = sent.sealed()


def test_a_plain_delivery_says_that_its_signature_covers_no_body() -> None:
    delivery = protocol.open_delivery(sent.PLAINTEXT, sent.plain_query(), sent.MESSAGE, sent.NOW)

    assert delivery.received.text == sent.FIELDS["Content"]
    assert not delivery.covers_body
    assert delivery.key is None


@pytest.mark.parametrize("missing", ["signature", "timestamp", "nonce"])
def test_a_delivery_without_its_proof_is_refused(missing: str) -> None:
    query = sent.plain_query()
    del query[missing]

    assert refused(sent.PLAINTEXT, query, sent.MESSAGE) is Reason.SIGNATURE


@pytest.mark.parametrize("given", ["", "0" * 40, "签名", "\ud800", "é" * 40])
def test_no_other_signature_counts(given: str) -> None:
    assert refused(sent.PLAINTEXT, sent.plain_query() | {"signature": given}, sent.MESSAGE) is Reason.SIGNATURE


def test_another_accounts_token_signs_nothing_here() -> None:
    assert refused(sent.PLAINTEXT, sent.plain_query(token="autumn2024"), sent.MESSAGE) is Reason.SIGNATURE


def test_the_plain_signature_is_no_proof_where_messages_are_encrypted() -> None:
    query = sent.plain_query()

    assert refused(sent.SAFE, query, sent.safe_body(SEALED)) is Reason.SIGNATURE
    assert refused(sent.SAFE, query | {"msg_signature": query["signature"]}, sent.safe_body(SEALED)) is Reason.SIGNATURE


@pytest.mark.parametrize("minutes", [-6, 6, -60 * 24])
def test_a_delivery_of_another_time_is_refused(minutes: int) -> None:
    then = sent.NOW + timedelta(minutes=minutes)
    query = sent.plain_query(timestamp=str(int(then.timestamp())))

    assert refused(sent.PLAINTEXT, query, sent.MESSAGE) is Reason.TIMESTAMP


@pytest.mark.parametrize("minutes", [-5, 5])
def test_clocks_may_differ_by_five_minutes(minutes: int) -> None:
    then = sent.NOW + timedelta(minutes=minutes)
    query = sent.plain_query(timestamp=str(int(then.timestamp())))

    assert opened(sent.PLAINTEXT, query, sent.MESSAGE).timestamp == query["timestamp"]


@pytest.mark.parametrize("timestamp", ["", "soon", "-1", "1.5", "１７１６１６８６００", "9" * 400, " 1716168600"])
def test_a_time_that_is_no_decimal_number_is_refused(timestamp: str) -> None:
    assert refused(sent.PLAINTEXT, sent.plain_query(timestamp=timestamp), sent.MESSAGE) is Reason.TIMESTAMP


@pytest.mark.parametrize("keys", [sent.SAFE, sent.COMPATIBLE])
def test_a_plain_body_is_refused_where_messages_are_encrypted(keys: Keys) -> None:
    assert refused(keys, sent.plain_query(), sent.MESSAGE) is Reason.MODE


def test_an_encrypted_body_is_refused_where_messages_are_plain() -> None:
    assert refused(sent.PLAINTEXT, sent.sealed_query(SEALED), sent.safe_body(SEALED)) is Reason.MODE


@pytest.mark.parametrize("keys", [sent.PLAINTEXT, sent.COMPATIBLE, sent.SAFE])
def test_a_compatible_body_is_read_in_every_mode(keys: Keys) -> None:
    body = sent.compatible_body(SEALED)

    delivery = opened(keys, sent.sealed_query(SEALED), body)

    assert delivery.received.text == sent.FIELDS["Content"]
    assert delivery.covers_body is (keys.mode is not Mode.PLAINTEXT)


def test_only_the_encrypted_half_of_a_compatible_body_is_believed() -> None:
    body = sent.compatible_body(SEALED, Content="转账给我", FromUserName="oSomebodyElse")

    received = opened(sent.COMPATIBLE, sent.sealed_query(SEALED), body).received

    assert received.text == sent.FIELDS["Content"]
    assert received.from_user == sent.FIELDS["FromUserName"]


def test_a_message_sealed_with_the_former_key_is_opened_and_answered_with_it() -> None:
    former = sent.sealed(key=sent.FORMER_KEY)
    delivery = opened(ROTATED, sent.sealed_query(former), sent.safe_body(former))

    reply = protocol.seal_reply(ROTATED, delivery, TextReply("收到"), sent.NOW)

    assert delivery.key == sent.FORMER_KEY
    assert answer(Keys(sent.APP_ID, sent.TOKEN, Mode.SAFE, (sent.FORMER_KEY,)), reply)["Content"] == "收到"


def test_a_message_sealed_with_the_current_key_is_answered_with_it() -> None:
    delivery = opened(ROTATED, sent.sealed_query(SEALED), sent.safe_body(SEALED))

    reply = protocol.seal_reply(ROTATED, delivery, TextReply("收到"), sent.NOW)

    assert answer(sent.SAFE, reply)["ToUserName"] == sent.FIELDS["FromUserName"]


def test_a_refusal_names_what_the_current_key_met() -> None:
    elsewhere = sent.sealed(app_id="wx0000000000000000")

    assert refused(ROTATED, sent.sealed_query(elsewhere), sent.safe_body(elsewhere)) is Reason.APPID


def test_without_any_key_nothing_is_opened() -> None:
    keys = Keys(sent.APP_ID, sent.TOKEN, Mode.SAFE)

    assert refused(keys, sent.sealed_query(SEALED), sent.safe_body(SEALED)) is Reason.CIPHERTEXT


def test_a_plain_delivery_is_answered_in_plain() -> None:
    delivery = opened(sent.PLAINTEXT, sent.plain_query(), sent.MESSAGE)

    reply = protocol.seal_reply(sent.PLAINTEXT, delivery, TextReply("收到"), sent.NOW)

    assert read_tree(reply)["Content"] == "收到"
    assert read_tree(reply)["CreateTime"] == sent.SECONDS


def test_a_delivery_in_json_is_answered_in_json() -> None:
    message = b'{"ToUserName":"gh_1","FromUserName":"o1","CreateTime":1,"MsgType":"text","Content":"1","MsgId":7}'
    encrypted = sent.sealed(message)
    delivery = opened(sent.SAFE, sent.sealed_query(encrypted), b'{"Encrypt":"%s"}' % encrypted.encode())

    reply = protocol.seal_reply(sent.SAFE, delivery, TextReply("收到"), sent.NOW)

    assert delivery.received.key == "MsgId:7"
    assert reply.startswith(b"{")
    assert answer(sent.SAFE, reply)["ToUserName"] == "o1"


def test_no_two_replies_are_sealed_alike() -> None:
    delivery = opened(sent.SAFE, sent.sealed_query(SEALED), sent.safe_body(SEALED))

    first, second = (protocol.seal_reply(sent.SAFE, delivery, TextReply("收到"), sent.NOW) for _ in range(2))

    assert first != second


def test_neither_keys_nor_words_are_shown_when_a_delivery_is_printed() -> None:
    delivery = opened(sent.SAFE, sent.sealed_query(SEALED), sent.safe_body(SEALED))

    assert repr(sent.KEY) not in repr(delivery)
    assert "电梯" not in repr(delivery)


def test_an_echo_needs_its_signature() -> None:
    with pytest.raises(Refused) as refusal:
        protocol.verify_url(sent.SAFE, sent.plain_query(token="autumn2024") | {"echostr": "1"}, sent.NOW)

    assert refusal.value.reason is Reason.SIGNATURE


def test_an_echo_has_to_be_there() -> None:
    with pytest.raises(Refused) as refusal:
        protocol.verify_url(sent.SAFE, sent.plain_query(), sent.NOW)

    assert refusal.value.reason is Reason.FIELDS


def test_an_encrypted_echo_has_to_be_text() -> None:
    keys = Keys(sent.APP_ID, sent.TOKEN, Mode.SAFE, (sent.KEY,), Platform.WECOM)
    echo = sent.sealed(b"\xff")

    with pytest.raises(Refused) as refusal:
        protocol.verify_url(keys, sent.sealed_query(echo) | {"echostr": echo}, sent.NOW)

    assert refusal.value.reason is Reason.ENCODING


def opened(keys: Keys, query: dict[str, str], body: bytes) -> Delivery:
    return protocol.open_delivery(keys, query, body, sent.NOW)


def refused(keys: Keys, query: dict[str, str], body: bytes) -> Reason:
    with pytest.raises(Refused) as refusal:
        opened(keys, query, body)
    return refusal.value.reason


def answer(keys: Keys, reply: bytes) -> dict[str, object]:
    """The fields a platform with these keys reads from a sealed reply; fails where it would not believe it."""
    envelope = {name: str(value) for name, value in read_tree(reply).items()}
    signed = protocol.signature(keys.token, envelope["TimeStamp"], envelope["Nonce"], envelope["Encrypt"])
    assert signed == envelope["MsgSignature"]
    return {**read_tree(cipher.decrypt(keys, envelope["Encrypt"]).message)}
