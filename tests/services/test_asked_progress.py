"""Asked how far it is, the service says so, urges what is late, and hears that something is not solved."""

import pytest
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus
from bot.services import asked_progress, emergencies
from bot.services.asked_progress import Asker, Told
from bot.services.desk import Desk
from bot.services.events.asking import question_in
from bot.store.queries import cases
from bot.store.tables import GridEvent, Resident
from tests.services.events.course import WORDS, does, goes, lamp
from tests.services.stage import DISPATCHER, FIRE, Clock, says, someone

HOW_FAR = "我上次报的怎么样了"
URGED, LATELY = "我替您催了一次，办这件事的人看得到。", "刚替您催过没多久，办这件事的人看得到。"


def ask(session: Session, desk: Desk, resident: Resident, text: str, *, may_ask: bool = True) -> Told:
    told = asked_progress.tell(session, desk, Asker(resident, text, says(session, desk, resident, text), may_ask))
    assert told is not None
    return told


def urges(session: Session, event: GridEvent) -> list[str]:
    return [step.note for step in cases.steps_of(session, event) if step.deed == Deed.URGE]


def test_a_calm_question_urges_nobody(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)

    told = ask(session, desk, someone(session, desk), HOW_FAR)

    assert told.bubbles[0] == f"编号{event.number}"
    assert urges(session, event) == []
    assert told.choices == ()


@pytest.mark.parametrize("said", ["催一下", "怎么还没修", "都三天了，没人来"])
def test_impatience_is_passed_on_and_said_so(session: Session, desk: Desk, said: str) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)

    told = ask(session, desk, someone(session, desk), said)

    assert URGED in told.bubbles
    assert urges(session, event) == [said]
    assert (event.urges, event.urged_at) == (1, desk.clock())


def test_whoever_asks_about_something_late_has_it_urged(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    clock.turn(days=20)

    told = ask(session, desk, someone(session, desk), HOW_FAR)

    assert "已经过了说好的时间，对不起。" in told.bubbles
    assert told.bubbles[-1] == URGED
    assert event.urges == 1


def test_urging_again_has_to_wait_and_nobody_is_told_otherwise(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    resident = someone(session, desk)
    ask(session, desk, resident, "催一下")
    clock.turn(hours=23)

    assert LATELY in ask(session, desk, resident, "催一下").bubbles
    assert event.urges == 1
    clock.turn(hours=2)

    assert URGED in ask(session, desk, resident, "催一下").bubbles
    assert event.urges == 2


def test_a_colleagues_urging_counts_as_well(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    does(session, desk, event, Deed.URGE, DISPATCHER)

    assert LATELY in ask(session, desk, someone(session, desk), "催一下").bubbles

    assert event.urges == 1


def test_what_is_done_is_not_urged(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.CLOSE)

    ask(session, desk, someone(session, desk), "快点给个准话")

    assert urges(session, event) == []


def test_an_emergency_is_called_for_and_not_urged(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    inbox = says(session, desk, resident, "着火了")
    raised = emergencies.raise_emergency(session, desk, resident, inbox, FIRE, "着火了")

    told = ask(session, desk, resident, "怎么还没人来")

    assert "119" in "".join(told.bubbles)
    assert urges(session, raised.event) == []


@pytest.mark.parametrize("until", [Deed.RESOLVE, Deed.CLOSE])
def test_who_asks_about_what_is_done_is_asked_whether_it_is_solved(session: Session, desk: Desk, until: Deed) -> None:
    event = goes(session, desk, lamp(session, desk), until)

    told = ask(session, desk, someone(session, desk), HOW_FAR)

    assert [title for title, _ in told.choices] == ["解决了", "没解决"]
    question = question_in(payload for _, payload in told.choices)
    assert question is not None
    assert question.event_id == event.id


def test_inside_a_form_nothing_is_asked(session: Session, desk: Desk) -> None:
    goes(session, desk, lamp(session, desk), Deed.RESOLVE)

    assert ask(session, desk, someone(session, desk), HOW_FAR, may_ask=False).choices == ()


def test_a_question_that_says_it_is_not_put_right_begins_it_again(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.CLOSE)

    told = ask(session, desk, someone(session, desk), "收到短信说修好了，其实没好")

    assert "没解决，我们重新办" in told.bubbles[0]
    assert event.status is EventStatus.REOPENED
    assert told.choices == ()


def test_the_steps_are_on_the_card_and_offered_where_no_card_is_drawn(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    resident = someone(session, desk)

    told = ask(session, desk, resident, HOW_FAR)
    assert told.card is not None
    assert told.card.steps[-1] == ("3月12日 10:00", f"{event.lead_name}开始处理：{WORDS}")
    assert told.choices == ()
    resident.channel = "wechat:qinghe"
    [(title, said)] = ask(session, desk, resident, HOW_FAR).choices
    assert title == "看每一步"

    steps = ask(session, desk, resident, said)

    assert steps.bubbles[0] == f"编号{event.number}"
    assert "受理了" in "".join(steps.bubbles)
    assert max(map(len, steps.bubbles)) <= 60
    assert steps.choices == ()
