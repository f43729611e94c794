"""Files a worker sends: the page hears of them and fetches them, and nobody else's page does."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp.test_utils import BaseTestServer
from PIL import Image
from sqlalchemy import select

from bot.core.staff import Role
from bot.services import sent_files, talk
from bot.services.desk import Desk
from bot.store.tables import Conversation, Message, Staff
from tests.channels.webchat.conftest import NewPhone
from tests.channels.webchat.phone import Phone

PDF = b"%PDF-1.7\ntrailer\n%%EOF\n"


@pytest.fixture
def media(desk: Desk, tmp_path: Path) -> Iterator[Path]:
    """The media folder of this test."""
    kept = desk.settings.media
    object.__setattr__(desk.settings, "media", tmp_path)
    yield tmp_path
    object.__setattr__(desk.settings, "media", kept)


def drawn() -> bytes:
    made = BytesIO()
    Image.new("RGB", (30, 20), "teal").save(made, "PNG")
    return made.getvalue()


async def sent(desk: Desk, phone: Phone, data: bytes, text: str = "") -> int:
    """The resident writes, a worker takes it and sends a file; returns the message."""
    message_id = await phone.say("能找个人吗")
    media = sent_files.checked(data)
    with desk.transaction() as session:
        worker = session.scalars(select(Staff).where(Staff.role == Role.WORKER, Staff.community_id == "qinghe")).first()
        assert worker is not None
        conversation_id = session.get_one(Message, message_id).conversation_id
        assert session.get(Conversation, conversation_id) is not None
        talk.take(session, desk, conversation_id, worker)
        return talk.reply(session, desk, conversation_id, worker, text, media).id


async def fetched(phone: Phone, name: object) -> tuple[int, bytes, str, str]:
    async with phone.session.get(f"{phone.base}/chat/files/{name}") as answer:
        disposition = answer.headers.get("Content-Disposition", "")
        return answer.status, await answer.read(), answer.headers["Content-Type"], disposition.partition(";")[0]


async def test_a_picture_is_told_of_and_shown_in_the_page(desk: Desk, phone: Phone, media: Path) -> None:
    message_id = await sent(desk, phone, drawn(), "照这样填")

    shown = next(one for one in (await phone.history()).messages if one["id"] == message_id)

    assert (shown["text"], shown["card"]) == ("照这样填", {"kind": "file", "what": "照片", "is_picture": True})
    status, body, content_type, how = await fetched(phone, message_id)
    assert (status, body[:4], content_type, how) == (200, b"\x89PNG", "image/png", "inline")


async def test_a_pdf_is_saved_and_never_opened_as_a_page_of_ours(desk: Desk, phone: Phone, media: Path) -> None:
    message_id = await sent(desk, phone, PDF)

    assert await fetched(phone, message_id) == (200, PDF, "application/pdf", "attachment")


async def test_nobody_elses_page_gets_it(desk: Desk, new_phone: NewPhone, media: Path) -> None:
    message_id = await sent(desk, await new_phone(), drawn())
    other = await new_phone()

    assert (await fetched(other, message_id))[0] == 404


@pytest.mark.parametrize("name", ["0", "999999", "x", "-1", "9" * 40])
async def test_what_was_not_sent_is_not_found(phone: Phone, media: Path, name: str) -> None:
    assert (await fetched(phone, name))[0] == 404


async def test_a_message_without_a_file_has_none_to_fetch(phone: Phone, media: Path) -> None:
    assert (await fetched(phone, await phone.say("您好")))[0] == 404


async def test_a_browser_that_is_nobodys_gets_nothing(
    desk: Desk, phone: Phone, server: BaseTestServer, media: Path
) -> None:
    message_id = await sent(desk, phone, drawn())
    phone.session.cookie_jar.clear()

    assert (await fetched(phone, message_id))[0] == 403
