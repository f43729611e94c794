"""Codes that a phone shows for half a minute, after RFC 6238 (SHA-1, six digits)."""

import base64
import hmac
from datetime import datetime
from hashlib import sha1
from typing import Final
from urllib.parse import quote, urlencode

STEP_SECONDS: Final = 30
DIGITS: Final = 6
# A clock may be half a minute off; RFC 6238, 5.2 advises against more.
DRIFT: Final = (0, -1, 1)
GROUP: Final = 4
ISSUER: Final = "邻里"


def secret_of(key: bytes) -> str:
    """Write a key as authenticator apps read it: base32 without padding; RFC 4226, 4 recommends 20 bytes."""
    return base64.b32encode(key).decode().rstrip("=")


def step_at(moment: datetime) -> int:
    """Number the half minute since 1970 that the moment lies in."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_at(secret: str, step: int, digits: int = DIGITS) -> str:
    """Return the code of a time step (RFC 4226, 5.3)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, step.to_bytes(8, "big"), sha1).digest()
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def step_of(secret: str, code: str, moment: datetime, used: int | None = None) -> int | None:
    """Return the time step whose code this is, None if it is none of now; steps up to `used` count no more.

    Every code is compared, in constant time: how long it takes tells nothing about the right one.
    """
    given, now = code.encode(errors="replace"), step_at(moment)
    matching = [step for step in (now + drift for drift in DRIFT) if _is_same(code_at(secret, step), given)]
    return next((step for step in matching if used is None or step > used), None)


def in_groups(secret: str) -> str:
    """Write a secret in groups of four, for somebody who types it into a phone."""
    return " ".join(secret[at : at + GROUP] for at in range(0, len(secret), GROUP))


def link(secret: str, username: str) -> str:
    """Return the otpauth address that an authenticator app opens."""
    fields = {"secret": secret, "issuer": ISSUER, "algorithm": "SHA1", "digits": DIGITS, "period": STEP_SECONDS}
    return f"otpauth://totp/{quote(f'{ISSUER}:{username}', safe='')}?{urlencode(fields)}"


def _is_same(right: str, given: bytes) -> bool:
    return hmac.compare_digest(right.encode(), given)
