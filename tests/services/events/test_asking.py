"""After a matter was handled its residents are asked whether it is solved, where that disturbs nothing."""

import json

import pytest
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.grid_events import Satisfaction, Solved
from bot.core.open_forms import open_form
from bot.core.verdicts import Asked, Verdict
from bot.services.desk import Desk
from bot.services.events import rating
from bot.services.events.asking import Question, question_in
from bot.services.reporting import join_event
from bot.store.queries import learning, talk
from bot.store.tables import ConversationState, Message, Resident
from tests.services.events.course import goes, lamp
from tests.services.stage import Clock, says, someone, talk_of, told

ASK = "看过以后说一声：解决了没有？"
YES_OR_NO = ["解决了", "没解决"]


def last(session: Session, desk: Desk, resident: Resident) -> Message:
    return talk.latest_history(session, talk_of(session, desk, resident).id, limit=1)[0]


def test_the_news_that_it_is_closed_asks_once_whether_it_is_solved(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.RESOLVE)
    assert ASK not in told(session, someone(session, desk))
    event = goes(session, desk, event, Deed.CLOSE)
    resident = someone(session, desk)

    message = last(session, desk, resident)
    assert (message.text, message.buttons) == (ASK, YES_OR_NO)
    offered = [one["payload"] for one in talk_of(session, desk, resident).choices]
    assert question_in(offered) == Question(Asked.SOLVED, event.id, 1)


def test_other_news_ask_nothing(session: Session, desk: Desk) -> None:
    goes(session, desk, lamp(session, desk), Deed.START)

    assert ASK not in told(session, someone(session, desk))


def test_everybody_who_joined_is_asked_for_themselves(session: Session, desk: Desk) -> None:
    event = lamp(session, desk)
    neighbour = someone(session, desk, "neighbour")
    join_event(session, desk, event, neighbour.id, says(session, desk, neighbour, "我也是"), "我也是")
    goes(session, desk, event, Deed.RESOLVE)
    rating.rate(session, desk, event, neighbour, Solved.YES, Satisfaction.SATISFIED)

    goes(session, desk, event, Deed.CLOSE)

    assert told(session, neighbour).count(ASK) == 0
    assert told(session, someone(session, desk)).count(ASK) == 1


def test_who_is_in_the_middle_of_a_form_keeps_its_choices(session: Session, desk: Desk) -> None:
    event = lamp(session, desk)
    resident = someone(session, desk)
    form = json.dumps([{"event": "active_loop", "name": "report_form"}])
    assert open_form(form) == "report_form"
    learning.put_tracker(session, resident.id, form, desk.clock())
    chosen = [{"title": "对，报上去", "payload": "/affirm"}]
    talk_of(session, desk, resident).choices = chosen

    goes(session, desk, event, Deed.CLOSE)

    assert ASK not in told(session, resident)
    assert talk_of(session, desk, resident).choices == chosen


def test_who_speaks_with_a_worker_is_not_asked(session: Session, desk: Desk) -> None:
    event = lamp(session, desk)
    resident = someone(session, desk)
    talk_of(session, desk, resident).state = ConversationState.WORKER

    goes(session, desk, event, Deed.CLOSE)

    assert ASK not in told(session, resident)
    assert any("办好了" in words for words in told(session, resident))


def test_every_bubble_about_the_outcome_is_short(session: Session, desk: Desk, clock: Clock) -> None:
    goes(session, desk, lamp(session, desk), Deed.CLOSE)

    assert max(map(len, told(session, someone(session, desk)))) <= 60


@pytest.mark.parametrize(
    ("about", "said", "verdict"),
    [
        (Asked.SOLVED, "1", Verdict.SOLVED),
        (Asked.SOLVED, "选2", Verdict.NOT_SOLVED),
        (Asked.SOLVED, "3", None),
        (Asked.SATISFIED, "2", Verdict.FAIR),
        (Asked.SATISFIED, "不满意", Verdict.UNSATISFIED),
        (Asked.REASON, "1", None),
    ],
)
def test_a_number_picks_what_stands_there(about: Asked, said: str, verdict: Verdict | None) -> None:
    assert Question(about, 7, 1).verdict(said) is verdict


def test_the_choices_of_something_else_are_no_question_of_ours() -> None:
    assert question_in(["/affirm", "3号楼", "verdict:solved:x:1"]) is None
