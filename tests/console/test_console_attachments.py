"""What residents send besides words: who gets the bytes, and what the pages show."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.services import logins
from bot.services.desk import Desk
from bot.services.handover import hand_over
from bot.store.tables import Attachment, AttachmentKind, AttachmentState, HandoverKind
from bot.web import login
from tests.console.house import ADMIN, TRAINER, House, staff_app
from tests.services import stage

FILE, BYTES = "ab/cd/lamp.jpg", b"as if this were a picture"
TALKS = "/console/conversations"


@dataclass(frozen=True)
class Sent:
    """What a resident sent, and where it is shown."""

    id: int
    message_id: int
    conversation_id: int

    @property
    def address(self) -> str:
        return f"/console/attachments/{self.id}"

    @property
    def talk(self) -> str:
        return f"{TALKS}/{self.conversation_id}"


@pytest.fixture
def desk(desk: Desk, tmp_path: Path) -> Desk:
    """The desk of this test, with one file in its media folder and one outside of it."""
    media = tmp_path / "media"
    (media / FILE).parent.mkdir(parents=True)
    (media / FILE).write_bytes(BYTES)
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    return replace(desk, settings=replace(desk.settings, media=media))


def sends(desk: Desk, name: str = "someone", text: str = "[照片]", **columns: object) -> Sent:
    """A resident sends a picture that has been stored, unless the columns say otherwise."""
    told = {"kind": AttachmentKind.IMAGE, "state": AttachmentState.STORED, "file": FILE, "content_type": "image/jpeg"}
    with desk.transaction() as session:
        resident = stage.someone(session, desk, name)
        message_id = stage.says(session, desk, resident, text)
        row = Attachment(message_id=message_id, created_at=desk.clock(), **{**told, **columns})
        session.add(row)
        session.flush()
        return Sent(row.id, message_id, stage.talk_of(session, desk, resident).id)


def reports(desk: Desk) -> str:
    """The resident reports what the picture shows, so that it belongs to the event; returns the event's page."""
    with desk.transaction() as session:
        event = stage.report(session, desk, stage.someone(session, desk), stage.at(desk, stage.BUILDING))
        return f"/console/events/{event.number}"


@asynccontextmanager
async def client(desk: Desk, username: str = stage.WORKER) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    """A browser whose answers are looked at to the last header."""
    with desk.transaction() as session:
        token = logins.open_session(session, stage.staff(session, username), desk.clock()).token
    async with TestClient(TestServer(staff_app(desk)), cookies={login.COOKIE: token}) as opened:
        yield opened


async def test_a_worker_gets_the_bytes_as_what_they_are(desk: Desk) -> None:
    sent = sends(desk)

    async with client(desk) as browser, browser.get(sent.address) as answer:
        body = await answer.read()

    assert (answer.status, body, answer.headers["Content-Type"]) == (200, BYTES, "image/jpeg")
    assert answer.headers["Content-Disposition"] == f'inline; filename="image-{sent.id}.jpg"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "media-src 'self'" in answer.headers["Content-Security-Policy"]


async def test_a_player_gets_the_part_it_asks_for(desk: Desk) -> None:
    sent = sends(desk, kind=AttachmentKind.VIDEO, content_type="video/mp4")

    async with client(desk) as browser, browser.get(sent.address, headers={"Range": "bytes=0-4"}) as answer:
        body = await answer.read()

    assert (answer.status, body) == (206, BYTES[:5])


@pytest.mark.parametrize(
    ("content_type", "how"),
    [
        ("audio/amr", "inline"),
        ("video/mp4", "inline"),
        ("image/svg+xml", "attachment"),
        ("text/html", "attachment"),
        (None, "attachment"),
    ],
)
async def test_only_pictures_sounds_and_films_are_opened_in_the_browser(
    desk: Desk, content_type: str | None, how: str
) -> None:
    sent = sends(desk, content_type=content_type)

    async with client(desk) as browser, browser.get(sent.address) as answer:
        assert answer.headers["Content-Type"] == (content_type or "application/octet-stream")
        assert answer.headers["Content-Disposition"].startswith(f"{how};")


@pytest.mark.parametrize("there", ["0", "999", "x", "-1", "9" * 40, "1%27", "..%2f..%2fsecret.jpg"])
async def test_an_attachment_that_is_not_there_is_not_found(house: House, desk: Desk, there: str) -> None:
    sends(desk)

    assert (await (await house.enter(stage.WORKER)).get(f"/console/attachments/{there}")).status == 404


@pytest.mark.parametrize("state", [AttachmentState.PENDING, AttachmentState.REFUSED, AttachmentState.LOST])
async def test_what_has_not_come_is_not_sent(house: House, desk: Desk, state: AttachmentState) -> None:
    sent = sends(desk, state=state)

    assert (await (await house.enter(stage.WORKER)).get(sent.address)).status == 404


@pytest.mark.parametrize("file", ["../secret.jpg", "ab/../../secret.jpg", "ab", "ab/cd/gone.jpg", "", None])
async def test_no_file_outside_the_media_folder_is_ever_sent(house: House, desk: Desk, file: str | None) -> None:
    sent = sends(desk, file=file)

    answer = await (await house.enter(stage.WORKER)).get(sent.address)

    assert answer.status == 404
    assert "secret" not in answer.text


async def test_neither_an_absolute_path_nor_a_link_leads_outside(house: House, desk: Desk, tmp_path: Path) -> None:
    (desk.settings.media / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    browser = await house.enter(stage.WORKER)

    for file in (str(tmp_path / "secret.jpg"), "link.jpg"):
        assert (await browser.get(sends(desk, file=file).address)).status == 404


@pytest.mark.parametrize("username", [stage.ELSEWHERE, stage.GRID_WORKER, TRAINER, ADMIN])
async def test_who_may_not_see_the_conversation_gets_nothing(house: House, desk: Desk, username: str) -> None:
    sent = sends(desk)

    assert (await (await house.enter(username)).get(sent.address)).status == 404


async def test_who_is_not_signed_in_is_led_to_the_login(house: House, desk: Desk) -> None:
    answer = await (await house.nobody()).get(sends(desk).address)

    assert answer.status == 303
    assert answer.location.startswith("/login?next=/console")


async def test_a_complaint_hides_its_pictures_from_the_one_it_is_about(house: House, desk: Desk) -> None:
    sent = sends(desk)
    with desk.transaction() as session:
        resident = stage.someone(session, desk)
        inbox = stage.says(session, desk, resident, "李青禾骂人，我要投诉")
        talk = stage.talk_of(session, desk, resident)
        hand_over(session, talk, inbox, HandoverKind.COMPLAINT, "投诉李青禾", desk.clock())

    assert (await (await house.enter(stage.WORKER)).get(sent.address)).status == 404
    assert (await (await house.enter(stage.DIRECTOR)).get(sent.address)).text == BYTES.decode()


async def test_who_may_see_the_case_gets_its_pictures_without_the_conversation(house: House, desk: Desk) -> None:
    sent, noise = sends(desk), sends(desk, "other")
    page = reports(desk)
    browser = await house.enter(stage.GRID_WORKER)

    assert (await browser.get(sent.address)).text == BYTES.decode()
    assert (await browser.get(noise.address)).status == 404
    shown = (await browser.get(page)).text
    assert f'<img src="{sent.address}" loading="lazy"' in shown
    assert noise.address not in shown


async def test_another_communitys_case_gives_away_no_pictures(house: House, desk: Desk) -> None:
    sent = sends(desk)
    reports(desk)

    assert (await (await house.enter(stage.ELSEWHERE)).get(sent.address)).status == 404
