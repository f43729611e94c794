"""A resident's page while workers handle what they reported: the news come by themselves, and a tap answers them."""

import itertools
from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer

from bot.app import create_app
from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus
from bot.core.places import Building, Place
from bot.services import outbox
from bot.services.cards import progress_card
from bot.services.desk import Desk
from bot.services.told_steps import told_steps
from bot.services.turns import Turns
from bot.store.queries import cases
from bot.store.tables import Conversation, GridEvent, Message, Resident
from tests.channels.webchat.phone import Phone, switched_on
from tests.services.dialogues import Parrot
from tests.services.events.course import goes
from tests.services.stage import report
from tests.web.served import NoModels


@pytest.fixture
async def phone(desk: Desk) -> AsyncIterator[Phone]:
    """A phone whose messages are really answered, by what does not need the model."""
    turns = Turns(desk, Parrot())
    async with TestServer(create_app(desk, turns, NoModels())) as server, switched_on(server) as phone:
        yield phone
        await turns.settled()


@pytest.fixture(scope="session")
def buildings(desk: Desk) -> "itertools.cycle[Building]":
    """A place of its own for every test."""
    return itertools.cycle(one for one in desk.gazetteer.buildings if one.community_id == "qinghe")


@pytest.fixture
async def lamp(phone: Phone, desk: Desk, buildings: "itertools.cycle[Building]") -> str:
    """The number of what this phone's resident reported."""
    said = await phone.say("灯坏了")
    building = next(buildings)
    place = Place(building.name, building.community_id, building.grid_id, building, None, None, None, None)
    with desk.transaction() as session:
        talk = session.get_one(Conversation, session.get_one(Message, said).conversation_id)
        return report(session, desk, session.get_one(Resident, talk.resident_id), place).number


def event_of(desk: Desk, number: str) -> GridEvent:
    with desk.transaction(read_only=True) as session:
        event = cases.case_by_number(session, number)
        assert isinstance(event, GridEvent)
        return event


def handled(desk: Desk, number: str, until: Deed) -> None:
    with desk.transaction() as session:
        event = cases.case_by_number(session, number)
        assert isinstance(event, GridEvent)
        goes(session, desk, event, until)


async def test_every_move_comes_to_the_open_page_by_itself(phone: Phone, desk: Desk, lamp: str) -> None:
    before = (await phone.history()).ids[-1]
    async with phone.listening(after=before) as stream:
        handled(desk, lamp, Deed.CLOSE)
        title = event_of(desk, lamp).title
        heard = [str(text) for text in await stream.messages(5)]
    assert heard[0] == f"您报的「{title}」已经受理。"


async def test_the_question_comes_with_buttons_and_a_tap_answers_it(phone: Phone, desk: Desk, lamp: str) -> None:
    handled(desk, lamp, Deed.CLOSE)
    asked = (await phone.history()).messages[-1]
    assert asked["buttons"] == ["解决了", "没解决"]

    async with phone.listening(after=int(str(asked["id"]))) as stream:
        await phone.say("没解决")
        texts = await stream.messages(3)

    assert texts[0] == "没解决"
    assert "重新办" in str(texts[1])
    assert event_of(desk, lamp).status is EventStatus.REOPENED


async def test_the_card_on_the_page_lists_the_steps(phone: Phone, desk: Desk, lamp: str) -> None:
    handled(desk, lamp, Deed.START)
    with desk.transaction() as session:
        event = cases.case_by_number(session, lamp)
        assert isinstance(event, GridEvent)
        talk = session.get_one(Conversation, session.get_one(Message, event.inbox_id).conversation_id)
        steps = [(step.when, step.words) for step in told_steps(session, event)]
        outbox.post(session, talk, ["进展"], outbox.BOT, desk.clock(), card=progress_card(event, steps))

    card = (await phone.history()).messages[-1]["card"]

    assert isinstance(card, dict)
    assert card["stages"] == ["上报", "受理", "处理", "核实", "办结"]
    assert [words for _, words in card["steps"]][:2] == ["报上去了", "社区核实过了"]
