"""Sentences in the dress of a letter."""

from pathlib import Path

import pytest

from bot.dialogue.nlu.letters import Ending, Letters
from bot.errors import BrokenFile
from bot.settings import ROOT

SENTENCES = [(f"第{number}盏路灯不亮。", "report_event") for number in range(400)]
LETTERS = Letters(
    0.5, ["您好，"], ["谢谢"], {"report_event": Ending(["没人管吗"], ["希望"], ["", "街道"], ["尽快"], ["修"])}
)


def test_the_share_of_dressed_sentences_is_kept() -> None:
    dressed = list(LETTERS.dressed(SENTENCES))
    assert 160 <= sum(text is not None for text in dressed) <= 240
    assert all("盏路灯不亮" in text for text in dressed if text)


def test_every_part_is_used_and_nothing_else() -> None:
    said = "".join(text for text in LETTERS.dressed(SENTENCES) if text)
    assert all(part in said for part in ("您好，第", "希望尽快修", "希望街道尽快修", "没人管吗", "谢谢"))


def test_the_same_sentences_are_dressed_in_the_same_way() -> None:
    assert list(LETTERS.dressed(SENTENCES)) == list(LETTERS.dressed(SENTENCES))


def test_what_has_no_request_is_left_alone() -> None:
    assert set(LETTERS.dressed([("你好", "greet")] * 50)) == {None}
    assert set(Letters().dressed(SENTENCES)) == {None}


def test_the_words_of_the_project_can_be_read() -> None:
    letters = Letters.read(ROOT / "data" / "letters.yml")
    assert set(letters.requests) == {"report_event", "consult_policy", "propose_agenda_item"}


@pytest.mark.parametrize("text", ["[", "share: 1", "share: 1\nrequests: {a: {b: [c]}}", "requests: {}\nwhat: 1"])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "letters.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BrokenFile, match=r"letters\.yml"):
        Letters.read(path)
