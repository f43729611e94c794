"""Group robots of WeCom: a secret key in the address, 20 messages a minute, no answer from anybody."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.channels.wechat.simulator.asked import Tree, branch, text
from bot.channels.wechat.simulator.codes import Rejected

A_MINUTE: Final = 20
_MINUTE: Final = timedelta(minutes=1)
_BYTES: Final = {"text": 2048, "markdown": 4096, "markdown_v2": 4096}


@dataclass(frozen=True)
class Heard:
    """What the workers in the group read; `mentioned` are the user ids that were called."""

    kind: str
    text: str
    mentioned: tuple[str, ...]
    at: datetime


@dataclass
class Robot:
    """One group's; refused messages count towards nothing."""

    heard: list[Heard] = field(default_factory=list)

    def take(self, body: Tree, now: datetime) -> None:
        """Put a message before the group; raises Rejected."""
        kind = text(body, "msgtype")
        if kind not in _BYTES:
            raise Rejected(40008)
        content = text(branch(body, kind), "content")
        if len(content.encode()) > _BYTES[kind]:
            raise Rejected(40058)
        if sum(now - heard.at < _MINUTE for heard in self.heard) >= A_MINUTE:
            raise Rejected(45009)
        self.heard.append(Heard(kind, content, _mentioned(branch(body, kind)), now))


def _mentioned(part: Tree) -> tuple[str, ...]:
    names = part.get("mentioned_list", [])
    if not isinstance(names, list):
        raise Rejected(47001)
    return tuple(str(name) for name in names)
