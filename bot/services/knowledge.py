"""Answering from a knowledge entry: the answer itself, what to bring, where and when, and how old it is."""

from typing import Final

from bot.core.bubbles import split
from bot.core.knowledge import Channel, KnowledgeItem, PlaceKey, Scope, ServicePlace, nearest
from bot.services.desk import Desk
from bot.services.knowledge_index import Found, KnowledgeIndex

__all__ = ["Found", "KnowledgeIndex", "answer_bubbles"]

MOST_OFFICES: Final = 2
REACH: Final = {Scope.CITY: "全市都", Scope.NATION: "跨省也"}
WAYS: Final = {Channel.HOME: "请人上门办", Channel.AGENT: "请人代办"}


def answer_bubbles(item: KnowledgeItem, desk: Desk, community_id: str | None) -> list[str]:
    """What a resident of the community is told, each bubble short enough; places are those nearest to them."""
    offices = _offices(item, desk, community_id)
    checked = f"{item.checked.year}年{item.checked.month}月{item.checked.day}日"
    say = desk.notices.say
    how = [
        *say("answer.materials", materials="、".join(item.materials)),
        *say("answer.where", where="，或者".join(_said(office) for office in offices)),
        *say("answer.hours", hours=item.hours or (offices[0].hours if offices else "")),
        *say("answer.reach", reach=_reach(item)),
        *say("answer.ways", ways="，也可以".join(WAYS[one] for one in item.channels if one in WAYS)),
    ]
    proof = [
        *say("answer.phone", phone=item.phone or (offices[0].phone if offices else "")),
        *say("answer.source", source=item.source, checked=checked),
    ]
    return [*item.answer, *split("".join(how)), *split("".join(proof))]


def _offices(item: KnowledgeItem, desk: Desk, community_id: str | None) -> list[ServicePlace]:
    community = community_id or desk.settings.default_community
    found = (nearest(key, desk.offices, community) for key in item.places)
    return [office for office in found if office is not None][:MOST_OFFICES]


def _said(office: ServicePlace) -> str:
    return office.address if office.key is PlaceKey.ONLINE else f"{office.name}（{office.address}）"


def _reach(item: KnowledgeItem) -> str:
    """Only where there is a counter to go to."""
    return REACH.get(item.scope, "") if Channel.COUNTER in item.channels and item.places else ""
