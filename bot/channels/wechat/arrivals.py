"""What a delivery means to the service: words for the inbox, a happening, or nothing to do."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

from bot.channels.wechat.accounts import Account
from bot.channels.wechat.menu import Menu
from bot.channels.wechat.protocol import Delivery
from bot.channels.wechat.received import Received
from bot.services.enclosures import PLACEHOLDERS
from bot.store.queries.receipts import Enclosed, Parcel, Said
from bot.store.tables import AttachmentKind

LABEL_LIMIT: Final = 500
MESSAGE_KEY: Final = "MsgId:"
_PICTURES: Final[Mapping[str, AttachmentKind]] = {
    "image": AttachmentKind.IMAGE,
    "video": AttachmentKind.VIDEO,
    "shortvideo": AttachmentKind.VIDEO,
    "file": AttachmentKind.FILE,
}


def parcel_of(account: Account, delivery: Delivery, said: Said | None, now: datetime) -> Parcel:
    """The delivery as the store takes it in."""
    return Parcel(
        channel=account.channel,
        key=_key(delivery.received),
        channel_user=delivery.received.from_user,
        community_id=account.community_id,
        digest=delivery.digest,
        signature=None if delivery.covers_body else delivery.signature,
        said=said,
        at=now,
    )


def said_in(received: Received, menu: Menu) -> Said | None:
    """The message for the inbox; None where nothing was said: a happening, or a kind nobody knows."""
    if received.kind == "text":
        return Said(received.text)
    if received.kind == "event":
        return _tap(received, menu)
    if received.kind == "voice":
        words = received.recognition.strip()
        return Said(words or PLACEHOLDERS[AttachmentKind.VOICE], None, _media(AttachmentKind.VOICE, received))
    if kind := _PICTURES.get(received.kind):
        return Said(PLACEHOLDERS[kind], None, _media(kind, received))
    return _pointed(received)


def _key(received: Received) -> str:
    """The key under which it is taken in: of an event a digest, for the key names the resident.

    Receipts of notices differ in nothing but the number of the notice.
    """
    if received.key.startswith(MESSAGE_KEY):
        return received.key
    notice = received.tree.get("MsgID", "")
    return f"Event:{sha256(f'{received.key}|{notice}'.encode()).hexdigest()}"


def is_happening(received: Received) -> bool:
    """Whether it asks for no answer unless it is somebody coming or leaving."""
    return received.kind == "event"


def _tap(received: Received, menu: Menu) -> Said | None:
    """A tap on the account's menu counts as words, unless the channel answers it itself."""
    meant = menu.said.get(received.event_key) if received.event == "click" else None
    return Said(meant.text, f"/{meant.intent}") if meant and meant.intent else None


def _pointed(received: Received) -> Said | None:
    """A position or a link."""
    latitude, longitude = received.latitude, received.longitude
    if received.kind == "location" and latitude is not None and longitude is not None:
        label = received.label[:LABEL_LIMIT]
        words = f"{PLACEHOLDERS[AttachmentKind.LOCATION]} {label}".strip()
        return Said(words, None, Enclosed(AttachmentKind.LOCATION, label=label, lon=longitude, lat=latitude))
    if received.kind == "link":
        title = received.title[:LABEL_LIMIT]
        words = f"{PLACEHOLDERS[AttachmentKind.LINK]} {title}".strip()
        return Said(words, None, Enclosed(AttachmentKind.LINK, label=title, url=received.url))
    return None


def _media(kind: AttachmentKind, received: Received) -> Enclosed:
    media_id = received.media_id
    return Enclosed(kind, media_id[:255] if media_id else None, url=received.picture_url or None)
