"""The conformance cases as the platform sends them: over HTTP, to the real application."""

import json
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels.wechat.accounts import Keys, Mode, Platform
from bot.channels.wechat.bodies import read_tree
from bot.channels.wechat.refusals import Reason
from bot.channels.wechat.signatures import signature
from bot.services.desk import Desk
from tests.channels.wechat import sent
from tests.channels.wechat.callbacks import Callbacks, callbacks, elsewhere
from tests.channels.wechat.vectors import Case, cases, every_case, needs_vectors

pytestmark = needs_vectors

RUN = {"text", "image", "voice", "video", "shortvideo", "location", "link", "file"}
REASONS = {
    **dict.fromkeys(("xml-hostile-1", "xml-hostile-2", "xml-hostile-3", "xml-hostile-6"), Reason.DOCTYPE),
    **dict.fromkeys(("xml-hostile-8", "xml-hostile-9"), Reason.BODY),
    **dict.fromkeys(("xml-hostile-12", "xml-hostile-14", "xml-hostile-15", "xml-hostile-17"), Reason.FIELDS),
    "xml-hostile-16": Reason.DEPTH,
}


class Opening:
    """Opens the application for one case: its account, and its clock at the case's moment."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self._desk = desk
        self._folder = folder

    def case(self, keys: Keys, now: datetime = sent.NOW) -> AbstractAsyncContextManager[Callbacks]:
        return callbacks(self._desk, self._folder, {"case": keys}, lambda: now)


@pytest.fixture
def town_of(desk: Desk, tmp_path: Path) -> Opening:
    return Opening(desk, tmp_path)


@pytest.mark.parametrize("case", cases("url_verify"))
async def test_the_first_question_is_answered_with_its_echo(case: Case, town_of: Opening) -> None:
    async with town_of.case(plaintext(case), case.now) as service:
        answer = await service.asks(case.query)

    assert (answer.status, answer.body.decode()) == (case.expected["status"], case.outcome("body"))


@pytest.mark.parametrize("case", cases("wecom_url_verify"))
async def test_an_encrypted_echo_is_opened_or_refused(case: Case, town_of: Opening) -> None:
    async with town_of.case(case.keys(platform=Platform.WECOM), case.now) as service:
        answer = await service.asks(case.query)

        if case.expected["valid"]:
            assert (answer.status, answer.body.decode()) == (200, case.outcome("body"))
            return
        assert (answer.status, answer.body) == (403, b"")
        assert service.refusals() == {case.outcome("reason"): 1}


@pytest.mark.parametrize("case", cases("signature_negative"))
async def test_a_signature_with_one_digit_changed_opens_nothing(case: Case, town_of: Opening) -> None:
    query = {name: case.text(name) for name in ("signature", "timestamp", "nonce")}
    now = datetime.fromtimestamp(int(query["timestamp"]), UTC)

    async with town_of.case(plaintext(case), now) as service:
        asked = await service.asks(query | {"echostr": "4375120948345356249"})
        brought = await service.delivers(query, sent.MESSAGE)

        assert {(one.status, one.body) for one in (asked, brought)} == {(403, b"")}
        assert service.refusals() == {Reason.SIGNATURE: 2}
        assert service.is_untouched()


@pytest.mark.parametrize("case", cases("full_request"))
async def test_a_recorded_request_runs_the_bot_once(case: Case, town_of: Opening) -> None:
    mode = Mode.COMPATIBLE if "compat" in case.id else Mode.SAFE
    message = read_tree(case.outcome("plaintext").encode())

    async with town_of.case(case.keys(mode), case.now) as service:
        answers = [await service.delivers(case.query, case.text("body").encode()) for _ in range(2)]

        assert [answer.status for answer in answers] == [200, 200]
        assert service.heard() == ([message["Content"]] if message["MsgType"] == "text" else [])
        assert len(service.taken()) == 1
        assert not service.refusals()


@pytest.mark.parametrize("case", cases("full_request_negative"))
async def test_a_spoilt_request_is_refused_for_its_reason(case: Case, town_of: Opening) -> None:
    async with town_of.case(case.keys(), case.now) as service:
        answer = await service.delivers(case.query, case.text("body").encode())

        assert (answer.status, answer.body) == (403, b"")
        assert service.refusals() == {case.outcome("reason"): 1}
        assert service.is_untouched()


@pytest.mark.parametrize("case", cases("message_xml"))
async def test_a_message_is_taken_once_however_often_it_comes(case: Case, town_of: Opening) -> None:
    body = case.text("xml").encode()

    async with town_of.case(sent.PLAINTEXT) as service:
        first = await service.delivers(sent.plain_query(), body)
        copy = await service.delivers(sent.plain_query(), body)

        assert (first.status, first.body) == (copy.status, copy.body)
        assert first.status == 200
        assert len(service.heard()) == (1 if case.expected["msg_type"] in RUN else 0)
        assert [is_key_of(case, key) for key in service.taken()] == [True]
        assert not service.refusals()
        assert addressee(first.body) in {None, case.tree()["FromUserName"]}


@pytest.mark.parametrize("case", cases("message_xml"))
async def test_a_message_as_json_means_the_same_and_is_answered_in_json(case: Case, town_of: Opening) -> None:
    encrypted = sent.sealed(json.dumps(case.tree(), ensure_ascii=False).encode())
    body = json.dumps({"ToUserName": "gh_0a1b2c3d4e5f", "Encrypt": encrypted}).encode()

    async with town_of.case(sent.SAFE) as service:
        answer = await service.delivers(sent.sealed_query(encrypted), body)

        assert answer.status == 200
        assert len(service.heard()) == (1 if case.expected["msg_type"] in RUN else 0)
        assert [is_key_of(case, key) for key in service.taken()] == [True]
        assert answer.body == b"success" or set(read_tree(answer.body)) == {
            *("Encrypt", "MsgSignature", "TimeStamp", "Nonce")
        }


@pytest.mark.parametrize("case", [one for one in every_case() if one.expected.get("msg_type") == "text"])
async def test_what_is_said_reaches_the_bot_as_it_was_written(case: Case, town_of: Opening) -> None:
    async with town_of.case(sent.PLAINTEXT) as service:
        await service.delivers(sent.plain_query(), case.text("xml").encode())

        assert service.heard() == [case.tree()["Content"]]


@pytest.mark.parametrize("case", cases("message_xml_negative"))
async def test_a_hostile_message_is_refused(case: Case, town_of: Opening) -> None:
    async with town_of.case(sent.PLAINTEXT) as service:
        answer = await service.delivers(sent.plain_query(), case.text("xml").encode())

        assert (answer.status, answer.body) == (403, b"")
        assert service.refusals() == {REASONS[case.id]: 1}
        assert service.is_untouched()


@pytest.mark.parametrize("case", cases("ack"))
async def test_an_acknowledgement_is_never_encrypted(case: Case, town_of: Opening) -> None:
    encrypted = sent.sealed(sent.xml(sent.FIELDS | {"MsgType": "event", "Event": "VIEW"}))

    async with town_of.case(Keys(sent.APP_ID, sent.TOKEN, Mode(case.text("mode")), (sent.KEY,))) as service:
        answer = await service.delivers(sent.sealed_query(encrypted), sent.safe_body(encrypted))

    allowed = case.expected["body_any_of"]
    assert isinstance(allowed, list)
    assert (answer.status, answer.body.decode() in allowed) == (200, True)


@pytest.mark.parametrize("case", cases("sequence"))
async def test_a_sequence_runs_the_bot_as_often_as_things_were_said(case: Case, town_of: Opening) -> None:
    requests = requests_of(case)
    now = datetime.fromtimestamp(int(requests[0][0]["timestamp"]), UTC)

    async with town_of.case(plaintext(case), now) as service, elsewhere() as other:
        *before, last = requests
        answers = [await service.delivers(*request) for request in before]
        answers.append(await service.delivers(*last, http=other))

        assert [answer.status for answer in answers] == [200] * len(requests)
        assert len(service.taken()) == case.expected["bot_runs"]
        if "status" in case.expected:
            assert len(service.heard()) == case.expected["bot_runs"]
            assert len({answer.body for answer in answers}) == 1
            assert read_tree(answers[0].body)["MsgType"] == "text"
        assert not service.refusals()


def plaintext(case: Case) -> Keys:
    return Keys("wx0000000000000000", case.text("token"), Mode.PLAINTEXT)


def is_key_of(case: Case, key: str) -> bool:
    """Events are kept under a digest, because what tells them apart names the resident."""
    told = case.outcome("suggested_dedup_key")
    return key == told if told.startswith("MsgId:") else str(case.tree()["FromUserName"]) not in key


def addressee(body: bytes) -> object:
    """Whom a reply goes to; nobody where the delivery was only acknowledged."""
    return None if body == b"success" else read_tree(body)["ToUserName"]


def requests_of(case: Case) -> list[tuple[Mapping[str, str], bytes]]:
    """The requests of a sequence; those recorded without a query get one of their own."""
    found = []
    given = case.given["requests"]
    assert isinstance(given, list)
    for number, request in enumerate(given):
        query = request.get("query") or own_query(case.text("token"), f"nonce{number}")
        found.append((query, request["body"].encode()))
    return found


def own_query(token: str, nonce: str) -> dict[str, str]:
    return {
        "signature": signature(token, sent.SECONDS, nonce),
        "timestamp": sent.SECONDS,
        "nonce": nonce,
    }
