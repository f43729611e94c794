"""Pictures of what was done, on the page of the resident whose case it is."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp.test_utils import BaseTestServer

from bot.core.deeds import Deed
from bot.core.places import Building
from bot.services import asked_progress, outbox
from bot.services.asked_progress import Asker
from bot.services.desk import Desk
from bot.store.tables import Conversation, GridEvent, Message, Resident
from tests.channels.webchat.conftest import NewPhone
from tests.channels.webchat.phone import Phone
from tests.services.events import course
from tests.services.events.cast import does
from tests.services.snapshots import shot, taken
from tests.services.stage import COLLEAGUE, WORKER, at, report


@pytest.fixture
def media(desk: Desk, tmp_path: Path) -> Iterator[Path]:
    """The media folder of this test."""
    kept = desk.settings.media
    object.__setattr__(desk.settings, "media", tmp_path)
    yield tmp_path
    object.__setattr__(desk.settings, "media", kept)


@pytest.fixture(scope="session")
def buildings(desk: Desk) -> "itertools.cycle[Building]":
    """A place of its own for every test."""
    return itertools.cycle(one for one in desk.gazetteer.buildings if one.community_id == "qinghe")


@pytest.fixture
async def lamp(phone: Phone, desk: Desk, media: Path, buildings: "itertools.cycle[Building]") -> int:
    """What this phone's resident reported, photographed by the unit before and after."""
    said = await phone.say("灯坏了")
    with desk.transaction() as session:
        talk = session.get_one(Conversation, session.get_one(Message, said).conversation_id)
        resident = session.get_one(Resident, talk.resident_id)
        event = report(session, desk, resident, at(desk, next(buildings).id))
        course.goes(session, desk, event, Deed.SIGN)
        does(session, desk, WORKER, event, Deed.START, pictures=(shot("black"),))
        does(session, desk, WORKER, event, Deed.RESOLVE, pictures=(shot("white"),))
        return event.id


def verifies(desk: Desk, event_id: int) -> None:
    with desk.transaction() as session:
        does(session, desk, COLLEAGUE, session.get_one(GridEvent, event_id), Deed.VERIFY)


def pictures(desk: Desk, event_id: int) -> tuple[int, int]:
    """The ids of what was taken before and after."""
    with desk.transaction(read_only=True) as session:
        before, after = taken(session, session.get_one(GridEvent, event_id))
        return before.id, after.id


async def fetched(phone: Phone, name: object) -> tuple[int, bytes]:
    async with phone.session.get(f"{phone.base}/chat/photos/{name}") as answer:
        return answer.status, await answer.read()


async def test_the_outcome_is_shown_once_somebody_has_been_there(desk: Desk, phone: Phone, lamp: int) -> None:
    before, after = pictures(desk, lamp)
    too_early = await fetched(phone, after)

    verifies(desk, lamp)

    assert too_early[0] == 404
    assert await fetched(phone, after) == (200, shot("white").data)
    assert (await fetched(phone, before))[0] == 404


async def test_nobody_elses_page_gets_it(desk: Desk, phone: Phone, new_phone: NewPhone, lamp: int) -> None:
    verifies(desk, lamp)
    _, after = pictures(desk, lamp)

    foreign, absent = await fetched(await new_phone(), after), await fetched(await new_phone(), 99_999)

    assert foreign == absent
    assert foreign[0] == 404


async def test_a_browser_that_is_nobodys_gets_nothing(
    desk: Desk, phone: Phone, server: BaseTestServer, lamp: int
) -> None:
    verifies(desk, lamp)
    phone.session.cookie_jar.clear()

    assert (await fetched(phone, pictures(desk, lamp)[1]))[0] == 403


@pytest.mark.parametrize("name", ["0", "999999", "x", "-1", "9" * 40])
async def test_what_was_not_taken_is_not_found(phone: Phone, media: Path, name: str) -> None:
    assert (await fetched(phone, name))[0] == 404


async def test_it_comes_as_a_picture_that_no_cache_keeps(desk: Desk, phone: Phone, lamp: int) -> None:
    verifies(desk, lamp)

    async with phone.session.get(f"{phone.base}/chat/photos/{pictures(desk, lamp)[1]}") as answer:
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["Cache-Control"] == "private, no-store"


async def test_the_card_on_the_page_names_the_pictures(desk: Desk, phone: Phone, lamp: int) -> None:
    verifies(desk, lamp)
    with desk.transaction() as session:
        event = session.get_one(GridEvent, lamp)
        resident = session.get_one(Resident, event.resident_id)
        talk = session.get_one(Conversation, session.get_one(Message, event.inbox_id).conversation_id)
        asker = Asker(resident, "我上次报的怎么样了", event.inbox_id or 0, may_ask=False)
        told = asked_progress.tell(session, desk, asker)
        assert told is not None
        outbox.post(session, talk, ["进展"], outbox.BOT, desk.clock(), card=told.card)

    card = (await phone.history()).messages[-1]["card"]

    assert isinstance(card, dict)
    assert card["photos"] == [pictures(desk, lamp)[1]]
