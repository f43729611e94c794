"""What a resident's WeChat sent: a message or an event, checked once and then read by name."""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Final

from bot.channels.wechat.bodies import Tree
from bot.channels.wechat.refusals import Reason, Refused

EVENT: Final = "event"
# The inbox keeps the whole of it.
KEY_LIMIT: Final = 128
_NAME_LIMIT: Final = 128
_LATEST: Final = 2**40
_DEGREES: Final = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]*)?")
_SCENE_PREFIX: Final = "qrscene_"
_LATITUDE_NAMES: Final = ("Location_X", "Latitude")
_LONGITUDE_NAMES: Final = ("Location_Y", "Longitude")


@dataclass(frozen=True)
class Received:
    """One message or event; `key` is the same for every copy of it and no other of the account.

    `created` are the platform's seconds since 1970; `kind` is MsgType in lower case and may be one nobody
    has heard of yet; `event` is Event in lower case, of messages None. Texts in `tree` are as they came.
    """

    to_user: str
    from_user: str
    created: int
    kind: str
    event: str | None
    key: str
    tree: Tree = field(repr=False, hash=False)

    def __post_init__(self) -> None:
        _check_position(self.latitude, 90)
        _check_position(self.longitude, 180)

    @property
    def text(self) -> str:
        """What was written, not stripped; empty for everything that is no text."""
        return self._text("Content")

    @property
    def menu_id(self) -> str | None:
        """The choice of a menu message that was tapped; its words are the text."""
        return self._text("bizmsgmenuid") or None

    @property
    def event_key(self) -> str:
        return self._text("EventKey")

    @property
    def media_id(self) -> str | None:
        """Names the picture or recording for three days; some pictures have an address only."""
        return self._text("MediaId") or None

    @property
    def thumb_media_id(self) -> str | None:
        return self._text("ThumbMediaId") or None

    @property
    def picture_url(self) -> str:
        return self._text("PicUrl")

    @property
    def format(self) -> str:
        """The recording's format, usually amr."""
        return self._text("Format").strip().lower()

    @property
    def recognition(self) -> str:
        """The platform's reading of a recording: withdrawn for most accounts, and then empty."""
        return self._text("Recognition")

    @property
    def latitude(self) -> float | None:
        """Degrees north of a place sent, chosen from a menu or reported; the platform calls it X."""
        return _number(self._place(), _LATITUDE_NAMES)

    @property
    def longitude(self) -> float | None:
        """Degrees east; the platform calls it Y."""
        return _number(self._place(), _LONGITUDE_NAMES)

    @property
    def label(self) -> str:
        """The place in words."""
        return _leaf(self._place(), "Label")

    @property
    def title(self) -> str:
        return self._text("Title")

    @property
    def description(self) -> str:
        return self._text("Description")

    @property
    def url(self) -> str:
        return self._text("Url")

    @property
    def scene(self) -> str | None:
        """Which QR code was scanned, whether it made the resident follow or they did already."""
        if self.event == "scan":
            return self.event_key or None
        if self.subscribing and self.event_key.startswith(_SCENE_PREFIX):
            return self.event_key.removeprefix(_SCENE_PREFIX) or None
        return None

    @property
    def subscribing(self) -> bool:
        return self.event == "subscribe"

    @property
    def unsubscribing(self) -> bool:
        """Obliges the operator to delete what is held about the follower."""
        return self.event == "unsubscribe"

    def _text(self, name: str) -> str:
        return _leaf(self.tree, name)

    def _place(self) -> Tree:
        chosen = self.tree.get("SendLocationInfo")
        return chosen if isinstance(chosen, dict) else self.tree


def read_received(tree: Tree) -> Received:
    """Check the fields every message has; raises Refused."""
    kind = _required(tree, "MsgType").strip().lower()
    from_user = _required(tree, "FromUserName")
    created = _seconds(_required(tree, "CreateTime"))
    event = _optional(tree, "Event").strip().lower() or None
    if kind == EVENT and event is None:
        raise Refused(Reason.FIELDS)
    return Received(
        to_user=_required(tree, "ToUserName"),
        from_user=from_user,
        created=created,
        kind=kind,
        event=event,
        key=_key(tree, f"{from_user}|{created}|{event or kind}"),
        tree=tree,
    )


def _key(tree: Tree, happening: str) -> str:
    # Sender and second alone, as documented, are the same for a report of the place and a tap in one second.
    message_id = _optional(tree, "MsgId").strip()
    key = f"MsgId:{message_id}" if message_id else f"{happening}|{_optional(tree, 'EventKey')}"
    if len(key) <= KEY_LIMIT:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: KEY_LIMIT - len(digest) - 1]}|{digest}"


def _required(tree: Tree, name: str) -> str:
    value = _optional(tree, name)
    if not value.strip() or len(value) > _NAME_LIMIT:
        raise Refused(Reason.FIELDS)
    return value


def _optional(tree: Tree, name: str) -> str:
    value = tree.get(name, "")
    if not isinstance(value, str):
        raise Refused(Reason.FIELDS)
    return value


def _seconds(given: str) -> int:
    digits = given.strip()
    if not (digits.isascii() and digits.isdigit()) or int(digits) > _LATEST:
        raise Refused(Reason.FIELDS)
    return int(digits)


def _leaf(tree: Tree, name: str) -> str:
    value = tree.get(name)
    return value if isinstance(value, str) else ""


def _number(tree: Tree, names: tuple[str, ...]) -> float | None:
    given = next((value for name in names if (value := _leaf(tree, name).strip())), None)
    if given is None:
        return None
    if not _DEGREES.fullmatch(given):
        raise Refused(Reason.FIELDS)
    return float(given)


def _check_position(degrees: float | None, largest: float) -> None:
    if degrees is not None and abs(degrees) > largest:
        raise Refused(Reason.FIELDS)
