"""Tencent's envelope: AES-256-CBC over 16 random bytes, the length, the message and the receiver's id."""

import base64
import struct
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bot.channels.wechat.accounts import Keys
from bot.channels.wechat.refusals import Reason, Refused

RANDOM_BYTES: Final = 16
_LENGTH: Final = struct.Struct(">I")
_HEAD: Final = RANDOM_BYTES + _LENGTH.size
_CIPHER_BLOCK: Final = 16
# Twice the cipher's own block: ciphertexts of a multiple of 16 that is none of 32 are valid AES, not Tencent's.
_PADDED_TO: Final = 32


@dataclass(frozen=True)
class Opened:
    """A decrypted message and the key that fitted."""

    message: bytes
    key: bytes = field(repr=False)


def encrypt(key: bytes, app_id: str, message: bytes, random: bytes) -> str:
    """Seal a message as base64; `random` are 16 bytes never used before."""
    plain = random + _LENGTH.pack(len(message)) + message + app_id.encode()
    padding = _PADDED_TO - len(plain) % _PADDED_TO
    encryptor = _cipher(key).encryptor()
    sealed = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
    return base64.b64encode(sealed).decode()


def decrypt(keys: Keys, encrypted: str) -> Opened:
    """Open with the current key, then with the previous one; raises Refused with what the current key met."""
    sealed = _sealed(encrypted)
    refusals = []
    for key in keys.aes:
        try:
            return Opened(_message(key, sealed, keys.app_id), key)
        except Refused as error:
            refusals.append(error)
    raise refusals[0] if refusals else Refused(Reason.CIPHERTEXT)


def _sealed(encrypted: str) -> bytes:
    try:
        sealed = base64.b64decode(encrypted, validate=True)
    except ValueError as error:
        raise Refused(Reason.CIPHERTEXT) from error
    if not sealed or len(sealed) % _CIPHER_BLOCK:
        raise Refused(Reason.CIPHERTEXT)
    return sealed


def _message(key: bytes, sealed: bytes, app_id: str) -> bytes:
    decryptor = _cipher(key).decryptor()
    plain = _unpadded(decryptor.update(sealed) + decryptor.finalize())
    if len(plain) < _HEAD:
        raise Refused(Reason.LENGTH)
    (length,) = _LENGTH.unpack(plain[RANDOM_BYTES:_HEAD])
    if length > len(plain) - _HEAD:
        raise Refused(Reason.LENGTH)
    if plain[_HEAD + length :] != app_id.encode():
        raise Refused(Reason.APPID)
    return plain[_HEAD : _HEAD + length]


def _unpadded(padded: bytes) -> bytes:
    count = padded[-1]
    if not 1 <= count <= _PADDED_TO or padded[-count:] != bytes([count]) * count:
        raise Refused(Reason.PADDING)
    return padded[:-count]


def _cipher(key: bytes) -> Cipher[CBC]:
    return Cipher(AES256(key), CBC(key[:_CIPHER_BLOCK]))
