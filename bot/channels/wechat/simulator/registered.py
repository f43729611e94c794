"""One account as the platform keeps it: its followers, what they may be sent, its media, menu and codes."""

import hashlib
import itertools
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.channels.wechat.accounts import Account
from bot.channels.wechat.simulator.codes import Rejected
from bot.channels.wechat.simulator.screen import Screen
from bot.channels.wechat.simulator.tokens import Tokens
from bot.channels.wechat.simulator.windows import Window

MEDIA_KEPT: Final = timedelta(days=3)
_CODE_LIVES: Final = timedelta(minutes=5)


@dataclass
class Contact:
    """A person's side of an account; who writes without having followed is taken to have followed long ago."""

    openid: str
    is_following: bool = True
    takes_notices: bool = True
    is_snapshot: bool = False
    window: Window = field(default_factory=Window)
    screen: Screen = field(default_factory=Screen)


@dataclass(frozen=True)
class Media:
    kind: str
    content_type: str
    data: bytes = field(repr=False)
    until: datetime


@dataclass(frozen=True)
class SentNotice:
    """A notice that was accepted; `id` is what its receipt will name, None where none will come."""

    openid: str
    template_id: str
    fields: Mapping[str, str]
    url: str
    id: int | None


@dataclass(frozen=True)
class _Code:
    openid: str
    until: datetime


@dataclass
class Registered:
    """`original_id` is the account's name in deliveries (of WeCom the corporation)."""

    account: Account
    original_id: str
    tokens: Tokens = field(default_factory=Tokens)
    contacts: dict[str, Contact] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    menu: Mapping[str, object] | None = None
    notices: list[SentNotice] = field(default_factory=list)
    _codes: dict[str, _Code] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def contact(self, openid: str | None = None) -> Contact:
        """The person of that openid, or somebody new."""
        name = openid or f"oSim{self._digest(str(next(self._numbers)))[:24]}"
        return self.contacts.setdefault(name, Contact(name))

    def follower(self, openid: str) -> Contact:
        """Somebody who can be written to; raises Rejected for strangers and for those who left."""
        contact = self.contacts.get(openid)
        if contact is None:
            raise Rejected(40003)
        if not contact.is_following:
            raise Rejected(43004)
        return contact

    def keep(self, kind: str, content_type: str, data: bytes, now: datetime) -> str:
        """Take in a file and return the media id it can be had by for three days."""
        media_id = f"media-{secrets.token_urlsafe(24)}"
        self.media[media_id] = Media(kind, content_type, data, now + MEDIA_KEPT)
        return media_id

    def kept(self, media_id: str, now: datetime) -> Media:
        """Raises Rejected where there is nothing, or no longer."""
        media = self.media.get(media_id)
        if media is None or media.until <= now:
            raise Rejected(40007)
        return media

    def new_code(self, openid: str, now: datetime) -> str:
        """Make the code that a page can be told this person by, once and within five minutes."""
        code = secrets.token_hex(16)
        self._codes[code] = _Code(openid, now + _CODE_LIVES)
        return code

    def spend_code(self, code: str, now: datetime) -> Contact:
        """Tell whose code it is; raises Rejected."""
        if code in self._used:
            raise Rejected(40163)
        found = self._codes.pop(code, None)
        if found is None or found.until <= now:
            raise Rejected(40029)
        self._used.add(code)
        return self.contact(found.openid)

    def _digest(self, words: str) -> str:
        return hashlib.sha256(f"{self.account.id} {words}".encode()).hexdigest()
