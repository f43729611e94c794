"""What a follower's own doings let the account send: how many messages, and until when."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from bot.channels.wechat.simulator.codes import Rejected

_TYPING_AFTER: Final = timedelta(seconds=30)
_TYPING_LASTS: Final = timedelta(seconds=15)


class Doing(Enum):
    """What opens a window, with how long it stays open and how many messages go through it."""

    MESSAGE = (timedelta(hours=48), 5)
    TOUCH = (timedelta(minutes=1), 3)


@dataclass
class _Grant:
    until: datetime
    left: int


@dataclass
class Window:
    """One follower's; a new doing of a kind renews that kind's count."""

    _grants: dict[Doing, _Grant] = field(default_factory=dict)
    _last: datetime | None = None
    _typing_until: datetime | None = None

    def renew(self, doing: Doing, now: datetime) -> None:
        """The follower wrote (MESSAGE), or followed, scanned, tapped a menu or a choice (TOUCH)."""
        lasts, count = doing.value
        self._grants[doing] = _Grant(now + lasts, count)
        self._last = now

    def spend(self, now: datetime) -> None:
        """Take one message from the window that ends first; raises Rejected when all are shut or used up."""
        open_ = [grant for grant in self._grants.values() if grant.until > now]
        if not open_:
            raise Rejected(45015)
        usable = [grant for grant in open_ if grant.left]
        if not usable:
            raise Rejected(45047)
        min(usable, key=lambda grant: grant.until).left -= 1
        self._typing_until = None

    def type(self, now: datetime) -> None:
        """Show that an answer is being written; raises Rejected."""
        if self._last is None or now - self._last > _TYPING_AFTER:
            raise Rejected(45080)
        if self._typing_until is not None and now < self._typing_until:
            raise Rejected(45081)
        self._typing_until = now + _TYPING_LASTS

    def stop_typing(self) -> None:
        self._typing_until = None

    def shut(self) -> None:
        """Close everything, as 48 silent hours do."""
        self._grants.clear()
        self._last = None
