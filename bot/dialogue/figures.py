"""What a model is, beside its file: figures of cross-validation, and what it must fit."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Score:
    """Shares from 0 to 1; `support` counts examples."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Figures:
    """What a model is, and how well models of this data read unseen examples of it."""

    name: str
    trained_at: str
    examples: int
    intent_accuracy: float | None = None
    leaf_accuracy: float | None = None
    leaf_top3: float | None = None
    per_intent: dict[str, Score] | None = None
    structure: str = ""


def structure(root: Path, data: Path) -> str:
    """A fingerprint of what a model must fit: rules, domain, pipeline and the readers' code, not the examples."""
    files = [root / "config.yml", root / "domain.yml"]
    for folder, pattern in (
        (data / "rules", "*.yml"),
        (data / "stories", "*.yml"),
        (root / "bot/dialogue/nlu", "*.py"),
    ):
        files += sorted(folder.rglob(pattern))
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def figures_path(model: Path) -> Path:
    return model.with_name(model.name.removesuffix(".tar.gz") + ".json")
