"""Whistles (吹哨报到): the life of one, who may blow which, and when the rules propose one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from bot.core import steps
from bot.core.catalogue import EMERGENCY_TOP
from bot.core.catalogue import Whistle as WhistleKind
from bot.core.staff import Permission, Role, can
from bot.core.urgency import Urgency
from bot.errors import Conflict, InvalidInput, NotAllowed

WORST_SCORE: Final = 1
BEST_SCORE: Final = 5
SEVERAL: Final = 2


class WhistleStatus(StrEnum):
    """How far a whistle is; `plain` is what staff read."""

    PROPOSED = "proposed"
    BLOWN = "blown"
    ANSWERED = "answered"
    EVALUATED = "evaluated"
    DECLINED = "declined"
    CALLED_OFF = "called_off"

    @property
    def plain(self) -> str:
        """The status in words."""
        return _PLAIN[self]

    @property
    def allowed(self) -> tuple["WhistleStatus", ...]:
        """The statuses that may follow, the usual one first."""
        return _MOVES[self]

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return bool(_MOVES[self])

    @property
    def is_blown(self) -> bool:
        """Whether departments have been called and are expected."""
        return self in (WhistleStatus.BLOWN, WhistleStatus.ANSWERED)

    def move(self, target: "WhistleStatus") -> "WhistleStatus":
        """Return `target`; raise Conflict if it may not follow."""
        return steps.moved(_MOVES, _PLAIN, self, target)


_S = WhistleStatus
_PLAIN: Mapping[WhistleStatus, str] = {
    _S.PROPOSED: "建议吹哨，等人决定",
    _S.BLOWN: "已吹哨，等部门报到",
    _S.ANSWERED: "部门都已回话，等评价",
    _S.EVALUATED: "已评价，结束",
    _S.DECLINED: "没有吹",
    _S.CALLED_OFF: "已撤哨",
}
_MOVES: Mapping[WhistleStatus, tuple[WhistleStatus, ...]] = {
    _S.PROPOSED: (_S.BLOWN, _S.DECLINED),
    _S.BLOWN: (_S.ANSWERED, _S.CALLED_OFF),
    _S.ANSWERED: (_S.EVALUATED, _S.CALLED_OFF),
    _S.EVALUATED: (),
    _S.DECLINED: (),
    _S.CALLED_OFF: (),
}
_STRENGTH: Final = (WhistleKind.DAILY, WhistleKind.TOUGH, WhistleKind.EMERGENCY)
BLOWN_BY: Final[Mapping[WhistleKind, Permission]] = {
    WhistleKind.DAILY: Permission.WHISTLE_BLOW_DAILY,
    WhistleKind.TOUGH: Permission.WHISTLE_BLOW_TOUGH,
    WhistleKind.EMERGENCY: Permission.WHISTLE_BLOW_EMERGENCY,
}
_BLOWER: Mapping[WhistleKind, str] = {
    WhistleKind.DAILY: "日常哨由街道调度员来吹",
    WhistleKind.TOUGH: "攻坚哨由街道领导来吹",
    WhistleKind.EMERGENCY: "应急哨由值班人员来吹",
}


def is_stronger(kind: WhistleKind, than: WhistleKind) -> bool:
    """Whether it calls louder: an emergency before a tough matter, that before a daily one."""
    return _STRENGTH.index(kind) > _STRENGTH.index(than)


def kinds_for(role: Role) -> tuple[WhistleKind, ...]:
    """The whistles somebody of this job may blow."""
    return tuple(kind for kind, permission in BLOWN_BY.items() if can(role, permission))


def check_blow(kind: WhistleKind, role: Role) -> None:
    """Raise NotAllowed unless this job may blow it."""
    if kind not in kinds_for(role):
        raise NotAllowed(_BLOWER[kind], "您可以先把建议报上去")


def needs_confirmation(kind: WhistleKind) -> bool:
    """Whether the street looks afterwards: any duty officer blows it, without asking first."""
    return kind is WhistleKind.EMERGENCY


def check_confirm(kind: WhistleKind, *, blown_by: int | None, confirmer: int) -> None:
    """Raise unless the whistle waits to be confirmed, by somebody else than who blew it."""
    if not needs_confirmation(kind):
        raise Conflict(f"{kind.value}不用事后确认", "只有应急哨要街道补一道确认")
    if blown_by == confirmer:
        raise NotAllowed("自己吹的哨要由别人来确认", "请街道另一位同事确认")


def check_evaluate(*, awaits_confirmation: bool) -> None:
    """Raise Conflict while the street has not yet said whether it stands behind the whistle at all."""
    if awaits_confirmation:
        raise Conflict("这一哨还没有经街道确认，现在不能评价", "先请街道另一位同事确认这一哨；不该吹的就撤哨")


def checked_score(score: int | None) -> int:
    """1 to 5; raises InvalidInput."""
    if score is None or not WORST_SCORE <= score <= BEST_SCORE:
        raise InvalidInput("请选一个分数", f"{WORST_SCORE}分最差，{BEST_SCORE}分最好")
    return score


@dataclass(frozen=True)
class Thresholds:
    """From how many on the rules propose a whistle; repetition is looked for `within` so much time."""

    repeats: int
    within: timedelta
    households: int
    returns: int


@dataclass(frozen=True)
class Matter:
    """An event as far as the rules of proposing care.

    `departments` are the street's and the district's units that already work on it, `late_party` the one among them
    that leads and whose time to resolve it is running and over. Only what a person `is_checked` is proposed for
    anything but danger.
    """

    urgency: Urgency
    top: str
    usual: WhistleKind
    is_checked: bool
    departments: tuple[str, ...] = ()
    returns: int = 0
    repeats: int = 1
    households: int = 1
    late_party: str | None = None


@dataclass(frozen=True)
class Proposal:
    """A whistle the rules ask for, and why, in words with the numbers."""

    kind: WhistleKind
    reasons: tuple[str, ...]


def propose(matter: Matter, thresholds: Thresholds) -> Proposal | None:
    """The strongest whistle there is a reason for: danger, then what one unit cannot do, then what comes back."""
    if reasons := _danger(matter):
        return Proposal(WhistleKind.EMERGENCY, reasons)
    if not matter.is_checked:
        return None
    if reasons := _tough(matter, thresholds):
        return Proposal(WhistleKind.TOUGH, reasons)
    if reasons := _daily(matter, thresholds):
        return Proposal(WhistleKind.DAILY, reasons)
    return None


def _danger(matter: Matter) -> tuple[str, ...]:
    return _said(
        (matter.urgency is Urgency.P0, "紧急程度是特急"),
        (matter.top == EMERGENCY_TOP, "属于突发应急一类"),
        (matter.usual is WhistleKind.EMERGENCY, "这类事按目录吹应急哨"),
    )


def _tough(matter: Matter, thresholds: Thresholds) -> tuple[str, ...]:
    count = len(matter.departments)
    return _said(
        (matter.usual is WhistleKind.TOUGH, "这类事按目录吹攻坚哨"),
        (count >= SEVERAL, f"要{count}个部门一起办：{'、'.join(matter.departments)}"),
        (matter.returns >= thresholds.returns, f"已经被退回{matter.returns}次，没有单位接得下来"),
    )


def _daily(matter: Matter, thresholds: Thresholds) -> tuple[str, ...]:
    return _said(
        (matter.repeats >= thresholds.repeats, f"{thresholds.within.days}天里同一个地方报了{matter.repeats}次"),
        (matter.households >= thresholds.households, f"有{matter.households}户反映"),
        (matter.late_party is not None, f"{matter.late_party}已经超时"),
    )


def _said(*rules: tuple[bool, str]) -> tuple[str, ...]:
    return tuple(words for holds, words in rules if holds)
