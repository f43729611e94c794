"""The loaded model: reads a message, runs rules, forms and actions, and can be exchanged while it serves."""

import asyncio
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.engine.exceptions import GraphComponentException
from rasa.shared.exceptions import RasaException

from bot.dialogue.actions_in_process import ActionsInProcess
from bot.dialogue.trackers import Read, ResidentTrackers, Saved
from bot.errors import BrokenFile, Unavailable

CHANNEL = "linli"
WARM_UP = "你好，三号楼的灯坏了"


@dataclass(frozen=True)
class Button:
    """`payload` is what tapping it means: plain words, or `/intent`."""

    title: str
    payload: str


@dataclass(frozen=True)
class Bubble:
    text: str
    buttons: tuple[Button, ...] = ()
    card: dict[str, Any] | None = None


@dataclass(frozen=True)
class Answer:
    """`tracker` is to be stored together with the bubbles."""

    bubbles: tuple[Bubble, ...]
    saved: Saved


class Assistant:
    """One agent in service. `swap` replaces it between two messages."""

    def __init__(self, model: Path, read_tracker: Read, actions: str = "actions") -> None:
        self._read_tracker = read_tracker
        self._actions = ActionsInProcess(actions)
        self._agent = self._loaded(model)
        self.model = model

    def _loaded(self, model: Path) -> Agent:
        trackers = ResidentTrackers(None, self._read_tracker)
        try:
            with warnings.catch_warnings(record=True):  # Rasa warns of custom slots, which are meant
                warnings.simplefilter("ignore")
                agent = Agent.load(str(model), tracker_store=trackers, action_endpoint=self._actions)
        except Exception as cause:  # a damaged archive fails in whatever layer reads it first
            raise BrokenFile(str(model), 0, "", f"模型打不开：{cause}") from cause
        if agent.processor is None:
            raise BrokenFile(str(model), 0, "", "模型打不开")
        # Without Rasa's fail-safe wrapper, which would quietly go on in memory when the database fails.
        trackers.domain = agent.domain
        agent.tracker_store = agent.processor.tracker_store = trackers
        return agent

    async def swap(self, model: Path) -> None:
        """Load in a thread, read one message with it, then exchange; raises BrokenFile and keeps the old one."""
        agent = await asyncio.to_thread(self._loaded, model)
        await agent.parse_message(WARM_UP)
        self._agent = agent
        self.model = model

    async def warm_up(self) -> None:
        await self._agent.parse_message(WARM_UP)

    async def parse(self, text: str) -> dict[str, Any]:
        """Read one message without a conversation; raises Unavailable."""
        try:
            found: dict[str, Any] = await self._agent.parse_message(_harmless(text))
        except (RasaException, GraphComponentException) as cause:
            raise Unavailable("对话模型没有回应") from cause
        return found

    async def answer(self, sender: str, text: str, metadata: dict[str, Any], payload: str | None = None) -> Answer:
        """Answer one message; raises Unavailable if any part of the dialogue failed.

        `payload` is what a tapped button meant; only the product's own buttons reach it.
        """
        agent, channel = self._agent, CollectingOutputChannel()
        self._actions.failures.pop(sender, None)
        message = UserMessage(
            _harmless(text),
            channel,
            sender,
            input_channel=CHANNEL,
            metadata=metadata,
            parse_data=_tapped(payload, text),
        )
        try:
            await agent.handle_message(message)
        except RasaException as cause:
            raise Unavailable("对话模型没有回应") from cause
        if failure := self._actions.failures.pop(sender, None):
            raise Unavailable("这句话没有处理成功") from failure
        saved = agent.tracker_store.taken(sender)
        if saved is None:
            raise Unavailable("对话没有保存下来")
        return Answer(_bubbles(channel.messages), saved)


def _harmless(text: str) -> str:
    """A leading slash would let a resident name intents directly, also after spaces."""
    plain = text.lstrip()
    return f"／{plain[1:]}" if plain.startswith("/") else text


def _tapped(payload: str | None, title: str) -> dict[str, Any] | None:
    if payload is None or not payload.startswith("/"):
        return None
    return {
        "text": title,
        "intent": {"name": payload.removeprefix("/"), "confidence": 1.0},
        "entities": [],
        "intent_ranking": [],
    }


def _bubbles(messages: list[dict[str, Any]]) -> tuple[Bubble, ...]:
    """Rasa sends a card after the text it belongs to; here they are one bubble."""
    bubbles: list[Bubble] = []
    for bubble in map(_bubble, messages):
        if bubble.card and not bubble.text and bubbles:
            bubbles[-1] = replace(bubbles[-1], card=bubble.card)
        else:
            bubbles.append(bubble)
    return tuple(bubbles)


def _bubble(message: dict[str, Any]) -> Bubble:
    custom = message.get("custom") or {}
    buttons = tuple(Button(b["title"], b["payload"]) for b in message.get("buttons", []))
    return Bubble(message.get("text") or "", buttons, custom.get("card"))
