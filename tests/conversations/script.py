"""Conversations as they are written down in the YAML files of this folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

FOLDER = Path(__file__).parent
_STEP = frozenset({"say", "as", "later", "reply", "not", "buttons", "filed", "state", "silent"})
_RECORD = frozenset({"kind", "leaf", "place", "grid", "lead", "urgency", "due", "reason"})
_TALK = frozenset({"title", "community", "steps", "resident"})


@dataclass(frozen=True)
class Step:
    """One message and what must come of it.

    `speaker` is who writes (the same person until another is named); `later` moves the clock on first;
    `reply` and `no_reply` are words that must and must not be among the bubbles; `filed` are exactly the
    records of this message, each with the fields that matter.
    """

    say: str
    speaker: str
    later: Mapping[str, int]
    reply: Sequence[str]
    no_reply: Sequence[str]
    buttons: Sequence[str] | None
    filed: Sequence[Mapping[str, str]]
    state: str | None
    silent: bool


@dataclass(frozen=True)
class Script:
    """A titled conversation; `resident` is what must be known of the first speaker at its end."""

    title: str
    community: str | None
    steps: Sequence[Step]
    resident: Mapping[str, str | None]


def scripts() -> list[Script]:
    return [_script(path, entry) for path in sorted(FOLDER.glob("*.yml")) for entry in _entries(path)]


def _entries(path: Path) -> list[dict[str, object]]:
    return cast("list[dict[str, object]]", yaml.safe_load(path.read_text(encoding="utf-8")))


def _script(path: Path, entry: dict[str, object]) -> Script:
    _only(entry, _TALK, f"{path.name}: {entry.get('title')}")
    title = str(entry["title"])
    steps: list[Step] = []
    speaker = "居民"
    for raw in cast("list[dict[str, object]]", entry["steps"]):
        _only(raw, _STEP, f"{path.name}: {title}")
        speaker = str(raw.get("as", speaker))
        steps.append(_step(raw, speaker, title))
    community = entry.get("community")
    resident = cast("dict[str, str | None]", entry.get("resident", {}))
    return Script(title, str(community) if community else None, steps, resident)


def _step(raw: dict[str, object], speaker: str, title: str) -> Step:
    filed = cast("list[dict[str, str]]", raw.get("filed", []))
    for record in filed:
        _only(record, _RECORD, title)
    return Step(
        say=str(raw["say"]),
        speaker=speaker,
        later=cast("dict[str, int]", raw.get("later", {})),
        reply=_texts(raw.get("reply")),
        no_reply=_texts(raw.get("not")),
        buttons=_texts(raw["buttons"]) if "buttons" in raw else None,
        filed=filed,
        state=str(raw["state"]) if "state" in raw else None,
        silent=bool(raw.get("silent", False)),
    )


def _texts(value: object) -> Sequence[str]:
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _only(entry: Mapping[str, object], known: frozenset[str], where: str) -> None:
    if unknown := set(entry) - known:
        raise ValueError(f"{where}: {sorted(unknown)} is not known")
