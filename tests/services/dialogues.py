"""Dialogues for tests of what surrounds them: they say something fixed, when they are let."""

import asyncio
from collections.abc import Callable
from typing import Any

from bot.dialogue.assistant import Answer, Bubble
from bot.dialogue.trackers import Saved


class Parrot:
    """Says back what it is told, as soon as it may; `heard` is what it was asked, in order."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def parse(self, text: str) -> dict[str, Any]:
        return {"text": text, "intent": {"name": "inform", "confidence": 1.0}}

    async def answer(self, _: str, text: str, __: dict[str, Any], ___: str | None = None) -> Answer:
        self.heard.append(text)
        await self.may_answer.wait()
        return Answer((Bubble(f"听到：{text}"),), Saved("[]", None, None, None))

    async def warm_up(self) -> None:
        """There is nothing to warm."""


class Breaking(Parrot):
    """Breaks in a way nobody thought of."""

    async def answer(self, _: str, text: str, __: dict[str, Any], ___: str | None = None) -> Answer:
        self.heard.append(text)
        raise ZeroDivisionError


async def until(is_so: Callable[[], object]) -> None:
    """Wait for what happens elsewhere; the minute is only there so that a broken test ends."""
    async with asyncio.timeout(60):
        while True:
            if is_so():
                return
            await asyncio.sleep(0.005)
