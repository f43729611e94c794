"""Over HTTP: whoever a complaint is about reads nothing of it any more, in whatever page they have open."""

import pytest

from bot.services import held_messages
from bot.services.desk import Desk
from bot.store.tables import HandoverKind
from tests.console.house import House
from tests.services import stage
from tests.services.held import held

WORDS = "就是你们陈桂芳主任骂的我，还收红包"
LIST = "/console/conversations"


def complained_of(desk: Desk, by: str, kind: HandoverKind, words: str) -> str:
    """Somebody holds the conversation, and the resident now complains about them; its address."""
    with desk.transaction() as session:
        one = held(session, desk, kind=kind, by=by)
        message_id, address = stage.says(session, desk, one.resident, words), f"{LIST}/{one.id}"
    held_messages.hold(desk, message_id, None)
    return address


@pytest.mark.parametrize(
    ("by", "kind", "words"),
    [
        (stage.DIRECTOR, HandoverKind.COMPLAINT, WORDS),
        (stage.WORKER, HandoverKind.PERSON, "我要投诉李青禾，她态度恶劣还骂我"),
    ],
)
async def test_it_is_gone_from_their_hands_and_pages_and_open_to_others(
    house: House, desk: Desk, by: str, kind: HandoverKind, words: str
) -> None:
    address = complained_of(desk, by, kind, words)
    accused, street = await house.enter(by), await house.enter(stage.DISPATCHER)

    pages = [await accused.get(one) for one in (LIST, f"{LIST}/lists", address, f"{address}/news?part=said&after=0")]
    deeds = [await accused.post(f"{address}/{deed}", {"text": "您好"}) for deed in ("reply", "close", "take")]

    assert [one.status for one in pages] == [200, 200, 404, 404]
    assert not [one for one in pages if words[2:8] in one.text]
    assert {one.status for one in deeds} == {404}
    assert words[2:8] in (await street.get(LIST)).text
    assert (await street.post(f"{address}/take")).status == 303
    assert (await street.get(address)).status == 200


async def test_who_erases_gives_a_reason_and_the_words_are_gone(house: House, desk: Desk) -> None:
    with desk.transaction() as session:
        resident = stage.someone(session, desk)
        resident.name = "诸葛若兰"
        message = stage.says(session, desk, resident, "删除我的信息，门口灯坏过")
        address = f"{LIST}/{stage.talk_of(session, desk, resident).id}"
    held_messages.hold(desk, message, None)
    director = await house.enter(stage.DIRECTOR)

    shown = (await director.get(address)).text
    refused = await director.post(f"{address}/erase", {"reason": "\u200b"})
    done = await director.post(f"{address}/erase", {"reason": "本人到社区当面要求"})

    assert "居民要求删除时用" in shown
    assert (refused.status, "请写明为什么删" in refused.text) == (400, True)
    assert (done.status, done.location) == (303, LIST)
    assert "门口灯坏过" not in (await director.get(address)).text
    assert [row.detail for row in house.audited("resident:erase_ordered")] == ["本人到社区当面要求"]


@pytest.mark.parametrize("who", [stage.WORKER, stage.ELSEWHERE])
async def test_who_may_not_erase_is_refused(house: House, desk: Desk, who: str) -> None:
    with desk.transaction() as session:
        resident = stage.someone(session, desk)
        resident.name = "诸葛若兰"
        address = f"{LIST}/{stage.talk_of(session, desk, resident).id}"

    answer = await (await house.enter(who)).post(f"{address}/erase", {"reason": "本人要求"})
    nobody = await (await house.nobody()).post(f"{address}/erase", {"reason": "本人要求"})

    assert (answer.status, nobody.status) == (403, 303)
    with desk.transaction() as session:
        assert stage.someone(session, desk).name == "诸葛若兰"
