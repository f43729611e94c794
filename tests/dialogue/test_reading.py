"""Reading one message: features, bare facts, several requests, emergencies, answers to questions."""

from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.assistant import Assistant
from bot.dialogue.nlu.context import Situation, in_context
from bot.dialogue.nlu.features import Vectorizer, features_of, normalised
from bot.dialogue.nlu.models import Example, Guess, Opinion, ReaderModels
from bot.dialogue.nlu.reading import Reading, is_bare_fact


@pytest.fixture(scope="module")
def assistant(trained_model: Path) -> Assistant:
    return Assistant(trained_model, lambda _: None)


async def read(assistant: Assistant, text: str) -> dict[str, Any]:
    found: dict[str, Any] = (await assistant.parse(text))["reading"]
    return found


def test_homophones_share_their_sounds() -> None:
    assert set(features_of("路登")) & set(features_of("路灯")) >= {"plu'deng'"}


def test_widths_cases_and_numbers_read_alike() -> None:
    assert normalised("１２号楼 Ａ座") == normalised("3号楼a座")


def test_a_row_has_length_one_and_an_unknown_word_adds_nothing() -> None:
    vectorizer = Vectorizer.fitted(["楼道灯坏了", "楼道灯不亮"])
    assert float((vectorizer.row("楼道灯").weights ** 2).sum()) == pytest.approx(1.0, abs=1e-5)
    assert vectorizer.row("灯xyz").places.tolist() == vectorizer.row("灯qqq").places.tolist()


def test_the_same_examples_train_the_same_reader(tmp_path: Path) -> None:
    examples = [
        Example("楼道灯坏了", "report_event", "0503"),
        Example("楼道灯不亮了", "report_event", "0503"),
        Example("垃圾没人收", "report_event", "0701"),
        Example("垃圾堆成山", "report_event", "0701"),
        Example("你好啊", "chitchat", "greet"),
        Example("谢谢你啊", "chitchat", "thanks"),
        Example("谢谢啦", "chitchat", "thanks"),
    ]
    ReaderModels.fitted(examples).save(tmp_path)
    again, kept = ReaderModels.fitted(examples), ReaderModels.load(tmp_path)
    fresh = again.guess("楼道的灯")
    assert fresh == ReaderModels.fitted(examples).guess("楼道的灯")
    assert [leaf for leaf, _ in kept.guess("楼道的灯").leaves] == [leaf for leaf, _ in fresh.leaves]


@pytest.mark.parametrize(
    "text", ["3号楼2单元", "5-1-302", "19900000001", "我叫王小禾 19900000001", "明天上午", "我在3号楼"]
)
def test_facts_alone_are_bare(text: str) -> None:
    assert is_bare_fact(text)


@pytest.mark.parametrize("text", ["3号楼2单元灯坏了", "明天上午能来修吗", "我家漏水", "打19900000001没人接"])
def test_a_fact_with_something_said_about_it_is_not_bare(text: str) -> None:
    assert not is_bare_fact(text)


async def test_a_place_with_a_complaint_is_a_report(assistant: Assistant) -> None:
    found = await read(assistant, "7栋1单元门口的路灯一个礼拜没亮了")
    assert (found["intent"], found["leaf"]) == ("report_event", "0603")
    assert [span["type"] for span in found["address"]][:2] == ["building", "unit"]


async def test_one_message_with_three_matters_gives_three_requests(assistant: Assistant) -> None:
    found = await read(assistant, "3号楼楼道灯坏了，还有门口垃圾好几天没人收，另外想问问居住证怎么办")
    assert [r["leaf"] for r in found["requests"]] == ["0503", "0701", "1108"]
    assert found["intent"] == "report_event"


async def test_an_emergency_beats_everything(assistant: Assistant) -> None:
    found = await read(assistant, "居住证怎么办……哎呀厨房起火了火苗窜到吊顶了")
    assert (found["intent"], found["emergency"], found["urgency"]) == ("emergency", "0101", "P0")


async def test_looking_alike_is_not_an_emergency(assistant: Assistant) -> None:
    found = await read(assistant, "楼下火锅店的烟天天往我家灌")
    assert found["emergency"] is None


async def test_confidences_are_shares(assistant: Assistant) -> None:
    found = await read(assistant, "广场舞音响太吵了")
    assert 0 <= found["confidence"] <= 1
    assert 0 <= found["leaf_confidence"] <= 1


def reading(intent: str, confidence: float, text: str = "不知道怎么说") -> Reading:
    return Reading(
        text=text,
        intent=intent,
        confidence=confidence,
        kind=None,
        emergency=None,
        leaf=None,
        leaf_top3=[],
        leaf_confidence=0.0,
        urgency="P3",
        urgency_reasons=[],
        address=[],
        elderly="no",
        elderly_words=[],
        elderly_role="",
        needs_review=False,
        requests=[],
        ranking=[],
    )


def test_an_open_question_takes_the_residents_own_words() -> None:
    answered = in_context(reading("report_event", 0.5), Situation("propose_form", "propose_reason"))
    assert answered.intent == "inform"


@pytest.mark.parametrize("intent", ["emergency", "cancel", "complaint_escalate", "request_in_person"])
def test_strong_words_keep_their_meaning_inside_a_form(intent: str) -> None:
    assert in_context(reading(intent, 0.95), Situation("report_form", "report_place")).intent == intent


def test_without_a_question_a_reading_stays_as_it_is() -> None:
    assert in_context(reading("chitchat", 0.4), Situation()).intent == "chitchat"


async def test_a_short_matter_keeps_its_place_beside_a_longer_one(assistant: Assistant) -> None:
    found = await read(assistant, "3号楼2单元灯坏了，还有垃圾桶满了好几天没人收")
    assert [(r["text"], r["leaf"]) for r in found["requests"]] == [
        ("3号楼2单元灯坏了", "0503"),
        ("垃圾桶满了好几天没人收", "0701"),
    ]


async def test_one_matter_told_in_three_clauses_stays_one(assistant: Assistant) -> None:
    found = await read(assistant, "楼道灯坏了三天了，老人摸黑下楼，差点摔了")
    assert [r["leaf"] for r in found["requests"]] == ["0503"]


async def test_darkness_from_a_broken_lamp_is_no_smoke(assistant: Assistant) -> None:
    found = await read(assistant, "我八十三了，3号楼2单元楼道灯坏了，下楼看不见")
    assert (found["emergency"], found["elderly"]) == (None, "yes")
    assert (await read(assistant, "楼道里全是烟看不见了"))["emergency"] == "0101"


async def test_a_report_with_contact_is_no_correction(assistant: Assistant) -> None:
    found = await read(assistant, "我家3号楼2单元302，楼道灯坏了，我电话19900000001")
    assert found["intent"] == "report_event"


def test_another_classifier_has_its_say() -> None:
    ours = Guess([("report_event", 0.6), ("consult_policy", 0.4)], [("0603", 1.0)], {}, 0.0, 0.5)
    joined = Opinion({"consult_policy": 0.9, "report_event": 0.1}, weight=0.5).joined_with(ours)
    assert joined.intents == [("consult_policy", 0.65), ("report_event", 0.35)]


def test_another_classifier_cannot_hush_an_emergency() -> None:
    ours = Guess([("emergency", 0.9), ("chitchat", 0.1)], [("0101", 1.0)], {}, 0.9, 0.5)
    assert Opinion({"chitchat": 1.0}, weight=0.5).joined_with(ours).emergency == 0.9
