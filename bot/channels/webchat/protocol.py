"""What goes over the wire between the chat page and the server: pure, without input or output."""

import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import Final

from bot.errors import InvalidInput
from bot.store.tables import ConversationState, Message, Sender

TEXT_LIMIT: Final = 2000
PAGE_LIMIT: Final = 100
RETRY_MILLISECONDS: Final = 3000
STILL_HERE: Final = b": still here\n\n"

_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_LARGEST_ID: Final = 2**63 - 1
# Controls and lone surrogates; marks that turn the direction of the text around them, and invisible
# blanks. The joiner inside emoji (U+200D) has to stay.
_STRIPPED_CATEGORIES: Final = frozenset({"Cc", "Cs"})
_STRIPPED_MARKS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2060\ufeff\u00ad")


@dataclass(frozen=True)
class Written:
    """What a resident sent; `client_id` is the page's own id, the same when it sends again."""

    client_id: str
    text: str


@dataclass(frozen=True)
class Bubble:
    """One message as the page shows it; `client_id` lets a page find the bubble it drew before sending."""

    id: int
    sender: Sender
    text: str
    buttons: list[str]
    card: dict[str, object] | None
    client_id: str | None
    at: str


@dataclass(frozen=True)
class Presence:
    """Who answers now, whether an answer is being written, and whether the choices last offered still hold."""

    state: ConversationState
    typing: bool
    asks: bool


@dataclass(frozen=True)
class Page:
    """A stretch of the conversation, oldest first; `more` tells whether there is more in that direction."""

    messages: list[Bubble]
    more: bool


def read_written(body: bytes) -> Written:
    """Decode a posted message; raises InvalidInput in words for the resident."""
    fields = _object(body)
    client_id, text = fields.get("client_id"), fields.get("text")
    if not isinstance(client_id, str) or not _CLIENT_ID.fullmatch(client_id) or not isinstance(text, str):
        raise InvalidInput("没看懂发来的内容", "请刷新页面再发一次")
    cleaned = clean(text)
    if not cleaned:
        raise InvalidInput("还没写字呢", "请写点什么再发")
    if len(cleaned) > TEXT_LIMIT:
        raise InvalidInput(f"一次最多发{TEXT_LIMIT}个字，这段有{len(cleaned)}个字", "请分几次发")
    return Written(client_id, cleaned)


def read_large(body: bytes) -> bool:
    """Decode the choice of large type."""
    large = _object(body).get("large")
    if not isinstance(large, bool):
        raise InvalidInput("没看懂发来的内容", "请刷新页面再试一次")
    return large


def clean(text: str) -> str:
    """Strip what cannot be seen and could do harm; line breaks, tabs and emoji stay."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in unified if char in "\n\t" or _is_visible(char)).strip()


def bubble(message: Message) -> Bubble:
    """Make the page's view of a stored message."""
    return Bubble(
        id=message.id,
        sender=message.sender,
        text=message.text,
        buttons=message.buttons,
        card=message.card,
        client_id=message.channel_message_id if message.sender is Sender.RESIDENT else None,
        at=message.created_at.astimezone(UTC).isoformat(timespec="seconds"),
    )


def message_event(shown: Bubble) -> bytes:
    """Write a message as a server-sent event whose id is the message's."""
    return f"id: {shown.id}\nevent: message\ndata: {_json(asdict(shown))}\n\n".encode()


def presence_event(presence: Presence) -> bytes:
    """Write who answers as a server-sent event; it has no id, as nothing resumes from it."""
    return f"event: presence\ndata: {_json(asdict(presence))}\n\n".encode()


def retry_directive() -> bytes:
    """Tell the browser how long to wait before it connects again."""
    return f"retry: {RETRY_MILLISECONDS}\n\n".encode()


def page_body(page: Page) -> str:
    """Write a stretch of the conversation as JSON."""
    return _json(asdict(page))


def message_id(given: str | None) -> int | None:
    """Read a message id as a page or browser names it; None if there is none or it is no id."""
    if given is None or not (given.isascii() and given.isdigit()):
        return None
    return min(int(given[:20]), _LARGEST_ID)


def page_size(given: str | None) -> int:
    """Read how many messages are wanted, within what one answer may hold."""
    wanted = message_id(given)
    return PAGE_LIMIT if wanted is None else max(1, min(wanted, PAGE_LIMIT))


def _object(body: bytes) -> dict[str, object]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("没看懂发来的内容", "请刷新页面再试一次") from error
    if not isinstance(fields, dict):
        raise InvalidInput("没看懂发来的内容", "请刷新页面再试一次")
    return fields


def _is_visible(char: str) -> bool:
    return unicodedata.category(char) not in _STRIPPED_CATEGORIES and char not in _STRIPPED_MARKS


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
