"""What is shown in the clear: only in the answer to a form with a reason, in parts that close after a minute."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from bot.services.desk import Desk
from bot.services.handover import hand_over
from bot.store.tables import HandoverKind
from tests.console.house import House
from tests.services import stage

PHONE, NAME = "19900000088", "诸葛若兰"
VOID = {"meta", "link", "img", "input", "br", "hr"}


class OutsideClearParts(HTMLParser):
    """Collects all of a page that is not inside an element with data-clear."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            self._see(*(value or "" for _, value in attrs))
        elif self._depth or "data-clear" in dict(attrs):
            self._depth += 1
        else:
            self._see(*(value or "" for _, value in attrs))

    def handle_endtag(self, tag: str) -> None:
        self._depth -= self._depth > 0 and tag not in VOID

    def handle_data(self, data: str) -> None:
        self._see(data)

    def _see(self, *words: str) -> None:
        if not self._depth:
            self.seen += words


def outside_clear_parts(page: str) -> str:
    parser = OutsideClearParts()
    parser.feed(page)
    parser.close()
    return " ".join(parser.seen)


def talk_at(desk: Desk) -> str:
    """A conversation whose resident has left name and phone, and wrote the phone as well; its address."""
    with desk.transaction() as session:
        resident = stage.someone(session, desk)
        resident.name, resident.phone = NAME, PHONE
        message = stage.says(session, desk, resident, f"打{PHONE}找我")
        conversation = stage.talk_of(session, desk, resident)
        hand_over(session, conversation, message, HandoverKind.PERSON, "居民要找工作人员", desk.clock())
        return f"/console/conversations/{conversation.id}"


def event_at(desk: Desk) -> str:
    """A grid event of such a resident; its address."""
    with desk.transaction() as session:
        resident = stage.someone(session, desk)
        resident.name, resident.phone = NAME, PHONE
        place = stage.at(desk, stage.BUILDING, room="402")
        return f"/console/events/{stage.report(session, desk, resident, place).number}"


# Nobody who reads the log could see why: zero-width characters, direction marks, punctuation, a single letter.
UNSEEN = [{"reason": one} for one in ("\u200b\u200b\u200b", "\u202e\ufeff", "。。。，，", "？", "看", "12345")]
either = pytest.mark.parametrize("place", [talk_at, event_at])
Place = Callable[[Desk], str]


@either
async def test_all_that_is_clear_lies_in_parts_that_close_after_a_minute(
    house: House, desk: Desk, place: Place
) -> None:
    address = place(desk)

    page = (await (await house.enter(stage.WORKER)).post(f"{address}/reveal", {"reason": "约上门时间"})).text

    assert (PHONE in page, NAME in page) == (True, True)
    assert f'data-closes="{address}" data-seconds="60"' in page
    rest = outside_clear_parts(page)
    assert "60秒后自动收起" in rest
    assert (PHONE in rest, NAME in rest) == (False, False)


@either
async def test_without_scripts_the_browser_moves_on_after_a_minute(house: House, desk: Desk, place: Place) -> None:
    address = place(desk)

    page = (await (await house.enter(stage.WORKER)).post(f"{address}/reveal", {"reason": "约上门时间"})).text

    assert f'<noscript><meta http-equiv="refresh" content="60;url={address}"></noscript>' in page


@either
async def test_the_page_itself_never_shows_it_not_even_just_afterwards(house: House, desk: Desk, place: Place) -> None:
    address = place(desk)
    browser = await house.enter(stage.WORKER)
    await browser.post(f"{address}/reveal", {"reason": "约上门时间"})

    page = (await browser.get(address)).text

    assert (PHONE in page, NAME in page, "data-clear" in page, "http-equiv" in page) == (False, False, False, False)
    assert (await browser.get(f"{address}/reveal")).status == 405


@pytest.mark.parametrize("part", ["said&after=0", "about"])
async def test_what_an_open_page_reads_again_is_masked(house: House, desk: Desk, part: str) -> None:
    address = talk_at(desk)
    browser = await house.enter(stage.WORKER)
    await browser.post(f"{address}/reveal", {"reason": "约上门时间"})

    answer = await browser.get(f"{address}/news?part={part}")

    assert (answer.status, PHONE in answer.text, "data-clear" in answer.text) == (200, False, False)


@either
@pytest.mark.parametrize("fields", [{}, {"reason": ""}, {"reason": " \t\n"}, {"reason": "\x00"}, *UNSEEN])
async def test_without_a_reason_nothing_is_shown_or_logged(
    house: House, desk: Desk, place: Place, fields: dict[str, str]
) -> None:
    address = place(desk)

    answer = await (await house.enter(stage.WORKER)).post(f"{address}/reveal", fields)

    assert (answer.status, PHONE in answer.text) == (400, False)
    assert "请写明为什么要看" in answer.text
    assert house.audited("contact:unmask") == []


@either
async def test_every_look_is_logged_with_who_and_why(house: House, desk: Desk, place: Place) -> None:
    address = place(desk)
    browser = await house.enter(stage.WORKER)

    for _ in range(2):
        await browser.post(f"{address}/reveal", {"reason": f"回电{PHONE}"})

    rows = house.audited("contact:unmask")
    with desk.transaction(read_only=True) as session:
        assert [row.staff_id for row in rows] == [stage.staff(session, stage.WORKER).id] * 2
    assert [row.detail for row in rows] == ["回电199****0088"] * 2


@either
async def test_a_reason_too_long_for_the_log_is_refused_and_not_cut(house: House, desk: Desk, place: Place) -> None:
    address = place(desk)
    browser = await house.enter(stage.WORKER)

    answers = [await browser.post(f"{address}/reveal", {"reason": "约" * length}) for length in (201, 3000, 200)]

    assert [(one.status, PHONE in one.text) for one in answers] == [(400, False), (400, False), (200, True)]
    assert "最多200个字" in answers[0].text
    assert len(house.audited("contact:unmask")) == 1


async def test_name_and_room_in_the_words_of_an_event_are_shown_only_to_who_looks_for_a_reason(
    house: House, desk: Desk
) -> None:
    with desk.transaction() as session:
        resident = stage.someone(session, desk)
        resident.name, resident.phone = NAME, PHONE
        place = stage.at(desk, stage.BUILDING, "2", "402")
        words = f"5号楼2单元402漏水，我是{NAME}，{NAME}在家"
        address = f"/console/events/{stage.report(session, desk, resident, place, text=words).number}"
    browser = await house.enter(stage.WORKER)

    masked = (await browser.get(address)).text
    revealed = (await browser.post(f"{address}/reveal", {"reason": "约上门时间"})).text
    assigned = (await (await house.enter(stage.GRID_WORKER)).get(address)).text

    assert ("5号楼2单元***室漏水" in masked, "2单元402" in masked, NAME in masked) == (True, False, False)
    assert "5号楼2单元402漏水" in revealed
    assert ("2单元402" in outside_clear_parts(revealed), NAME in outside_clear_parts(revealed)) == (False, False)
    assert ("5号楼2单元402漏水" in assigned, NAME in assigned) == (True, False)


async def test_name_and_room_in_a_conversation_are_masked_for_who_does_not_hold_it(house: House, desk: Desk) -> None:
    with desk.transaction() as session:
        resident = stage.someone(session, desk)
        resident.name = NAME
        message = stage.says(session, desk, resident, f"我叫{NAME}，住5号楼2单元402")
        conversation = stage.talk_of(session, desk, resident)
        hand_over(session, conversation, message, HandoverKind.PERSON, "居民要找工作人员", desk.clock())
        address = f"/console/conversations/{conversation.id}"
    browser = await house.enter(stage.WORKER)

    waiting, listed = (await browser.get(address)).text, (await browser.get("/console/conversations")).text
    await browser.post(f"{address}/take")
    held = (await browser.get(address)).text

    # Keys of forms are drawn by lot, and may have any digits.
    read = [re.sub(r'value="[\w.-]{20,}"', "", page) for page in (waiting, listed)]
    assert [(NAME in page, "402" in page) for page in read] == [(False, False)] * 2
    assert "我叫诸葛**，住5号楼2单元***室" in waiting
    assert "我叫诸葛**，住5号楼2单元402" in held


@either
async def test_who_may_not_see_it_is_refused_and_nothing_is_logged(house: House, desk: Desk, place: Place) -> None:
    address = place(desk)

    answers = [
        await (await house.enter(username)).post(f"{address}/reveal", {"reason": "看看"})
        for username in (stage.GRID_WORKER, stage.ELSEWHERE)
    ]

    assert {answer.status for answer in answers} <= {403, 404}
    assert not [answer for answer in answers if PHONE in answer.text]
    assert house.audited("contact:unmask") == []
