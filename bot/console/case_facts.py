"""What is known of a case, as names and words in the order a worker reads them."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from bot.core.visits import VisitStatus
from bot.services.desk import Desk
from bot.services.readings import leaf_name
from bot.store.tables import (
    AgendaItem,
    AgendaScope,
    Case,
    Community,
    Discovery,
    Grid,
    GridEvent,
    InPersonOrder,
    Recipient,
    Way,
)

Fact = tuple[str, str]
SCOPES: Final = {
    AgendaScope.UNIT: "一个单元",
    AgendaScope.BUILDING: "一栋楼",
    AgendaScope.ESTATE: "整个小区",
    AgendaScope.COMMUNITY: "整个社区",
}
RECIPIENTS: Final = {Recipient.SELF: "本人", Recipient.RELATIVE: "家人", Recipient.NEIGHBOR: "邻居"}
DISCOVERIES: Final = {
    Discovery.RESIDENT: "居民反映",
    Discovery.PATROL: "巡查发现",
    Discovery.SUPERIOR: "上级交办",
    Discovery.MEDIA: "媒体报道",
}
WAYS: Final = {Way.PHONE: "打电话", Way.VISIT: "上门"}


def facts(
    session: Session, desk: Desk, case: Case, contact: str, voices: int, *, is_least: bool = False
) -> Sequence[Fact]:
    """Pairs of a name and what is known; an empty second one means that it is not.

    `is_least` leaves out of an event what a unit need not know to put it right, and of an order what a volunteer
    need not know to go there.
    """
    community = session.get_one(Community, case.community_id).name
    grid = session.get(Grid, case.grid_id) if not isinstance(case, AgendaItem) and case.grid_id else None
    where = (("社区", community), ("网格", grid.name if grid else ""))
    if isinstance(case, GridEvent):
        least = _least_facts(desk, case)
        return (*least, *where) if is_least else (*least, *_event_facts(desk, case, contact, voices), *where)
    if isinstance(case, AgendaItem):
        return (*_item_facts(desk, case, contact, voices), *where)
    return (*_errand_facts(case, contact), *where) if is_least else (*_order_facts(desk, case, contact), *where)


def _least_facts(desk: Desk, event: GridEvent) -> Sequence[Fact]:
    return (
        ("地点", event.place_text),
        ("分类", f"{event.leaf} {leaf_name(desk.catalogue, event.leaf)}"),
        ("主办", event.lead_name),
        ("协办", "、".join(event.co_names)),
    )


def _event_facts(desk: Desk, event: GridEvent, contact: str, voices: int) -> Sequence[Fact]:
    others = [leaf_name(desk.catalogue, code) for code in event.leaf_top3 if code != event.leaf]
    is_read = event.inbox_id is not None
    return (
        ("机器人的把握", _trust(event.confidence, others) if is_read else ""),
        ("怎么发现的", DISCOVERIES[event.discovery]),
        ("这类事一般吹", event.whistle.value),
        ("联系人", contact or "没有留联系方式"),
        ("反映的人", f"{voices}人" if voices > 1 else ""),
    )


def _trust(confidence: float, others: Sequence[str]) -> str:
    return f"{confidence:.0%}" + (f"，也可能是{'、'.join(others)}" if others else "")


def _item_facts(desk: Desk, item: AgendaItem, contact: str, voices: int) -> Sequence[Fact]:
    category = desk.catalogue.agenda.get(item.catalogue_code)
    return (
        ("范围", f"{SCOPES[item.scope]}：{item.scope_text}"),
        ("目录", f"{item.catalogue_code} {category.name}" if category else item.catalogue_code),
        ("一般由谁定", category.body if category else ""),
        ("有关的事项", leaf_name(desk.catalogue, item.leaf)),
        ("附议", f"{voices}户"),
        ("提出人", contact or "没有留联系方式"),
    )


def _errand_facts(order: InPersonOrder, contact: str) -> Sequence[Fact]:
    """The code and the contact only once the volunteer has said that they go."""
    is_agreed = order.status in (VisitStatus.ACCEPTED, VisitStatus.ON_SITE)
    return (
        ("怎么服务", WAYS[order.way]),
        ("地点", order.place_text),
        ("方便的时间", order.preferred_time),
        ("给谁", RECIPIENTS[order.recipient]),
        ("上门码", order.visit_code if is_agreed else ""),
        ("联系人", (contact or "没有留联系方式") if is_agreed else ""),
    )


def _order_facts(desk: Desk, order: InPersonOrder, contact: str) -> Sequence[Fact]:
    return (
        ("怎么服务", WAYS[order.way]),
        ("地点", order.place_text),
        ("方便的时间", order.preferred_time),
        ("给谁", RECIPIENTS[order.recipient]),
        ("年龄", (order.age_band or "").replace("+", "岁以上")),
        ("派给", order.assignee_name),
        ("为什么派给他", order.assigned_because),
        ("备选", order.backup_name or ""),
        ("上门码", order.visit_code),
        ("有关的事项", leaf_name(desk.catalogue, order.leaf)),
        ("联系人", contact or "没有留联系方式"),
    )
