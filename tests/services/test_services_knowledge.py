import time
from datetime import date

import pytest

from bot.core.knowledge import Channel, KnowledgeItem, PlaceKey, Scope
from bot.services.desk import Desk
from bot.services.knowledge import KnowledgeIndex, answer_bubbles

# Asked in words no entry uses; each names the entry that should come first.
ASKED = {
    "外地来打工的想办居住证，准备啥东西呀": "residence-permit",
    "楼下跳广场舞吵死人，有没有时间规定": "square-dance",
    "身份证掉了怎么补一张": "id-card",
}


def item(identity: str, asks: tuple[str, ...], leaf: str | None = None) -> KnowledgeItem:
    return KnowledgeItem(
        id=identity,
        title=asks[0],
        leaf=leaf,
        asks=asks,
        answer=("去社区问问。",),
        materials=(),
        places=(),
        hours=None,
        scope=Scope.COMMUNITY,
        channels=(Channel.COUNTER,),
        source="测试",
        phone=None,
        checked=date(2026, 3, 1),
    )


@pytest.mark.parametrize(("question", "expected"), ASKED.items())
def test_a_question_in_other_words_finds_its_entry(opened: Desk, question: str, expected: str) -> None:
    best = opened.knowledge.search(question)[0]

    assert best.item.id.startswith(expected)


def test_every_entry_is_found_by_its_own_title(opened: Desk) -> None:
    found = {one.id: opened.knowledge.search(one.title)[0].item.id for one in opened.knowledge.items}

    assert [identity for identity, first in found.items() if identity != first] == []


def test_most_phrasings_find_their_entry(opened: Desk) -> None:
    asks = [(one.id, ask) for one in opened.knowledge.items for ask in one.asks]

    hits = [opened.knowledge.search(ask)[0].item.id == identity for identity, ask in asks]

    assert sum(hits) / len(hits) > 0.95


def test_a_search_takes_less_than_five_milliseconds(opened: Desk) -> None:
    opened.knowledge.search("热身")
    asks = [one.asks[0] for one in opened.knowledge.items]

    begun = time.process_time()
    for ask in asks:
        opened.knowledge.search(ask)

    assert (time.process_time() - begun) / len(asks) < 0.005


def test_scores_lie_between_nothing_and_one(opened: Desk) -> None:
    scores = [found.score for found in opened.knowledge.search("居住证怎么办", "1108")]

    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


@pytest.mark.parametrize("question", ["", "？！……", "的了吗", "qwxzj"])
def test_nothing_to_go_by_finds_nothing(opened: Desk, question: str) -> None:
    assert opened.knowledge.search(question) == []


def test_an_index_without_entries_finds_nothing() -> None:
    assert KnowledgeIndex.of([]).search("居住证") == []


def test_the_guessed_leaf_decides_between_equals_but_shuts_nothing_out() -> None:
    index = KnowledgeIndex.of([item("lamp", ("灯坏了找谁",), "0503"), item("street", ("灯坏了问谁",), "0603")])

    assert index.search("灯坏了", "0603")[0].item.id == "street"
    assert {found.item.id for found in index.search("灯坏了", "0603")} == {"lamp", "street"}


def test_a_narrow_win_scores_lower_than_a_clear_one() -> None:
    alone = KnowledgeIndex.of([item("lift", ("加装电梯政府补多少钱",)), item("dog", ("养狗要办证不",))])
    rivals = KnowledgeIndex.of([item("lift", ("加装电梯政府补多少钱",)), item("who", ("加装电梯谁出钱",))])

    assert alone.search("加装电梯补钱吗")[0].score > rivals.search("加装电梯补钱吗")[0].score


def test_every_answer_reads_well_in_every_community(opened: Desk) -> None:
    for one in opened.knowledge.items:
        for community in opened.gazetteer.communities:
            bubbles = answer_bubbles(one, opened, community.id)
            assert max(map(len, bubbles)) <= 60
            assert bubbles[: len(one.answer)] == list(one.answer)
            assert "核对过。" in bubbles[-1]


def test_an_answer_names_the_office_of_the_residents_own_community(opened: Desk) -> None:
    one = next(one for one in opened.knowledge.items if PlaceKey.COMMUNITY_STATION in one.places)

    assert "柳岸社区服务站" in "".join(answer_bubbles(one, opened, "liuan"))
    assert "青禾里社区服务站" in "".join(answer_bubbles(one, opened, None))
