"""What the demo residents write before the first start, so that somebody waits when the doors open."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from bot.store.files import yaml_lines


@dataclass(frozen=True)
class DemoTalk:
    """The messages of one resident, in the order they were written."""

    resident_id: str
    says: tuple[str, ...]


def load_talks(path: Path, residents: Collection[str]) -> tuple[DemoTalk, ...]:
    """Read them; only residents of the demo write."""
    file = yaml_lines.load(path)
    file.only("talks")
    return tuple(DemoTalk(entry.known("resident", residents), entry.texts("says")) for entry in file.entries("talks"))
