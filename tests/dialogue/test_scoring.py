"""The figures of an evaluation, counted by hand."""

import runpy
from typing import Any

import pytest

from bot.dialogue.evaluation import curves, scoring
from bot.dialogue.evaluation.report import of_messages
from bot.settings import ROOT

REFERENCE = ROOT.parent / "shared" / "eval" / "score.py"


def read(**changed: Any) -> dict[str, Any]:
    usual = {"intent": "report_event", "leaf": "0603", "leaf_top3": ["0603", "0503", "0601"], "urgency": "P2"}
    more = {"address": [], "elderly": "no", "needs_review": False, "emergency": None, "confidence": 0.9, "trust": 0.9}
    return usual | more | changed


def gold(**changed: Any) -> dict[str, Any]:
    usual = {"text": "北门路灯坏了", "intent": ["report_event"], "leaf": ["0603"], "urgency": ["P2"]}
    return usual | {"address": ["北门"], "elderly": ["no"]} | changed


def test_a_list_accepts_every_value_in_it() -> None:
    pairs = [(gold(intent=["consult_policy", "report_event"], leaf=["0601", "0603"]), read())]
    told = scoring.figures(pairs)
    assert (told["intent"], told["leaf"], told["urgency"]) == (1.0, 1.0, 1.0)


def test_another_leaf_of_the_class_is_right_only_for_the_rest_of_a_class() -> None:
    assert scoring.is_leaf("0603", ["0699"])
    assert not scoring.is_leaf("0603", ["0601"])
    assert not scoring.is_leaf("0703", ["0699"])
    assert not scoring.is_leaf(None, ["0699"])


def test_macro_counts_a_rare_leaf_as_much_as_a_common_one() -> None:
    wrong = read(leaf="0501", leaf_top3=["0501"])
    pairs = [*[(gold(), read())] * 3, (gold(leaf=["0704"]), wrong)]
    told = scoring.figures(pairs)
    assert (told["leaf"], told["leaf_macro"]) == (0.75, 0.5)


def test_what_is_reviewed_is_not_filed_and_cannot_be_filed_wrongly() -> None:
    wrong = read(leaf="0501")
    told = scoring.figures([(gold(), read()), (gold(), wrong), (gold(), {**wrong, "needs_review": True})])
    assert told["filed_unreviewed"] == pytest.approx(2 / 3, abs=1e-4)
    assert told["filed_wrong"] == 0.5
    assert told["reviewed"] == pytest.approx(1 / 3, abs=1e-4)


def test_questions_are_never_filed() -> None:
    assert scoring.figures([(gold(intent=["consult_policy"]), read(intent="consult_policy"))])["filed_unreviewed"] == 0


def test_address_f1_counts_characters() -> None:
    told = scoring.figures([(gold(), read(address=[{"text": "北门路"}]))])
    assert told["address_f1"] == pytest.approx(2 * 2 / 5, abs=1e-4)


def test_emergencies_and_false_alarms_are_counted_apart() -> None:
    real = {"text": "着火了", "bypass_bot": True}
    alike = {"text": "火锅", "bypass_bot": False}
    told = scoring.figures([(real, read(emergency="0101")), (real, read()), (alike, read(emergency="0101"))])
    assert (told["emergency_recall"], told["false_alarms"]) == (0.5, 1.0)


def test_a_bin_compares_confidence_with_the_share_that_was_right() -> None:
    bins = curves.reliability([(0.95, True), (0.93, False), (0.15, False)])
    assert [(b.confidence, b.right, b.count) for b in bins] == [(0.15, 0.0, 1), (0.94, 0.5, 2)]
    assert curves.calibration_error(bins) == pytest.approx((0.15 + 2 * 0.44) / 3, abs=1e-3)


def test_risk_grows_from_the_surest_on() -> None:
    points = curves.risk_coverage([(0.5, False), (0.9, True), (0.8, True)], 4)
    assert [(p.coverage, p.risk, p.trust) for p in points] == [(0.25, 0.0, 0.9), (0.5, 0.0, 0.8), (0.75, 0.3333, 0.5)]


@pytest.mark.skipif(not REFERENCE.is_file(), reason="needs ../shared/eval")
def test_the_figures_are_those_of_the_reference_scorer() -> None:
    golds = [
        gold(leaf=["0699"]),
        gold(intent=["consult_policy", "report_event"], leaf=["0601", "0603"], elderly=["possible"]),
        gold(leaf=["0701"], urgency=["P1"], elderly=["yes"]),
        gold(intent=["complaint_escalate", "report_event"], leaf=[None], address=[]),
        {"text": "着火了", "bypass_bot": True},
        {"text": "火锅", "bypass_bot": False},
    ]
    found = [
        read(address=[{"text": "北门路"}], elderly="yes"),
        read(elderly="no"),
        read(needs_review=True, elderly="possible"),
        read(leaf=None, leaf_top3=[]),
        read(emergency="0101"),
        read(emergency="0101"),
    ]
    rows = [{**row, "id": str(number)} for number, row in enumerate(golds)]
    predicted = [{**row, "id": str(n), "text": golds[n]["text"]} for n, row in enumerate(found)]
    theirs = runpy.run_path(str(REFERENCE))["score"](rows, predicted)
    ours = scoring.figures(list(zip(rows, predicted, strict=True)))
    assert {name: ours[name] for name in theirs if name != "n"} == {n: v for n, v in theirs.items() if n != "n"}


def test_a_report_says_what_each_intent_is_taken_for() -> None:
    report = of_messages("m", [(gold(), read()), (gold(), read(intent="consult_policy"))])
    assert [(row.intent, row.recall, row.confused_with) for row in report.intents] == [
        ("report_event", 0.5, (("consult_policy", 1),))
    ]
