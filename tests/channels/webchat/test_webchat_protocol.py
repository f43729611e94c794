"""The wire format of the chat page, without a server."""

import json

import pytest

from bot.channels.webchat import protocol
from bot.channels.webchat.protocol import Bubble, Presence, Written
from bot.errors import InvalidInput
from bot.store.tables import ConversationState, Sender

ID = "0123456789abcdef"


def body(text: object, client_id: object = ID) -> bytes:
    return json.dumps({"client_id": client_id, "text": text}).encode()


def bubble(text: str) -> Bubble:
    return Bubble(7, Sender.BOT, text, ["对"], {"kind": "answer"}, None, "2026-03-12T02:30:00+00:00")


def test_a_message_is_read_with_the_pages_own_id() -> None:
    assert protocol.read_written(body("路灯不亮")) == Written(ID, "路灯不亮")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("  路灯\r\n不亮\r\n ", "路灯\n不亮"),
        ("路\x00灯\x1b[31m\x7f不亮", "路灯[31m不亮"),
        ("路灯\u202e不亮\u2066", "路灯不亮"),
        ("\ufeff路\u200b灯", "路灯"),
        ("好的\ud83d", "好的"),
        ("👨‍👩‍👧❤️", "👨‍👩‍👧❤️"),
        ("ئۇيغۇرچە བོད་ཡིག", "ئۇيغۇرچە བོད་ཡིག"),
        ("<b>'; DROP TABLE messages; --{{7*7}}", "<b>'; DROP TABLE messages; --{{7*7}}"),
    ],
)
def test_only_what_cannot_be_seen_is_stripped(sent: str, kept: str) -> None:
    assert protocol.read_written(body(sent)).text == kept


@pytest.mark.parametrize("text", ["", "   \n\t", "\x00\x01", "\u200b\ufeff"])
def test_an_empty_message_is_refused_politely(text: str) -> None:
    with pytest.raises(InvalidInput, match="还没写字呢"):
        protocol.read_written(body(text))


def test_the_longest_message_is_taken_and_a_longer_one_is_refused_with_its_length() -> None:
    assert len(protocol.read_written(body("长" * 2000)).text) == 2000
    with pytest.raises(InvalidInput, match="2001个字"):
        protocol.read_written(body("长" * 2001))


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b'"text"',
        b"{",
        b"[" * 100_000,
        body(None),
        body(3),
        body(["a"]),
        body("好", client_id=None),
        body("好", client_id="short"),
        body("好", client_id="a" * 65),
        body("好", client_id="<script>alert(1)"),
    ],
    ids=lambda sent: repr(sent[:20]),
)
def test_what_is_no_message_is_refused(sent: bytes) -> None:
    with pytest.raises(InvalidInput, match="没看懂"):
        protocol.read_written(sent)


def test_a_choice_of_type_is_true_or_false_and_nothing_else() -> None:
    assert protocol.read_large(b'{"large": true}') is True
    with pytest.raises(InvalidInput):
        protocol.read_large(b'{"large": "yes"}')


def test_a_message_event_carries_the_message_id_and_keeps_line_breaks_in_one_line() -> None:
    lines = protocol.message_event(bubble("一\n\nevent: presence\ndata: {}")).decode().split("\n")
    assert lines[:2] == ["id: 7", "event: message"]
    assert json.loads(lines[2].removeprefix("data: "))["text"] == "一\n\nevent: presence\ndata: {}"
    assert lines[3:] == ["", ""]


def test_nothing_resumes_from_a_presence_event() -> None:
    event = protocol.presence_event(Presence(ConversationState.WORKER, typing=False, asks=False)).decode()
    assert event == 'event: presence\ndata: {"state":"worker","typing":false,"asks":false}\n\n'


@pytest.mark.parametrize(
    ("given", "read"),
    [("12", 12), ("0", 0), (None, None), ("", None), ("-1", None), ("１２", None), ("9" * 40, 2**63 - 1)],
)
def test_an_id_is_read_whatever_is_sent(given: str | None, read: int | None) -> None:
    assert protocol.message_id(given) == read


@pytest.mark.parametrize(("given", "size"), [(None, 100), ("0", 1), ("30", 30), ("5000", 100), ("viele", 100)])
def test_one_answer_holds_a_bounded_number_of_messages(given: str | None, size: int) -> None:
    assert protocol.page_size(given) == size
