"""The access tokens and page tickets of one account, as the platform gives them out and lets them die."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.channels.wechat.simulator.codes import Rejected

LIFE: Final = timedelta(hours=2)
OVERLAP: Final = timedelta(minutes=5)
BETWEEN_FORCED: Final = timedelta(seconds=30)
FORCED_A_DAY: Final = 20


@dataclass(frozen=True)
class Issued:
    """A token and when it dies of itself."""

    value: str
    until: datetime

    def answer(self, name: str, now: datetime) -> dict[str, object]:
        """Write the answer that hands it out, with the seconds it has left."""
        return {name: self.value, "expires_in": int((self.until - now).total_seconds())}


@dataclass
class Tokens:
    """Of the two ways to get a token neither disturbs the other's."""

    _until: dict[str, datetime] = field(default_factory=dict)
    _stable: Issued | None = None
    _ordinary: Issued | None = None
    _ticket: Issued | None = None
    _forced: list[datetime] = field(default_factory=list)

    def stable(self, now: datetime, *, is_forced: bool) -> Issued:
        """The same token to everybody until 5 minutes before its end; the old one then stays good for those 5.

        By force there is a new one and the old is dead at once, but only once in 30 seconds and 20 times a day.
        """
        if is_forced:
            return self._force(now)
        if self._stable is None or self._stable.until - now <= OVERLAP:
            self._outlive(self._stable, now)
            self._stable = self._issue(now)
        return self._stable

    def ordinary(self, now: datetime) -> Issued:
        """Another token with every call; the one before it has 5 minutes left."""
        self._outlive(self._ordinary, now)
        self._ordinary = self._issue(now)
        return self._ordinary

    def ticket(self, now: datetime) -> Issued:
        """The ticket pages are signed with: the same until its end."""
        if self._ticket is None or self._ticket.until <= now:
            self._ticket = Issued(f"ticket-{secrets.token_hex(24)}", now + LIFE)
        return self._ticket

    def knows(self, token: str) -> bool:
        return token in self._until

    def check(self, token: str, now: datetime) -> None:
        """Raise Rejected unless the token can be used."""
        until = self._until.get(token)
        if until is None:
            raise Rejected(40001)
        if until <= now:
            raise Rejected(42001)

    def end(self, now: datetime) -> None:
        """Let every token run out: 42001."""
        self._until = dict.fromkeys(self._until, now)
        self._stable = self._ordinary = None

    def forget(self) -> None:
        """Make every token given out so far unknown, as somebody else's refresh by force does: 40001."""
        self._until.clear()
        self._stable = self._ordinary = None

    def _outlive(self, old: Issued | None, now: datetime) -> None:
        if old is not None and old.until > now:
            self._until[old.value] = now + OVERLAP

    def _force(self, now: datetime) -> Issued:
        self._forced = [then for then in self._forced if now - then < timedelta(days=1)]
        if self._stable is not None and self._forced and now - self._forced[-1] < BETWEEN_FORCED:
            return self._stable
        if len(self._forced) >= FORCED_A_DAY:
            raise Rejected(45009)
        if self._stable is not None:
            self._until.pop(self._stable.value, None)
        self._forced.append(now)
        self._stable = self._issue(now)
        return self._stable

    def _issue(self, now: datetime) -> Issued:
        issued = Issued(f"token-{secrets.token_hex(32)}", now + LIFE)
        self._until[issued.value] = issued.until
        return issued
