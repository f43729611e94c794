"""The Official Accounts of this installation, one or more per community, read from the file of LINLI_WECHAT."""

import base64
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from bot.store.files import yaml_lines
from bot.store.files.yaml_lines import Entry

CHANNEL: Final = "wechat"
API: Final = "https://api.weixin.qq.com"
OPEN: Final = "https://open.weixin.qq.com"
_ID: Final = re.compile(r"[a-z0-9-]{1,20}")
_TOKEN: Final = re.compile(r"[A-Za-z0-9]{3,32}")
_AES_KEY: Final = re.compile(r"[A-Za-z0-9+/]{43}")
_FIELDS: Final = (
    *("id", "community", "app_id", "secret", "token", "mode", "aes_key", "previous_aes_key", "platform"),
    *("api", "open", "address", "customer_service", "notice"),
)


class Mode(StrEnum):
    """How the platform was told to send: fixed here, never taken from what a caller claims."""

    PLAINTEXT = "plaintext"
    COMPATIBLE = "compatible"
    SAFE = "safe"


class Platform(StrEnum):
    """Whose callback it is: WeCom encrypts even the echo of the first verification."""

    OFFICIAL = "official"
    WECOM = "wecom"


@dataclass(frozen=True)
class Keys:
    """What a callback is checked and opened with; `aes` holds the current key first, then the previous one.

    `app_id` is the receiver named inside the ciphertext (of WeCom the corporation).
    """

    app_id: str
    token: str = field(repr=False)
    mode: Mode
    aes: tuple[bytes, ...] = field(default=(), repr=False)
    platform: Platform = Platform.OFFICIAL


class NoticeKind(StrEnum):
    """The two ways to reach somebody outside the 48 hours; which one an account has depends on its kind."""

    TEMPLATE = "template"
    SUBSCRIPTION = "subscription"


class NoticeField(StrEnum):
    """What can stand in a field of a notice: the news, when it was written, the community's name."""

    NEWS = "news"
    TIME = "time"
    COMMUNITY = "community"


@dataclass(frozen=True)
class Notice:
    """A notice the platform approved: its id there, and what stands in each of its fields."""

    kind: NoticeKind
    template: str
    fields: Mapping[str, NoticeField]


@dataclass(frozen=True)
class Account:
    """One Official Account; `id` is its part of the address, `address` where residents' phones reach this service.

    `has_customer_service` is False for accounts that were never verified: they can only answer in time.
    `notice` is for news outside the 48 hours.
    """

    id: str
    community_id: str
    keys: Keys
    secret: str = field(repr=False)
    api: str = API
    open: str = OPEN
    address: str = ""
    has_customer_service: bool = True
    notice: Notice | None = None

    @property
    def channel(self) -> str:
        """The channel's name in the store: messages of two accounts never meet."""
        return f"{CHANNEL}:{self.id}"

    @property
    def page(self) -> str:
        """Where a resident of the chat opens its page; empty where the account has no address."""
        return f"{self.address}/wechat/{self.id}/enter" if self.address else ""

    @property
    def app_id(self) -> str:
        return self.keys.app_id


def load_accounts(path: Path, communities: Collection[str]) -> Mapping[str, Account]:
    """Read the accounts by id; none if there is no such file. Raises BrokenFile."""
    if not path.exists():
        return {}
    file = yaml_lines.load(path)
    file.only("accounts", "groups")
    found: dict[str, Account] = {}
    for entry in file.entries("accounts"):
        account = _account(entry, communities)
        entry.refuse_twice("id", account.id, found)
        found[account.id] = account
    return found


def aes_key(encoded: str) -> bytes:
    """Decode an EncodingAESKey of 43 characters to 32 bytes; raises ValueError."""
    if not _AES_KEY.fullmatch(encoded):
        raise ValueError
    # The last character carries two bits that mean nothing; Tencent's own examples have them set.
    return base64.b64decode(encoded + "=")


def _account(entry: Entry, communities: Collection[str]) -> Account:
    entry.only(*_FIELDS)
    return Account(
        id=_matching(entry, "id", _ID, "1 到 20 个小写字母、数字或横线"),
        community_id=entry.known("community", communities),
        keys=Keys(
            app_id=entry.text("app_id"),
            token=_matching(entry, "token", _TOKEN, "3 到 32 个字母或数字"),
            mode=entry.choice("mode", Mode),
            aes=_aes_keys(entry),
            platform=entry.choice("platform", Platform) if "platform" in entry.fields else Platform.OFFICIAL,
        ),
        secret=entry.text("secret"),
        api=_base(entry, "api", API),
        open=_base(entry, "open", OPEN),
        address=_base(entry, "address", ""),
        has_customer_service=entry.flag("customer_service", default=True),
        notice=_notice(entry.entry("notice")) if "notice" in entry.fields else None,
    )


def _notice(entry: Entry) -> Notice:
    entry.only("kind", "template", "fields")
    fields = entry.entry("fields")
    return Notice(
        kind=entry.choice("kind", NoticeKind),
        template=entry.text("template"),
        fields={name: fields.choice(name, NoticeField) for name in fields.fields},
    )


def _aes_keys(entry: Entry) -> tuple[bytes, ...]:
    keys = []
    for name in ("aes_key", "previous_aes_key"):
        if (encoded := entry.optional(name)) is not None:
            try:
                keys.append(aes_key(encoded))
            except ValueError:
                raise entry.broken(name, "应该是 43 个字符的 EncodingAESKey") from None
    if not keys and entry.choice("mode", Mode) is not Mode.PLAINTEXT:
        raise entry.broken("aes_key", "兼容模式和安全模式要有 EncodingAESKey")
    return tuple(keys)


def _base(entry: Entry, name: str, default: str) -> str:
    given = entry.optional(name)
    if given is None:
        return default
    if not given.startswith(("https://", "http://")):
        raise entry.broken(name, "应该以 https:// 开头")
    return given.rstrip("/")


def _matching(entry: Entry, name: str, pattern: re.Pattern[str], expected: str) -> str:
    value = entry.text(name)
    if not pattern.fullmatch(value):
        raise entry.broken(name, f"应该是{expected}")
    return value
