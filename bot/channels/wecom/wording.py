"""What a group robot is given to say: alerts merged, fitted into one message and written as JSON; pure."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.core.zone import SHANGHAI
from bot.services.alerts import WAITING

# Bytes of UTF-8, as the platform counts them.
LONGEST_TEXT: Final = 2048
LONGEST_DIGEST: Final = 4096
LATE: Final = timedelta(minutes=2)
_TITLE: Final = "**请处理**"


@dataclass(frozen=True)
class Heard:
    """An alert as stored; `topic` is kind#reference, `at` when it happened."""

    id: int
    topic: str
    text: str
    at: datetime

    @property
    def kind(self) -> str:
        return self.topic.partition("#")[0]


@dataclass(frozen=True)
class Line:
    """One line of a message, and the alerts that it tells of."""

    text: str
    ids: tuple[int, ...]


def calls(alerts: Sequence[Heard], now: datetime) -> list[Line]:
    """A line for each urgent alert; one that comes late says so."""
    return [Line(alert.text + _delay(alert, now), (alert.id,)) for alert in alerts]


def merged(alerts: Sequence[Heard], now: datetime) -> list[Line]:
    """A line for each kind, with the newest words and how many there are; people who wait, since when."""
    kinds: defaultdict[str, list[Heard]] = defaultdict(list)
    for alert in alerts:
        kinds[alert.kind].append(alert)
    return [
        Line(same[-1].text + _waited(same, now) + _count(same), tuple(alert.id for alert in same))
        for same in kinds.values()
    ]


def fitting(lines: Sequence[Line], room: int) -> list[Line]:
    """The first lines that have room together, in bytes; always at least one, cut if it must be."""
    first, *others = lines
    found = [Line(_cut(first.text, room), first.ids)]
    used = _size(found[0].text)
    for line in others:
        used += 1 + _size(line.text)
        if used > room:
            break
        found.append(line)
    return found


def digest_room(duty: Sequence[str]) -> int:
    """How many bytes of a digest are left to its lines."""
    return LONGEST_DIGEST - _size(_digest("", duty))


def text_body(lines: Sequence[Line], duty: Sequence[str]) -> bytes:
    """A text message that calls those on duty by sound."""
    content = "\n".join(line.text for line in lines)
    return _json({"msgtype": "text", "text": {"content": content, "mentioned_list": list(duty)}})


def digest_body(lines: Sequence[Line], duty: Sequence[str]) -> bytes:
    """A markdown message that names those on duty; the older markdown, as markdown_v2 knows no mentions."""
    content = _digest("\n".join(line.text for line in lines), duty)
    return _json({"msgtype": "markdown", "markdown": {"content": content}})


def _digest(lines: str, duty: Sequence[str]) -> str:
    return "\n".join([_TITLE, lines, *(["".join(f"<@{user}>" for user in duty)] if duty else [])])


def _delay(alert: Heard, now: datetime) -> str:
    return f"（{alert.at.astimezone(SHANGHAI):%H:%M}的事，刚刚送到）" if now - alert.at > LATE else ""


def _waited(same: Sequence[Heard], now: datetime) -> str:
    if not same[0].kind.startswith(WAITING):
        return ""
    minutes = int((now - min(alert.at for alert in same)).total_seconds() // 60)
    if minutes < 1:
        return ""
    return f"，最久的等了{minutes}分钟" if len(same) > 1 else f"，等了{minutes}分钟"


def _count(same: Sequence[Heard]) -> str:
    return f"（共{len(same)}条）" if len(same) > 1 else ""


def _cut(text: str, room: int) -> str:
    return text.encode()[:room].decode(errors="ignore")


def _size(text: str) -> int:
    return len(text.encode())


def _json(message: dict[str, object]) -> bytes:
    # The group would be shown \uXXXX as it stands.
    return json.dumps(message, ensure_ascii=False).encode()
