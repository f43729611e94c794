"""Moving from one status to the next, and refusing what is not on the map."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from bot.errors import Conflict

Status = TypeVar("Status", bound=StrEnum)
Moves = Mapping[Status, tuple[Status, ...]]


def moved(moves: Moves[Status], plain: Mapping[Status, str], current: Status, target: Status) -> Status:
    """Return `target`, or raise Conflict with the plain words of both statuses."""
    if target not in moves[current]:
        raise Conflict(f"现在是「{plain[current]}」，不能改成「{plain[target]}」", "请刷新页面看最新状态")
    return target
