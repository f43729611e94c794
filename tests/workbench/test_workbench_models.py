"""The pages where trainers train, compare models and choose the one in service."""

import asyncio

import pytest

from tests.console.house import SCRIPT, TRAINER, Browser, House
from tests.services import stage
from tests.workbench.bench import ModelsOnDisk

MODELS, TRAINING = "/workbench/models", "/workbench/training"


async def until(browser: Browser, words: str) -> str:
    """Read the box about the training whenever the stream says so, until it holds the words."""
    async with asyncio.timeout(10), browser.listening("/workbench/stream") as stream:
        while words not in (box := (await browser.get(TRAINING)).text):
            await stream.next()
        return box


@pytest.mark.parametrize("page", [MODELS, f"{MODELS}/first", TRAINING, "/workbench/models-table", "/workbench/stream"])
async def test_the_pages_are_for_trainers_only(house: House, page: str) -> None:
    assert (await (await house.nobody()).get(page)).status == 303
    assert (await (await house.enter(stage.WORKER)).get(page)).status == 403


@pytest.mark.parametrize("deed", [TRAINING, f"{TRAINING}/cancel", f"{MODELS}/second/live"])
async def test_nothing_is_done_without_login_token_or_right(house: House, models: ModelsOnDisk, deed: str) -> None:
    models.put("second")

    assert (await (await house.nobody()).post(deed, headers=SCRIPT)).status == 401
    assert (await (await house.enter(stage.DIRECTOR)).post(deed)).status == 403
    assert (await (await house.enter(TRAINER)).post_bare(deed, {})).status == 403
    assert models.live == "first"


async def test_models_are_listed_with_their_figures_beside_the_live_one(house: House, models: ModelsOnDisk) -> None:
    models.put("second", intent_accuracy=0.925)

    page = (await (await house.enter(TRAINER)).get(MODELS)).text

    assert "现在用的" in page
    assert "92.5%" in page
    assert "▲ 高 2.5" in page
    assert "<svg" in page


async def test_a_model_without_figures_is_listed_all_the_same(house: House, models: ModelsOnDisk) -> None:
    models.put("second", examples="damaged")
    browser = await house.enter(TRAINER)

    assert "没有成绩" in (await browser.get(MODELS)).text
    assert "不知道哪个好" in (await browser.get(f"{MODELS}/second")).text


async def test_a_model_that_was_not_cross_validated_cannot_be_compared(house: House, models: ModelsOnDisk) -> None:
    models.put("second", intent_accuracy=None, leaf_accuracy=None, leaf_top3=None, per_intent=None)
    browser = await house.enter(TRAINER)

    assert "没有做交叉验证" in (await browser.get(MODELS)).text
    assert "不知道哪个好" in (await browser.get(f"{MODELS}/second")).text


async def test_a_worse_model_carries_a_warning(house: House, models: ModelsOnDisk) -> None:
    models.put("second", leaf_accuracy=0.7)

    page = (await (await house.enter(TRAINER)).get(f"{MODELS}/second")).text

    assert "有成绩比现在用的低" in page
    assert "▼ 低 10.0" in page
    assert "答“是”" in page


async def test_a_model_goes_live_and_back(house: House, models: ModelsOnDisk) -> None:
    models.put("second")
    browser = await house.enter(TRAINER)

    answer = await browser.post(f"{MODELS}/second/live")
    page = (await browser.get(MODELS)).text
    after = models.live
    await browser.post(f"{MODELS}/first/live")

    assert (answer.status, answer.location) == (303, MODELS)
    assert "上一个" in page
    assert (after, models.live) == ("second", "first")
    assert [(row.object, row.detail) for row in house.audited("model:live")] == [
        ("model:second", "model:first"),
        ("model:first", "model:second"),
    ]


async def test_a_damaged_model_is_refused_and_the_old_one_stays(house: House, models: ModelsOnDisk) -> None:
    models.put("second", "damaged")

    answer = await (await house.enter(TRAINER)).post(f"{MODELS}/second/live")

    assert answer.status == 409
    assert "现在用的还是“first”" in answer.text
    assert models.live == "first"
    assert house.audited("model:live") == []


@pytest.mark.parametrize("name", ["nothing", "..%2Ffirst", "%00", "x" * 300])
async def test_a_model_that_is_not_there_is_not_found(house: House, name: str) -> None:
    browser = await house.enter(TRAINER)

    assert (await browser.get(f"{MODELS}/{name}")).status == 404
    assert (await browser.post(f"{MODELS}/{name}/live")).status == 404


async def test_a_training_shows_how_it_goes_and_adds_a_model(house: House, models: ModelsOnDisk) -> None:
    browser = await house.enter(TRAINER)

    answer = await browser.post(TRAINING)
    box = await until(browser, "训练好了")

    assert (answer.status, answer.location) == (303, MODELS)
    assert "许林" in box
    assert "linli-20260312-100000" in models.names()
    assert [row.object for row in house.audited("model:train")] == ["model:linli-20260312-100000"]


@pytest.mark.parametrize("how", ["slow"])
async def test_while_a_training_goes_on_pages_answer_and_no_second_one_starts(house: House) -> None:
    browser = await house.enter(TRAINER)
    await browser.post(TRAINING)
    box = await until(browser, "正在读例句")

    second = await browser.post(TRAINING)

    assert "<progress" in box
    assert "25%" in box
    assert second.status == 409
    assert (await browser.get("/workbench/samples")).status == 200


@pytest.mark.parametrize("how", ["slow"])
async def test_a_training_can_be_cancelled_and_leaves_nothing(house: House, models: ModelsOnDisk) -> None:
    browser = await house.enter(TRAINER)
    await browser.post(TRAINING)
    await until(browser, "正在读例句")

    answer = await browser.post(f"{TRAINING}/cancel")

    assert answer.status == 303
    assert "已取消" in (await browser.get(TRAINING)).text
    assert models.names() == ["first"]
    assert len(house.audited("model:cancel")) == 1


async def test_there_is_nothing_to_cancel_before_a_training(house: House) -> None:
    assert (await (await house.enter(TRAINER)).post(f"{TRAINING}/cancel")).status == 409


@pytest.mark.parametrize("how", ["broken"])
async def test_a_failed_training_says_why(house: House) -> None:
    browser = await house.enter(TRAINER)
    await browser.post(TRAINING)

    box = await until(browser, "训练没有成功")

    assert "data/nlu/report/06.yml:12" in box
    assert "Traceback" not in box


@pytest.mark.parametrize("how", ["slow"])
async def test_labels_not_written_yet_are_named_before_training(house: House) -> None:
    page = (await (await house.enter(TRAINER)).get(MODELS)).text

    assert "没写入训练数据" not in page
    assert "开始训练" in page
