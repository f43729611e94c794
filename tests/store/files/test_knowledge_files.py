from pathlib import Path

import pytest

from bot.core.bubbles import LONGEST
from bot.core.knowledge import Channel, PlaceKey, Scope
from bot.errors import BrokenFile
from bot.store.files.catalogue_files import CatalogueFiles
from bot.store.files.knowledge_files import load_knowledge

ITEM = """\
- id: residence-permit
  title: 居住证怎么办
  leaf: "1108"
  asks: [居住证在哪办, 办暂住证要啥]
  answer:
    - 住满半年就能办。
  materials: [身份证]
  places: [community_station, online]
  hours: null
  scope: 市
  channels: [窗口, 代办]
  source: 《居住证暂行条例》第二条
  phone: "12345"
  checked: 2026-11-20
"""


def written(folder: Path, text: str) -> Path:
    (folder / "permits.yml").write_text(text, encoding="utf-8")
    return folder


def test_an_item_is_read_whole(tmp_path: Path, files: CatalogueFiles) -> None:
    (item,) = load_knowledge(written(tmp_path, ITEM), files.catalogue)
    assert (item.id, item.leaf, item.scope) == ("residence-permit", "1108", Scope.CITY)
    assert item.places == (PlaceKey.COMMUNITY_STATION, PlaceKey.ONLINE)
    assert item.channels == (Channel.COUNTER, Channel.AGENT)
    assert item.hours is None


@pytest.mark.parametrize(
    ("old", "new", "field", "line"),
    [
        ('leaf: "1108"', 'leaf: "1177"', "leaf", 3),
        ("asks: [居住证在哪办, 办暂住证要啥]", "asks: []", "asks", 4),
        ("- 住满半年就能办。", f"- {'长' * (LONGEST + 1)}", "answer", 6),
        ("[community_station, online]", "[townhall]", "places", 8),
        ("scope: 市", "scope: 全球", "scope", 10),
        ('phone: "12345"', "phone: 12345", "phone", 13),
        ("checked: 2026-11-20", "checked: 去年", "checked", 14),
        ("title: 居住证怎么办", "titel: 居住证怎么办", "titel", 2),
    ],
)
def test_a_broken_item_is_told_by_file_line_and_field(
    tmp_path: Path, files: CatalogueFiles, old: str, new: str, field: str, line: int
) -> None:
    assert old in ITEM
    folder = written(tmp_path, ITEM.replace(old, new))
    with pytest.raises(BrokenFile) as caught:
        load_knowledge(folder, files.catalogue)
    assert caught.value.field == f"[0].{field}"
    assert caught.value.line == line


def test_two_items_of_one_id_are_refused(tmp_path: Path, files: CatalogueFiles) -> None:
    with pytest.raises(BrokenFile, match="写了两次"):
        load_knowledge(written(tmp_path, ITEM + ITEM), files.catalogue)


def test_a_missing_folder_is_named(tmp_path: Path, files: CatalogueFiles) -> None:
    with pytest.raises(BrokenFile, match="knowledge"):
        load_knowledge(tmp_path / "knowledge", files.catalogue)


def test_the_answers_of_this_repository_can_be_read(knowledge_folder: Path, files: CatalogueFiles) -> None:
    assert len(load_knowledge(knowledge_folder, files.catalogue)) >= 80
