"""A message becomes a record in one step."""

import pytest

from bot.core.masking import mask_phone
from bot.services.desk import Desk
from bot.services.handover import hand_over
from bot.store.tables import AgendaItem, Conversation, GridEvent, HandoverKind, InPersonOrder
from tests.console.house import House
from tests.console.talks import LIST, Talk, in_hand, reads, told
from tests.services import stage

PHONE = "19900000088"
EVENT = {
    "ordinal": "0",
    "leaf": f"{stage.LAMP} 楼道灯",
    "urgency": "P2",
    "building": "青禾苑5号楼",
    "place": "楼道",
    "text": "楼道灯坏了三天",
}
VISIT = {"ordinal": "0", "need": "看看水管", "way": "visit", "recipient": "self", "building": stage.BUILDING}
ITEM = {"ordinal": "0", "title": "装个充电桩", "text": "飞线太多", "scope": "estate"}
FORMS = [("events", EVENT), ("orders", VISIT), ("items", ITEM)]


@pytest.fixture
def talk(desk: Desk) -> Talk:
    """The resident says what and where, with a phone; the bot has read it."""
    with desk.transaction() as session:
        name = next(one.name for one in desk.gazetteer.buildings if one.id == stage.BUILDING)
        stage.someone(session, desk).phone = PHONE
    found = in_hand(desk, f"{name}2单元楼道灯坏了三天，打{PHONE}")
    reads(desk, found, {"intent": "report_event", "leaf": stage.LAMP, "leaf_top3": [stage.LAMP], "urgency": "P2"})
    return found


def filed(desk: Desk, talk: Talk) -> int:
    with desk.transaction(read_only=True) as session:
        return sum(
            session.query(table).filter_by(inbox_id=talk.message_id).count()
            for table in (GridEvent, InPersonOrder, AgendaItem)
        )


async def test_the_form_is_filled_in_with_what_was_read(house: House, desk: Desk, talk: Talk) -> None:
    page = (await (await house.enter(stage.WORKER)).get(f"{talk.message}/record/events")).text

    assert f'value="{stage.LAMP} {desk.catalogue.leaves[stage.LAMP].name}"' in page
    assert 'value="青禾苑5号楼"' in page.partition('id="building"')[2].partition(">")[0]
    assert stage.BUILDING not in page
    assert 'value="2"' in page.partition('id="unit"')[2].partition(">")[0]
    assert "楼道灯坏了三天" in page
    assert PHONE not in page


@pytest.mark.parametrize("kind", ["orders", "items"])
async def test_the_other_forms_are_filled_in_too(house: House, talk: Talk, kind: str) -> None:
    page = (await (await house.enter(stage.WORKER)).get(f"{talk.message}/record/{kind}")).text

    assert "楼道灯坏了三天" in page
    assert PHONE not in page
    assert (mask_phone(PHONE) in page.partition("<form")[2]) or kind == "items"


@pytest.mark.parametrize(("kind", "fields"), FORMS)
async def test_one_step_makes_the_record_and_tells_its_number(
    house: House, desk: Desk, talk: Talk, kind: str, fields: dict[str, str]
) -> None:
    worker = await house.enter(stage.WORKER)

    answer = await worker.post(f"{talk.message}/record/{kind}", fields)

    number = answer.location.rpartition("/")[2]
    assert answer.status == 303
    assert answer.location == f"/console/{kind}/{number}"
    assert any(number in text for text in told(desk))
    assert f'已登记：<a href="/console/{kind}/{number}">' in (await worker.get(talk.address)).text
    assert (await worker.get(answer.location)).status == 200


@pytest.mark.parametrize(("kind", "fields"), FORMS)
async def test_sent_twice_it_is_made_once(
    house: House, desk: Desk, talk: Talk, kind: str, fields: dict[str, str]
) -> None:
    worker = await house.enter(stage.WORKER)

    first = await worker.post(f"{talk.message}/record/{kind}", fields)
    again = await worker.post(f"{talk.message}/record/{kind}", fields)

    assert (first.status, again.status, again.location) == (303, 303, first.location)
    assert filed(desk, talk) == 1


async def test_who_comes_second_with_another_record_is_shown_the_first(house: House, desk: Desk, talk: Talk) -> None:
    worker, colleague = await house.enter(stage.WORKER), await house.enter(stage.COLLEAGUE)
    first = await worker.post(f"{talk.message}/record/events", EVENT)

    second = await colleague.post(f"{talk.message}/record/items", ITEM)

    assert second.status == 409
    assert first.location in second.text
    assert "装个充电桩" in second.text
    assert 'name="ordinal" value="1"' in second.text
    assert (await colleague.post(f"{talk.message}/record/items", {**ITEM, "ordinal": "1"})).status == 303


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("events", {**EVENT, "leaf": ""}, "请选一个分类"),
        ("events", {**EVENT, "text": ""}, "还没写"),
        ("events", {**EVENT, "urgency": ""}, "请选紧急程度"),
        ("events", {**EVENT, "building": "", "place": ""}, "还没写在哪里"),
        ("events", {**EVENT, "ordinal": ""}, "已经过期"),
        ("events", {**EVENT, "ordinal": "-1"}, "已经过期"),
        ("orders", {**VISIT, "way": ""}, "请选上门还是打电话"),
        ("orders", {**VISIT, "phone": "12"}, "电话号码不对"),
        ("items", {**ITEM, "scope": ""}, "请选关系到哪些人"),
    ],
)
async def test_what_was_not_accepted_stands_in_the_form(
    house: House, desk: Desk, talk: Talk, kind: str, fields: dict[str, str], said: str
) -> None:
    answer = await (await house.enter(stage.WORKER)).post(f"{talk.message}/record/{kind}", fields)

    assert answer.status == 400
    assert said in answer.text
    assert fields.get("need", fields.get("text", "")) in answer.text
    assert filed(desk, talk) == 0


async def test_a_complaint_is_not_written_down_for_everybody(house: House, desk: Desk, talk: Talk) -> None:
    with desk.transaction() as session:
        conversation = session.get_one(Conversation, talk.id)
        reason = f"投诉{stage.staff(session, stage.COLLEAGUE).name}"
        hand_over(session, conversation, talk.message_id, HandoverKind.COMPLAINT, reason, desk.clock())
    director = await house.enter(stage.DIRECTOR)

    assert (await director.get(f"{talk.message}/record/events")).status == 409
    assert (await director.post(f"{talk.message}/record/events", EVENT)).status == 409
    assert filed(desk, talk) == 0


@pytest.mark.parametrize(("kind", "fields"), FORMS)
async def test_who_does_not_belong_there_records_nothing(
    house: House, desk: Desk, talk: Talk, kind: str, fields: dict[str, str]
) -> None:
    address = f"{talk.message}/record/{kind}"

    assert (await (await house.nobody()).get(address)).status == 303
    assert (await (await house.enter(stage.ELSEWHERE)).get(address)).status == 404
    assert (await (await house.enter(stage.ELSEWHERE)).post(address, fields)).status == 404
    assert (await (await house.enter(stage.GRID_WORKER)).post(address, fields)).status == 403
    assert (await (await house.enter(stage.WORKER)).post(f"{LIST}/999/messages/1/record/{kind}", fields)).status == 404
    assert (await (await house.enter(stage.WORKER)).get(f"{talk.address}/messages/999/record/{kind}")).status == 404
    assert (await (await house.enter(stage.WORKER)).post_bare(address, fields)).status == 403
    assert filed(desk, talk) == 0
