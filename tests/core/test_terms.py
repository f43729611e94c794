"""Terms: what Chinese words, numbers and letters are found by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.terms import LONGEST, Sought, sought, terms_of


def finds(question: str, text: str) -> bool:
    """Whether a search by terms finds the text."""
    looked_for, held = sought(question), terms_of(text)
    begun = all(any(term.startswith(prefix) for term in held) for prefix in looked_for.prefixes)
    return not looked_for.is_empty and looked_for.terms <= held and begun


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("楼道灯", "青禾苑5号楼：楼道灯、门禁"),
        ("门禁 楼道", "青禾苑5号楼：楼道灯、门禁"),
        ("5号楼", "青禾苑5号楼：楼道灯"),
        ("５号楼", "青禾苑5号楼：楼道灯"),
        ("5号楼", "青禾苑 5 号楼"),
        ("5 号楼", "青禾苑5号楼"),
        ("2单元301", "5号楼2单元301"),
        ("0503", "编号0503"),
        ("0007", "20260312-0007"),
        ("灯", "楼道灯坏了"),
        ("灯", "换一个灯"),
        ("灯", "灯3天没亮"),
        ("wifi", "活动室WiFi连不上"),
        ("A2座", "书香里a2座"),
        ("𠮷", "𠮷野家门口"),
    ],
)
def test_a_question_finds_what_says_it(question: str, text: str) -> None:
    assert finds(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("5号楼", "青禾苑15号楼"),
        ("15号楼", "青禾苑5号楼"),
        ("灯楼", "楼道灯"),
        ("楼道灯", "楼道的灯"),
        ("坏灯", "坏了，灯不亮"),
        ("503", "0503"),
        ("电梯", "楼道灯"),
        ("楼书香", "青禾苑5号楼\n书香里"),
    ],
)
def test_a_question_does_not_find_what_says_something_else(question: str, text: str) -> None:
    assert not finds(question, text)


@pytest.mark.parametrize("question", ["", "  ", "！？……", "。", "\x00"])
def test_a_question_without_words_says_nothing(question: str) -> None:
    assert sought(question).is_empty


def test_words_between_blanks_are_looked_for_each_by_itself() -> None:
    assert sought("灯 5号楼") == Sought(("灯", "5号楼"), frozenset({"5", "5号", "号楼"}), frozenset({"灯"}))


@given(st.text(alphabet="青禾苑号楼灯5017ab，。 -", max_size=40))
def test_whatever_stands_in_a_text_is_found_by_it(text: str) -> None:
    for word in "".join(text.split()).replace("，", " ").replace("。", " ").replace("-", " ").split():
        assert finds(word, "".join(text.split()))


@given(st.text(max_size=60))
def test_no_term_is_longer_than_the_column(text: str) -> None:
    assert all(0 < len(term) <= LONGEST for term in terms_of(text))
