"""The pages where trainers say what was meant and write it into the training data."""

from pathlib import Path

import pytest

from bot.core.masking import mask_phone
from bot.services.desk import Desk
from bot.store.tables import Label, Message
from tests.console.house import ADMIN, PAGE, SCRIPT, TRAINER, House
from tests.services import stage

SAMPLES, LABELS = "/workbench/samples", "/workbench/labels"
PHONE = "19900000088"
LAMPS = {"intent": "report_event", "leaf": "0603 路灯与公共照明"}
NLU = """version: "3.1"
nlu:
- intent: report_event/0603
  examples: |
    - 路灯坏了
"""


@pytest.fixture
def nlu(desk: Desk) -> Path:
    """The file of training data the labels of these tests belong to."""
    path = desk.settings.data / "nlu" / "report" / "06.yml"
    path.parent.mkdir(parents=True)
    path.write_text(NLU, "utf-8")
    return path


def misread(desk: Desk, text: str, **reading: object) -> int:
    with desk.transaction() as session:
        message = stage.says(session, desk, stage.someone(session, desk), text)
        kept = {"intent": "report_event", "confidence": 0.31, "leaf": "0503", **reading}
        session.get_one(Message, message).reading = kept
        return message


def holds(nlu: Path) -> str:
    return nlu.read_text("utf-8")


def broken(nlu: Path) -> None:
    nlu.write_text("nlu: [", "utf-8")


def labels(desk: Desk) -> list[Label]:
    with desk.transaction(read_only=True) as session:
        return session.query(Label).all()


async def test_a_trainer_is_led_to_what_there_is_to_label(house: House) -> None:
    answer = await (await house.enter(TRAINER)).get("/workbench")

    assert (answer.status, answer.location) == (303, SAMPLES)


@pytest.mark.parametrize("page", [SAMPLES, f"{SAMPLES}/1", LABELS])
async def test_the_pages_are_for_trainers_only(house: House, desk: Desk, page: str) -> None:
    misread(desk, "又黑了")

    assert (await (await house.nobody()).get(page)).location.startswith("/login?next=/workbench")
    for username in (stage.WORKER, stage.DIRECTOR, stage.GRID_WORKER, ADMIN):
        assert (await (await house.enter(username)).get(page)).status == 403
    assert (await (await house.enter(TRAINER)).get(page, PAGE)).status == 200


@pytest.mark.parametrize("deed", [f"{SAMPLES}/1", f"{LABELS}/write"])
async def test_nothing_is_done_without_login_token_or_right(house: House, desk: Desk, deed: str) -> None:
    misread(desk, "又黑了")

    assert (await (await house.nobody()).post(deed, LAMPS, SCRIPT)).status == 401
    assert (await (await house.enter(stage.WORKER)).post(deed, LAMPS)).status == 403
    assert (await (await house.enter(TRAINER)).post_bare(deed, LAMPS)).status == 403
    assert labels(desk) == []


async def test_the_list_shows_redacted_words_and_the_models_guesses(house: House, desk: Desk) -> None:
    ranking = [["report_event", 0.31], ["track_progress", 0.29]]
    misread(desk, f"又黑了打{PHONE}", ranking=ranking, leaf_top3=["0503", "0603"])

    page = (await (await house.enter(TRAINER)).get(SAMPLES)).text

    assert f"又黑了打{mask_phone(PHONE)}" in page
    assert PHONE not in page
    assert "没把握" in page
    assert "问进度" in page
    assert "29%" in page
    assert "路灯与公共照明" in page


async def test_the_list_can_be_narrowed_to_one_reason(house: House, desk: Desk) -> None:
    misread(desk, "没把握的话")
    misread(desk, "没听懂的话", intent="nlu_fallback", confidence=0.9)
    browser = await house.enter(TRAINER)

    page = (await browser.get(f"{SAMPLES}?why=unread")).text

    assert "没听懂的话" in page
    assert "没把握的话" not in page
    assert (await browser.get(f"{SAMPLES}?why=nonsense")).status == 400


@pytest.mark.parametrize("page", ["0", "x", "-1", "9999999"])
async def test_a_page_that_cannot_be_is_refused(house: House, page: str) -> None:
    assert (await (await house.enter(TRAINER)).get(f"{SAMPLES}?page={page}")).status == 400


async def test_a_label_takes_the_message_off_the_list(house: House, desk: Desk) -> None:
    message = misread(desk, "又黑了")
    browser = await house.enter(TRAINER)

    answer = await browser.post(f"{SAMPLES}/{message}", {**LAMPS, "text": "又黑了", "why": "unsure", "page": "1"})

    assert (answer.status, answer.location) == (303, f"{SAMPLES}?why=unsure&page=1")
    assert [(one.intent, one.leaf) for one in labels(desk)] == [("report_event", "0603")]
    page = (await browser.get(SAMPLES)).text
    assert "又黑了" not in page
    assert "已标好 1 条" in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"intent": "", "text": "又黑了"}, "请选一个意图"),
        ({"intent": "nonsense", "text": "又黑了"}, "请选一个意图"),
        ({"intent": "report_event", "leaf": "", "text": "又黑了"}, "要再选一个事项"),
        ({"intent": "propose_agenda_item", "leaf": "0101", "text": "又黑了"}, "不能当作"),
        ({**LAMPS, "text": " \n "}, "没有可以学的文字"),
        ({**LAMPS, "text": "长" * 121}, "最多120个字"),
    ],
)
async def test_a_label_that_cannot_be_taken_comes_back_with_what_was_typed(
    house: House, desk: Desk, fields: dict[str, str], said: str
) -> None:
    message = misread(desk, "又黑了")

    answer = await (await house.enter(TRAINER)).post(f"{SAMPLES}/{message}", {**fields, "note": "我的备注"})

    assert answer.status == 400
    assert said in answer.text
    assert "我的备注" in answer.text
    assert labels(desk) == []


@pytest.mark.parametrize("there", ["0", "999", "x", "9" * 30])
async def test_a_sample_that_is_not_there_is_not_found(house: House, there: str) -> None:
    browser = await house.enter(TRAINER)

    assert (await browser.get(f"{SAMPLES}/{there}")).status == 404
    assert (await browser.post(f"{SAMPLES}/{there}", LAMPS)).status == 404


async def test_messages_the_bot_understood_stay_closed_to_trainers(house: House, desk: Desk) -> None:
    message = misread(desk, "说得很清楚的私事", confidence=0.97)

    answer = await (await house.enter(TRAINER)).get(f"{SAMPLES}/{message}")

    assert answer.status == 404
    assert "私事" not in answer.text


async def test_writing_changes_one_line_of_one_file(house: House, desk: Desk, nlu: Path) -> None:
    message = misread(desk, f"东门又黑了 [快](来) 打{PHONE}")
    browser = await house.enter(TRAINER)
    await browser.post(f"{SAMPLES}/{message}", LAMPS)

    answer = await browser.post(f"{LABELS}/write")

    assert "写入了 1 条" in answer.text
    assert "data/nlu/report/06.yml" in answer.text
    assert holds(nlu) == f"{NLU}    - 东门又黑了 ［快］（来） 打{mask_phone(PHONE)}\n"
    assert len(house.audited("sample:write")) == 1


async def test_what_is_written_can_no_longer_be_labelled(house: House, desk: Desk, nlu: Path) -> None:
    message = misread(desk, "又黑了")
    browser = await house.enter(TRAINER)
    await browser.post(f"{SAMPLES}/{message}", LAMPS)
    await browser.post(f"{LABELS}/write")

    answer = await browser.post(f"{SAMPLES}/{message}", LAMPS)

    assert holds(nlu).count("又黑了") == 1
    assert answer.status == 409
    assert "已经写进训练数据" in answer.text


async def test_a_clash_is_shown_and_can_be_relabelled(house: House, desk: Desk, nlu: Path) -> None:
    message = misread(desk, "路灯坏了")
    browser = await house.enter(TRAINER)
    await browser.post(f"{SAMPLES}/{message}", {"intent": "report_event", "leaf": "0503"})

    answer = await browser.post(f"{LABELS}/write")

    assert holds(nlu) == NLU
    assert "没有写入" in answer.text
    assert f'href="{SAMPLES}/{message}"' in answer.text


async def test_a_broken_file_is_named_and_loses_nothing(house: House, desk: Desk, nlu: Path) -> None:
    message = misread(desk, "又黑了")
    browser = await house.enter(TRAINER)
    await browser.post(f"{SAMPLES}/{message}", LAMPS)
    broken(nlu)

    answer = await browser.post(f"{LABELS}/write")

    assert answer.status == 503
    assert "06.yml" in answer.text
    assert "标注都还在" in answer.text
    assert "Traceback" not in answer.text
