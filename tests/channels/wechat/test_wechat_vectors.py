"""The pure conformance cases; those that need a conversation over HTTP are driven beside the routes."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.channels.wechat import cipher, protocol
from bot.channels.wechat.accounts import OPEN, Keys, Mode, Platform, aes_key
from bot.channels.wechat.bodies import read_tree
from bot.channels.wechat.protocol import Refused
from bot.channels.wechat.received import Received
from bot.channels.wechat.rendering import render_json, render_xml
from tests.channels.wechat import sent
from tests.channels.wechat.vectors import Case, cases, every_case, needs_vectors

pytestmark = needs_vectors

HERE = {
    *("url_verify", "signature", "msg_signature", "signature_negative", "decrypt", "encrypt", "reply_envelope", "ack"),
    *("full_request", "full_request_negative", "wecom_url_verify", "message_xml", "message_xml_negative"),
    *("jssdk_signature", "oauth_url", "wxa_rawdata_signature"),
}
BESIDE_THE_REPLIES = {"kefu_json", "passive_reply_xml", "passive_reply_text_edge"}
OVER_HTTP = {"sequence"}


def test_every_kind_of_case_has_a_test() -> None:
    kinds = {case.kind for case in every_case()}

    assert kinds == HERE | BESIDE_THE_REPLIES | OVER_HTTP


@pytest.mark.parametrize("case", cases("url_verify"))
def test_the_echo_is_returned_as_it_came(case: Case) -> None:
    keys = Keys("wx0", case.text("token"), Mode.PLAINTEXT)

    assert protocol.verify_url(keys, case.query, case.now) == case.outcome("body")


@pytest.mark.parametrize("case", cases("wecom_url_verify"))
def test_an_encrypted_echo_is_opened_or_refused(case: Case) -> None:
    keys = case.keys(platform=Platform.WECOM)

    if case.expected["valid"]:
        assert protocol.verify_url(keys, case.query, case.now) == case.outcome("body")
        return
    with pytest.raises(Refused) as refusal:
        protocol.verify_url(keys, case.query, case.now)
    assert refusal.value.reason == case.outcome("reason")


@pytest.mark.parametrize("case", cases("signature", "msg_signature"))
def test_a_signature_is_what_the_platform_computes(case: Case) -> None:
    encrypt = case.text("encrypt") if "encrypt" in case.given else None

    signed = protocol.signature(case.text("token"), case.text("timestamp"), case.text("nonce"), encrypt)

    assert signed == case.outcome("signature")


@pytest.mark.parametrize("case", cases("signature_negative"))
def test_a_signature_with_one_digit_changed_does_not_count(case: Case) -> None:
    given, token = case.text("signature"), case.text("token")

    assert not protocol.is_signed(given, token, case.text("timestamp"), case.text("nonce"))


@pytest.mark.parametrize("case", cases("encrypt"))
def test_a_message_is_encrypted_to_the_same_bytes(case: Case) -> None:
    key, random = aes_key(case.text("encoding_aes_key")), case.text("random").encode()

    sealed = cipher.encrypt(key, case.text("appid"), case.text("plaintext").encode(), random)

    assert sealed == case.outcome("encrypt")


@pytest.mark.parametrize("case", cases("decrypt"))
def test_a_ciphertext_is_opened(case: Case) -> None:
    keys = Keys(case.text("appid"), "token", Mode.SAFE, (aes_key(case.text("encoding_aes_key")),))

    opened = cipher.decrypt(keys, case.text("encrypt"))

    assert opened.message.decode() == case.outcome("plaintext")


@pytest.mark.parametrize("case", cases("reply_envelope"))
def test_a_reply_envelope_is_signed_over_the_nonce_of_the_request(case: Case) -> None:
    seconds = int(case.text("timestamp"))

    written = protocol.envelope(case.text("token"), seconds, case.text("nonce"), case.text("encrypt"))

    assert read_tree(render_xml(written).encode()) == case.expected
    assert read_tree(render_json(written)) == case.expected


@pytest.mark.parametrize("case", cases("ack"))
def test_an_acknowledgement_is_never_encrypted(case: Case) -> None:
    keys = replace(sent.SAFE, mode=Mode(case.text("mode")))
    encrypted = sent.sealed()
    delivery = protocol.open_delivery(keys, sent.sealed_query(encrypted), sent.safe_body(encrypted), sent.NOW)

    body = protocol.seal_reply(keys, delivery, None, sent.NOW)

    allowed = case.expected["body_any_of"]
    assert isinstance(allowed, list)
    assert body.decode() in allowed


@pytest.mark.parametrize("case", cases("full_request"))
def test_a_recorded_request_is_opened(case: Case) -> None:
    mode = Mode.COMPATIBLE if "compat" in case.id else Mode.SAFE

    delivery = protocol.open_delivery(case.keys(mode), case.query, case.text("body").encode(), case.now)

    assert delivery.covers_body
    assert delivery.received.tree == read_tree(case.outcome("plaintext").encode())
    assert delivery.received.tree == case.expected.get("fields", delivery.received.tree)


@pytest.mark.parametrize("case", cases("full_request_negative"))
def test_a_spoilt_request_is_refused_for_its_reason(case: Case) -> None:
    with pytest.raises(Refused) as refusal:
        protocol.open_delivery(case.keys(), case.query, case.text("body").encode(), case.now)

    assert refusal.value.reason == case.outcome("reason")


@pytest.mark.parametrize("case", cases("message_xml"))
def test_a_message_is_read_field_by_field(case: Case) -> None:
    received = opened_plain(case.text("xml"))

    assert (received.kind, received.event) == (case.expected["msg_type"], case.expected["event"])
    assert received.tree == case.tree()
    assert received.key == case.outcome("suggested_dedup_key")


@pytest.mark.parametrize("case", cases("message_xml"))
def test_a_message_means_the_same_as_json(case: Case) -> None:
    tree = case.tree()

    assert read_tree(json.dumps(tree).encode()) == tree


@pytest.mark.parametrize("case", cases("message_xml_negative"))
def test_a_hostile_message_is_refused(case: Case) -> None:
    with pytest.raises(Refused):
        opened_plain(case.text("xml"))


@pytest.mark.parametrize("case", cases("jssdk_signature"))
def test_a_page_is_signed_without_its_fragment(case: Case) -> None:
    ticket, nonce = case.text("jsapi_ticket"), case.text("noncestr")

    signed = protocol.jssdk_signature(ticket, nonce, case.text("timestamp"), case.text("url"))

    assert signed == case.outcome("signature")


@pytest.mark.parametrize("case", cases("oauth_url"))
def test_the_address_that_names_a_resident_keeps_its_order(case: Case) -> None:
    url = protocol.oauth_url(OPEN, case.text("appid"), case.text("redirect_uri"), case.text("state"))

    assert url == case.outcome("url")


def test_a_state_goes_before_the_fragment() -> None:
    url = protocol.oauth_url(OPEN, "wx0", "https://linli.example/me?a=1", "s4")

    assert urlsplit(url).fragment == "wechat_redirect"
    assert parse_qs(urlsplit(url).query)["redirect_uri"] == ["https://linli.example/me?a=1"]
    assert parse_qs(urlsplit(url).query)["state"] == ["s4"]


@pytest.mark.parametrize("case", cases("wxa_rawdata_signature"))
def test_a_mini_programs_raw_data_is_signed(case: Case) -> None:
    signed = protocol.rawdata_signature(case.text("raw_data"), case.text("session_key"))

    assert signed == case.outcome("signature")


def opened_plain(message: str) -> Received:
    now = datetime.fromtimestamp(int(sent.SECONDS), UTC)
    return protocol.open_delivery(sent.PLAINTEXT, sent.plain_query(), message.encode(), now).received
