"""Pictures staff take, by HTTP: they come with a form, are seen by those who see the event, and can be taken down."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer

from bot.core.deeds import Deed
from bot.services import logins
from bot.services.desk import Desk
from bot.store.tables import CasePhoto
from bot.web import login
from tests.console.at_work import brought, does, event, log, posts, reported, stored
from tests.console.house import ADMIN, PAGE, TRAINER, House, staff_app
from tests.services import stage
from tests.services.events.cast import AUDITOR, CLERK, LEADER, VOLUNTEER
from tests.services.snapshots import CAMERA, files, shot, snapshot, taken

NEW = "/console/events/new"
TOKEN = re.compile(r'name="token" value="([0-9a-f]{32})"')
AGAIN = "照片没有存下，请重新选一次"
WORDS = "写了半天的话"
SEEN = {
    "leaf": stage.LAMP,
    "building": stage.BUILDING,
    "unit": "2",
    "place": "三楼拐角",
    "words": WORDS,
    "discovery": "patrol",
}
JPEG = snapshot()
NO_CHARSET = b"Content-Type: text/plain; charset=no"


@pytest.fixture
def desk(desk: Desk, tmp_path: Path) -> Desk:
    return replace(desk, settings=replace(desk.settings, media=tmp_path / "media"))


class Phone:
    """The browser of somebody who can take pictures."""

    def __init__(self, client: TestClient[web.Request, web.Application], csrf: str) -> None:
        self.client = client
        self.csrf = csrf

    async def sends(self, path: str, fields: dict[str, str], pictures: Sequence[bytes]) -> tuple[int, str, str]:
        """Status, page, and where it leads."""
        form = FormData({"csrf": self.csrf, **fields}, default_to_multipart=True)
        for data in pictures or [b""]:
            form.add_field("photos", BytesIO(data), filename="a.jpg" if pictures else "", content_type="image/jpeg")
        async with self.client.post(path, data=form, headers=PAGE, allow_redirects=False) as answer:
            return answer.status, await answer.text(), answer.headers.get("Location", "")

    async def files(self, pictures: Sequence[bytes], **fields: str) -> tuple[int, str, str]:
        """Report something seen on a round."""
        async with self.client.get(NEW, headers=PAGE) as answer:
            found = TOKEN.search(await answer.text())
        assert found
        return await self.sends(NEW, {"token": found[1], **SEEN, **fields}, pictures)

    async def does(
        self, desk: Desk, number: str, path: str, pictures: Sequence[bytes], **fields: str
    ) -> tuple[int, str, str]:
        """Send the form of a page that was opened just now."""
        version = str(event(desk, number).version)
        return await self.sends(f"/console/events/{number}/{path}", {"version": version, **fields}, pictures)


@asynccontextmanager
async def phone(desk: Desk, username: str = stage.GRID_WORKER) -> AsyncIterator[Phone]:
    with desk.transaction() as session:
        opened = logins.open_session(session, stage.staff(session, username), desk.clock())
    async with TestClient(TestServer(staff_app(desk)), cookies={login.COOKIE: opened.token}) as client:
        yield Phone(client, opened.csrf)


def kept(desk: Desk, number: str) -> list[CasePhoto]:
    with desk.transaction(read_only=True) as session:
        return taken(session, stored(session, number))


def photographed(desk: Desk) -> tuple[str, CasePhoto]:
    """An event a worker of the community has taken a picture of."""
    number = reported(desk)
    does(desk, stage.WORKER, number, Deed.NOTE, pictures=(shot(),))
    return number, kept(desk, number)[0]


def address(photo: CasePhoto) -> str:
    return f"/console/photos/{photo.id}"


async def test_a_grid_worker_files_with_pictures_of_what_is_wrong(desk: Desk) -> None:
    async with phone(desk) as browser:
        status, _, there = await browser.files([JPEG, snapshot("red")])
        async with browser.client.get(there) as answer:
            page = await answer.text()

    number = there.rpartition("/")[2]
    photos = kept(desk, number)
    assert (status, len(photos)) == (303, 2)
    assert page.count(f'src="{address(photos[0])}"') == 2, "in the log and side by side"
    assert 'alt="处理前照片1，王小禾上报时拍的，点开看大图"' in page
    assert "<h3>处理后</h3>" in page
    assert not [one for one in files(desk) if CAMERA in one.read_bytes()]


async def test_the_unit_and_whoever_verifies_show_what_was_done(desk: Desk) -> None:
    number = brought(desk, Deed.START)
    async with phone(desk, stage.WORKER) as browser:
        await browser.does(desk, number, "do/resolve", [JPEG], words="换了灯", completion="substantive")
    async with phone(desk) as browser:
        await browser.does(desk, number, "do/verify", [JPEG])

    assert log(desk, number)[-2:] == ["resolve", "verify"]
    assert [one.stage.value for one in kept(desk, number)] == ["after", "after"]


async def test_a_repair_on_the_spot_comes_with_its_picture(desk: Desk) -> None:
    number = reported(desk)
    async with phone(desk) as browser:
        status, _, _ = await browser.does(desk, number, "on-the-spot", [JPEG], words="换了灯泡")

    assert (status, len(kept(desk, number))) == (303, 1)


async def test_nobody_has_to_take_any(desk: Desk) -> None:
    number = reported(desk)
    async with phone(desk) as browser:
        filed, _, _ = await browser.files([], another="1")
        noted, _, _ = await browser.does(desk, number, "do/note", [], words="看过了")

    assert (filed, noted, kept(desk, number)) == (303, 303, [])


@pytest.mark.parametrize(
    ("pictures", "said"),
    [
        ([JPEG] * 5, "一次最多4张照片"),
        ([JPEG, b"%PDF-1.7\n%%EOF"], "只能传照片"),
        ([b"<html><script>alert(1)</script>"], "只能传照片"),
        ([b"\xff\xd8\xff\xe0 broken"], "打不开"),
        ([b""], "空的"),
        ([JPEG + b"0" * 5_000_000], "最多5MB"),
    ],
    ids=["too many", "a PDF", "a page", "broken", "empty", "too large"],
)
async def test_pictures_that_cannot_be_kept_are_refused_and_the_words_stay(
    desk: Desk, pictures: list[bytes], said: str
) -> None:
    number = reported(desk)
    async with phone(desk) as browser:
        for answer in (
            await browser.files(pictures, another="1"),
            await browser.does(desk, number, "do/note", pictures, words=WORDS),
        ):
            assert (answer[0], said in answer[1], WORDS in answer[1], AGAIN in answer[1]) == (400, True, True, True)

    assert (log(desk, number), kept(desk, number), files(desk)) == (["file"], [], [])


async def test_a_form_that_is_refused_says_that_the_pictures_are_to_be_chosen_again(desk: Desk) -> None:
    number = brought(desk, Deed.START)
    async with phone(desk, stage.WORKER) as browser:
        missing = await browser.does(desk, number, "do/resolve", [JPEG], words=WORDS)
        known = await browser.files([JPEG])
        early = await browser.does(desk, number, "do/verify", [JPEG], words=WORDS)
        without = await browser.does(desk, number, "do/resolve", [], words=WORDS)

    assert [status for status, _, _ in (missing, known, early, without)] == [400, 409, 409, 400]
    assert [AGAIN in text for _, text, _ in (missing, known, early, without)] == [True, True, True, False]
    assert all(WORDS in text for _, text, _ in (missing, known, early, without))
    assert files(desk) == []


async def test_the_same_form_sent_twice_keeps_its_pictures_once(desk: Desk) -> None:
    number = brought(desk, Deed.START)
    async with phone(desk, stage.WORKER) as browser:
        form = {"version": str(event(desk, number).version), "words": "换了灯", "completion": "substantive"}
        path = f"/console/events/{number}/do/resolve"
        first, again = [(await browser.sends(path, form, [JPEG]))[0] for _ in range(2)]
        report = {"token": "c" * 32, **SEEN, "another": "1"}
        filed = [await browser.sends(NEW, report, [JPEG]) for _ in range(2)]

    assert (first, again) == (303, 409)
    assert filed[0] == filed[1]
    assert (len(kept(desk, number)), len(files(desk))) == (1, 2)


@pytest.mark.parametrize("deed", ["triage", "accept", "withdraw"])
async def test_a_deed_that_shows_nothing_takes_no_pictures(desk: Desk, deed: str) -> None:
    number = brought(desk, Deed.TRIAGE) if deed == "accept" else reported(desk)
    before = log(desk, number)
    async with phone(desk, stage.WORKER) as browser:
        status, text, _ = await browser.does(desk, number, f"do/{deed}", [JPEG], words=WORDS)

    assert (status, "这一步不用传照片" in text) == (400, True)
    assert (log(desk, number), files(desk)) == (before, [])


async def test_more_than_anybody_reads_is_refused_before_it_has_come(desk: Desk) -> None:
    number = reported(desk)
    async with phone(desk) as browser:
        length = {**PAGE, "Content-Type": "multipart/form-data; boundary=x", "Content-Length": "99000000"}
        async with browser.client.post(f"/console/events/{number}/do/note", data=b"x", headers=length) as answer:
            assert (answer.status, "太大" in await answer.text()) == (400, True)


@pytest.mark.parametrize(
    ("boundary", "body"),
    [
        ("", b"--x\r\n"),
        ("; boundary=x", b"nonsense"),
        ("; boundary=x", b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n\xff\xfe\r\n--x--'),
        (
            "; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n' + NO_CHARSET + b"\r\n\r\n1\r\n--x--",
        ),
    ],
    ids=["no boundary", "no parts", "no text", "no charset"],
)
async def test_a_body_that_is_no_form_is_bad_input(desk: Desk, boundary: str, body: bytes) -> None:
    number = reported(desk)
    async with phone(desk) as browser:
        for path in (NEW, f"/console/events/{number}/do/note"):
            headers = {**PAGE, "Content-Type": f"multipart/form-data{boundary}"}
            async with browser.client.post(path, data=body, headers=headers, allow_redirects=False) as answer:
                assert answer.status in {400, 403}


async def test_the_bytes_come_as_what_they_are_and_in_parts(desk: Desk) -> None:
    _, photo = photographed(desk)

    async with phone(desk) as browser:
        async with browser.client.get(address(photo)) as answer:
            body = await answer.read()
        async with browser.client.get(address(photo), headers={"Range": "bytes=0-4"}) as part:
            assert (part.status, await part.read()) == (206, body[:5])

    assert (answer.status, body, answer.headers["Content-Type"]) == (200, shot().data, "image/jpeg")
    assert answer.headers["Content-Disposition"] == f'inline; filename="before-{photo.id}.jpg"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("who", [stage.WORKER, stage.DISPATCHER, LEADER, stage.GRID_WORKER])
async def test_whoever_sees_the_event_gets_its_pictures(desk: Desk, who: str) -> None:
    _, photo = photographed(desk)

    async with phone(desk, who) as browser, browser.client.get(address(photo)) as answer:
        assert answer.status == 200


async def test_the_unit_sees_them_once_it_has_the_event(desk: Desk) -> None:
    number, photo = photographed(desk)
    async with phone(desk, CLERK) as browser:
        async with browser.client.get(address(photo)) as before:
            pass
        does(desk, stage.WORKER, number, Deed.TRIAGE)
        does(desk, stage.WORKER, number, Deed.ACCEPT)
        does(desk, stage.WORKER, number, Deed.DISPATCH)
        async with browser.client.get(address(photo)) as after:
            pass

    assert (before.status, after.status) == (404, 200)


@pytest.mark.parametrize("who", [stage.ELSEWHERE, "zhaochunsheng", CLERK, VOLUNTEER, AUDITOR, TRAINER, ADMIN])
async def test_what_is_not_theirs_is_as_if_it_were_not_there(house: House, desk: Desk, who: str) -> None:
    _, photo = photographed(desk)
    browser = await house.enter(who)

    foreign, absent = await browser.get(address(photo)), await browser.get("/console/photos/999")

    assert (foreign.status, absent.status) == (404, 404)
    assert foreign.text == absent.text


@pytest.mark.parametrize("there", ["0", "999", "x", "-1", "9" * 40, "1%27", "..%2f..%2fsecret.jpg"])
async def test_a_picture_that_is_not_there_is_not_found(house: House, desk: Desk, there: str) -> None:
    photographed(desk)

    assert (await (await house.enter(stage.WORKER)).get(f"/console/photos/{there}")).status == 404


async def test_who_is_not_signed_in_is_led_to_the_login(house: House, desk: Desk) -> None:
    _, photo = photographed(desk)

    answer = await (await house.nobody()).get(address(photo))

    assert answer.status == 303
    assert answer.location.startswith("/login?next=/console/photos")


async def test_the_director_takes_a_picture_down_with_a_reason(house: House, desk: Desk) -> None:
    number, photo = photographed(desk)
    browser = await house.enter(stage.DIRECTOR)
    offered = (await browser.get(f"/console/events/{number}")).text

    answer = await posts(browser, desk, number, "remove-photo", photo=str(photo.id), words="拍到了车牌")

    page = (await browser.get(answer.location)).text
    assert f'<option value="{photo.id}">处理前照片1' in offered
    assert (answer.status, kept(desk, number), files(desk)) == (303, [], [])
    assert "撤下1张照片" in page
    assert "拍到了车牌" in page
    assert "前后对照" not in page
    assert (await browser.get(address(photo))).status == 404
    assert [row.object for row in house.audited("photo:remove")] == [number]


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"words": ""}, 400, "请写明为什么撤下"),
        ({"words": "长" * 501}, 400, "500"),
        ({"photo": ""}, 400, "请选一张照片"),
        ({"photo": "x"}, 400, "请选一张照片"),
        ({"photo": "999"}, 404, "没有这张照片"),
        ({"version": "0"}, 409, "刚被别人改过"),
        ({"version": "x"}, 400, "已经过期"),
    ],
)
async def test_a_removal_that_makes_no_sense_is_refused(
    house: House, desk: Desk, fields: dict[str, str], status: int, said: str
) -> None:
    number, photo = photographed(desk)

    answer = await posts(
        await house.enter(stage.DIRECTOR),
        desk,
        number,
        "remove-photo",
        **{"photo": str(photo.id), "words": WORDS, **fields},
    )

    assert (answer.status, said in answer.text) == (status, True)
    assert status == 404 or "words" in fields or WORDS in answer.text
    assert len(kept(desk, number)) == 1


async def test_a_picture_of_another_event_is_not_taken_down_from_here(house: House, desk: Desk) -> None:
    number, photo = photographed(desk)
    other = reported(desk, "other", stage.NEXT_DOOR)

    answer = await posts(
        await house.enter(stage.DIRECTOR), desk, other, "remove-photo", photo=str(photo.id), words="不要了"
    )

    assert (answer.status, len(kept(desk, number))) == (404, 1)


async def test_taking_it_down_twice_says_that_it_is_gone(house: House, desk: Desk) -> None:
    number, photo = photographed(desk)
    browser = await house.enter(stage.DISPATCHER)

    first, again = [
        await posts(browser, desk, number, "remove-photo", photo=str(photo.id), words="拍到了人脸") for _ in range(2)
    ]

    assert (first.status, again.status) == (303, 404)
    assert "可能已经撤下了" in again.text
    assert log(desk, number).count("note") == 2


@pytest.mark.parametrize(("who", "status"), [(stage.WORKER, 403), (stage.GRID_WORKER, 403), (LEADER, 403)])
async def test_who_may_not_take_it_down_is_not_offered_to(house: House, desk: Desk, who: str, status: int) -> None:
    number, photo = photographed(desk)
    browser = await house.enter(who)

    answer = await posts(browser, desk, number, "remove-photo", photo=str(photo.id), words="不好看")

    assert (answer.status, len(kept(desk, number))) == (status, 1)
    assert "撤下一张照片" not in (await browser.get(f"/console/events/{number}")).text
