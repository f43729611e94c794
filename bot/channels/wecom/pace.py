"""How fast one robot may speak: the platform takes twenty messages a minute from each address."""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

PER_MINUTE: Final = 20
MINUTE: Final = timedelta(minutes=1)


class Pace:
    """Counts one robot's messages; a bucket that refills by drops would let through nearly forty in some minutes."""

    def __init__(self) -> None:
        self._said: deque[datetime] = deque(maxlen=PER_MINUTE)
        self._closed_until: datetime | None = None

    def is_free(self, now: datetime) -> bool:
        """Whether a message may go out now."""
        if self._closed_until is not None and now < self._closed_until:
            return False
        return len(self._said) < PER_MINUTE or now - self._said[0] >= MINUTE

    def count(self, now: datetime) -> None:
        """A message goes out; one that fails counts as well."""
        self._said.append(now)

    def close(self, now: datetime) -> None:
        """Say nothing for a minute: the platform has had enough."""
        self._closed_until = now + MINUTE
