"""What the console may say of a leaf of the catalogue, as it is stored, and the leaf it makes of the file's."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from bot.core import plain_data
from bot.core.bubbles import LONGEST
from bot.core.catalogue import Leaf, LimitUnit, TimeLimit, Whistle
from bot.core.urgency import Urgency
from bot.errors import InvalidInput

LONGEST_NAME, LONGEST_PLAIN, LONGEST_STANDARD, LONGEST_BASIS = 20, 20, 60, 100
MOST: Final = 999


def content_of(leaf: Leaf) -> dict[str, object]:
    """All that may be set, in plain values."""
    return {
        "name": leaf.name,
        "plain": leaf.plain,
        "urgency": leaf.urgency.value,
        "lead": leaf.lead,
        "lead_in_estate": leaf.lead_in_estate,
        "co": list(leaf.co),
        "whistle": leaf.whistle.value,
        "respond": _limit_content(leaf.respond),
        "resolve": _limit_content(leaf.resolve),
        "safety": leaf.safety,
        "standard_text": leaf.standard_text,
        "basis": leaf.basis,
    }


def leaf_with(leaf: Leaf, content: Mapping[str, object], kinds: Collection[str]) -> Leaf:
    """The leaf as the content says it, parts it does not name as they are; raises InvalidInput for what cannot be."""
    said = {**content_of(leaf), **content}
    return replace(
        leaf,
        name=_text(said["name"], "名称", LONGEST_NAME),
        plain=_text(said["plain"], "居民看到的说法", LONGEST_PLAIN),
        urgency=_urgency(said["urgency"]),
        lead=_kind(said["lead"], kinds),
        lead_in_estate=_kind(said["lead_in_estate"], kinds) if said["lead_in_estate"] else None,
        co=tuple(_kind(kind, kinds) for kind in plain_data.items(said["co"], "协办单位")),
        whistle=_whistle(said["whistle"]),
        respond=_limit(said["respond"], "联系居民的时限"),
        resolve=_limit(said["resolve"], "办好的时限"),
        safety=_text(said["safety"], "安全提示", LONGEST) if said["safety"] else None,
        standard_text=_text(said["standard_text"], "时限的说明", LONGEST_STANDARD),
        basis=_text(said["basis"], "依据", LONGEST_BASIS) if said["basis"] else "",
    )


def _text(value: object, name: str, longest: int) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InvalidInput(f"{name}不能空着")
    if len(value.strip()) > longest:
        raise InvalidInput(f"{name}最多{longest}个字", f"现在是{len(value.strip())}个字")
    if not value.strip().isprintable():
        raise InvalidInput(f"{name}要写在一行里")
    return value.strip()


def _kind(value: object, kinds: Collection[str]) -> str:
    if not isinstance(value, str) or value not in kinds:
        raise InvalidInput("没有这类单位", "请从列表里选")
    return value


def _urgency(value: object) -> Urgency:
    try:
        return Urgency(str(value))
    except ValueError:
        raise InvalidInput("没有这个紧急程度", "请从列表里选") from None


def _whistle(value: object) -> Whistle:
    try:
        return Whistle(str(value))
    except ValueError:
        raise InvalidInput("没有这种哨", "请从列表里选") from None


def _limit(value: object, name: str) -> TimeLimit:
    said = plain_data.mapping(value, name)
    amount, unit = said.get("amount"), said.get("unit")
    if isinstance(amount, bool) or not isinstance(amount, int) or not 1 <= amount <= MOST:
        raise InvalidInput(f"{name}应该是1到{MOST}的整数")
    if unit not in set(LimitUnit):
        raise InvalidInput(f"{name}的单位不对", "请从列表里选")
    return TimeLimit(amount, LimitUnit(str(unit)))


def _limit_content(limit: TimeLimit) -> dict[str, object]:
    return {"amount": limit.amount, "unit": limit.unit.value}
