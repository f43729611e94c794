"""The ways residents reach the service; each channel stores what it receives and hands its id to the talk."""

from typing import Final, Protocol

from aiohttp import web

from bot.services.gate import Gate


class Talk(Protocol):
    """What answers residents."""

    @property
    def gate(self) -> Gate:
        """Through which turns start; a channel holds it for a moment while it takes a message in."""

    @property
    def outstanding(self) -> int:
        """How many messages wait for an answer or are being answered."""

    def submit(self, message_id: int, conversation_id: int | None = None) -> None:
        """Start answering a stored inbox message in the background; called in the event loop.

        `conversation_id` spares a look-up.
        """


TALK: Final[web.AppKey[Talk]] = web.AppKey("talk")
