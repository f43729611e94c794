"""A resident's push: counted, logged without names, and never more often than the city allows."""

import pytest
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.services.desk import Desk
from bot.services.events import urging
from bot.store.queries import cases
from tests.services.events.course import goes, lamp
from tests.services.stage import Clock, someone


def test_it_is_logged_and_counted(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    resident = someone(session, desk)
    resident.name = "王小芳"

    assert urging.urge(session, desk, event, resident, "我是王小芳，快点修")

    step = cases.steps_of(session, event)[-1]
    assert (step.deed, step.facts, step.actor_id) == (Deed.URGE, {"urges": 1}, resident.id)
    assert "王小芳" not in step.note + step.actor_name


def test_once_in_a_while_is_enough(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    resident = someone(session, desk)
    urging.urge(session, desk, event, resident, "催一下")
    clock.moment += desk.handling.urge_every / 2

    assert not urging.urge(session, desk, event, resident, "催一下")

    assert event.urges == 1
    clock.moment += desk.handling.urge_every
    assert urging.urge(session, desk, event, resident, "催一下")


@pytest.mark.parametrize("until", [Deed.RESOLVE, Deed.VERIFY, Deed.CLOSE])
def test_what_is_done_cannot_be_hurried(session: Session, desk: Desk, until: Deed) -> None:
    event = goes(session, desk, lamp(session, desk), until)

    assert not urging.urge(session, desk, event, someone(session, desk), "催一下")

    assert event.urges == 0
