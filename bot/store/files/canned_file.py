"""data/catalogue/canned.yml: the ready answers a new installation begins with."""

from dataclasses import dataclass
from pathlib import Path

from bot.core import canned_words
from bot.store.files import yaml_lines


@dataclass(frozen=True)
class CannedEntry:
    """A ready answer for the whole street."""

    title: str
    shortcut: str
    text: str


def load_canned(path: Path) -> tuple[CannedEntry, ...]:
    """Read the answers; raise BrokenFile for one that is incomplete, comes twice or has a blank nobody can fill in."""
    found: dict[str, CannedEntry] = {}
    for entry in yaml_lines.load_list(path):
        entry.only("title", "shortcut", "text")
        title, text = entry.text("title"), entry.text("text")
        entry.refuse_twice("title", title, found)
        if problem := canned_words.problem_of(text):
            raise entry.broken("text", problem)
        found[title] = CannedEntry(title, entry.optional("shortcut") or "", text)
    return tuple(found.values())
