"""What bodies may be: sizes, shapes, ciphertexts; and that nothing but a refusal comes of a bad one."""

import base64
import json
from collections.abc import Callable
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.wechat import cipher, protocol
from bot.channels.wechat.accounts import Keys
from bot.channels.wechat.bodies import BODY_LIMIT, Tree, read_tree
from bot.channels.wechat.protocol import Reason, Refused
from tests.channels.wechat import sent


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", Reason.BODY),
        (b"<xml/>", Reason.BODY),
        (b"<xml>words</xml>", Reason.BODY),
        (b"<xml>words<MsgType>text</MsgType></xml>", Reason.BODY),
        (b"<xml><MsgType>text</xml>", Reason.BODY),
        (b"<xml><Content>&bang;</Content></xml>", Reason.BODY),
        (b"<xml></xml><xml></xml>", Reason.BODY),
        (b"<xml>\xff\xfe</xml>", Reason.ENCODING),
        ("<xml><Content>坏了</Content></xml>".encode("gbk"), Reason.ENCODING),
        ("<xml/>".encode("utf-16"), Reason.ENCODING),
        (b'<!DOCTYPE xml SYSTEM "http://127.0.0.1/"><xml/>', Reason.DOCTYPE),
        (b"<xml>" + b"<a>" * 9 + b"</a>" * 9 + b"</xml>", Reason.DEPTH),
        (b"<xml>" + b"<a/>" * 2000 + b"</xml>", Reason.SIZE),
        (b"{}", Reason.FIELDS),
        (b"{", Reason.BODY),
        (b'{"a":NaN}', Reason.BODY),
        (b'{"MsgType":"text","MsgType":"event"}', Reason.BODY),
        (b'{"a":' + b"[" * 30_000, Reason.DEPTH),
        (b'{"a":' + b"[" * 8 + b"]" * 8 + b"}", Reason.DEPTH),
        (b'{"a":[' + b"1," * 2000 + b"1]}", Reason.SIZE),
        (b'{"a":"\\ud800"}', Reason.ENCODING),
        (b'{"\\u0000":"a"}', Reason.ENCODING),
    ],
)
def test_a_body_that_is_no_message_is_refused(body: bytes, reason: Reason) -> None:
    assert refused_plain(body) is reason


def test_a_body_over_64_kilobytes_is_not_even_read() -> None:
    body = sent.MESSAGE + b" " * BODY_LIMIT

    assert refused_plain(body) is Reason.SIZE
    with pytest.raises(Refused):
        read_tree(body)


def test_an_encoding_the_document_claims_for_itself_is_ignored() -> None:
    tree = read_tree('<?xml version="1.0" encoding="gbk"?><xml><Content>坏了</Content></xml>'.encode())

    assert tree == {"Content": "坏了"}


def test_json_values_become_texts() -> None:
    tree = read_tree(b' {"CreateTime":1,"Location_X":23.130,"a":null,"b":true,"c":[1,{"d":"e"}]}')

    assert tree == {"CreateTime": "1", "Location_X": "23.130", "a": "", "b": "true", "c": ["1", {"d": "e"}]}


@pytest.mark.parametrize("spaces", [" 坏了 \n", "\n", "  "])
def test_what_a_resident_wrote_is_not_stripped(spaces: str) -> None:
    assert read_tree(f"<xml><Content><![CDATA[{spaces}]]></Content></xml>".encode())["Content"] == spaces


@pytest.mark.parametrize("encrypted", ["", "!", "YQ", "YWJj", "签名", "AAAA\n" + "A" * 60, "\ud800"])
def test_a_ciphertext_that_is_none_is_refused(encrypted: str) -> None:
    body = json.dumps({"Encrypt": encrypted}).encode()

    assert refused_sealed(encrypted, body) in {Reason.CIPHERTEXT, Reason.ENCODING}


@pytest.mark.parametrize("encrypt", [["a", "b"], {"a": "b"}])
def test_encrypt_has_to_be_one_text(encrypt: object) -> None:
    assert refused_sealed("a", json.dumps({"Encrypt": encrypt}).encode()) is Reason.FIELDS


@pytest.mark.parametrize(
    ("plain", "reason"),
    [
        (b"a" * 31 + b"\x00", Reason.PADDING),
        (b"a" * 31 + b"\x21", Reason.PADDING),
        (b"a" * 30 + b"\x03\x02", Reason.PADDING),
        (b"\x20" * 16, Reason.PADDING),
        (b"\x20" * 32, Reason.LENGTH),
        (b"a" * 16 + b"\xff" * 4 + b"\x0c" * 12, Reason.LENGTH),
        (b"a" * 16 + b"\x00" * 4 + b"\x0c" * 12, Reason.APPID),
    ],
)
def test_what_a_ciphertext_holds_is_checked_in_order(plain: bytes, reason: Reason) -> None:
    encryptor = Cipher(AES256(sent.KEY), CBC(sent.KEY[:16])).encryptor()
    encrypted = base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()

    assert refused_sealed(encrypted, sent.safe_body(encrypted)) is reason


def test_another_accounts_message_is_refused() -> None:
    encrypted = sent.sealed(app_id="wx0000000000000000")

    assert refused_sealed(encrypted, sent.safe_body(encrypted)) is Reason.APPID


def test_a_message_inside_a_ciphertext_is_read_as_strictly() -> None:
    encrypted = sent.sealed(b"<!DOCTYPE xml><xml/>")

    assert refused_sealed(encrypted, sent.safe_body(encrypted)) is Reason.DOCTYPE


fuzzed = settings(max_examples=200, deadline=None, database=None)
NAMES = st.sampled_from([*sent.FIELDS, "Encrypt", "Event", "EventKey", "Location_X", "Latitude", "SendLocationInfo"])
LEAVES = st.one_of(st.text(max_size=40), st.integers(), st.floats(), st.booleans(), st.none())
VALUES = st.recursive(
    LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=4))
)


@fuzzed
@given(fields=st.dictionaries(NAMES, VALUES, max_size=8))
def test_messages_of_strange_fields_are_read_or_refused(fields: dict[str, object]) -> None:
    body = json.dumps({**sent.FIELDS, **fields}).encode()

    assert opened_or_refused(sent.PLAINTEXT, sent.plain_query(), body)


@fuzzed
@given(position=st.integers(0, len(sent.MESSAGE)), length=st.integers(0, 40), instead=st.binary(max_size=60))
def test_damaged_messages_are_read_or_refused(position: int, length: int, instead: bytes) -> None:
    damaged = sent.MESSAGE[:position] + instead + sent.MESSAGE[position + length :]
    encrypted = sent.sealed(damaged)

    assert opened_or_refused(sent.PLAINTEXT, sent.plain_query(), damaged)
    assert opened_or_refused(sent.SAFE, sent.sealed_query(encrypted), sent.safe_body(encrypted))
    assert opened_or_refused(sent.SAFE, sent.sealed_query(encrypted), damaged)


@fuzzed
@given(blocks=st.binary(max_size=200), query=st.dictionaries(st.sampled_from([*sent.sealed_query("")]), st.text()))
def test_random_bytes_and_queries_are_refused(blocks: bytes, query: dict[str, str]) -> None:
    encrypted = base64.b64encode(blocks).decode()

    assert opened_or_refused(sent.SAFE, sent.sealed_query(encrypted), sent.safe_body(encrypted))
    for keys in (sent.PLAINTEXT, sent.COMPATIBLE):
        assert opened_or_refused(keys, sent.sealed_query(encrypted) | query, blocks)
        assert opened_or_refused(keys, query, sent.compatible_body(encrypted))


@fuzzed
@given(key=st.binary(min_size=32, max_size=32), message=st.binary(max_size=300))
def test_what_was_sealed_is_opened_unchanged(key: bytes, message: bytes) -> None:
    keys = Keys(sent.APP_ID, sent.TOKEN, sent.SAFE.mode, (key,))

    assert cipher.decrypt(keys, sent.sealed(message, key)).message == message


def opened_or_refused(keys: Keys, query: dict[str, str], body: bytes) -> bool:
    """True unless something else than a refusal is raised."""
    with suppress(Refused):
        received = protocol.open_delivery(keys, query, body, sent.NOW).received
        assert received.key
        assert are_texts(received.tree)
    return True


def are_texts(tree: Tree) -> bool:
    children: list[object] = [*tree.values()]
    while children:
        child = children.pop()
        if isinstance(child, dict | list):
            children.extend(child.values() if isinstance(child, dict) else child)
        elif not isinstance(child, str):
            return False
    return True


def refused_plain(body: bytes) -> Reason:
    return refused(lambda: protocol.open_delivery(sent.PLAINTEXT, sent.plain_query(), body, sent.NOW))


def refused_sealed(encrypted: str, body: bytes) -> Reason:
    return refused(lambda: protocol.open_delivery(sent.SAFE, sent.sealed_query(encrypted), body, sent.NOW))


def refused(opening: Callable[[], object]) -> Reason:
    with pytest.raises(Refused) as refusal:
        opening()
    return refusal.value.reason
