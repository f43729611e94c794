"""Why a message was read as it was."""

import pytest

from bot.dialogue.assistant import Assistant
from bot.errors import Unavailable


@pytest.fixture(scope="session")
def assistant(talking_assistant: Assistant) -> Assistant:
    return talking_assistant


@pytest.mark.parametrize(
    ("text", "word"),
    [("单元楼道的灯坏了好几天", "灯"), ("低保怎么申请，要什么材料", "低保"), ("小区里要装电动车充电桩", "充电")],
)
async def test_the_words_that_name_the_matter_decide_the_leaf(assistant: Assistant, text: str, word: str) -> None:
    reading = (await assistant.parse(text))["reading"]

    assert any(word in one for one in reading["leaf_words"])
    assert all(one in text for one in reading["leaf_words"])


async def test_a_few_words_are_enough(assistant: Assistant) -> None:
    reading = (await assistant.parse("我们三号楼楼道的灯坏了好几天了，晚上老人下楼什么都看不见，麻烦快点派人来修"))[
        "reading"
    ]

    assert 1 <= len(reading["intent_words"]) <= 3
    assert 1 <= len(reading["leaf_words"]) <= 3


async def test_an_emergency_names_the_words_of_the_screen(assistant: Assistant) -> None:
    reading = (await assistant.parse("厨房着火了快来人"))["reading"]

    assert any("着火" in one for one in reading["intent_words"])


@pytest.mark.parametrize("text", ["？？？", "12345", "😀"])
async def test_where_nothing_is_said_nothing_decided(assistant: Assistant, text: str) -> None:
    reading = (await assistant.parse(text)).get("reading")

    assert not reading or reading["leaf_words"] == []


async def test_what_cannot_be_read_at_all_is_said_to_be_so(assistant: Assistant) -> None:
    with pytest.raises(Unavailable):
        await assistant.parse("")
