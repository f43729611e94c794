"""Where a message says a place is: the tagger's phrases and the rules' pieces together."""

from pathlib import Path

import pytest

from bot.core.addresses import SpanType
from bot.dialogue.nlu.place_tagger import FILE, PlaceTagger, marked_lines, unmarked
from bot.dialogue.nlu.places import places_in
from bot.errors import BrokenFile
from bot.settings import ROOT

LINES = marked_lines(ROOT / "data" / "places")


@pytest.fixture(scope="module")
def tagger(tmp_path_factory: pytest.TempPathFactory) -> PlaceTagger:
    path = tmp_path_factory.mktemp("places") / FILE
    PlaceTagger.train(LINES, path)
    return PlaceTagger(path.read_bytes())


def said(text: str, tagger: PlaceTagger) -> list[str]:
    return [text[start:end] for start, end in tagger.phrases(text)]


def test_every_line_is_marked_in_pairs() -> None:
    for line in LINES:
        text, phrases = unmarked(line)
        assert text
        assert all(0 <= start < end <= len(text) for start, end in phrases)


@pytest.mark.parametrize("line", ["〔青禾苑", "青禾苑〕", "〔青〔禾〕苑〕"])
def test_a_line_with_half_a_mark_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="青"):
        unmarked(line)


def test_a_lone_mark_is_named_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("# places\n\n〔青禾苑〕停水\n〔青禾苑停水\n", encoding="utf-8")
    with pytest.raises(BrokenFile, match=r"a\.txt:4"):
        marked_lines(tmp_path)


def test_a_name_that_no_list_knows_is_a_place(tagger: PlaceTagger) -> None:
    assert said("投诉柳河县双塘镇翠屏湾小区夜间施工", tagger) == ["柳河县双塘镇翠屏湾小区"]


def test_a_message_without_a_place_has_none(tagger: PlaceTagger) -> None:
    assert said("半夜还在唱歌，吵得睡不着", tagger) == []


def test_numbers_inside_a_phrase_are_typed_and_the_rest_is_a_landmark(tagger: PlaceTagger) -> None:
    spans = places_in("投诉柳河县翠屏湾小区7栋2单元电梯坏了", tagger)
    found = {span.type: span.value for span in spans}
    assert (found[SpanType.BUILDING], found[SpanType.UNIT]) == ("7", "2")
    assert "".join(span.text for span in spans) == "柳河县翠屏湾小区7栋2单元"


def test_offsets_point_into_the_message(tagger: PlaceTagger) -> None:
    text = "　您好！７号楼２单元的灯坏了"
    assert all(text[span.start : span.end] == span.text for span in places_in(text, tagger))


def test_without_a_tagger_the_rules_speak_alone() -> None:
    assert [span.value for span in places_in("3号楼2单元灯坏了", None)] == ["3", "2"]


@pytest.mark.parametrize("text", ["", " ", "😀", "a" * 3000, "\x00", "<b>青禾苑</b>", "İ号楼"])
def test_strange_input_has_no_place(text: str, tagger: PlaceTagger) -> None:
    assert all(span.type for span in places_in(text, tagger))


def test_the_same_lines_give_the_same_model(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    PlaceTagger.train(LINES[:60], first)
    PlaceTagger.train(LINES[:60], second)
    assert first.read_bytes() == second.read_bytes()
