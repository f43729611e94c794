"""Deliveries as the platform would send them, for tests that then spoil one thing."""

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.channels.wechat.accounts import Keys, Mode, aes_key
from bot.channels.wechat.cipher import encrypt
from bot.channels.wechat.signatures import signature

NOW = datetime(2024, 5, 20, 1, 30, tzinfo=UTC)
TOKEN = "spring2024"
APP_ID = "wx1234567890abcdef"
NONCE = "415670741"
ENCODED_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
KEY = aes_key(ENCODED_KEY)
FORMER_KEY = aes_key("kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR")
RANDOM = b"0123456789abcdef"
SECONDS = str(int(NOW.timestamp()))

PLAINTEXT = Keys(APP_ID, TOKEN, Mode.PLAINTEXT)
COMPATIBLE = Keys(APP_ID, TOKEN, Mode.COMPATIBLE, (KEY,))
SAFE = Keys(APP_ID, TOKEN, Mode.SAFE, (KEY,))

FIELDS = {
    "ToUserName": "gh_0a1b2c3d4e5f",
    "FromUserName": "oLinli-aunt-wang-000000000001",
    "CreateTime": SECONDS,
    "MsgType": "text",
    "Content": "3号楼电梯又坏了",
    "MsgId": "24680135792468013",
}


def xml(fields: Mapping[str, str]) -> bytes:
    """A body of these fields; texts may bring their own elements instead of plain words."""
    return f"<xml>{''.join(f'<{name}>{text}</{name}>' for name, text in fields.items())}</xml>".encode()


MESSAGE = xml(FIELDS)


def plain_query(timestamp: str = SECONDS, token: str = TOKEN) -> dict[str, str]:
    return {"signature": signature(token, timestamp, NONCE), "timestamp": timestamp, "nonce": NONCE}


def sealed_query(encrypted: str, timestamp: str = SECONDS) -> dict[str, str]:
    signed = signature(TOKEN, timestamp, NONCE, encrypted)
    return {**plain_query(timestamp), "encrypt_type": "aes", "msg_signature": signed}


def sealed(message: bytes = MESSAGE, key: bytes = KEY, app_id: str = APP_ID) -> str:
    return encrypt(key, app_id, message, RANDOM)


def safe_body(encrypted: str) -> bytes:
    return xml({"ToUserName": FIELDS["ToUserName"], "Encrypt": f"<![CDATA[{encrypted}]]>"})


def compatible_body(encrypted: str, **fields: str) -> bytes:
    return xml({**FIELDS, **fields, "Encrypt": f"<![CDATA[{encrypted}]]>"})
