"""What this service asks of WeChat: send, show typing, notify, set the menu, name a page's visitor, fetch media."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from aiohttp import ClientSession

from bot.channels.wechat.accounts import Account, NoticeKind
from bot.channels.wechat.exchange import (
    SECONDS,
    Answer,
    Fetched,
    Request,
    ask,
    fetch,
    parsed,
    refuse_fault,
    text_of,
)
from bot.channels.wechat.menu import Menu, menu_body
from bot.channels.wechat.rendering import Branches
from bot.channels.wechat.tokens import TokenKind, Tokens
from bot.errors import LinliError
from bot.services.pictures import MediaRefused, Reason

TYPING_SECONDS: Final = 3.0
DOWNLOAD_SECONDS: Final = 30.0


@dataclass(frozen=True)
class OAuthAnswer:
    """Who opened a page; a snapshot is WeChat's own preview, and its openid nobody's."""

    openid: str
    is_snapshot: bool


class Client:
    """The interfaces of all accounts.

    Every call raises WechatFault, WechatUnreachable, or Unavailable where the store does not answer; `typing` none.
    A refused token is renewed once. `typing_failures` counts what nobody is told.
    """

    def __init__(self, http: ClientSession, tokens: Tokens) -> None:
        self._http = http
        self._tokens = tokens
        self.typing_failures = 0

    async def send(self, account: Account, body: Branches) -> None:
        """Send a customer-service message, written by `service_messages.service_body`."""
        await self._post(account, "/cgi-bin/message/custom/send", body)

    async def typing(self, account: Account, openid: str) -> None:
        """Show for 15 seconds that an answer is being written; nothing depends on it."""
        body: Branches = {"touser": openid, "command": "Typing"}
        try:
            await self._post(account, "/cgi-bin/message/custom/typing", body, TYPING_SECONDS)
        except LinliError:
            self.typing_failures += 1

    async def send_template(
        self,
        account: Account,
        openid: str,
        template_id: str,
        fields: Mapping[str, str],
        url: str,
        kind: NoticeKind,
    ) -> str | None:
        """Send a notice outside the 48 hours; returns the id its receipt will name, None where WeChat gives none."""
        data: Branches = {name: {"value": value} for name, value in fields.items()}
        body: Branches = {"touser": openid, "template_id": template_id, "data": data}
        if kind is NoticeKind.TEMPLATE:
            path, page = "/cgi-bin/message/template/send", "url"
        else:
            path, page = "/cgi-bin/message/subscribe/bizsend", "page"
        answer = await self._post(account, path, body | ({page: url} if url else {}))
        return str(answer["msgid"]) if "msgid" in answer else None

    async def create_menu(self, account: Account, menu: Menu) -> None:
        """Put the menu under the chat; followers see it within 24 hours, or when they follow again."""
        await self._post(account, "/cgi-bin/menu/create", menu_body(menu, account))

    async def openid_of(self, account: Account, code: str) -> OAuthAnswer:
        """Trade the code of a page opened inside WeChat; it can be used once, within 5 minutes."""
        query = {
            "appid": account.app_id,
            "secret": account.secret,
            "code": code,
            "grant_type": "authorization_code",
        }
        answer = await ask(self._http, Request(f"{account.api}/sns/oauth2/access_token", query=query))
        return OAuthAnswer(text_of(answer, "openid"), is_snapshot=answer.get("is_snapshotuser") == 1)

    async def page_ticket(self, account: Account) -> str:
        """The ticket that signs pages opened inside WeChat."""
        return await self._tokens.get(account, TokenKind.JSAPI)

    async def download(self, account: Account, media_id: str, most_bytes: int) -> Fetched:
        """Fetch what a resident sent; also raises MediaRefused, without reading on, where it is larger."""
        return await self._tokens.using(account, partial(self._media, account, media_id, most_bytes))

    async def _media(self, account: Account, media_id: str, most_bytes: int, token: str) -> Fetched:
        query = {"access_token": token, "media_id": media_id}
        request = Request(f"{account.api}/cgi-bin/media/get", query=query, seconds=DOWNLOAD_SECONDS)
        fetched = await fetch(self._http, request, most_bytes)
        if fetched.data.startswith(b"{") and (answer := parsed(fetched.data)) is not None:
            refuse_fault(answer)
            fetched = await self._video(text_of(answer, "video_url"), most_bytes)
        if len(fetched.data) > most_bytes:
            raise MediaRefused(Reason.TOO_LARGE)
        return fetched

    async def _video(self, address: str, most_bytes: int) -> Fetched:
        """Videos come as an address of their own, which needs no token."""
        return await fetch(self._http, Request(address, seconds=DOWNLOAD_SECONDS, follows=True), most_bytes)

    async def _post(self, account: Account, path: str, body: Branches, seconds: float = SECONDS) -> Answer:
        async def call(token: str) -> Answer:
            query = {"access_token": token}
            return await ask(self._http, Request(account.api + path, query=query, body=body, seconds=seconds))

        return await self._tokens.using(account, call)
