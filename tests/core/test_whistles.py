"""When the rules ask for a whistle, who may blow which, and where one may go from where it is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core import whistles
from bot.core.catalogue import Whistle as WhistleKind
from bot.core.staff import Role
from bot.core.urgency import Urgency
from bot.core.whistles import Matter, Thresholds, WhistleStatus, propose
from bot.errors import Conflict, InvalidInput, NotAllowed

RULES = Thresholds(repeats=3, within=timedelta(days=30), households=3, returns=2)
PLAIN = Matter(urgency=Urgency.P2, top="06", usual=WhistleKind.DAILY, is_checked=True)


def test_an_ordinary_matter_needs_no_whistle() -> None:
    assert propose(PLAIN, RULES) is None


@pytest.mark.parametrize(
    ("matter", "kind", "reason"),
    [
        (replace(PLAIN, urgency=Urgency.P0), WhistleKind.EMERGENCY, "紧急程度是特急"),
        (replace(PLAIN, top="01"), WhistleKind.EMERGENCY, "属于突发应急一类"),
        (replace(PLAIN, usual=WhistleKind.EMERGENCY), WhistleKind.EMERGENCY, "这类事按目录吹应急哨"),
        (replace(PLAIN, usual=WhistleKind.TOUGH), WhistleKind.TOUGH, "这类事按目录吹攻坚哨"),
        (replace(PLAIN, departments=("城管", "交警")), WhistleKind.TOUGH, "要2个部门一起办：城管、交警"),
        (replace(PLAIN, returns=2), WhistleKind.TOUGH, "已经被退回2次，没有单位接得下来"),
        (replace(PLAIN, repeats=4), WhistleKind.DAILY, "30天里同一个地方报了4次"),
        (replace(PLAIN, households=3), WhistleKind.DAILY, "有3户反映"),
        (replace(PLAIN, late_party="供电所"), WhistleKind.DAILY, "供电所已经超时"),
    ],
)
def test_each_rule_names_its_whistle_and_its_reason_with_the_number(
    matter: Matter, kind: WhistleKind, reason: str
) -> None:
    found = propose(matter, RULES)

    assert found is not None
    assert (found.kind, found.reasons) == (kind, (reason,))


@pytest.mark.parametrize(
    "matter",
    [
        replace(PLAIN, departments=("城管",)),
        replace(PLAIN, returns=1),
        replace(PLAIN, repeats=2),
        replace(PLAIN, households=2),
    ],
)
def test_one_less_than_the_rule_is_not_enough(matter: Matter) -> None:
    assert propose(matter, RULES) is None


def test_danger_is_stronger_than_what_one_unit_cannot_do_and_that_than_repetition() -> None:
    repeated = replace(PLAIN, repeats=5)
    tough = replace(repeated, returns=2)
    danger = replace(tough, urgency=Urgency.P0)

    found = [propose(matter, RULES) for matter in (repeated, tough, danger)]

    assert [one.kind for one in found if one] == [WhistleKind.DAILY, WhistleKind.TOUGH, WhistleKind.EMERGENCY]


def test_before_a_person_has_looked_only_danger_asks_for_a_whistle() -> None:
    unchecked = replace(PLAIN, is_checked=False)

    assert propose(replace(unchecked, usual=WhistleKind.TOUGH, repeats=9), RULES) is None
    assert propose(replace(unchecked, urgency=Urgency.P0), RULES) is not None


def test_all_reasons_are_given() -> None:
    found = propose(replace(PLAIN, repeats=3, households=4), RULES)

    assert found is not None
    assert found.reasons == ("30天里同一个地方报了3次", "有4户反映")


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        (Role.WORKER, (WhistleKind.EMERGENCY,)),
        (Role.DIRECTOR, (WhistleKind.EMERGENCY,)),
        (Role.DISPATCHER, (WhistleKind.DAILY, WhistleKind.EMERGENCY)),
        (Role.LEADER, (WhistleKind.TOUGH, WhistleKind.EMERGENCY)),
        (Role.GRID_WORKER, ()),
        (Role.PARTY, ()),
        (Role.ADMIN, ()),
    ],
)
def test_each_whistle_is_blown_by_those_entitled(role: Role, kinds: tuple[WhistleKind, ...]) -> None:
    assert whistles.kinds_for(role) == kinds
    for kind in set(WhistleKind) - set(kinds):
        with pytest.raises(NotAllowed):
            whistles.check_blow(kind, role)


def test_a_whistle_goes_from_proposed_to_evaluated() -> None:
    status = WhistleStatus.PROPOSED
    for following in (WhistleStatus.BLOWN, WhistleStatus.ANSWERED, WhistleStatus.EVALUATED):
        status = status.move(following)

    assert not status.is_open


@pytest.mark.parametrize(
    ("now", "target"),
    [
        (WhistleStatus.PROPOSED, WhistleStatus.EVALUATED),
        (WhistleStatus.PROPOSED, WhistleStatus.CALLED_OFF),
        (WhistleStatus.BLOWN, WhistleStatus.BLOWN),
        (WhistleStatus.BLOWN, WhistleStatus.DECLINED),
        (WhistleStatus.DECLINED, WhistleStatus.BLOWN),
        (WhistleStatus.CALLED_OFF, WhistleStatus.ANSWERED),
        (WhistleStatus.EVALUATED, WhistleStatus.CALLED_OFF),
    ],
)
def test_a_move_that_is_not_on_the_map_is_refused(now: WhistleStatus, target: WhistleStatus) -> None:
    with pytest.raises(Conflict, match="不能改成"):
        now.move(target)


def test_only_an_emergency_is_confirmed_and_never_by_who_blew_it() -> None:
    whistles.check_confirm(WhistleKind.EMERGENCY, blown_by=1, confirmer=2)
    with pytest.raises(NotAllowed):
        whistles.check_confirm(WhistleKind.EMERGENCY, blown_by=1, confirmer=1)
    with pytest.raises(Conflict):
        whistles.check_confirm(WhistleKind.DAILY, blown_by=1, confirmer=2)

    assert whistles.needs_confirmation(WhistleKind.EMERGENCY)


@pytest.mark.parametrize("score", [None, 0, 6, -1])
def test_a_score_is_from_one_to_five(score: int | None) -> None:
    assert whistles.checked_score(5) == 5
    with pytest.raises(InvalidInput):
        whistles.checked_score(score)
