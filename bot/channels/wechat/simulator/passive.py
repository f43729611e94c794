"""Reading what the service answered with: nothing to show, something to show, or a fault."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from xml.parsers import expat

from bot.channels.wechat.accounts import Keys, Mode
from bot.channels.wechat.simulator.registered import Registered
from bot.channels.wechat.simulator.screen import Shown, text_shown
from bot.channels.wechat.simulator.sealing import Unopened, decrypt, is_signed

SILENT: Final = (b"success", b"")
_TEXT_BYTES: Final = 2048


class BadAnswer(Exception):
    """The platform cannot show this, and says so to the follower."""


@dataclass
class Element:
    name: str
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def child(self, name: str) -> "Element":
        """The only child of that name; raises BadAnswer."""
        found = [child for child in self.children if child.name == name]
        if len(found) != 1:
            raise BadAnswer(f"{len(found)} {name} in {self.name}")
        return found[0]

    def word(self, *names: str) -> str:
        """The text down that path, which has to have some; raises BadAnswer."""
        place = self
        for name in names:
            place = place.child(name)
        if not place.text.strip():
            raise BadAnswer(f"empty {names}")
        return place.text

    def has(self, name: str) -> bool:
        return any(child.name == name for child in self.children)


def read_answer(registered: Registered, openid: str, body: bytes, now: datetime) -> Shown | None:
    """Make of an answer what the phone shows, None if nothing; raises BadAnswer."""
    if body in SILENT:
        return None
    message = _opened(registered.account.keys, _parsed(body))
    if (message.word("ToUserName"), message.word("FromUserName")) != (openid, registered.original_id):
        raise BadAnswer("addresses are not those of the message turned round")
    if not message.word("CreateTime").isdecimal():
        raise BadAnswer("CreateTime")
    kind = message.word("MsgType")
    if kind not in _KINDS:
        raise BadAnswer(f"MsgType {kind}")
    return _KINDS[kind](message, now)


def _opened(keys: Keys, outside: Element) -> Element:
    if not outside.has("Encrypt"):
        if keys.mode is Mode.SAFE:
            raise BadAnswer("not encrypted")
        return outside
    if keys.mode is Mode.PLAINTEXT:
        raise BadAnswer("encrypted")
    secret = outside.word("Encrypt")
    signed = (outside.word("TimeStamp"), outside.word("Nonce"), secret)
    if not is_signed(keys, outside.word("MsgSignature"), *signed):
        raise BadAnswer("MsgSignature")
    try:
        return _parsed(decrypt(keys.aes[0], secret, keys.app_id).encode())
    except Unopened as error:
        raise BadAnswer("Encrypt") from error


def _parsed(body: bytes) -> Element:
    root = Element("")
    open_ = [root]

    def begin(name: str, attributes: Mapping[str, str]) -> None:
        if attributes:
            raise BadAnswer("attributes")
        element = Element(name)
        open_[-1].children.append(element)
        open_.append(element)

    def end(_: str) -> None:
        open_.pop()

    def words(data: str) -> None:
        open_[-1].text += data

    def refuse(*_: object) -> None:
        raise BadAnswer("DOCTYPE")

    parser = expat.ParserCreate("UTF-8")
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = words, refuse
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise BadAnswer("XML") from error
    return root.child("xml")


def _text(message: Element, now: datetime) -> Shown:
    content = message.word("Content")
    if len(content.encode()) > _TEXT_BYTES:
        raise BadAnswer("Content too long")
    return text_shown(content, now, "answer")


def _music(message: Element, now: datetime) -> Shown:
    music = message.child("Music")
    title = music.child("Title").text if music.has("Title") else ""
    return Shown("music", title, now, "answer", media_id=music.word("ThumbMediaId"))


def _news(message: Element, now: datetime) -> Shown:
    items = message.child("Articles").children
    if message.word("ArticleCount") != str(len(items)) or not items:
        raise BadAnswer("ArticleCount")
    # Whatever their number, a phone shows only the first after a message of its own.
    return Shown("news", items[0].word("Title"), now, "answer", links=(items[0].word("Url"),))


def _transfer(message: Element, now: datetime) -> None:
    """Hand over to the platform's own desk for human agents: nothing appears."""


def _file(tag: str) -> Callable[[Element, datetime], Shown]:
    def shown(message: Element, now: datetime) -> Shown:
        return Shown(tag.lower(), "", now, "answer", media_id=message.word(tag, "MediaId"))

    return shown


_KINDS: Final[Mapping[str, Callable[[Element, datetime], Shown | None]]] = {
    "text": _text,
    "image": _file("Image"),
    "voice": _file("Voice"),
    "video": _file("Video"),
    "music": _music,
    "news": _news,
    "transfer_customer_service": _transfer,
}
