"""The figures of a period: whose they are, by what they are sorted, and that every number has its events."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.figures import COUNTED, Counts, Part, Rate, total
from bot.core.grid_events import EventStatus
from bot.core.periods import between
from bot.errors import NotAllowed, NotFound
from bot.services import figures, registers
from bot.services.desk import Desk
from bot.services.figures import Asked, Grouping, Overview
from bot.store.queries.outcomes import NOWHERE
from bot.store.tables import EventOutcome
from tests.services import lives, stage
from tests.services.lives import did

DECEMBER, JANUARY = (Asked(between(*days)) for days in (("2025-12-01", "2025-12-31"), ("2026-01-01", "2026-01-31")))


def seen(session: Session, desk: Desk, asked: Asked = JANUARY, who: str = stage.DISPATCHER) -> Overview:
    return figures.overview(session, desk, stage.staff(session, who), asked)


def listed(session: Session, desk: Desk, asked: Asked, who: str = stage.DISPATCHER) -> list[str]:
    found = registers.register(session, desk, stage.staff(session, who), asked, 1)
    assert found.total == len(found.entries)
    return [entry.event.number for entry in found.entries]


def lines(found: Overview, by: Grouping) -> dict[str, Counts]:
    return {line.name: line.counts for group in found.groups if group.by is by for line in group.lines}


def test_a_period_counts_what_was_accepted_in_it(session: Session, desk: Desk) -> None:
    lives.lived(session, desk, lives.finished())
    lives.lived(session, desk, lives.finished(), start=lives.JANUARY - timedelta(days=10))
    lives.lived(session, desk, (did(0.5, Deed.TRIAGE, "triaged"),))

    total = seen(session, desk).total

    assert (total.accepted, total.responded, total.resolved, total.calls_solved) == (1, 1, 1, 1)


def test_an_evening_in_shanghai_belongs_to_its_own_month(session: Session, desk: Desk) -> None:
    last_hour = lives.JANUARY.replace(month=1, day=31, hour=14, minute=59)
    lives.lived(session, desk, lives.accepted(start=last_hour), start=last_hour)
    too_late = last_hour.replace(hour=15)
    lives.lived(session, desk, lives.accepted(start=too_late), start=too_late)

    found = seen(session, desk)

    assert found.total.accepted == 1
    assert [day.day.day for day in found.days if day.accepted] == [31]
    assert len(found.days) == 31


def test_every_table_adds_up_to_the_whole(session: Session, desk: Desk) -> None:
    for building, leaf in ((stage.BUILDING, stage.LAMP), (stage.TOWER, stage.LIFT_FAULT), (None, stage.STREET_LAMP)):
        lives.lived(session, desk, lives.finished("no", "unsatisfied"), building=building, leaf=leaf)

    found = seen(session, desk)

    for group in found.groups:
        assert total(line.counts for line in group.lines) == found.total
    assert set(lines(found, Grouping.TOP)) == {"物业与房屋", "市政公用设施"}
    assert lines(found, Grouping.GRID)["没有网格的"].accepted == 1
    assert sum(day.resolved for day in found.days) == found.total.resolved == 3


def test_a_worker_sees_their_own_community_only(session: Session, desk: Desk) -> None:
    lives.lived(session, desk, lives.finished())
    elsewhere = lives.lived(session, desk, lives.finished(), building="guixiang-gx-3")

    assert lines(seen(session, desk, who=stage.WORKER), Grouping.COMMUNITY).keys() == {"青禾里社区"}
    assert elsewhere.number not in listed(session, desk, JANUARY, stage.WORKER)
    assert elsewhere.number in listed(session, desk, JANUARY)
    with pytest.raises(NotFound, match="没有这个社区"):
        seen(session, desk, replace(JANUARY, community_id="guixiang"), stage.WORKER)


def test_the_street_may_look_at_one_community(session: Session, desk: Desk) -> None:
    lives.lived(session, desk, lives.finished())
    lives.lived(session, desk, lives.finished(), building="guixiang-gx-3")

    found = seen(session, desk, replace(JANUARY, community_id="guixiang"))

    assert (found.total.accepted, found.place) == (1, "桂香苑社区")


def test_who_has_no_business_with_figures_sees_none(session: Session, desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        seen(session, desk, who=stage.GRID_WORKER)


@pytest.mark.parametrize(
    "asked",
    [
        replace(JANUARY, community_id="nowhere"),
        replace(JANUARY, grid_id="nowhere"),
        replace(JANUARY, party_id="nowhere"),
        replace(JANUARY, top="99"),
    ],
)
def test_what_does_not_exist_is_not_found(session: Session, desk: Desk, asked: Asked) -> None:
    with pytest.raises(NotFound):
        listed(session, desk, asked)


def test_refused_withdrawn_and_merged_are_left_out_and_listed(session: Session, desk: Desk) -> None:
    refused = lives.lived(session, desk, (did(1, Deed.TRIAGE, "triaged"), did(2, Deed.REFUSE, "refused")))
    merged = lives.lived(session, desk, (*lives.accepted(), did(2, Deed.MERGE, "merged")))
    kept = lives.lived(session, desk, lives.accepted())

    found = seen(session, desk)

    assert found.total.accepted == 1
    assert found.excluded == {EventStatus.REFUSED: 1, EventStatus.WITHDRAWN: 0, EventStatus.MERGED: 1}
    void = replace(JANUARY, part=Part.VOID)
    assert set(listed(session, desk, void)) == {refused.number, merged.number}
    assert listed(session, desk, replace(void, status=EventStatus.MERGED)) == [merged.number]
    assert listed(session, desk, JANUARY) == [kept.number]


def test_withdrawn_after_its_acceptance_it_is_left_out_in_the_period_it_leaves(session: Session, desk: Desk) -> None:
    last_day = lives.JANUARY.replace(year=2025, month=12, day=31)
    late = lives.accepted(start=last_day)
    event = lives.lived(session, desk, (replace(late[0], hours=30), replace(late[1], hours=31)), start=last_day)
    assert (seen(session, desk, DECEMBER).total.accepted, seen(session, desk).total.accepted) == (0, 1)

    lives.walk(session, event, did(40, Deed.WITHDRAW, "withdrawn"), last_day)

    assert seen(session, desk).total.accepted == 0
    assert seen(session, desk).excluded[EventStatus.WITHDRAWN] == 1
    assert listed(session, desk, replace(JANUARY, part=Part.VOID)) == [event.number]
    assert seen(session, desk, DECEMBER).excluded[EventStatus.WITHDRAWN] == 0


def test_what_ended_before_it_was_accepted_is_left_out_in_the_period_of_its_report(
    session: Session, desk: Desk
) -> None:
    last_day = lives.JANUARY.replace(year=2025, month=12, day=31)
    refused = (did(1, Deed.TRIAGE, "triaged"), did(40, Deed.REFUSE, "refused"))
    event = lives.lived(session, desk, refused, start=last_day)

    assert seen(session, desk, DECEMBER).excluded[EventStatus.REFUSED] == 1
    assert listed(session, desk, replace(DECEMBER, part=Part.VOID)) == [event.number]
    assert seen(session, desk).excluded[EventStatus.REFUSED] == 0


@pytest.mark.parametrize(
    "again",
    [
        did(30, Deed.REJECT, "rework", due_resolve=lives.moment(40)),
        did(30, Deed.REOPEN, "reopened", due_resolve=lives.moment(40)),
    ],
)
def test_what_is_done_again_and_over_its_time_is_among_what_is_over_its_time(
    session: Session, desk: Desk, again: lives.Deedful
) -> None:
    event = lives.lived(session, desk, (*lives.handled(), again))
    lives.lived(session, desk, lives.finished(resolved=50))
    assert seen(session, desk).total.overdue_open == 0

    lives.walk(session, event, did(41, Deed.BREACH, again.to, clock="resolve"))

    found = seen(session, desk)
    assert (found.total.overdue_open, found.total.judged, found.total.in_time) == (1, 2, 0)
    assert listed(session, desk, replace(JANUARY, part=Part.OVERDUE_OPEN)) == [event.number]
    assert "有1件超过了期限还没处置" in "".join(one.words for one in found.findings)
    lives.walk(session, event, did(42, Deed.RESOLVE, "resolved"))
    assert seen(session, desk).total.overdue_open == 0


def test_what_is_on_hold_is_sorted_by_how_long(session: Session, desk: Desk) -> None:
    # The demo street has something on hold, too.
    session.execute(delete(EventOutcome))
    held = {}
    for days in (0, 7, 8, 15, 16, 30, 31):
        on_hold = (desk.clock() - lives.JANUARY) / timedelta(hours=1) - 24 * days
        steps = (*lives.handled()[:-1], did(on_hold, Deed.SUSPEND, "suspended"))
        held[days] = lives.lived(session, desk, steps).number
    gone_on = (
        *lives.handled()[:-1],
        did(9, Deed.SUSPEND, "suspended"),
        did(10, Deed.RESUME, "in_progress"),
    )
    lives.lived(session, desk, gone_on)

    found = seen(session, desk)

    assert [one.events for one in found.held] == [2, 2, 2, 1]
    assert set(listed(session, desk, replace(JANUARY, band=1))) == {held[8], held[15]}
    assert listed(session, desk, replace(JANUARY, band=3)) == [held[31]]
    assert found.total.dealt_with == 8


def test_behind_every_number_are_just_its_events(session: Session, desk: Desk) -> None:
    lives.lived(session, desk, lives.finished("no", "unsatisfied", resolved=50))
    lives.lived(session, desk, lives.finished())
    lives.lived(session, desk, (*lives.handled(), did(30, Deed.REJECT, "rework")))
    late = did(60, Deed.BREACH, "accepted", clock="resolve")
    lives.lived(session, desk, (*lives.accepted(), late))
    back = (did(3, Deed.DISPATCH, "dispatched"), did(4, Deed.RETURN, "returned"))
    lives.lived(session, desk, (*lives.accepted(), *back), building=None)

    total = seen(session, desk).total

    assert {part: len(listed(session, desk, replace(JANUARY, part=part))) for part in COUNTED} == {
        part: total.of(part) for part in COUNTED
    }
    assert total.overdue_open == 1
    assert Rate.PUNCTUALITY.of(total).plain == "50.0%"


@pytest.mark.parametrize(
    ("part", "events"),
    [(Part.UNANSWERED, 2), (Part.UNFINISHED, 2), (Part.OVERDUE, 1), (Part.UNSOLVED, 1), (Part.DISCONTENT, 1)],
)
def test_the_other_side_of_a_figure_can_be_listed_too(session: Session, desk: Desk, part: Part, events: int) -> None:
    lives.lived(session, desk, lives.finished("partly", "unsatisfied", resolved=50))
    lives.lived(session, desk, lives.finished())
    lives.lived(session, desk, lives.accepted())
    lives.lived(session, desk, lives.handled(contacted=2.5)[:-1])

    assert len(listed(session, desk, replace(JANUARY, part=part))) == events


def test_a_line_can_be_narrowed_to_grid_party_and_class(session: Session, desk: Desk) -> None:
    event = lives.lived(session, desk, lives.finished())
    lives.lived(session, desk, lives.finished(), building=stage.TOWER, leaf=stage.FIRE)
    nowhere = lives.lived(session, desk, lives.finished(), building=None, leaf=stage.STREET_LAMP)

    assert listed(session, desk, replace(JANUARY, grid_id="qinghe-g1")) == [event.number]
    assert listed(session, desk, replace(JANUARY, grid_id=NOWHERE)) == [nowhere.number]
    assert listed(session, desk, replace(JANUARY, top="05")) == [event.number]
    assert listed(session, desk, replace(JANUARY, party_id=event.lead_party_id)) == [event.number]


def test_the_register_is_read_page_by_page_the_newest_first(
    session: Session, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registers, "PAGE", 2)
    numbers = [
        lives.lived(session, desk, lives.accepted(), start=lives.JANUARY + timedelta(hours=n)).number for n in range(5)
    ]
    staff = stage.staff(session, stage.DISPATCHER)

    pages = [registers.register(session, desk, staff, JANUARY, page) for page in (1, 2, 3)]

    assert [entry.event.number for page in pages for entry in page.entries] == numbers[::-1]
    assert {(page.total, page.pages) for page in pages} == {(5, 3)}
    with pytest.raises(NotFound, match="没有这一页"):
        registers.register(session, desk, staff, JANUARY, 4)
