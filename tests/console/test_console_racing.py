"""Two hundred at once over real HTTP: one takes the conversation, one accepts the event, nobody is told twice."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus
from bot.services.desk import Desk, open_desk
from bot.services.handover import hand_over
from bot.store.tables import Conversation, HandoverKind
from tests.console.at_work import brought, event, log, told
from tests.console.house import Answer, House, hire_trainer_and_admin, opened_house, staff_app
from tests.services import stage

RACERS = 200
POSTGRES = os.environ.get("LINLI_TEST_POSTGRES")
RUNNERS = (stage.WORKER, stage.COLLEAGUE, stage.DIRECTOR, stage.DISPATCHER)


@pytest.fixture
def elsewhere(opened: Desk, clock: stage.Clock) -> Iterator[Desk]:
    """A desk at a PostgreSQL database of its own."""
    server = make_url(str(POSTGRES)).set(drivername="postgresql+psycopg")
    name = f"linli_racing_{uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = server.set(database=name).render_as_string(hide_password=False)
    desk = open_desk(replace(opened.settings, database_url=url), clock)
    hire_trainer_and_admin(desk)
    yield desk
    desk.store.close()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name}"))
    admin.dispose()


@pytest.fixture(params=["sqlite", *(["postgresql"] if POSTGRES else [])])
async def racecourse(request: pytest.FixtureRequest) -> AsyncIterator[House]:
    desk: Desk = request.getfixturevalue("desk" if request.param == "sqlite" else "elsewhere")
    async with opened_house(desk, staff_app(desk)) as house:
        yield house


async def all_at_once(house: House, path: str, fields: dict[str, str]) -> list[Answer]:
    browsers = [await house.enter(who) for who in RUNNERS]
    posts: list[Awaitable[Answer]] = [browsers[at % len(browsers)].post(path, fields) for at in range(RACERS)]
    return await asyncio.gather(*posts)


async def test_two_hundred_accept_an_event_and_one_does(racecourse: House) -> None:
    desk = racecourse.desk
    number = brought(desk, Deed.TRIAGE)
    before = told(desk)

    answers = await all_at_once(
        racecourse,
        f"/console/events/{number}/do/accept",
        {"version": str(event(desk, number).version), "words": "马上派人"},
    )

    assert Counter(answer.status for answer in answers) == {303: 1, 409: RACERS - 1}
    assert event(desk, number).status is EventStatus.ACCEPTED
    assert log(desk, number) == ["file", "triage", "accept"]
    assert told(desk).removeprefix(before).count("马上派人") == 1
    assert len(racecourse.audited("grid_event:move")) == 1 + 1


async def test_two_hundred_take_a_conversation_and_one_has_it(racecourse: House) -> None:
    desk = racecourse.desk
    with desk.transaction() as session:
        resident = stage.someone(session, desk)
        talk = stage.talk_of(session, desk, resident)
        inbox = stage.says(session, desk, resident, "找人工")
        hand_over(session, talk, inbox, HandoverKind.PERSON, "想找工作人员", desk.clock())
        conversation = talk.id

    answers = await all_at_once(racecourse, f"/console/conversations/{conversation}/take", {})

    with desk.transaction(read_only=True) as session:
        holder = session.get_one(Conversation, conversation).worker_id
    taken = racecourse.audited("conversation:take")
    assert [row.staff_id for row in taken] == [holder]
    assert {answer.status for answer in answers} <= {303, 409}
    # Whoever has it may press the button again; everybody else is told that somebody was quicker.
    assert Counter(answer.status for answer in answers)[409] >= RACERS * (len(RUNNERS) - 1) // len(RUNNERS)
