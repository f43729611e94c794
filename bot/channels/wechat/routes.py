"""The callback address of each account: verify, store, answer in time or acknowledge."""

import asyncio
import logging
from contextlib import suppress
from typing import Final

from aiohttp import web

from bot.channels import TALK
from bot.channels.wechat import happenings, protocol
from bot.channels.wechat.accounts import Account
from bot.channels.wechat.answers import InTime
from bot.channels.wechat.arrivals import is_happening, parcel_of, said_in
from bot.channels.wechat.bodies import BODY_LIMIT
from bot.channels.wechat.office import OFFICE, Office
from bot.channels.wechat.protocol import Delivery
from bot.channels.wechat.refusals import Reason, Refused
from bot.channels.wechat.replies import TextReply
from bot.errors import LinliError
from bot.services.reception import Taken, take_event
from bot.web import given

LOG: Final = logging.getLogger(__name__)
# With more conversations than this being answered, the answer comes later by customer service: the platform is
# acknowledged at once, and nobody's phone shows a fault.
MOST_WAITED_FOR: Final = 4
TYPING_AFTER_SECONDS: Final = 0.5
# A kindness for the few that wait; a crowd is answered the sooner without it.
MOST_TYPING: Final = 8
# The platform itself hangs up after five.
BODY_SECONDS: Final = 5.0
TYPING: Final[web.AppKey[set[asyncio.Task[None]]]] = web.AppKey("wechat_typing")


async def verify(request: web.Request) -> web.Response:
    """Answer the platform's first question: whether this address knows the token."""
    office = request.app[OFFICE]
    try:
        account = _account(request, office)
        echo = protocol.verify_url(account.keys, request.query, office.desk.clock())
    except Refused as refusal:
        return _refuse(request, office, refusal.reason)
    return web.Response(text=echo)


async def receive(request: web.Request) -> web.StreamResponse:
    """Take in a message or an event; the response is the answer, or says that it will come."""
    office, talk = request.app[OFFICE], request.app[TALK]
    arrived = asyncio.get_running_loop().time()
    try:
        account = _account(request, office)
        body = await _body(request)
        # Not before all of it is there: whoever sends slowly would hold up everybody's turns.
        with talk.gate.taking_in():
            delivery = protocol.open_delivery(account.keys, request.query, body, office.desk.clock())
            taken = await _take(request, office, account, delivery)
    except Refused as refusal:
        return _refuse(request, office, refusal.reason)
    if taken.reply is not None:
        return _response(account, delivery, taken.reply, office)
    if taken.inbox_id is None or taken.conversation_id is None:
        return _response(account, delivery, None, office)
    answer = await _in_time(request, account, taken.inbox_id, taken.conversation_id, arrived)
    if answer is None:
        return _not_yet(request, account, delivery, taken.inbox_id)
    with office.answers.going_out(taken.inbox_id, taken.conversation_id):
        return await _written(request, office, _response(account, delivery, answer.text, office), answer)


def _account(request: web.Request, office: Office) -> Account:
    account = office.accounts.get(request.match_info["account"])
    if account is None:
        raise Refused(Reason.ACCOUNT)
    return account


async def _body(request: web.Request) -> bytes:
    if given.is_packed(request):
        raise Refused(Reason.BODY)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > BODY_LIMIT:
                    raise Refused(Reason.SIZE)
    # It stops half-way.
    except (TimeoutError, ConnectionResetError, web.RequestPayloadError) as error:
        raise Refused(Reason.BODY) from error
    return bytes(body)


async def _take(request: web.Request, office: Office, account: Account, delivery: Delivery) -> Taken:
    desk, received = office.desk, delivery.received
    said = said_in(received, office.menu)
    parcel = parcel_of(account, delivery, said, desk.clock())
    if said is None:
        effect = happenings.effect_of(desk, account, received)
        if effect is None and is_happening(received):
            effect = happenings.nothing
        taken = await asyncio.to_thread(take_event, desk, parcel, effect or happenings.unreadable(desk))
    else:
        taken = await office.reception.take(parcel)
    if taken.is_other_body:
        raise Refused(Reason.REPLAY)
    if taken.is_new and taken.inbox_id is not None and said is not None:
        request.app[TALK].submit(taken.inbox_id, taken.conversation_id)
    return taken


async def _in_time(
    request: web.Request, account: Account, inbox_id: int, conversation_id: int, arrived: float
) -> InTime | None:
    answers, talk = request.app[OFFICE].answers, request.app[TALK]
    if talk.outstanding > MOST_WAITED_FOR and account.has_customer_service:
        return None
    left = answers.patience - (asyncio.get_running_loop().time() - arrived)
    if left <= 0:
        return None
    return await answers.in_time(inbox_id, conversation_id, left)


async def _written(request: web.Request, office: Office, response: web.Response, answer: InTime) -> web.StreamResponse:
    """Settle the answer by whether it went out; what is written after the platform hung up never arrived."""
    try:
        await response.prepare(request)
        await response.write_eof()
    except ConnectionResetError:
        await office.answers.not_written(answer)
    else:
        await office.answers.written(answer)
    return response


def _not_yet(request: web.Request, account: Account, delivery: Delivery, inbox_id: int) -> web.Response:
    """Acknowledge; the answer follows by customer service, or, where there is none, when the resident asks again."""
    office = request.app[OFFICE]
    if not account.has_customer_service:
        return _response(account, delivery, "\n".join(office.desk.notices.say("wechat.later")), office)
    if len(request.app[TYPING]) >= MOST_TYPING:
        return _response(account, delivery, None, office)
    task = asyncio.create_task(_type_soon(office, account, delivery.received.from_user, inbox_id))
    request.app[TYPING].add(task)
    task.add_done_callback(request.app[TYPING].discard)
    return _response(account, delivery, None, office)


async def _type_soon(office: Office, account: Account, openid: str, inbox_id: int) -> None:
    """Not in the moment in which others are waiting to be taken in, and not after the answer."""
    await asyncio.sleep(TYPING_AFTER_SECONDS)
    with suppress(LinliError):
        if not await office.answers.is_known(inbox_id):
            await office.client.typing(account, openid)


def _response(account: Account, delivery: Delivery, text: str | None, office: Office) -> web.Response:
    reply = TextReply(text) if text else None
    body = protocol.seal_reply(account.keys, delivery, reply, office.desk.clock())
    kind = "text/plain" if reply is None else "application/json" if delivery.is_json else "text/xml"
    return web.Response(body=body, content_type=kind, charset="utf-8")


def _refuse(request: web.Request, office: Office, reason: Reason) -> web.Response:
    """The same for every reason: whoever tries learns nothing."""
    account = request.match_info["account"] if request.match_info["account"] in office.accounts else ""
    office.refusals[account, reason] += 1
    times = office.refusals[account, reason]
    # The 1st, 10th, 100th …: an operator sees it, and nobody can fill the log.
    if str(times).strip("0") == "1":
        LOG.warning("refused %d deliveries to account %r: %s", times, account, reason.value)
    return web.Response(status=403, text="")
