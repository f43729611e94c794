"""Whistles in figures: against the street's usual, and how departments come."""

import pytest
from sqlalchemy.orm import Session

from bot.core.catalogue import Whistle as WhistleKind
from bot.core.periods import Period, Span, period_of
from bot.core.whistle_signs import Sign
from bot.core.zone import SHANGHAI
from bot.errors import NotAllowed
from bot.services.desk import Desk
from bot.services.whistles import blowing, figures
from bot.services.whistles.figures import CommunityRow
from bot.services.whistles.proposing import propose_for
from tests.services import stage
from tests.services.whistling import (
    LEADER,
    PARTY_IDS,
    STALLS,
    URBAN,
    accepted,
    blown,
    hire,
    judges,
    reports,
)


@pytest.fixture(autouse=True)
def hired(session: Session) -> None:
    hire(session)


def month(desk: Desk) -> Period:
    return period_of(Span.THIS_MONTH, desk.clock().astimezone(SHANGHAI).date())


def qinghe(session: Session, desk: Desk, who: str = stage.DISPATCHER) -> CommunityRow:
    found = figures.figures(session, desk, stage.staff(session, who), month(desk))
    return next(row for row in found.communities if row.id == "qinghe")


def test_a_community_counts_what_it_accepted_what_the_rules_proposed_and_what_was_blown(
    session: Session, desk: Desk
) -> None:
    before = qinghe(session, desk).blown
    propose_for(session, desk, accepted(session, desk, STALLS))
    blown(session, desk)

    after = qinghe(session, desk).blown

    assert after.accepted - before.accepted == 2
    assert after.proposed_by_rules - before.proposed_by_rules == 1
    assert after.blown - before.blown == 1


def test_never_whistling_although_the_rules_ask_is_shown(session: Session, desk: Desk) -> None:
    for name in ("one", "two", "three"):
        propose_for(session, desk, accepted(session, desk, STALLS, name))

    assert qinghe(session, desk).sign is Sign.TOO_FEW


def test_whistles_of_another_month_are_left_out(session: Session, desk: Desk, clock: stage.Clock) -> None:
    blown(session, desk)
    clock.turn(days=31)

    assert qinghe(session, desk).blown.blown == 0


def test_a_department_is_counted_by_what_is_due(session: Session, desk: Desk, clock: stage.Clock) -> None:
    came = blown(session, desk)
    reports(session, desk, came, URBAN)
    clock.turn(days=8)
    judges(session, desk, came, score=4)
    off = blown(session, desk, kind=WhistleKind.EMERGENCY)
    blowing.call_off(session, desk, stage.staff(session, stage.DISPATCHER), off.number, "误报", off.version)

    found = figures.figures(session, desk, stage.staff(session, LEADER), month(desk))

    rows = {row.id: row.attendance for row in found.parties}
    urban, traffic = rows[PARTY_IDS[URBAN]], rows["street-traffic"]
    assert (urban.calls, urban.signed_in_time, urban.arrived, urban.score) == (1, 1.0, 1.0, 4.0)
    assert (traffic.calls, traffic.signed_in_time, traffic.arrived, traffic.scores) == (1, 0.0, 0.0, 1)


def test_a_call_still_in_time_counts_for_nothing_yet(session: Session, desk: Desk) -> None:
    blown(session, desk, (PARTY_IDS[URBAN],))

    found = figures.figures(session, desk, stage.staff(session, stage.DISPATCHER), month(desk))

    assert [(row.attendance.calls, row.attendance.arrived) for row in found.parties] == [(1, None)]


def test_a_community_sees_its_own_row_beside_the_streets_usual(session: Session, desk: Desk) -> None:
    blown(session, desk)

    own = figures.figures(session, desk, stage.staff(session, stage.DIRECTOR), month(desk))
    other = figures.figures(session, desk, stage.staff(session, stage.ELSEWHERE), month(desk))

    assert [row.id for row in own.communities] == ["qinghe"]
    assert own.usual == other.usual
    assert (len(own.parties), len(other.parties)) == (2, 0)


@pytest.mark.parametrize("who", [URBAN, stage.GRID_WORKER])
def test_who_reads_no_figures_reads_none_of_these(session: Session, desk: Desk, who: str) -> None:
    with pytest.raises(NotAllowed):
        figures.figures(session, desk, stage.staff(session, who), month(desk))
