from pathlib import Path

import pytest

from bot.errors import BrokenFile
from bot.settings import ROOT
from bot.store.files.canned_file import load_canned

GOOD = "- title: 问好\n  shortcut: wh\n  text: 您好，我是{我的姓名}。\n"


def load(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "canned.yml"
    path.write_text(text, encoding="utf-8")
    return [one.title for one in load_canned(path)]


def test_the_answers_that_come_along_can_be_read() -> None:
    found = load_canned(ROOT / "data" / "catalogue" / "canned.yml")

    assert len(found) >= 12
    assert all(len(one.text) <= 100 for one in found)


def test_an_answer_needs_no_shortcut(tmp_path: Path) -> None:
    assert load(tmp_path, "- title: 问好\n  text: 您好\n") == ["问好"]


@pytest.mark.parametrize(
    ("more", "line", "said"),
    [
        ("- title: 道别\n", 4, "缺少这一项"),
        ("- title: 问好\n  text: 又一句\n", 4, "写了两次"),
        ("- title: 道别\n  text: 再见{姓名}\n", 5, "不认识{姓名}"),
        ("- title: 道别\n  text: 再见\n  words: 多的\n", 6, "没有这一项"),
    ],
)
def test_a_slip_is_told_by_its_line(tmp_path: Path, more: str, line: int, said: str) -> None:
    with pytest.raises(BrokenFile, match=said) as broken:
        load(tmp_path, GOOD + more)
    assert broken.value.line == line
