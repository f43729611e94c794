"""The interfaces for news outside the 48 hours: template messages and subscription notices."""

from typing import Final

from bot.channels.wechat.accounts import NoticeKind
from bot.channels.wechat.simulator.answers import OK, Answer
from bot.channels.wechat.simulator.asked import Asked, Tree, branch, optional, text
from bot.channels.wechat.simulator.codes import Rejected
from bot.channels.wechat.simulator.platform import Platform
from bot.channels.wechat.simulator.registered import Contact, Registered, SentNotice
from bot.channels.wechat.simulator.screen import Shown

_THING_CHARACTERS: Final = 20


def template(platform: Platform, asked: Asked) -> Answer:
    """A receipt tells later whether it arrived, by the number in the answer."""
    registered, contact = _addressed(platform, asked, NoticeKind.TEMPLATE)
    number = platform.next_message_id()
    _deliver(platform, registered, contact, _notice(asked, "url", number))
    return OK | {"msgid": number}


def subscription(platform: Platform, asked: Asked) -> Answer:
    """Every field that was approved has to be there and short enough."""
    registered, contact = _addressed(platform, asked, NoticeKind.SUBSCRIPTION)
    notice = _notice(asked, "page", None)
    if registered.account.notice is None or set(notice.fields) != set(registered.account.notice.fields):
        raise Rejected(47003)
    if any(name.startswith("thing") and len(value) > _THING_CHARACTERS for name, value in notice.fields.items()):
        raise Rejected(47003)
    _deliver(platform, registered, contact, notice)
    return OK


def _addressed(platform: Platform, asked: Asked, kind: NoticeKind) -> tuple[Registered, Contact]:
    registered = platform.by_token(asked.token)
    approved = registered.account.notice
    if not registered.account.has_customer_service:
        raise Rejected(48001)
    if approved is None or approved.kind is not kind or approved.template != text(asked.body, "template_id"):
        raise Rejected(40037)
    contact = registered.follower(text(asked.body, "touser"))
    if not contact.takes_notices:
        raise Rejected(43101)
    return registered, contact


def _notice(asked: Asked, page: str, number: int | None) -> SentNotice:
    body = asked.body
    fields = _fields(branch(body, "data"))
    return SentNotice(text(body, "touser"), text(body, "template_id"), fields, optional(body, page), number)


def _fields(data: Tree) -> dict[str, str]:
    return {name: text(branch(data, name), "value") for name in data}


def _deliver(platform: Platform, registered: Registered, contact: Contact, notice: SentNotice) -> None:
    registered.notices.append(notice)
    words = "\n".join(f"{name}: {value}" for name, value in notice.fields.items())
    links = (notice.url,) if notice.url else ()
    contact.screen.show(Shown("template", words, platform.clock(), "template", links=links))
