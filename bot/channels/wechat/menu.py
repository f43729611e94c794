"""The menu under the chat, from data/wechat/menu.yml: what a tap says for the resident, or which page it opens."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.channels.wechat.accounts import Account
from bot.channels.wechat.rendering import Branch, Branches
from bot.store.files import yaml_lines
from bot.store.files.yaml_lines import Entry

# Keys the channel answers itself, without Rasa.
NUMBERS: Final = "numbers"
# Stands in the path of a page for the account whose menu it is.
ACCOUNT: Final = "{account}"
OWN_KEYS: Final = frozenset({NUMBERS})

_MOST_BUTTONS: Final = 3
_MOST_BELOW: Final = 5
_KEY_BYTES: Final = 128


@dataclass(frozen=True)
class Said:
    """A tap that counts as words; without an intent the channel answers it itself."""

    key: str
    text: str
    intent: str | None


@dataclass(frozen=True)
class Page:
    """A tap that opens a page of this service; `path` begins with a slash."""

    path: str


@dataclass(frozen=True)
class Item:
    """What is written on a line, and what a tap on it does."""

    name: str
    tap: Said | Page


@dataclass(frozen=True)
class Button:
    """One of the buttons that are always seen, with what opens above it."""

    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Menu:
    """The menu; `said` finds what a tap says by the key WeChat sends."""

    buttons: tuple[Button, ...]
    said: Mapping[str, Said]


def load_menu(path: Path, intents: Collection[str]) -> Menu:
    """Read the menu; `intents` are those of domain.yml. Raises BrokenFile."""
    file = yaml_lines.load(path)
    file.only("buttons")
    entries = file.entries("buttons")
    if not 1 <= len(entries) <= _MOST_BUTTONS:
        raise file.broken("buttons", f"要有1到{_MOST_BUTTONS}个按钮")
    said: dict[str, Said] = {}
    return Menu(tuple(_button(entry, intents, said) for entry in entries), said)


def menu_body(menu: Menu, account: Account) -> Branches:
    """Body for the address menu/create; pages are left out where the account has no address to open them at."""
    offered = [(button.name, list(_offered(button, account))) for button in menu.buttons]
    return {"button": [{"name": name, "sub_button": items} for name, items in offered if items]}


def _offered(button: Button, account: Account) -> Iterator[Branch]:
    for item in button.items:
        if isinstance(item.tap, Said):
            yield {"type": "click", "name": item.name, "key": item.tap.key}
        elif account.address:
            path = item.tap.path.replace(ACCOUNT, account.id)
            yield {"type": "view", "name": item.name, "url": account.address + path}


def _button(entry: Entry, intents: Collection[str], said: dict[str, Said]) -> Button:
    entry.only("name", "items")
    entries = entry.entries("items")
    if not 1 <= len(entries) <= _MOST_BELOW:
        raise entry.broken("items", f"一个按钮下面要有1到{_MOST_BELOW}项")
    return Button(_name(entry, characters=4, size=16), tuple(_item(item, intents, said) for item in entries))


def _item(entry: Entry, intents: Collection[str], said: dict[str, Said]) -> Item:
    entry.only("name", "key", "page", "text", "intent")
    name = _name(entry, characters=8, size=60)
    if ("key" in entry.fields) == ("page" in entry.fields):
        raise entry.broken("name", "要写 key 或 page，只写一样")
    if "page" in entry.fields:
        return Item(name, _page(entry))
    tap = _said(entry, intents)
    entry.refuse_twice("key", tap.key, said)
    said[tap.key] = tap
    return Item(name, tap)


def _page(entry: Entry) -> Page:
    path = entry.text("page")
    if not path.startswith("/") or path.startswith("//"):
        raise entry.broken("page", "应该以一个 / 开头，例如 /progress")
    for field in ("text", "intent"):
        if field in entry.fields:
            raise entry.broken(field, "打开网页的一项不用写这个")
    return Page(path)


def _said(entry: Entry, intents: Collection[str]) -> Said:
    key = entry.text("key")
    if len(key.encode()) > _KEY_BYTES:
        raise entry.broken("key", f"最多{_KEY_BYTES}个字节")
    intent = None if key in OWN_KEYS else entry.known("intent", intents)
    if key in OWN_KEYS and "intent" in entry.fields:
        raise entry.broken("intent", f"{key}由程序直接回答，不用写这个")
    return Said(key, entry.text("text"), intent)


def _name(entry: Entry, *, characters: int, size: int) -> str:
    """Two letters or digits are as wide as one Chinese character; longer names are cut off on the phone."""
    name = entry.text("name")
    width = sum(1 if letter.isascii() else 2 for letter in name)
    if width > 2 * characters or len(name.encode()) > size:
        raise entry.broken("name", f"最多{characters}个汉字")
    return name
