"""What stands in for the dialogue where no model could be loaded."""

from typing import Any

from bot.dialogue.assistant import Answer
from bot.errors import Unavailable


class OutOfOrder:
    """No model could be loaded: every message goes to a person."""

    async def parse(self, _: str) -> dict[str, Any]:
        raise Unavailable("没有能用的模型")

    async def answer(self, *_: object) -> Answer:
        raise Unavailable("没有能用的模型")
