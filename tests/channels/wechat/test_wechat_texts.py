"""Long texts in parts, and answers with choices to tap."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.wechat.texts import TEXT_BYTES, answer_text, split_text, without_markup

fuzzed = settings(max_examples=200, deadline=None, database=None)
LINK = '<a href="https://linli.example/1">看进度</a>'
FAMILY = "👨‍👩‍👧‍👦"
PIECES = st.lists(
    st.one_of(
        st.sampled_from(["。", "！", "，", " ", "\n", LINK, FAMILY, "👌🏻", "❤️", "🇨🇳", "<a", "</a>", "é", "”", "\r\n"]),
        st.text(max_size=8),
    ),
    max_size=60,
)


@fuzzed
@given(pieces=PIECES, limit=st.integers(60, 200))
def test_parts_fit_and_nothing_but_white_space_is_lost(pieces: list[str], limit: int) -> None:
    text = "".join(pieces)

    parts = split_text(text, limit)

    assert all(0 < len(part.encode()) <= limit for part in parts)
    assert re.fullmatch(r"\s*" + r"\s*".join(map(re.escape, parts)) + r"\s*", text)


@fuzzed
@given(pieces=PIECES, limit=st.integers(60, 200))
def test_links_and_emoji_stay_whole(pieces: list[str], limit: int) -> None:
    text = "x".join(pieces)

    parts = split_text(text, limit)

    for whole in (LINK, FAMILY):
        assert sum(part.count(whole) for part in parts) == text.count(whole)


@fuzzed
@given(text=st.text(max_size=80), limit=st.integers(4, 12))
def test_even_the_smallest_parts_lose_nothing(text: str, limit: int) -> None:
    parts = split_text(text, limit)

    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(len(part.encode()) <= limit for part in parts)


def test_a_text_that_fits_stays_as_it_is() -> None:
    assert split_text("好的，记下了。\n明天去看。") == ["好的，记下了。\n明天去看。"]


@pytest.mark.parametrize("empty", ["", " ", "\n\n"])
def test_nothing_makes_no_part(empty: str) -> None:
    assert split_text(empty) == []


def test_parts_end_with_a_sentence_and_its_quotation_mark() -> None:
    assert split_text("他说：“快来。”我去了。", 24) == ["他说：“快来。”", "我去了。"]


def test_parts_end_with_a_clause_where_no_sentence_ends() -> None:
    assert split_text("先关水阀，再打电话给物业", 24) == ["先关水阀，", "再打电话给物业"]


def test_an_early_full_stop_is_not_taken_for_a_small_part() -> None:
    assert split_text("好。" + "一二三四，五六七八", 27) == ["好。一二三四，", "五六七八"]


def test_a_long_notice_takes_few_parts() -> None:
    notice = "明天上午九点到十一点停水，请各位邻居提前接水。" * 100

    parts = split_text(notice)

    assert len(parts) == len(notice.encode()) // TEXT_BYTES + 1
    assert all(part.endswith("。") for part in parts)


def test_a_choice_can_be_tapped_or_answered_with_its_number() -> None:
    answer = answer_text(["是3号楼的电梯吗？", "我来报。"], ["对，报上去", "不是"])

    assert answer == (
        "是3号楼的电梯吗？\n我来报。\n"
        '1. <a href="weixin://bizmsgmenu?msgmenucontent=对，报上去&msgmenuid=1">对，报上去</a>\n'
        '2. <a href="weixin://bizmsgmenu?msgmenucontent=不是&msgmenuid=2">不是</a>'
    )


def test_nobodys_words_become_a_link() -> None:
    answer = answer_text([f"您说的是：{LINK}"], ['"><b>&#%\n1'])

    assert without_markup(LINK) in answer
    assert "msgmenucontent=%22%3E%3Cb%3E%26%23%25 1&msgmenuid=1" in answer
    assert answer.count("<") == 2
