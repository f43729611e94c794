"""The ways residents reach the service; each channel stores what it receives and hands its id to the talk."""

from typing import Final, Protocol

from aiohttp import web


class Talk(Protocol):
    """What answers residents."""

    def submit(self, message_id: int) -> None:
        """Start answering a stored inbox message in the background; called in the event loop."""


TALK: Final[web.AppKey[Talk]] = web.AppKey("talk")
