"""Every conversation of the YAML files, through the real agent, the real actions and a real database."""

import re
from collections import Counter
from collections.abc import Mapping

import pytest
from sqlalchemy import func, select

from bot.channels.terminal import Exchange, TerminalTalk
from bot.core.zone import SHANGHAI
from bot.dialogue.assistant import Assistant
from bot.services import residents
from bot.services.desk import Desk
from bot.services.filed import Filed
from bot.store.queries import cases
from bot.store.tables import AgendaItem, GridEvent, InPersonOrder, Resident
from tests.conversations.script import Script, Step, scripts
from tests.talking import Clock

LONGEST_BUBBLE = 60
SCRIPTS = scripts()
TABLES = {"grid_event": GridEvent, "emergency": GridEvent, "agenda_item": AgendaItem, "in_person_order": InPersonOrder}


@pytest.mark.parametrize("script", SCRIPTS, ids=[script.title for script in SCRIPTS])
async def test_conversation(script: Script, talking_desk: Desk, talking_assistant: Assistant) -> None:
    desk = talking_desk
    before = _rows(desk)
    talks: dict[str, TerminalTalk] = {}
    filed: list[Filed] = []
    for step in script.steps:
        assert isinstance(desk.clock, Clock)
        desk.clock.turn(**step.later)
        if step.speaker not in talks:
            talks[step.speaker] = TerminalTalk(desk, talking_assistant, step.speaker, script.community)
        exchange = await talks[step.speaker].say(step.say)
        _check_manners(exchange, step)
        _check(exchange, step)
        _check_records(desk, exchange.filed)
        filed += exchange.filed
    assert _rows(desk) - before == Counter(TABLES[f.kind].__tablename__ for f in filed if f.kind in TABLES)
    _check_resident(desk, script.steps[0].speaker, script.resident)


def test_no_two_conversations_have_the_same_title() -> None:
    titles = Counter(script.title for script in SCRIPTS)

    assert [title for title, times in titles.items() if times > 1] == []


def _check_manners(exchange: Exchange, step: Step) -> None:
    """What holds for every answer: there is one, in short bubbles, with one question at most."""
    assert bool(exchange.replies) is not step.silent, f"{step.say}: {exchange.replies}"
    for reply in exchange.replies:
        assert reply.text.strip(), f"an empty bubble answers {step.say}"
        assert len(reply.text) <= LONGEST_BUBBLE, reply.text
        assert "{" not in reply.text or "{" in step.say, reply.text
    questions = [r.text for r in exchange.replies if "？" in re.sub("“[^”]*”|「[^」]*」", "", r.text)]
    assert len(questions) <= 1, questions


def _check(exchange: Exchange, step: Step) -> None:
    said = "\n".join(reply.text for reply in exchange.replies)
    for words in step.reply:
        assert words in said, f"{step.say}\n{said}"
    for words in step.no_reply:
        assert words not in said, f"{step.say}\n{said}"
    if step.buttons is not None:
        assert [b for reply in exchange.replies for b in reply.buttons] == list(step.buttons)
    assert [_shown(f, e) for f, e in zip(exchange.filed, step.filed, strict=False)] == list(step.filed), exchange
    assert len(exchange.filed) == len(step.filed), exchange
    if step.state is not None:
        assert exchange.state == step.state, f"{step.say}\n{said}"


def _shown(filed: Filed, expected: Mapping[str, str]) -> dict[str, str | None]:
    """The fields of a record that the script speaks of."""
    due = f"{filed.due.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if filed.due else None
    shown = {
        "kind": filed.kind,
        "leaf": filed.leaf,
        "place": filed.place,
        "grid": filed.grid,
        "lead": filed.lead,
        "urgency": filed.urgency,
        "due": due,
        "reason": filed.reason.partition(":")[0] if filed.reason else None,
    }
    return {field: shown[field] for field in expected}


def _check_records(desk: Desk, filed: tuple[Filed, ...]) -> None:
    """What was printed is what the database holds, with the first step of its log."""
    with desk.transaction(read_only=True) as session:
        for one in filed:
            if one.number is None or one.kind == "endorsement":
                continue
            case = cases.case_by_number(session, one.number)
            assert case is not None, one
            assert case.leaf == one.leaf
            assert cases.steps_of(session, case), one
            if isinstance(case, GridEvent):
                assert (case.urgency.value, case.grid_id, case.lead_name) == (one.urgency, one.grid, one.lead)
                assert (case.place_text, case.due_resolve) == (one.place, one.due)
                assert case.due_respond <= case.due_resolve
            if isinstance(case, InPersonOrder):
                assert re.fullmatch(r"\d{4}", case.visit_code)
                assert (case.assignee_name, case.due) == (one.lead, one.due)


def _rows(desk: Desk) -> Counter[str]:
    with desk.transaction(read_only=True) as session:
        counted = {
            table.__tablename__: session.scalars(select(func.count()).select_from(table)).one()
            for table in set(TABLES.values())
        }
    return Counter(counted)


def _check_resident(desk: Desk, speaker: str, expected: Mapping[str, str | None]) -> None:
    with desk.transaction(read_only=True) as session:
        resident = session.scalars(select(Resident).where(Resident.channel_user == speaker)).one()
        home = residents.home(resident, desk.gazetteer)
        orders = select(InPersonOrder).where(InPersonOrder.resident_id == resident.id)
        order = session.scalar(orders.order_by(InPersonOrder.id.desc()).limit(1))
        events = select(GridEvent).where(GridEvent.resident_id == resident.id)
        event = session.scalar(events.order_by(GridEvent.id.desc()).limit(1))
        known = {
            "name": resident.name,
            "phone": resident.phone,
            "home": home.label() if home else None,
            "elderly": resident.elderly_status.value,
            "contact declined": "yes" if resident.declined_contact else "no",
            "order": order.status.value if order else None,
            "event": event.status.value if event else None,
        }
    assert {field: known[field] for field in expected} == dict(expected)
