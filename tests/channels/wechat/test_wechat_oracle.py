"""An independent opinion: wechatpy 1.8.18 and this protocol read each other's signatures, ciphertexts and messages.

Its known defects stay outside these comparisons: xmltodict strips the texts it reads and makes empty ones None;
`]]>` in a reply it renders ends the CDATA section, so that a resident's words could add elements; padding is not
checked; signatures are compared with `!=`.
"""

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException
from wechatpy.parser import parse_message
from wechatpy.replies import TextReply as TheirTextReply
from wechatpy.utils import check_signature

from bot.channels.wechat import protocol
from bot.channels.wechat.accounts import Keys
from bot.channels.wechat.bodies import read_tree
from bot.channels.wechat.rendering import render_xml
from bot.channels.wechat.replies import TextReply
from tests.channels.wechat import sent

MESSAGES = 1000
WORDS = [
    "",
    "3号楼",
    "电梯又坏了",
    "😀",
    "👨‍👩‍👧",
    "𠮷",
    "]]>",
    "]]",
    ">",
    "<b>",
    "&amp;",
    "\n",
    "\t",
    " ",
    "a" * 40,
    "é",
    "”",
]


def written_texts() -> Iterator[tuple[str, int]]:
    """Texts and the seconds after `sent.NOW` at which they are written, the same in every run."""
    chance = random.Random(20240520)  # noqa: S311 - repeatable messages, not a secret
    for _ in range(MESSAGES):
        yield "".join(chance.choices(WORDS, k=chance.randrange(12))), chance.randrange(200)


def oracle() -> WeChatCrypto:
    return WeChatCrypto(sent.TOKEN, sent.ENCODED_KEY, sent.APP_ID)


def message(text: str) -> str:
    return render_xml({**sent.FIELDS, "Content": text})


def test_what_wechatpy_seals_is_opened() -> None:
    for text, later in written_texts():
        now = sent.NOW + timedelta(seconds=later)
        timestamp = str(int(now.timestamp()))
        body = oracle().encrypt_message(message(text), sent.NONCE, timestamp).encode()
        query = {"msg_signature": str(read_tree(body)["MsgSignature"]), "timestamp": timestamp, "nonce": sent.NONCE}

        received = protocol.open_delivery(sent.SAFE, query, body, now).received

        assert received.tree == {**sent.FIELDS, "Content": text}


def test_what_is_sealed_here_is_opened_by_wechatpy() -> None:
    encrypted = sent.sealed()
    delivery = protocol.open_delivery(sent.SAFE, sent.sealed_query(encrypted), sent.safe_body(encrypted), sent.NOW)
    for text, later in written_texts():
        now = sent.NOW + timedelta(seconds=later)

        body = protocol.seal_reply(sent.SAFE, delivery, TextReply(text), now)

        envelope = read_tree(body)
        signed = (envelope["MsgSignature"], envelope["TimeStamp"], envelope["Nonce"])
        theirs = parse_message(oracle().decrypt_message(body.decode(), *signed))
        assert (theirs.content or "") == text.strip()
        assert (theirs.target, theirs.source) == (sent.FIELDS["FromUserName"], sent.FIELDS["ToUserName"])
        assert theirs.create_time.timestamp() == int(now.timestamp())


def test_plain_messages_are_read_alike() -> None:
    for text, _ in written_texts():
        body = message(text)

        ours = protocol.open_delivery(sent.PLAINTEXT, sent.plain_query(), body.encode(), sent.NOW).received
        theirs = parse_message(body)

        assert ours.text.strip() == (theirs.content or "")
        assert (ours.kind, ours.from_user, ours.to_user) == (theirs.type, theirs.source, theirs.target)
        assert ours.key == f"MsgId:{theirs.id}"


def test_signatures_agree() -> None:
    chance = random.Random(7)  # noqa: S311 - repeatable signatures, not a secret
    for _ in range(MESSAGES):
        token, timestamp, nonce = ("".join(chance.choices("0123456789abcXYZ", k=10)) for _ in range(3))
        signed = protocol.signature(token, timestamp, nonce)

        check_signature(token, signed, timestamp, nonce)

        assert protocol.is_signed(signed, token, timestamp, nonce)
        with pytest.raises(InvalidSignatureException):
            check_signature(token, signed, timestamp, nonce + "0")
        assert not protocol.is_signed(signed, token, timestamp, nonce + "0")


def test_another_receiver_is_refused_by_both() -> None:
    keys = Keys("wx0000000000000000", sent.TOKEN, sent.SAFE.mode, sent.SAFE.aes)
    body = oracle().encrypt_message(message("在吗"), sent.NONCE, sent.SECONDS).encode()
    query = {"msg_signature": str(read_tree(body)["MsgSignature"]), "timestamp": sent.SECONDS, "nonce": sent.NONCE}

    with pytest.raises(InvalidAppIdException):
        WeChatCrypto(sent.TOKEN, sent.ENCODED_KEY, keys.app_id).decrypt_message(body.decode(), *query.values())
    with pytest.raises(protocol.Refused) as refusal:
        protocol.open_delivery(keys, query, body, sent.NOW)

    assert refusal.value.reason is protocol.Reason.APPID


def test_words_that_add_an_element_to_wechatpys_reply_add_none_to_ours() -> None:
    words = "a]]></Content><MsgType><![CDATA[news]]></MsgType><Content><![CDATA[b"

    ours = read_tree(render_xml({"Content": words}).encode())
    theirs = read_tree(TheirTextReply(content=words).render().encode())

    assert ours == {"Content": words}
    assert isinstance(theirs["MsgType"], list)
