"""Answers with a file, and ready answers put into the form."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image

from bot.services import logins
from bot.services.desk import Desk
from bot.store.tables import Attachment, CannedAnswer
from bot.web import login
from tests.console.house import PAGE, SCRIPT, House, staff_app
from tests.console.talks import LIST, Talk, in_hand, token_in, told, waits
from tests.services import stage

PDF = b"%PDF-1.7\ntrailer\n%%EOF\n"


@pytest.fixture
def desk(desk: Desk, tmp_path: Path) -> Desk:
    return replace(desk, settings=replace(desk.settings, media=tmp_path / "media"))


class Desktop:
    """A worker's browser that can choose files."""

    def __init__(self, client: TestClient[web.Request, web.Application], csrf: str) -> None:
        self._client = client
        self._csrf = csrf

    async def send(
        self,
        talk: Talk,
        text: str,
        data: bytes | None = None,
        name: str = "a.bin",
        headers: dict[str, str] = PAGE,
        token: str = "",
    ) -> tuple[int, str]:
        form = FormData()
        form.add_field("csrf", self._csrf)
        form.add_field("token", token)
        form.add_field("text", text)
        form.add_field("file", BytesIO(data or b""), filename=name if data is not None else "")
        async with self._client.post(
            f"{talk.address}/reply", data=form, headers=headers, allow_redirects=False
        ) as answer:
            return answer.status, await answer.text()

    async def token(self, talk: Talk, form: str) -> str:
        return token_in((await self.get(talk.address))[1].decode(), form)

    async def get(self, path: str) -> tuple[int, bytes]:
        async with self._client.get(path) as answer:
            return answer.status, await answer.read()


@asynccontextmanager
async def desktop(desk: Desk, username: str = stage.WORKER) -> AsyncIterator[Desktop]:
    with desk.transaction() as session:
        opened = logins.open_session(session, stage.staff(session, username), desk.clock())
    async with TestClient(TestServer(staff_app(desk)), cookies={login.COOKIE: opened.token}) as client:
        yield Desktop(client, opened.csrf)


def picture(size: int = 40) -> bytes:
    made = BytesIO()
    Image.effect_noise((size, size), 90).save(made, "PNG")
    return made.getvalue()


def kept(desk: Desk) -> list[Attachment]:
    with desk.transaction(read_only=True) as session:
        return list(session.query(Attachment).order_by(Attachment.id))


async def test_a_picture_goes_with_the_words_and_both_are_shown(desk: Desk) -> None:
    talk = in_hand(desk)

    async with desktop(desk) as browser:
        status, _ = await browser.send(talk, "照这样填", picture(), "../../evil.html")
        page = (await browser.get(talk.address))[1].decode()
        bytes_status, body = await browser.get(f"/console/attachments/{kept(desk)[0].id}")

    assert status == 303
    assert told(desk)[-1] == "照这样填"
    assert 'alt="工作人员发来的照片，点开看大图"' in page
    assert (bytes_status, body[:8]) == (200, b"\x89PNG\r\n\x1a\n")
    assert "evil" not in str(kept(desk)[0].file)


async def test_a_file_may_go_without_words(desk: Desk) -> None:
    talk = in_hand(desk)

    async with desktop(desk) as browser:
        status, _ = await browser.send(talk, "", PDF, headers=SCRIPT)

    assert (status, kept(desk)[0].content_type) == (204, "application/pdf")


@pytest.mark.parametrize("data", [None, PDF], ids=["words", "words and file"])
async def test_a_reply_tapped_twice_reaches_the_resident_once(desk: Desk, data: bytes | None) -> None:
    talk = in_hand(desk)

    async with desktop(desk) as browser:
        token = await browser.token(talk, "reply")
        answers = [await browser.send(talk, "马上来", data, token=token) for _ in range(2)]

    assert [status for status, _ in answers] == [303, 303]
    assert told(desk).count("马上来") == 1
    assert len(kept(desk)) == (data is not None)


async def test_a_reply_tapped_at_once_reaches_the_resident_once(desk: Desk) -> None:
    talk = in_hand(desk)

    async with desktop(desk) as browser:
        token = await browser.token(talk, "reply")
        answers = await asyncio.gather(*(browser.send(talk, "马上来", token=token) for _ in range(5)))

    assert {status for status, _ in answers} == {303}
    assert told(desk).count("马上来") == 1


@pytest.mark.parametrize("other", [("下午来", None), ("马上来", PDF)], ids=["words", "file"])
async def test_another_reply_from_a_page_gone_back_to_stays_in_the_form_and_can_be_sent(
    desk: Desk, other: tuple[str, bytes | None]
) -> None:
    talk = in_hand(desk)

    async with desktop(desk) as browser:
        token = await browser.token(talk, "reply")
        await browser.send(talk, "马上来", token=token)
        status, page = await browser.send(talk, *other, token=token)
        again, _ = await browser.send(talk, *other, token=token_in(page, "reply"))

    assert (status, again) == (409, 303)
    assert "还没有交" in page
    assert f">{other[0]}</textarea>" in page
    assert told(desk)[-1] == other[0]


async def test_a_reply_that_was_refused_can_be_sent_again_from_the_same_page(desk: Desk) -> None:
    talk = in_hand(desk)

    async with desktop(desk) as browser:
        token = await browser.token(talk, "reply")
        refused, _ = await browser.send(talk, "长" * 2001, token=token)
        status, _ = await browser.send(talk, "短", token=token)

    assert (refused, status, told(desk)[-1]) == (400, 303, "短")


async def test_a_token_no_page_has_given_is_refused(desk: Desk) -> None:
    talk = in_hand(desk)

    async with desktop(desk) as browser:
        status, page = await browser.send(talk, "您好", token="'; DROP TABLE")

    assert (status, "已经过期" in page) == (400, True)
    assert "您好" not in told(desk)


async def test_neither_words_nor_file_is_nothing_to_send(desk: Desk) -> None:
    talk = in_hand(desk)

    async with desktop(desk) as browser:
        status, page = await browser.send(talk, " ")

    assert (status, "不能是空的" in page) == (400, True)


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"<html>", "只能发照片"), (b"", "空的"), (PDF + b"0" * 5_000_001, "最多5MB"), (b"0" * 6_000_000, "最多5MB")],
    ids=["html", "empty", "large", "huge"],
)
async def test_a_file_that_cannot_be_sent_is_named_and_nothing_goes_out(desk: Desk, data: bytes, said: str) -> None:
    talk = in_hand(desk)

    async with desktop(desk) as browser:
        status, page = await browser.send(talk, "请看附件", data)

    assert (status, said in page) == (400, True)
    assert "请看附件" not in told(desk)
    assert kept(desk) == []


async def test_only_the_holder_sends_files(desk: Desk) -> None:
    talk = in_hand(desk)

    async with desktop(desk, stage.COLLEAGUE) as browser:
        status, _ = await browser.send(talk, "我来", picture())

    assert (status, kept(desk)) == (409, [])


def canned_id(desk: Desk) -> int:
    with desk.transaction(read_only=True) as session:
        return session.query(CannedAnswer).filter_by(title="问好").one().id


async def test_a_ready_answer_comes_filled_in_behind_the_words(house: House, desk: Desk) -> None:
    talk = in_hand(desk)

    answer = await (await house.enter(stage.WORKER)).post(
        f"{talk.address}/canned", {"text": "刚才说到", "canned": str(canned_id(desk))}
    )

    assert answer.status == 200
    assert "刚才说到\n您好，街坊，我是社区的李青禾。" in answer.text
    assert not any("刚才说到" in text for text in told(desk))


async def test_ready_answers_are_listed_for_the_holder(house: House, desk: Desk) -> None:
    talk = in_hand(desk)

    own = (await (await house.enter(stage.WORKER)).get(talk.address)).text
    other = (await (await house.enter(stage.COLLEAGUE)).get(talk.address)).text

    assert "用这句" in own
    assert "用这句" not in other


@pytest.mark.parametrize("wrong", ["", "0", "999", "x"])
async def test_a_ready_answer_that_is_not_there_is_not_found(house: House, desk: Desk, wrong: str) -> None:
    talk = in_hand(desk)

    answer = await (await house.enter(stage.WORKER)).post(f"{talk.address}/canned", {"canned": wrong})

    assert answer.status == 404


@pytest.mark.parametrize("deed", ["reply", "canned"])
async def test_who_does_not_belong_there_writes_nothing(house: House, desk: Desk, deed: str) -> None:
    talk, before = waits(desk), told(desk)
    fields = {"text": "您好", "canned": str(canned_id(desk))}

    assert (await (await house.nobody()).post(f"{talk.address}/{deed}", fields)).status == 303
    assert (await (await house.enter(stage.GRID_WORKER)).post(f"{talk.address}/{deed}", fields)).status == 403
    assert (await (await house.enter(stage.ELSEWHERE)).post(f"{talk.address}/{deed}", fields)).status == 404
    assert (await (await house.enter(stage.WORKER)).post(f"{LIST}/999/{deed}", fields)).status == 404
    assert told(desk) == before
