"""A follower's screen: what the phone shows, in the order it came, and how other people's words turn into it."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal
from urllib.parse import parse_qs, urlsplit

By = Literal["answer", "service", "template", "platform"]
FAULT: Final = "该公众号提供的服务出现故障，请稍后再试"
TYPING: Final = "typing"
_LINK: Final = re.compile(r"""<a\s[^>]*?href\s*=\s*(["'])(.*?)\1[^>]*>(.*?)</a>""", re.DOTALL | re.IGNORECASE)
_MENU_SCHEME: Final = "weixin"


@dataclass(frozen=True)
class Choice:
    """Something to tap: `label` is what stands there, `content` what is sent in the resident's name."""

    label: str
    content: str
    id: str


@dataclass(frozen=True)
class Shown:
    """One thing on the screen; `text` is as the eye sees it, `links` are the pages it leads to.

    `kind` is the message type, "fault" where the platform apologises for the service, or "typing".
    """

    kind: str
    text: str
    at: datetime
    by: By
    options: tuple[Choice, ...] = ()
    links: tuple[str, ...] = ()
    media_id: str | None = None

    @property
    def choices(self) -> tuple[str, ...]:
        return tuple(option.label for option in self.options)


@dataclass
class Screen:
    shown: list[Shown] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def show(self, shown: Shown) -> None:
        self.shown.append(shown)
        self._changed.set()

    @property
    def messages(self) -> list[Shown]:
        """All that stays on the screen: the sign that somebody is typing does not."""
        return [shown for shown in self.shown if shown.kind != TYPING]

    async def wait_for(self, wanted: int | Callable[[Shown], bool], within: float) -> list[Shown]:
        """Wait for that many messages, or for one that fits, and return those; raises TimeoutError."""
        try:
            async with asyncio.timeout(within):
                while (found := self._found(wanted)) is None:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise TimeoutError(f"shown so far: {[(shown.kind, shown.text) for shown in self.shown]}") from None
        return found

    def _found(self, wanted: int | Callable[[Shown], bool]) -> list[Shown] | None:
        if callable(wanted):
            return [shown for shown in self.shown if wanted(shown)] or None
        return self.messages if len(self.messages) >= wanted else None


def fault(now: datetime) -> Shown:
    """What a follower gets to see when the service failed."""
    return Shown("fault", FAULT, now, "platform")


def text_shown(content: str, now: datetime, by: By) -> Shown:
    """Lay out a text: a link is only its label, a link to a menu message is a choice."""
    targets = [(match[2], match[3]) for match in _LINK.finditer(content)]
    options = [option for target, label in targets if (option := _choice(target, label)) is not None]
    links = [target for target, _ in targets if not target.startswith(f"{_MENU_SCHEME}:")]
    return Shown("text", _LINK.sub(r"\3", content), now, by, tuple(options), tuple(links))


def _choice(target: str, label: str) -> Choice | None:
    parts = urlsplit(target)
    if (parts.scheme, parts.netloc) != (_MENU_SCHEME, "bizmsgmenu"):
        return None
    fields = parse_qs(parts.query)
    content, ids = fields.get("msgmenucontent"), fields.get("msgmenuid")
    return Choice(label, content[0], ids[0]) if content and ids else None
