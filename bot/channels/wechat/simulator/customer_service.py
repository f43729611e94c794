"""The interfaces for writing to a follower outside an answer: messages, and the sign that one is being written."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from bot.channels.wechat.simulator.answers import OK, Answer
from bot.channels.wechat.simulator.asked import Asked, Tree, branch, branches, optional, text
from bot.channels.wechat.simulator.codes import Rejected
from bot.channels.wechat.simulator.platform import Platform
from bot.channels.wechat.simulator.registered import Contact, Registered
from bot.channels.wechat.simulator.screen import TYPING, Choice, Shown, text_shown

TEXT_BYTES: Final = 2048
# What has to be there by message type; of these, what ends in media_id has to be a file that was uploaded.
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "image": ("media_id",),
    "voice": ("media_id",),
    "video": ("media_id",),
    "music": ("musicurl", "hqmusicurl", "thumb_media_id"),
    "mpnewsarticle": ("article_id",),
    "wxcard": ("card_id",),
    "miniprogrampage": ("title", "appid", "pagepath", "thumb_media_id"),
}


def send(platform: Platform, asked: Asked) -> Answer:
    registered, contact = _addressed(platform, asked)
    now = platform.clock()
    shown = _laid_out(registered, asked.body, now)
    contact.window.spend(now)
    contact.screen.show(shown)
    return OK


def typing(platform: Platform, asked: Asked) -> Answer:
    _, contact = _addressed(platform, asked)
    command = text(asked.body, "command")
    if command not in ("Typing", "CancelTyping"):
        raise Rejected(45072)
    if command == "CancelTyping":
        contact.window.stop_typing()
        return OK
    now = platform.clock()
    contact.window.type(now)
    contact.screen.show(Shown(TYPING, "", now, "service"))
    return OK


def _addressed(platform: Platform, asked: Asked) -> tuple[Registered, Contact]:
    registered = platform.by_token(asked.token)
    if not registered.account.has_customer_service:
        raise Rejected(48001)
    return registered, registered.follower(text(asked.body, "touser"))


def _laid_out(registered: Registered, body: Tree, now: datetime) -> Shown:
    kind = text(body, "msgtype")
    if kind in _FIELDS:
        return _object(registered, kind, branch(body, kind), now)
    if kind not in _WORDS:
        raise Rejected(40008)
    return _WORDS[kind](branch(body, kind), now)


def _object(registered: Registered, kind: str, part: Tree, now: datetime) -> Shown:
    values = {name: text(part, name) for name in _FIELDS[kind]}
    for name, value in values.items():
        if name.endswith("media_id"):
            registered.kept(value, now)
    return Shown(kind, optional(part, "title"), now, "service", media_id=values.get("media_id"))


def _text(part: Tree, now: datetime) -> Shown:
    content = optional(part, "content")
    if not content:
        raise Rejected(44004)
    _fitting(content)
    return text_shown(content, now, "service")


def _menu(part: Tree, now: datetime) -> Shown:
    entries = [(text(entry, "id"), text(entry, "content")) for entry in branches(part, "list")]
    head, tail = optional(part, "head_content"), optional(part, "tail_content")
    _fitting("".join([head, *(content for _, content in entries), tail]))
    options = tuple(Choice(content, content, number) for number, content in entries)
    return Shown("menu", "\n".join(line for line in (head, tail) if line), now, "service", options)


def _news(part: Tree, now: datetime) -> Shown:
    articles = branches(part, "articles")
    if len(articles) > 1:
        raise Rejected(45008)
    return Shown("news", text(articles[0], "title"), now, "service", links=(text(articles[0], "url"),))


def _fitting(words: str) -> None:
    if len(words.encode()) > TEXT_BYTES:
        raise Rejected(45002)


_WORDS: Final[Mapping[str, Callable[[Tree, datetime], Shown]]] = {"text": _text, "msgmenu": _menu, "news": _news}
