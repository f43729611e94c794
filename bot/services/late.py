"""A service that takes messages in before its model is loaded: they wait in the inbox for those seconds."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.errors import Unavailable
from bot.services.gate import Gate

if TYPE_CHECKING:
    # Importing either takes seconds, for both import Rasa.
    from bot.services.models import Models
    from bot.services.turns import Turns

LIVE: Final = "live"


class LateTalk:
    """Answers nothing until `begin`; what came meanwhile is in the inbox, and `Turns.recover` takes it up."""

    def __init__(self) -> None:
        self.gate = Gate()
        self._turns: Turns | None = None

    @property
    def outstanding(self) -> int:
        """How many conversations wait for an answer or are being answered."""
        return self._turns.outstanding if self._turns else 0

    def begin(self, turns: "Turns") -> None:
        """Take up what waits in the inbox, and answer from now on."""
        self._turns = turns
        turns.recover()

    def submit(self, message_id: int, conversation_id: int | None = None, *, is_urgent: bool = False) -> None:
        """Answer a stored message as soon as that is possible."""
        if self._turns is not None:
            self._turns.submit(message_id, conversation_id, is_urgent=is_urgent)

    async def close(self) -> None:
        """Stop; what is unanswered stays in the inbox."""
        if self._turns is not None:
            await self._turns.close()


class LateModels:
    """The models, of which none can be exchanged before the first is loaded."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._models: Models | None = None

    def begin(self, models: "Models") -> None:
        """The first is loaded."""
        self._models = models

    @property
    def live(self) -> str:
        """The one in service, or the one being loaded."""
        if self._models is not None:
            return self._models.live
        named = self._folder / LIVE
        return named.read_text(encoding="utf-8").strip() if named.is_file() else ""

    def names(self) -> list[str]:
        """Newest first."""
        return self._models.names() if self._models else [self.live]

    async def go_live(self, name: str) -> None:
        """Raise Unavailable before the first is loaded, and what `Models.go_live` raises."""
        if self._models is None:
            raise Unavailable("模型还在装载", "请过几秒再试")
        await self._models.go_live(name)
