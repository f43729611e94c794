"""Pages opened inside WeChat: the visitor is the resident of the chat, and the page may call the phone's functions."""

import asyncio
import secrets
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from bot.channels.webchat import visitors
from bot.channels.wechat.accounts import Account
from bot.channels.wechat.faults import Handling, WechatFault
from bot.channels.wechat.office import OFFICE, Office
from bot.channels.wechat.pages import jssdk_signature, oauth_url
from bot.errors import InvalidInput, LinliError, NotFound, Unavailable
from bot.services import page_links
from bot.web import pace

STATE_COOKIE: Final = "linli_wechat_state"
STATE_SECONDS: Final = 600


async def enter(request: web.Request) -> web.StreamResponse:
    """Send the visitor to WeChat, which sends them back with a code; `state` ties the two to one browser."""
    office, account = _at(request)
    if not account.address:
        raise Unavailable("这个公众号还没有填写网页地址", "请在配置里写上 address")
    state = secrets.token_hex(16)
    back = f"{account.address}/wechat/{account.id}/return"
    response = web.HTTPSeeOther(oauth_url(account.open, account.app_id, back, state))
    response.set_cookie(
        STATE_COOKIE,
        state,
        max_age=STATE_SECONDS,
        path=f"/wechat/{account.id}",
        httponly=True,
        samesite="Lax",
        secure=office.desk.settings.secure_cookies,
    )
    return response


async def come_back(request: web.Request) -> web.StreamResponse:
    """Learn who it is, and let their browser be the resident of the chat from now on."""
    office, account = _at(request)
    request.app[pace.PACE].check(pace.OF_ADDRESS, pace.address_of(request))
    code, state = request.query.get("code", ""), request.query.get("state", "")
    expected = request.cookies.get(STATE_COOKIE, "")
    if not code or not expected or not _is_same(state, expected):
        raise InvalidInput("这个链接已经用过或过期了", "请回到公众号，从菜单重新打开")
    try:
        known = await office.client.openid_of(account, code)
    except WechatFault as refused:
        raise _unrecognised(refused) from refused
    visitor = visitors.stranger()
    # A snapshot is WeChat's preview for whoever has not agreed yet: its openid is nobody's, so nothing is linked.
    if not known.is_snapshot:
        await asyncio.to_thread(
            page_links.link, office.desk, account.channel, known.openid, account.community_id, visitor.channel_user
        )
    response = web.HTTPSeeOther("/")
    visitors.remember(request, response, visitor)
    response.del_cookie(STATE_COOKIE, path=f"/wechat/{account.id}")
    return response


async def sign_page(request: web.Request) -> web.Response:
    """Sign the address of a page of ours, so that it may ask the phone for a position or a picture."""
    office, account = _at(request)
    request.app[pace.PACE].check(pace.OF_ADDRESS, pace.address_of(request))
    visitors.required(request)
    url = request.query.get("url", "").partition("#")[0]
    if not _is_ours(url, account, request):
        raise InvalidInput("只能给本服务的页面签名")
    try:
        ticket = await office.client.page_ticket(account)
    except WechatFault as refused:
        raise Unavailable("微信没有给签名用的票据") from refused
    nonce, timestamp = secrets.token_hex(8), str(int(office.desk.clock().timestamp()))
    signed = {
        "appId": account.app_id,
        "timestamp": timestamp,
        "nonceStr": nonce,
        "signature": jssdk_signature(ticket, nonce, timestamp, url),
    }
    return web.json_response(signed)


def _at(request: web.Request) -> tuple[Office, Account]:
    office = request.app[OFFICE]
    account = office.accounts.get(request.match_info["account"])
    if account is None:
        raise NotFound("没有这个公众号")
    return office, account


def _unrecognised(refused: WechatFault) -> LinliError:
    """A spent code is the visitor's to renew; anything else is for the operator, who finds it in the log."""
    if refused.fault.handling is Handling.REFUSED:
        return InvalidInput("微信没有认出您", "请回到公众号，从菜单重新打开")
    return Unavailable("微信现在认不出来访的人")


def _is_same(state: str, expected: str) -> bool:
    """Cookies may hold bytes that are no text."""
    return secrets.compare_digest(state.encode(errors="surrogatepass"), expected.encode(errors="surrogatepass"))


def _is_ours(url: str, account: Account, request: web.Request) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    own = urlsplit(account.address).netloc if account.address else request.host
    return parts.scheme in {"http", "https"} and parts.netloc == own
