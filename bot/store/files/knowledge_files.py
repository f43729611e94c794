"""data/knowledge: the answers, one file per subject."""

from pathlib import Path

from bot.core.bubbles import LONGEST
from bot.core.catalogue import Catalogue
from bot.core.knowledge import Channel, KnowledgeItem, PlaceKey, Scope
from bot.errors import BrokenFile
from bot.store.files import yaml_lines
from bot.store.files.yaml_lines import Entry

_FIELDS = (
    *("id", "title", "leaf", "asks", "answer", "materials", "places"),
    *("hours", "scope", "channels", "source", "phone", "checked"),
)
_MOST_BUBBLES = 4
_LONGEST_TITLE = 20


def load_knowledge(folder: Path, catalogue: Catalogue) -> tuple[KnowledgeItem, ...]:
    """Read every file of the folder; raise BrokenFile for the first item that does not fit."""
    if not folder.is_dir():
        raise BrokenFile(yaml_lines.shown(folder), 0, "", "文件夹不存在")
    items: dict[str, KnowledgeItem] = {}
    for path in sorted(folder.glob("*.yml")):
        for entry in yaml_lines.load_list(path):
            item = _item(entry, catalogue)
            entry.refuse_twice("id", item.id, items)
            items[item.id] = item
    return tuple(items.values())


def _item(entry: Entry, catalogue: Catalogue) -> KnowledgeItem:
    entry.only(*_FIELDS)
    leaf = entry.optional("leaf")
    if leaf is not None and leaf not in catalogue.leaves:
        raise entry.broken("leaf", f"目录里没有{leaf}")
    title = entry.text("title")
    if len(title) > _LONGEST_TITLE:
        raise entry.broken("title", f"最多{_LONGEST_TITLE}个字")
    if not (asks := entry.texts("asks")):
        raise entry.broken("asks", "至少写一种问法")
    return KnowledgeItem(
        id=entry.text("id"),
        title=title,
        leaf=leaf,
        asks=asks,
        answer=_answer(entry),
        materials=entry.texts("materials"),
        places=entry.choices("places", PlaceKey),
        hours=entry.optional("hours"),
        scope=entry.choice("scope", Scope),
        channels=entry.choices("channels", Channel),
        source=entry.text("source"),
        phone=entry.optional("phone"),
        checked=entry.day("checked"),
    )


def _answer(entry: Entry) -> tuple[str, ...]:
    bubbles = entry.texts("answer")
    if not 1 <= len(bubbles) <= _MOST_BUBBLES:
        raise entry.broken("answer", f"写1到{_MOST_BUBBLES}句")
    for number, bubble in enumerate(bubbles, 1):
        if len(bubble) > LONGEST:
            raise entry.broken("answer", f"第{number}句有{len(bubble)}个字，最多{LONGEST}个")
    return bubbles
