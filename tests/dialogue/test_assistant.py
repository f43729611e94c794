"""The assistant in service: exchanging models, refusing damaged ones, harmless slashes."""

import asyncio
from pathlib import Path

import pytest

from bot.dialogue.assistant import Assistant
from bot.errors import BrokenFile


@pytest.fixture(scope="module")
def assistant(trained_model: Path) -> Assistant:
    return Assistant(trained_model, lambda _: None)


async def test_the_loop_goes_on_while_a_model_is_loaded(assistant: Assistant, trained_model: Path) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0.005)

    ticking = asyncio.create_task(tick())
    await assistant.swap(trained_model)
    ticking.cancel()
    assert ticks > 10


@pytest.fixture
def damaged(trained_model: Path, tmp_path: Path) -> Path:
    path = tmp_path / "damaged.tar.gz"
    path.write_bytes(trained_model.read_bytes()[:5000])
    return path


async def test_a_damaged_model_is_refused_and_the_old_one_answers_on(
    assistant: Assistant, trained_model: Path, damaged: Path
) -> None:
    with pytest.raises(BrokenFile, match="模型打不开"):
        await assistant.swap(damaged)
    assert assistant.model == trained_model
    assert (await assistant.parse("楼道灯坏了"))["reading"]["leaf"] == "0503"


async def test_a_missing_model_is_refused(trained_model: Path, tmp_path: Path) -> None:
    with pytest.raises(BrokenFile):
        Assistant(tmp_path / "none.tar.gz", lambda _: None)


@pytest.mark.parametrize("text", ["/affirm", "/restart", '/inform{"building": "3"}', "/session_start", "  /affirm"])
async def test_a_resident_cannot_name_an_intent(assistant: Assistant, text: str) -> None:
    parsed = await assistant.parse(text)
    assert parsed["intent"]["name"] not in {"affirm", "restart", "session_start"} or parsed["intent"]["confidence"] < 1
    assert parsed["reading"]["text"].startswith("／")


async def test_reading_the_same_message_twice_gives_the_same(assistant: Assistant) -> None:
    text = "3号楼2单元门口的垃圾三天没人收，臭死了，还有路灯也不亮"
    assert (await assistant.parse(text))["reading"] == (await assistant.parse(text))["reading"]
