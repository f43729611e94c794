"""What the trainers' pages are given: the models in service, and the one training."""

from typing import Final, Protocol

from aiohttp import web

from bot.workbench.training import Training

TOPIC: Final = "workbench"


class Models(Protocol):
    """The trained models; names are file names without .tar.gz."""

    @property
    def live(self) -> str:
        """The one in service."""

    def names(self) -> list[str]:
        """All of them, the newest first."""

    async def go_live(self, name: str) -> None:
        """Put another one into service; if that fails, the old one stays."""


MODELS: Final = web.AppKey("models", Models)
TRAINING: Final = web.AppKey("training", Training)
