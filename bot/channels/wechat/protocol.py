"""The door to WeChat's callbacks: bytes in, values out; no clock, no store, no network."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.channels.wechat import cipher
from bot.channels.wechat.accounts import Keys, Mode, Platform
from bot.channels.wechat.bodies import BODY_LIMIT, is_json, read_tree
from bot.channels.wechat.pages import jssdk_signature, oauth_url, rawdata_signature
from bot.channels.wechat.received import Received, read_received
from bot.channels.wechat.refusals import Reason, Refused
from bot.channels.wechat.rendering import Branches, render_json, render_xml
from bot.channels.wechat.replies import Reply, reply_tree
from bot.channels.wechat.signatures import is_signed, signature

__all__ = [
    "ACKNOWLEDGED",
    "FRESHNESS",
    "Delivery",
    "Reason",
    "Received",
    "Refused",
    "envelope",
    "is_signed",
    "jssdk_signature",
    "oauth_url",
    "open_delivery",
    "rawdata_signature",
    "seal_reply",
    "signature",
    "verify_url",
]

FRESHNESS: Final = timedelta(minutes=5)
# What stops the platform's retries without showing anything to the resident.
ACKNOWLEDGED: Final = b"success"
_TIMESTAMP_DIGITS: Final = 12


@dataclass(frozen=True)
class Delivery:
    """A request that the platform sent, opened.

    `digest` is the sha256 of the body in hexadecimal. Without `covers_body` (plaintext mode) the signature
    would fit any other body as well. `key` opened the message, and replies are sealed with it.
    """

    received: Received
    signature: str = field(repr=False)
    digest: str
    covers_body: bool
    key: bytes | None = field(repr=False)
    nonce: str
    timestamp: str
    is_json: bool


def verify_url(keys: Keys, query: Mapping[str, str], now: datetime) -> str:
    """Echo that proves to the platform that this address knows the token. Raises Refused."""
    echo = query.get("echostr")
    if echo is None:
        raise Refused(Reason.FIELDS)
    if keys.platform is Platform.OFFICIAL:
        _check(keys, query, now)
        return echo
    _check(keys, query, now, echo)
    return _utf8(cipher.decrypt(keys, echo).message)


def open_delivery(keys: Keys, query: Mapping[str, str], body: bytes, now: datetime) -> Delivery:
    """Check and read a delivery as the account's mode asks, whatever the caller claims. Raises Refused."""
    if len(body) > BODY_LIMIT:
        raise Refused(Reason.SIZE)
    if keys.mode is Mode.PLAINTEXT:
        return _plain(keys, query, body, now)
    return _sealed(keys, query, body, now)


def seal_reply(
    keys: Keys, delivery: Delivery, reply: Reply | None, now: datetime, *, random: bytes | None = None
) -> bytes:
    """Body of the response in the delivery's own mode and format; None only acknowledges, in every mode.

    `random` are 16 bytes, given by tests only.
    """
    if reply is None:
        return ACKNOWLEDGED
    seconds = int(now.timestamp())
    to, me = delivery.received.from_user, delivery.received.to_user
    plain = _rendered(reply_tree(reply, to, me, seconds), as_json=delivery.is_json)
    if delivery.key is None:
        return plain
    sealed = cipher.encrypt(delivery.key, keys.app_id, plain, random or secrets.token_bytes(cipher.RANDOM_BYTES))
    return _rendered(envelope(keys.token, seconds, delivery.nonce, sealed), as_json=delivery.is_json)


def envelope(token: str, seconds: int, nonce: str, encrypt: str) -> Branches:
    """Signed envelope around an encrypted reply; `nonce` is the request's own."""
    return {
        "Encrypt": encrypt,
        "MsgSignature": signature(token, str(seconds), nonce, encrypt),
        "TimeStamp": seconds,
        "Nonce": nonce,
    }


def _plain(keys: Keys, query: Mapping[str, str], body: bytes, now: datetime) -> Delivery:
    _check(keys, query, now)
    tree = read_tree(body)
    # A compatible body has its plain fields as well: accounts that change their mode pass through it.
    if "Encrypt" in tree and "MsgType" not in tree:
        raise Refused(Reason.MODE)
    return _delivery(query, body, read_received(tree), None)


def _sealed(keys: Keys, query: Mapping[str, str], body: bytes, now: datetime) -> Delivery:
    encrypt = read_tree(body).get("Encrypt")
    if encrypt is None:
        raise Refused(Reason.MODE)
    if not isinstance(encrypt, str):
        raise Refused(Reason.FIELDS)
    _check(keys, query, now, encrypt)
    opened = cipher.decrypt(keys, encrypt)
    return _delivery(query, body, read_received(read_tree(opened.message)), opened.key)


def _delivery(query: Mapping[str, str], body: bytes, received: Received, key: bytes | None) -> Delivery:
    return Delivery(
        received=received,
        signature=query["signature" if key is None else "msg_signature"],
        digest=hashlib.sha256(body).hexdigest(),
        covers_body=key is not None,
        key=key,
        nonce=query["nonce"],
        timestamp=query["timestamp"],
        is_json=is_json(body),
    )


def _check(keys: Keys, query: Mapping[str, str], now: datetime, encrypt: str | None = None) -> None:
    """Signature before time: who does not know the token learns nothing about the clock."""
    try:
        given = query["signature" if encrypt is None else "msg_signature"]
        timestamp, nonce = query["timestamp"], query["nonce"]
    except KeyError as error:
        raise Refused(Reason.SIGNATURE) from error
    if not is_signed(given, keys.token, timestamp, nonce, encrypt):
        raise Refused(Reason.SIGNATURE)
    if not _is_fresh(timestamp, now):
        raise Refused(Reason.TIMESTAMP)


def _is_fresh(timestamp: str, now: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _TIMESTAMP_DIGITS):
        return False
    return abs(now.timestamp() - int(timestamp)) <= FRESHNESS.total_seconds()


def _rendered(tree: Branches, *, as_json: bool) -> bytes:
    return render_json(tree) if as_json else render_xml(tree).encode()


def _utf8(message: bytes) -> str:
    try:
        return message.decode()
    except UnicodeDecodeError as error:
        raise Refused(Reason.ENCODING) from error
