"""Passing a conversation on, putting it back, and notes between colleagues."""

import asyncio

import pytest

from bot.services.desk import Desk
from bot.store.tables import Conversation, ConversationNote
from tests.console.house import House
from tests.console.talks import LIST, Talk, holder, id_of, in_hand, token_in, told, waits
from tests.services import stage


def notes(desk: Desk) -> list[str]:
    with desk.transaction(read_only=True) as session:
        return [row.text for row in session.query(ConversationNote).order_by(ConversationNote.id)]


async def test_a_colleague_finds_what_was_passed_on_with_the_word_for_them(house: House, desk: Desk) -> None:
    talk, colleague = in_hand(desk), id_of(desk, stage.COLLEAGUE)
    worker = await house.enter(stage.WORKER)

    answer = await worker.post(f"{talk.address}/pass-on", {"taker": str(colleague), "parting": "她只说方言"})

    page = (await (await house.enter(stage.COLLEAGUE)).get(LIST)).text
    assert (answer.status, answer.location) == (303, LIST)
    assert holder(desk, talk) == colleague
    assert "她只说方言" in page.partition("我正在接待")[2]
    assert not any("方言" in text for text in told(desk))
    assert len(house.audited("conversation:pass_on")) == 1


async def test_the_page_offers_colleagues_only_to_the_holder(house: House, desk: Desk) -> None:
    talk = in_hand(desk)

    own = (await (await house.enter(stage.WORKER)).get(talk.address)).text
    other = (await (await house.enter(stage.COLLEAGUE)).get(talk.address)).text

    offered = own.partition('name="taker"')[2].partition("</select>")[0]
    assert f'value="{id_of(desk, stage.COLLEAGUE)}"' in offered
    assert f'value="{id_of(desk, stage.ELSEWHERE)}"' not in offered
    assert "转给谁" not in other


async def test_put_back_it_waits_for_anybody(house: House, desk: Desk) -> None:
    talk = in_hand(desk)

    answer = await (await house.enter(stage.WORKER)).post(
        f"{talk.address}/pass-on", {"taker": "queue", "parting": "我要开会"}
    )

    page = (await (await house.enter(stage.COLLEAGUE)).get(LIST)).text
    assert answer.status == 303
    assert holder(desk, talk) is None
    assert "我要开会" in page.partition("我正在接待")[0]


@pytest.mark.parametrize("taker", ["", "0", "x", "999999", "9" * 40])
async def test_a_colleague_who_is_not_there_is_refused_and_the_words_stay(house: House, desk: Desk, taker: str) -> None:
    talk = in_hand(desk)

    answer = await (await house.enter(stage.WORKER)).post(
        f"{talk.address}/pass-on", {"taker": taker, "parting": "她只说方言"}
    )

    assert answer.status == 400
    assert "请在名单里选一位" in answer.text
    assert "她只说方言" in answer.text
    assert holder(desk, talk) == id_of(desk, stage.WORKER)


async def test_words_that_are_too_long_stay_in_the_form(house: House, desk: Desk) -> None:
    talk, colleague = in_hand(desk), str(id_of(desk, stage.COLLEAGUE))

    answer = await (await house.enter(stage.WORKER)).post(
        f"{talk.address}/pass-on", {"taker": colleague, "parting": "长" * 151}
    )

    assert answer.status == 400
    assert "长" * 151 in answer.text
    assert f'value="{colleague}" selected' in answer.text


async def test_of_two_ways_out_of_ones_hands_at_once_one_is_taken(house: House, desk: Desk) -> None:
    talk, worker = in_hand(desk), await house.enter(stage.WORKER)
    takers = [str(id_of(desk, stage.COLLEAGUE)), str(id_of(desk, stage.DIRECTOR)), "queue"]

    answers = await asyncio.gather(*(worker.post(f"{talk.address}/pass-on", {"taker": taker}) for taker in takers))

    assert sorted(answer.status for answer in answers) == [303, 409, 409]


@pytest.mark.parametrize("username", [stage.COLLEAGUE, stage.DIRECTOR])
async def test_what_is_in_others_hands_cannot_be_passed_on(house: House, desk: Desk, username: str) -> None:
    talk = in_hand(desk)

    answer = await (await house.enter(username)).post(f"{talk.address}/pass-on", {"taker": "queue"})

    assert answer.status == 409
    assert holder(desk, talk) == id_of(desk, stage.WORKER)


async def test_a_note_stands_beside_the_conversation_and_reaches_nobody_else(house: House, desk: Desk) -> None:
    talk, before = in_hand(desk), told(desk)
    worker, colleague = await house.enter(stage.WORKER), await house.enter(stage.COLLEAGUE)

    answer = await worker.post(f"{talk.address}/notes", {"note": "<b>她</b>儿子在外地"})

    assert (answer.status, answer.location) == (303, f"{talk.address}#notes")
    assert "&lt;b&gt;她&lt;/b&gt;儿子在外地" in (await colleague.get(talk.address)).text
    assert "儿子在外地" in (await colleague.get(f"{talk.address}/news?part=notes")).text
    assert told(desk) == before


@pytest.mark.parametrize("note", ["", "   ", "长" * 501])
async def test_a_note_that_was_not_taken_stays_in_the_form(house: House, desk: Desk, note: str) -> None:
    talk = in_hand(desk)

    answer = await (await house.enter(stage.WORKER)).post(f"{talk.address}/notes", {"note": note})

    assert answer.status == 400
    assert note.strip() in answer.text
    assert notes(desk) == []


@pytest.mark.parametrize(
    ("form", "fields"),
    [("notes", {"note": "在等物业"}), ("pass-on", {"taker": "queue", "parting": "我要开会"})],
    ids=["note", "pass on"],
)
async def test_tapped_twice_it_is_done_once_and_leads_to_the_same_page(
    house: House, desk: Desk, form: str, fields: dict[str, str]
) -> None:
    talk, worker = in_hand(desk), await house.enter(stage.WORKER)
    sent = {"token": token_in((await worker.get(talk.address)).text, form), **fields}

    first, again = [await worker.post(f"{talk.address}/{form}", sent) for _ in range(2)]

    assert (first.status, again.status, again.location) == (303, 303, first.location)
    assert len(notes(desk)) == 1


async def test_another_note_from_a_page_gone_back_to_stays_in_the_form(house: House, desk: Desk) -> None:
    talk, worker = in_hand(desk), await house.enter(stage.WORKER)
    token = token_in((await worker.get(talk.address)).text, "notes")
    await worker.post(f"{talk.address}/notes", {"token": token, "note": "在等物业"})

    refused = await worker.post(f"{talk.address}/notes", {"token": token, "note": "物业来过了"})
    token = token_in(refused.text, "notes")
    taken = await worker.post(f"{talk.address}/notes", {"token": token, "note": "物业来过了"})

    assert (refused.status, taken.status) == (409, 303)
    assert "物业来过了</textarea>" in refused.text
    assert notes(desk) == ["在等物业", "物业来过了"]


async def test_a_token_is_one_persons_own(house: House, desk: Desk) -> None:
    talk = in_hand(desk)
    worker, colleague = await house.enter(stage.WORKER), await house.enter(stage.COLLEAGUE)
    sent = {"token": token_in((await worker.get(talk.address)).text, "notes"), "note": "在等物业"}
    await worker.post(f"{talk.address}/notes", sent)

    assert (await colleague.post(f"{talk.address}/notes", sent)).status == 409


async def test_an_open_page_hears_of_notes_and_of_another_holder(house: House, desk: Desk) -> None:
    talk = in_hand(desk)
    worker, colleague = await house.enter(stage.WORKER), await house.enter(stage.COLLEAGUE)

    async with asyncio.timeout(10), colleague.listening(f"/console/stream?conversation={talk.id}") as stream:
        at_once = {await stream.next(), await stream.next()}
        await worker.post(f"{talk.address}/notes", {"note": "在等物业"})
        noted = await stream.next()
        await worker.post(f"{talk.address}/pass-on", {"taker": str(id_of(desk, stage.COLLEAGUE))})
        passed = await stream.next()

    assert at_once == {"console", f"conversation:{talk.id}"}
    assert {noted, passed} <= at_once


@pytest.mark.parametrize("deed", ["pass-on", "notes"])
async def test_the_doors_are_shut_to_those_who_do_not_belong_there(house: House, desk: Desk, deed: str) -> None:
    talk = in_hand(desk)
    fields = {"taker": "queue", "note": "路过"}

    assert (await (await house.nobody()).post(f"{talk.address}/{deed}", fields)).status == 303
    assert (await (await house.enter(stage.GRID_WORKER)).post(f"{talk.address}/{deed}", fields)).status == 403
    assert (await (await house.enter(stage.ELSEWHERE)).post(f"{talk.address}/{deed}", fields)).status == 404
    assert (await (await house.enter(stage.WORKER)).post(f"{LIST}/999/{deed}", fields)).status == 404
    assert (await (await house.enter(stage.WORKER)).post_bare(f"{talk.address}/{deed}", fields)).status == 403
    assert (holder(desk, talk), notes(desk)) == (id_of(desk, stage.WORKER), [])


async def test_opening_the_page_shows_that_the_holder_is_there(house: House, desk: Desk, clock: stage.Clock) -> None:
    talk, worker = in_hand(desk), await house.enter(stage.WORKER)
    clock.turn(minutes=5)

    await (await house.enter(stage.COLLEAGUE)).get(talk.address)
    before = touched(desk, talk)
    await worker.get(talk.address)

    assert (before, touched(desk, talk)) == (stage.NOW, clock())


def touched(desk: Desk, talk: Talk) -> object:
    with desk.transaction(read_only=True) as session:
        return session.get_one(Conversation, talk.id).touched_at


async def test_the_list_says_who_waits_for_an_answer_and_how_long(house: House, desk: Desk, clock: stage.Clock) -> None:
    in_hand(desk)
    waits(desk, name="other")
    clock.turn(minutes=12)

    page = (await (await house.enter(stage.WORKER)).get(LIST)).text

    assert "等您回 12分钟" in page.partition("我正在接待")[2]
