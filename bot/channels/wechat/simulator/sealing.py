"""How the platform signs and encrypts what it sends and opens what it gets back.

Written apart from the service's own cipher and XML on purpose: a mistake the two shared would not show.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.channels.wechat.accounts import Keys, Mode, Platform

_BLOCK: Final = 32
_AES_BLOCK: Final = 16
_RANDOM: Final = 16
_LENGTH: Final = 4
# All that XML 1.0 has no place for; a phone can send it all the same.
_UNWRITABLE: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Value = str | int | float | Mapping[str, "Value"]
Fields = Mapping[str, Value]


class Unopened(Exception):
    """An encrypted answer that is not what it should be."""


@dataclass(frozen=True)
class Sealed:
    """One delivery, the same however often it is tried."""

    query: Mapping[str, str]
    body: bytes = field(repr=False)


def fingerprint(*parts: str) -> str:
    """The signature over any number of parts: their order does not matter."""
    digest = hashlib.sha1(usedforsecurity=False)
    for part in sorted(parts):
        digest.update(part.encode())
    return digest.hexdigest()


def seal(keys: Keys, fields: Fields, timestamp: str, nonce: str) -> Sealed:
    """Make the delivery of a message in the way the account was set up for."""
    query = {"timestamp": timestamp, "nonce": nonce}
    if keys.platform is Platform.OFFICIAL:
        query = {"signature": fingerprint(keys.token, timestamp, nonce)} | query
        query["openid"] = str(fields["FromUserName"])
    message = written(fields)
    if keys.mode is Mode.PLAINTEXT:
        return Sealed(query, message.encode())
    secret = encrypt(keys.aes[0], message, keys.app_id)
    query["msg_signature"] = fingerprint(keys.token, timestamp, nonce, secret)
    if keys.platform is Platform.OFFICIAL:
        query["encrypt_type"] = "aes"
    visible = fields if keys.mode is Mode.COMPATIBLE else {"ToUserName": fields["ToUserName"]}
    return Sealed(query, written({**visible, "Encrypt": secret}).encode())


def seal_echo(keys: Keys, echo: str, timestamp: str, nonce: str) -> Mapping[str, str]:
    """Make the query of the first call, by which the platform finds out whether the address is the service's."""
    if keys.platform is Platform.OFFICIAL:
        signed = fingerprint(keys.token, timestamp, nonce)
        return {"signature": signed, "timestamp": timestamp, "nonce": nonce, "echostr": echo}
    secret = encrypt(keys.aes[0], echo, keys.app_id)
    signed = fingerprint(keys.token, timestamp, nonce, secret)
    return {"msg_signature": signed, "timestamp": timestamp, "nonce": nonce, "echostr": secret}


def is_signed(keys: Keys, given: str, *parts: str) -> bool:
    return hmac.compare_digest(given.encode(), fingerprint(keys.token, *parts).encode())


def encrypt(key: bytes, message: str, receiver: str) -> str:
    data = message.encode()
    clear = secrets.token_bytes(_RANDOM) + len(data).to_bytes(_LENGTH, "big") + data + receiver.encode()
    padding = _BLOCK - len(clear) % _BLOCK
    scrambler = _cipher(key).encryptor()
    return base64.b64encode(scrambler.update(clear + bytes([padding]) * padding) + scrambler.finalize()).decode()


def decrypt(key: bytes, secret: str, receiver: str) -> str:
    """Raises Unopened unless it is whole and for that receiver."""
    try:
        data = base64.b64decode(secret, validate=True)
    except binascii.Error as error:
        raise Unopened("base64") from error
    if not data or len(data) % _AES_BLOCK:
        raise Unopened("blocks")
    opener = _cipher(key).decryptor()
    clear = _unpadded(opener.update(data) + opener.finalize())
    start = _RANDOM + _LENGTH
    end = start + int.from_bytes(clear[_RANDOM:start], "big")
    if clear[end:] != receiver.encode() or len(clear) < start:
        raise Unopened("receiver")
    try:
        return clear[start:end].decode()
    except UnicodeDecodeError as error:
        raise Unopened("encoding") from error


def written(fields: Fields) -> str:
    """Write a message: words in CDATA, numbers bare."""
    return f"<xml>{_inside(fields)}</xml>"


def _inside(fields: Fields) -> str:
    return "\n".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields.items())


def _value(value: Value) -> str:
    if isinstance(value, str):
        return f"<![CDATA[{_UNWRITABLE.sub('', value).replace(']]>', ']]]]><![CDATA[>')}]]>"
    return str(value) if isinstance(value, int | float) else _inside(value)


def _unpadded(clear: bytes) -> bytes:
    size = clear[-1]
    if not 1 <= size <= _BLOCK or clear[-size:] != bytes([size]) * size:
        raise Unopened("padding")
    return clear[:-size]


def _cipher(key: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(key), modes.CBC(key[:_AES_BLOCK]))
