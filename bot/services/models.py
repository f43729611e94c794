"""The trained models on disk, and which of them is in service."""

import json
import logging
from pathlib import Path

from bot.dialogue.assistant import Assistant
from bot.dialogue.figures import Progress, figures_path, structure
from bot.dialogue.training import train
from bot.errors import BrokenFile, NotFound
from bot.settings import Settings
from bot.store.engine import Store
from bot.store.queries import learning

logger = logging.getLogger(__name__)
LIVE = "live"
FIRST = "linli-1"


class Models:
    """Names of models are file names without `.tar.gz`; the file `live` holds the one in service."""

    def __init__(self, folder: Path, assistant: Assistant) -> None:
        self._folder = folder
        self._assistant = assistant

    @property
    def live(self) -> str:
        return _name(self._assistant.model)

    def names(self) -> list[str]:
        """Newest first."""
        found = sorted(self._folder.glob("*.tar.gz"), key=lambda p: p.stat().st_mtime, reverse=True)
        return [_name(path) for path in found]

    async def go_live(self, name: str) -> None:
        """Raise NotFound for an unknown name, BrokenFile for a damaged model; then the old one stays."""
        if name not in self.names():
            raise NotFound(f"没有叫 {name} 的模型")
        await self._assistant.swap(self._folder / f"{name}.tar.gz")
        mark_live(self._folder, name)


def _name(path: Path) -> str:
    return path.name.removesuffix(".tar.gz")


def mark_live(folder: Path, name: str) -> None:
    unfinished = folder / ".live.unfinished"
    unfinished.write_text(name, encoding="utf-8")
    unfinished.replace(folder / LIVE)


def live_model(folder: Path) -> Path | None:
    """The model in service, or the newest; None where there is none."""
    named = folder / LIVE
    if named.is_file() and (chosen := folder / f"{named.read_text(encoding='utf-8').strip()}.tar.gz").is_file():
        return chosen
    return max(folder.glob("*.tar.gz"), key=lambda p: p.stat().st_mtime, default=None)


def ensure_model(settings: Settings, progress: Progress) -> Path:
    """The live model; trains one where none is there or where rules or readers have changed since."""
    settings.models.mkdir(parents=True, exist_ok=True)
    model = live_model(settings.models)
    if model is not None and _fits(settings, model):
        return model
    return train_live(settings, progress)


def train_live(settings: Settings, progress: Progress) -> Path:
    target = settings.models / f"{FIRST}.tar.gz"
    train(settings.root, settings.data, target, progress, cross_validate=False)
    mark_live(settings.models, FIRST)
    return target


def _fits(settings: Settings, model: Path) -> bool:
    path = figures_path(model)
    return path.is_file() and f'"{structure(settings.root, settings.data)}"' in path.read_text(encoding="utf-8")


def load_assistant(settings: Settings, store: Store, model: Path) -> Assistant:
    """Load a model, training another one where it is damaged; raises BrokenFile only if that fails too."""

    def read_tracker(sender: str) -> str | None:
        with store.transaction(read_only=True) as session:
            return learning.tracker_data(session, sender)

    try:
        return Assistant(model, read_tracker)
    except BrokenFile as broken:
        logger.warning("the model is damaged and is trained again: %s", broken.problem)
    model.unlink(missing_ok=True)
    return Assistant(train_live(settings, lambda *_: None), read_tracker)


def lacks_figures(model: Path) -> bool:
    """Whether a model was trained in haste, without cross-validation."""
    path = figures_path(model)
    return path.is_file() and json.loads(path.read_text(encoding="utf-8"))["intent_accuracy"] is None
