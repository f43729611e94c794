"""The models as trainers see them while the first is still being loaded."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.errors import Unavailable
from bot.services import lasting

if TYPE_CHECKING:
    # Importing it takes seconds, for it imports Rasa.
    from bot.services.models import Models

LIVE: Final = "live"


class LateModels:
    """The models, of which none can be exchanged before the first is loaded."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._models: Models | None = None

    def begin(self, models: "Models") -> None:
        """The first is loaded."""
        self._models = models
        lasting.keep()

    @property
    def live(self) -> str:
        """The one in service, or the one being loaded."""
        if self._models is not None:
            return self._models.live
        named = self._folder / LIVE
        return named.read_text(encoding="utf-8").strip() if named.is_file() else ""

    def names(self) -> list[str]:
        """Newest first."""
        if self._models is not None:
            return self._models.names()
        return [self.live] if self.live else []

    async def go_live(self, name: str) -> None:
        """Raise Unavailable before the first is loaded, and what `Models.go_live` raises."""
        if self._models is None:
            raise Unavailable("模型还在装载", "请过几秒再试")
        await self._models.go_live(name)
        lasting.keep()
