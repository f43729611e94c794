from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.urgency import Urgency
from bot.errors import NotFound
from bot.services import emergencies, residents
from bot.services.desk import Desk
from bot.services.hub import CONSOLE, noted
from bot.store.queries import cases
from bot.store.tables import ConversationState, Resident
from tests.services.stage import BUILDING, FIRE, FRAUD, TOWER, Clock, at, says, someone, talk_of


def cry(session: Session, desk: Desk, resident: Resident, text: str = "着火了", leaf: str = FIRE) -> emergencies.Raised:
    return emergencies.raise_emergency(session, desk, resident, says(session, desk, resident, text), leaf, text)


def test_an_emergency_is_a_case_at_once_and_wakes_the_workers(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)

    raised = cry(session, desk, resident)

    event = raised.event
    assert (event.urgency, event.needs_review) == (Urgency.P0, True)
    assert event.due_respond == desk.clock() + timedelta(minutes=1)
    assert talk_of(session, desk, resident).state is ConversationState.WAITING
    assert CONSOLE in noted(session)


def test_the_card_names_the_numbers_and_asks_one_question(session: Session, desk: Desk) -> None:
    raised = cry(session, desk, someone(session, desk))

    assert ("火警", "119") in raised.card.numbers
    assert raised.question
    assert all(len(bubble) <= 60 for bubble in (*raised.bubbles, raised.question))


def test_an_ordinary_leaf_raised_as_emergency_is_as_urgent(session: Session, desk: Desk) -> None:
    event = cry(session, desk, someone(session, desk), "我刚给骗子转了三万", FRAUD).event

    assert (event.urgency, event.due_respond) == (Urgency.P0, desk.clock() + timedelta(minutes=1))


def test_without_a_place_the_home_is_only_a_guess(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    residents.remember_home(session, resident, at(desk, BUILDING, "2"))

    event = cry(session, desk, resident).event

    assert event.place_text == "地点待核实，登记的住处是青禾苑5号楼2单元"
    assert (event.building_id, event.grid_id) == (None, "qinghe-g1")


def test_the_place_told_afterwards_moves_the_case_there(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    cry(session, desk, resident)

    event = emergencies.add_place(session, desk, talk_of(session, desk, resident), at(desk, TOWER), "27号楼")

    assert event is not None
    assert (event.building_id, event.grid_id, event.title) == (TOWER, "qinghe-g3", "银杏里27号楼：着火、冒烟")
    assert cases.steps_of(session, event)[-1].note == "位置：27号楼"
    assert emergencies.add_place(session, desk, talk_of(session, desk, resident), at(desk, BUILDING), "5号楼") is None


def test_a_place_in_another_community_is_put_before_that_communitys_workers(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    cry(session, desk, resident)

    event = emergencies.add_place(session, desk, talk_of(session, desk, resident), at(desk, "liuan-lx-9"), "柳岸9栋")

    assert event is not None
    assert event.community_id == "liuan"


def test_raising_the_same_message_again_changes_nothing(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    inbox = says(session, desk, resident, "着火了")

    raised = [emergencies.raise_emergency(session, desk, resident, inbox, FIRE, "着火了") for _ in range(2)]

    assert raised[0].number == raised[1].number
    assert [step.deed for step in cases.steps_of(session, raised[0].event)] == [Deed.FILE, Deed.WHISTLE]


def test_a_second_cry_is_about_the_same_emergency(session: Session, desk: Desk, clock: Clock) -> None:
    resident = someone(session, desk)
    first = cry(session, desk, resident)
    clock.turn(minutes=1)

    inbox = says(session, desk, resident, "5号楼火更大了")
    second = emergencies.raise_emergency(session, desk, resident, inbox, FIRE, "5号楼火更大了", at(desk, BUILDING))

    assert second.event is first.event
    assert (second.event.building_id, second.question) == (BUILDING, None)
    assert cases.steps_of(session, second.event)[-1].note == "又说：5号楼火更大了"


def test_the_next_days_fire_is_another_one(session: Session, desk: Desk, clock: Clock) -> None:
    resident = someone(session, desk)
    first = cry(session, desk, resident)
    clock.turn(days=1)

    assert cry(session, desk, resident).number != first.number


def test_a_leaf_without_a_card_is_no_emergency(session: Session, desk: Desk) -> None:
    with pytest.raises(NotFound):
        cry(session, desk, someone(session, desk), leaf="1207")
