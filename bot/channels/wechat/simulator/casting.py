"""Accounts that exist nowhere but at the simulator, with secrets made up on the spot."""

import base64
import secrets
from collections.abc import Iterable

from bot.channels.wechat.accounts import Account, Keys, Mode, Notice, NoticeField, NoticeKind

_MODES = tuple(Mode)


def account_for(api_url: str, community_id: str, mode: Mode = Mode.SAFE, account_id: str | None = None) -> Account:
    """Make up an account whose interfaces and pages are the simulator at `api_url`."""
    keys = Keys(
        app_id=f"wx{secrets.token_hex(8)}",
        token=secrets.token_hex(12),
        mode=mode,
        aes=() if mode is Mode.PLAINTEXT else (secrets.token_bytes(32),),
    )
    return Account(
        id=account_id or mode.value,
        community_id=community_id,
        keys=keys,
        secret=secrets.token_hex(16),
        api=api_url,
        open=api_url,
        notice=Notice(NoticeKind.TEMPLATE, f"notice-{secrets.token_hex(8)}", {"thing1": NoticeField.NEWS}),
    )


def accounts_for(api_url: str, community_id: str, modes: Iterable[Mode] = _MODES) -> tuple[Account, ...]:
    """Make up one account a mode, each named after it."""
    return tuple(account_for(api_url, community_id, mode) for mode in modes)


def entry_of(account: Account) -> dict[str, object]:
    """Write an account as its operator would, for the file of LINLI_WECHAT."""
    entry: dict[str, object] = {
        "id": account.id,
        "community": account.community_id,
        "app_id": account.app_id,
        "secret": account.secret,
        "token": account.keys.token,
        "mode": account.keys.mode.value,
        "platform": account.keys.platform.value,
        "api": account.api,
        "open": account.open,
        "customer_service": account.has_customer_service,
    }
    for name, key in zip(("aes_key", "previous_aes_key"), account.keys.aes, strict=False):
        entry[name] = base64.b64encode(key).decode().rstrip("=")
    if account.address:
        entry["address"] = account.address
    if account.notice:
        fields = {name: field.value for name, field in account.notice.fields.items()}
        entry["notice"] = {"kind": account.notice.kind.value, "template": account.notice.template, "fields": fields}
    return entry
