"""A trainer teaches the bot a sentence and exchanges its model, while residents talk to it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.services.models import LIVE
from tests.e2e.phone import grave_findings, overflow
from tests.e2e.resident import Resident
from tests.e2e.service import Service
from tests.e2e.staff import Staff

PAGES = ("/workbench/samples", "/workbench/labels", "/workbench/models")
# A model of few sentences is trained in seconds; that it reads worse shows in its figures.
KEPT_FIRST, THEN_EVERY = 4, 12
TRAINED_WITHIN = 120_000


@pytest.fixture(scope="session")
def little_to_learn(service: Service) -> Path:
    """The training data of the service's own copy, cut down."""
    folder = service.root / "data" / "nlu"
    for file in folder.rglob("*.yml"):
        file.write_text("".join(_fewer(file.read_text(encoding="utf-8"))), encoding="utf-8")
    return folder


def _fewer(text: str) -> Iterator[str]:
    seen = 0
    for line in text.splitlines(keepends=True):
        is_example = line.startswith("    - ")
        seen = seen + 1 if is_example else 0
        if not is_example or seen <= KEPT_FIRST or seen % THEN_EVERY == 0:
            yield line


def _live(service: Service) -> str:
    return (Path(service.environ["LINLI_MODELS"]) / LIVE).read_text(encoding="utf-8")


def _examples(folder: Path) -> list[str]:
    return [line for file in sorted(folder.rglob("*.yml")) for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_label_becomes_one_new_line_of_the_training_data(
    resident: Resident, trainer: Staff, little_to_learn: Path
) -> None:
    misread = "loudao li de deng you huai le"
    resident.say(misread)
    resident.hears_anything()
    before = _examples(little_to_learn)
    trainer.visits("/workbench/samples")
    sample = trainer.page.locator(".samples > li", has_text=misread)
    sample.get_by_label("居民想做什么").select_option("report_event")
    sample.get_by_label("是哪类事").fill("0503")
    sample.get_by_role("button", name="就是这个意思").click()
    trainer.follows("去写入")
    trainer.presses("写入训练数据")
    trainer.reads("写入了 1 条")
    added = [line.strip() for line in _examples(little_to_learn) if line not in before]
    assert added == [f"- {misread}"]


def test_a_new_model_is_trained_while_the_chat_answers_goes_live_and_back(
    service: Service, resident: Resident, trainer: Staff, little_to_learn: Path
) -> None:
    first = _live(service)
    trainer.visits("/workbench/models")
    trainer.presses("开始训练")
    trainer.reads("正在训练")
    resident.say("居住证怎么办")
    assert resident.hears("带上材料")
    assert trainer.page.locator("#training-share").is_visible()
    ended = trainer.page.get_by_text(re.compile("训练好了|训练没有成功")).first
    ended.wait_for(timeout=TRAINED_WITHIN)
    assert ended.inner_text() == "训练好了"
    assert _live(service) == first
    trainer.page.locator("tbody a").first.click()
    trainer.presses("换上这个模型")
    trainer.page.locator("tr", has_text=first).locator(".tag", has_text="上一个").wait_for()
    assert _live(service) != first
    resident.say("高龄津贴怎么领")
    assert resident.hears("津贴")
    trainer.follows(first)
    trainer.presses("换上这个模型")
    trainer.page.locator("tr", has_text=first).locator(".tag", has_text="现在用的").wait_for()
    assert _live(service) == first


@pytest.mark.parametrize("path", PAGES)
def test_nothing_serious_is_found_on_the_trainers_pages(trainer: Staff, path: str) -> None:
    trainer.visits(path)
    assert grave_findings(trainer.page) == []
    assert overflow(trainer.page) == []


def test_nothing_serious_is_found_on_the_page_of_a_model(service: Service, trainer: Staff) -> None:
    trainer.visits(f"/workbench/models/{_live(service)}")
    assert grave_findings(trainer.page) == []
    assert overflow(trainer.page) == []
