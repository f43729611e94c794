"""Tells open pages, within this process, that there is something to read again.

An event carries no payload, only its topic: whoever hears it reads the store. So two events of one
topic are worth no more than one, and a slow listener never holds more than one of each.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.orm import Session

CONSOLE: Final = "console"
OUTBOX: Final = "outbox"
ATTACHMENTS: Final = "attachments"
# Somebody was shut out or does another job now: what they may no longer do has to be done by others.
STAFF: Final = "staff"
# Somebody's login has ended: what is open in it is to be closed.
LOGINS: Final = "logins"
_NOTED: Final = "linli_topics"


def conversation_topic(conversation_id: int) -> str:
    """The topic of everything said in one conversation."""
    return f"conversation:{conversation_id}"


def note(session: Session, *topics: str) -> None:
    """Remember topics to be published when the transaction has been committed (`Desk.transaction`)."""
    session.info.setdefault(_NOTED, set()).update(topics)


def noted(session: Session) -> frozenset[str]:
    """The topics this session's use case has touched."""
    return frozenset(session.info.get(_NOTED, ()))


class Subscription:
    """One listener's queue, bounded by the number of its topics; belongs to the event loop it was made in."""

    def __init__(self, topics: Iterable[str]) -> None:
        self.topics = frozenset(topics)
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Queue[str] = asyncio.Queue(maxsize=len(self.topics))
        self._queued: set[str] = set()

    def wake(self, topic: str) -> None:
        """Queue the topic unless it is queued already; callable from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._put, topic)

    async def next(self) -> str:
        """Wait for a topic with something to read."""
        topic = await self._waiting.get()
        self._queued.discard(topic)
        return topic

    async def __aiter__(self) -> AsyncIterator[str]:
        while True:
            yield await self.next()

    def _put(self, topic: str) -> None:
        if topic not in self._queued:
            self._queued.add(topic)
            self._waiting.put_nowait(topic)


class Hub:
    """Who listens to what."""

    def __init__(self) -> None:
        self._listeners: defaultdict[str, set[Subscription]] = defaultdict(set)

    @contextmanager
    def subscribe(self, *topics: str) -> Iterator[Subscription]:
        """Listen until the end of the block; read the store once after entering it."""
        subscription = Subscription(topics)
        for topic in subscription.topics:
            self._listeners[topic].add(subscription)
        try:
            yield subscription
        finally:
            for topic in subscription.topics:
                self._leave(topic, subscription)

    def publish(self, *topics: str) -> None:
        """Wake everybody who listens to any of the topics; call it after the transaction, never inside."""
        for topic in topics:
            for subscription in tuple(self._listeners.get(topic, ())):
                subscription.wake(topic)

    def _leave(self, topic: str, subscription: Subscription) -> None:
        self._listeners[topic].discard(subscription)
        if not self._listeners[topic]:
            del self._listeners[topic]
