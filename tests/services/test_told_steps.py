"""What residents read of the log: every move with its day, and nothing that is meant for colleagues."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.grid_events import Completion, Supervision
from bot.services.desk import Desk
from bot.services.events import rating
from bot.services.events.doing import do
from bot.services.events.wishes import Wish
from bot.services.progress import progress_bubbles
from bot.services.reporting import join_event
from bot.services.told_steps import ToldStep, in_bubbles, told_steps
from bot.store.tables import GridEvent
from tests.services.events.course import USUAL, does, goes, lamp, wish
from tests.services.stage import DISPATCHER, NOW, WORKER, Clock, says, someone, staff, told

INTERNAL = "别告诉居民，物业和电力在扯皮"


def words(session: Session, event: GridEvent) -> list[str]:
    return [step.words for step in told_steps(session, event)]


def says_to_colleagues(session: Session, desk: Desk, event: GridEvent, deed: Deed, who: str = WORKER) -> None:
    do(session, desk, staff(session, who), replace(wish(event, deed), words=INTERNAL))


def test_each_move_is_told_with_its_day_and_who_has_it(session: Session, desk: Desk, clock: Clock) -> None:
    event = lamp(session, desk)
    # Whoever signs for a unit says how it was reached, to colleagues.
    written = {Deed.RESOLVE: "换了灯泡", Deed.SIGN: INTERNAL}
    for who, deed in USUAL:
        clock.turn(hours=2)
        do(session, desk, staff(session, who), replace(wish(event, deed), words=written.get(deed, "")))

    party = event.lead_name
    assert words(session, event) == [
        "报上去了",
        "社区核实过了",
        "受理了",
        f"交给{party}来办",
        f"{party}接单了",
        f"{party}开始处理",
        "处理完了，等核实：换了灯泡",
        "社区去看过，办好了",
        "办结了",
    ]
    assert [step.when for step in told_steps(session, event)][:2] == ["3月12日 10:00", "3月12日 12:00"]


@pytest.mark.parametrize(
    ("completion", "steps"),
    [
        (Completion.PROCEDURAL, ("没能按您说的办，等核实：产权不清", "社区核实过了", "办结了")),
        (Completion.TERMINATED, ("办不下去，先停了，等核实：产权不清", "社区核实过了", "不再办了")),
    ],
)
def test_what_did_not_end_as_wished_is_not_told_as_done(
    session: Session, desk: Desk, completion: Completion, steps: tuple[str, ...]
) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    before = len(told(session, someone(session, desk)))
    ended = replace(wish(event, Deed.RESOLVE), completion=completion, words="产权不清")
    do(session, desk, staff(session, WORKER), ended)
    asked = progress_bubbles(session, desk, event, NOW)
    for who, deed in USUAL[USUAL.index((WORKER, Deed.RESOLVE)) + 1 :]:
        do(session, desk, staff(session, who), replace(wish(event, deed), words=""))

    assert tuple(words(session, event)[-3:]) == steps
    by_itself = told(session, someone(session, desk))[before:]
    heard = "".join([*by_itself, *asked, *progress_bubbles(session, desk, event, NOW)])
    assert "办好" not in heard
    assert "处理了" not in heard
    # When it was resolved, when asked, when it was closed, and when asked again.
    assert heard.count("对不起") == 4
    assert "解决了没有" in heard


def test_what_colleagues_write_to_each_other_is_not_told(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.ACCEPT)
    says_to_colleagues(session, desk, event, Deed.DISPATCH)
    says_to_colleagues(session, desk, event, Deed.RETURN)
    says_to_colleagues(session, desk, event, Deed.DISPATCH)
    says_to_colleagues(session, desk, event, Deed.NOTE)
    says_to_colleagues(session, desk, event, Deed.URGE, DISPATCHER)
    supervised = Wish(event.number, Deed.SUPERVISE, event.version, INTERNAL, supervision=Supervision.YELLOW)
    do(session, desk, staff(session, DISPATCHER), supervised)

    read = "\n".join(words(session, event))

    assert INTERNAL not in read
    assert "督办" not in read
    assert "要换人来办，社区重新安排" in read


def test_neighbours_words_are_not_told(session: Session, desk: Desk) -> None:
    event = lamp(session, desk)
    neighbour = someone(session, desk, "neighbour")
    join_event(session, desk, event, neighbour.id, says(session, desk, neighbour, "我妈摔了"), "我妈摔了")
    goes(session, desk, event, Deed.CLOSE)
    rating.not_solved(session, desk, event, neighbour, "我妈又摔了", says(session, desk, neighbour, "又摔了"))

    read = words(session, event)

    assert read[-1] == "居民说没解决，重新办"
    assert "摔" not in "".join(read)


def test_the_same_twice_in_a_row_is_told_once(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.ACCEPT)
    does(session, desk, event, Deed.CONTACT, WORKER)
    does(session, desk, event, Deed.CONTACT, WORKER)

    assert words(session, event).count("和居民联系过了") == 1


def test_steps_share_bubbles_that_can_be_read_at_a_glance() -> None:
    steps = [ToldStep(NOW, "受理了"), ToldStep(NOW, "社区去看过，还没弄好，重新处理"), ToldStep(NOW, "长" * 90)]

    bubbles = in_bubbles(steps)

    assert bubbles[0] == "3月12日 10:00 受理了\n3月12日 10:00 社区去看过，还没弄好，重新处理"
    assert len(bubbles) == 2
    assert max(map(len, bubbles)) <= 60
