"""The channel at work: everything its routes and its courier need, made once."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from bot.channels.wechat.accounts import Account
from bot.channels.wechat.answers import Answers
from bot.channels.wechat.client import Client
from bot.channels.wechat.menu import Menu
from bot.channels.wechat.refusals import Reason
from bot.services.desk import Desk
from bot.services.reception import Reception


@dataclass(frozen=True)
class Office:
    """`refusals` counts what was not taken, by account (as far as it exists) and reason."""

    desk: Desk
    accounts: Mapping[str, Account]
    menu: Menu
    client: Client
    reception: Reception
    answers: Answers
    refusals: Counter[tuple[str, Reason]] = field(default_factory=Counter)

    def account_of(self, channel: str) -> Account | None:
        """The account of a channel's name in the store; None if it is no longer configured."""
        return next((one for one in self.accounts.values() if one.channel == channel), None)

    @property
    def channels(self) -> tuple[str, ...]:
        """The names in the store of all accounts."""
        return tuple(account.channel for account in self.accounts.values())


OFFICE: Final = web.AppKey("wechat_office", Office)
