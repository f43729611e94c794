"""A worker says what the bot misunderstood; trainers get it without contact details."""

import pytest

from bot.core.masking import mask_phone
from bot.services import learning
from bot.services.desk import Desk
from bot.services.intents import Choice
from bot.services.learning import Correction, Why
from bot.store.tables import Label, Message
from tests.console.house import House
from tests.services import stage

PHONE = "19900000088"
READING: dict[str, object] = {"intent": "track_progress", "confidence": 0.42, "leaf": None, "ranking": []}


@pytest.fixture
def page(desk: Desk) -> str:
    """The page about what somebody said."""
    with desk.transaction() as session:
        resident = stage.someone(session, desk)
        message = stage.says(session, desk, resident, f"路灯又黑了 打{PHONE}")
        session.get_one(Message, message).reading = READING
        return f"/console/conversations/{stage.talk_of(session, desk, resident).id}/messages/{message}"


def label(desk: Desk) -> Label | None:
    with desk.transaction(read_only=True) as session:
        return session.query(Label).one_or_none()


async def test_the_bots_reading_stands_beside_what_was_said(house: House, page: str) -> None:
    browser = await house.enter(stage.WORKER)

    conversation = (await browser.get(page.partition("/messages")[0])).text
    form = (await browser.get(page)).text

    assert "机器人理解为：问进度（把握 42%）" in conversation
    assert f'href="{page}?at=intent"' in conversation
    assert PHONE not in form
    assert "报问题，要有人去办" in form


@pytest.mark.parametrize(
    ("intent", "kind", "plain"),
    [("complaint_escalate", "human", "要找人工"), ("chitchat", "greet", "打招呼"), ("chitchat", None, "闲聊")],
)
async def test_what_is_about_no_matter_shows_neither_a_leaf_nor_certainty(
    house: House, desk: Desk, page: str, intent: str, kind: str | None, plain: str
) -> None:
    sure = {"confidence": 1.0, "leaf": "0703", "leaf_words": ["转"], "urgency": "P2"}
    with desk.transaction() as session:
        session.get_one(Message, int(page.rpartition("/")[2])).reading = {"intent": intent, "kind": kind, **sure}
    browser = await house.enter(stage.WORKER)

    conversation = (await browser.get(page.partition("/messages")[0])).text
    form = (await browser.get(page)).text
    record = (await browser.get(f"{page}/record/events")).text

    assert f"机器人理解为：{plain}</p>" in conversation
    assert f"机器人理解为：<b>{plain}</b></p>" in form
    assert 'value="0703' not in record.partition('id="leaf"')[2].partition(">")[0]


async def test_a_correction_is_kept_redacted_for_the_trainers(house: House, desk: Desk, page: str) -> None:
    browser = await house.enter(stage.WORKER)

    answer = await browser.post(page, {"intent": "report_event", "leaf": "0603 路灯", "note": f"打{PHONE}核实过"})

    kept = label(desk)
    assert answer.status == 303
    assert kept
    assert (kept.intent, kept.leaf) == ("report_event", "0603")
    assert kept.text == f"路灯又黑了 打{mask_phone(PHONE)}"
    assert PHONE not in kept.note
    assert "已改为：报问题" in (await browser.get(page.partition("/messages")[0])).text
    assert len(house.audited("sample:suggest")) == 1


async def test_a_workers_word_alone_is_not_written_into_the_training_data(house: House, desk: Desk, page: str) -> None:
    await (await house.enter(stage.WORKER)).post(page, {"intent": "report_event", "leaf": "0603"})

    with desk.transaction(read_only=True) as session:
        assert learning.unwritten(session) == []
        assert learning.misread(session, Why.CORRECTED).total == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "请选一个意图"),
        ({"intent": "nonsense"}, "请选一个意图"),
        ({"intent": "report_event"}, "要再选一个事项"),
        ({"intent": "report_event", "leaf": "9999"}, "要再选一个事项"),
        ({"intent": "emergency", "leaf": "0603"}, "不能当作"),
    ],
)
async def test_a_meaning_that_makes_no_sense_is_refused(
    house: House, desk: Desk, page: str, fields: dict[str, str], said: str
) -> None:
    answer = await (await house.enter(stage.WORKER)).post(page, fields)

    assert answer.status == 400
    assert said in answer.text
    assert label(desk) is None


async def test_a_worker_cannot_overrule_the_trainer(house: House, desk: Desk, page: str) -> None:
    with desk.transaction() as session:
        trainer = stage.staff(session, "xulin")
        choice = Choice("report_event", "0503")
        learning.label(session, desk, trainer, int(page.rpartition("/")[2]), Correction(choice))

    answer = await (await house.enter(stage.WORKER)).post(page, {"intent": "report_event", "leaf": "0603"})

    assert answer.status == 409
    assert "训练师已经看过" in answer.text


@pytest.mark.parametrize("message", ["0", "999", "x"])
async def test_a_message_that_is_not_there_is_not_found(house: House, page: str, message: str) -> None:
    browser = await house.enter(stage.WORKER)
    there = f"{page.rpartition('/')[0]}/{message}"

    assert (await browser.get(there)).status == 404
    assert (await browser.post(there, {"intent": "skip"})).status == 404


async def test_what_the_service_wrote_itself_has_no_meaning_to_correct(house: House, page: str, desk: Desk) -> None:
    browser = await house.enter(stage.WORKER)
    await browser.post(f"{page.partition('/messages')[0]}/take")
    with desk.transaction(read_only=True) as session:
        written = max(session.query(Message.id).filter(Message.direction == "out").all())[0]

    assert (await browser.get(f"{page.rpartition('/')[0]}/{written}")).status == 404


async def test_a_colleague_elsewhere_corrects_nothing_here(house: House, page: str) -> None:
    answer = await (await house.enter(stage.ELSEWHERE)).post(page, {"intent": "skip"})

    assert answer.status == 404
