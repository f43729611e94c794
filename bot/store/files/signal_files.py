"""data/catalogue/emergencies.yml and elderly.yml: rules that core compiles, checked where they meet the catalogue."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TypeVar

from bot.core.bubbles import LONGEST
from bot.core.elderly import ElderlyRules
from bot.core.emergencies import EmergencyRules
from bot.errors import BrokenFile, InvalidInput
from bot.store.files import yaml_lines
from bot.store.files.yaml_lines import Entry

Rules = TypeVar("Rules", EmergencyRules, ElderlyRules)


def load_emergencies(path: Path, leaves: Collection[str]) -> EmergencyRules:
    """Read the screen; every situation needs a leaf of the catalogue and a card."""
    file = yaml_lines.load(path)
    file.only("lookalikes", "drills", "doubts", "present", "situations", "cards")
    rules = _compiled(file, EmergencyRules.from_mapping)
    cards = file.entry("cards")
    for situation in file.entries("situations"):
        situation.only("leaf", "patterns", "unless", "despite")
        leaf = situation.text("leaf")
        if leaf not in leaves:
            raise situation.broken("leaf", f"目录里没有{leaf}")
        if leaf not in cards.fields:
            raise situation.broken("leaf", f"{leaf}没有提示卡（cards）")
    for _, card in cards.children():
        _check_card(card)
    return rules


def load_elderly(path: Path) -> ElderlyRules:
    """Read the signs of age."""
    file = yaml_lines.load(path)
    file.only("lookalikes", "groups", "thresholds")
    return _compiled(file, ElderlyRules.from_mapping)


def _compiled(file: Entry, build: Callable[[Mapping[str, object]], Rules]) -> Rules:
    """Translate core's complaint about a path into one about a line."""
    try:
        return build(file.plain())
    except InvalidInput as error:
        path, _, problem = error.message.partition(": ")
        raise BrokenFile(file.file, file.line_of(path), path, problem) from error


def _check_card(card: Entry) -> None:
    card.only("bubbles", "numbers", "question")
    for field in ("bubbles", "question"):
        bubbles = card.texts(field) if field == "bubbles" else (card.text(field),)
        if not bubbles or max(map(len, bubbles)) > LONGEST:
            raise card.broken(field, f"每句最多{LONGEST}个字，而且不能没有")
