"""data/catalogue/handling.yml: what is in it, and that a mistake names its line."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.catalogue import LimitUnit, TimeLimit, Whistle
from bot.core.urgency import Urgency
from bot.errors import BrokenFile
from bot.services.handling_rules import load_handling
from bot.settings import ROOT

FILE = ROOT / "data" / "catalogue" / "handling.yml"


def changed(folder: Path, old: str, new: str) -> Path:
    text = FILE.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = folder / "handling.yml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("urgency", "limit"),
    [
        (Urgency.P0, TimeLimit(1, LimitUnit.MINUTES)),
        (Urgency.P1, TimeLimit(15, LimitUnit.MINUTES)),
        (Urgency.P2, TimeLimit(2, LimitUnit.WORK_HOURS)),
        (Urgency.P3, TimeLimit(2, LimitUnit.WORK_HOURS)),
    ],
)
def test_what_is_urgent_is_looked_at_sooner(urgency: Urgency, limit: TimeLimit) -> None:
    assert load_handling(FILE).triage.of(urgency) == limit


def test_no_step_of_an_emergency_waits_for_office_hours() -> None:
    rules = load_handling(FILE)

    limits = [rules.accept[Urgency.P0]]
    limits += [
        one.of(Urgency.P0) for one in (rules.triage, rules.dispatch, rules.sign, rules.return_within, rules.verify)
    ]
    assert {one.unit for one in limits} <= {LimitUnit.MINUTES, LimitUnit.HOURS}


def test_every_kind_of_whistle_has_its_limits() -> None:
    rules = load_handling(FILE)

    assert set(rules.whistles) == set(Whistle)
    assert rules.whistles[Whistle.EMERGENCY].sign_in == TimeLimit(5, LimitUnit.MINUTES)
    assert (rules.archive_after, rules.urge_every) == (timedelta(days=30), timedelta(hours=24))


def test_a_delay_is_at_most_as_long_as_the_limit() -> None:
    rules = load_handling(FILE)

    assert rules.longest_extension(TimeLimit(5, LimitUnit.WORK_DAYS)) == 5


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("warn_at: 0.8", "warn_at: 1.8", "warn_at"),
        ("warn_at: 0.8", "warnat: 0.8", "warnat"),
        ("rework_share: 0.5\n", "", "rework_share"),
        ("    other: {amount: 4, unit: 工作时}\n", "", "other"),
        ("call_back: {amount: 3, unit: 工作日}", "call_back: {amount: 0, unit: 工作日}", "amount"),
        ("call_back: {amount: 3, unit: 工作日}", "call_back: {amount: 3, unit: 星期}", "unit"),
        ("    P0: {amount: 5, unit: 分钟}\n", "    P9: {amount: 5, unit: 分钟}\n", "P9"),
        ("resume_after_review: {amount: 1, unit: 工作日}\n", "", "resume_after_review"),
        ("review_within_days: 30", "review_within_days: 很久", "review_within_days"),
        ("red_share: 1.0", "red_share: 0.4", "red_share"),
        ("clocks: [respond, sign, resolve]", "clocks: [lunch]", "clocks"),
        ("  攻坚哨:\n", "  攻关哨:\n", "攻关哨"),
        ("times: 2.0", "times: 0.5", "times"),
    ],
)
def test_a_mistake_is_told_with_its_field(tmp_path: Path, old: str, new: str, field: str) -> None:
    path = changed(tmp_path, old, new)

    with pytest.raises(BrokenFile) as told:
        load_handling(path)

    assert told.value.field.endswith(field)
    assert told.value.line
