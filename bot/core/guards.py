"""Who may do what with a grid event, and when: the rules that no page and no request gets around.

No level is skipped (`bot.core.deeds.PATHS`), only the holder handles, nobody verifies their own work, a matter is
returned at most twice, and a lower supervision card never replaces a higher one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.core.deeds import PATHS, Deed
from bot.core.grid_events import EventStatus, Supervision
from bot.core.staff import Permission, Role, can
from bot.errors import Conflict, NotAllowed

# Beijing 接诉即办 rules art. 14: units that disagree pass a matter on twice at most, then somebody above decides.
MOST_RETURNS: Final = 2


@dataclass(frozen=True)
class Doer:
    """A member of staff as far as the rules care; `party_id` is the unit they belong to."""

    id: int
    role: Role
    party_id: str | None


@dataclass(frozen=True)
class Extension:
    """A delay asked for in the present round; `is_granted` is None until somebody has decided."""

    asked_by: int
    is_granted: bool | None


@dataclass(frozen=True)
class Standing:
    """An event as far as the rules care.

    `handlers` are those who signed, handled or resolved it in this round, `handling_parties` their units.
    `return_by` is when the time to return it ends. `refusal_proposed_by` proposed not to take it on.
    """

    status: EventStatus
    lead_party_id: str | None
    handlers: frozenset[int] = frozenset()
    handling_parties: frozenset[str] = frozenset()
    verifier: int | None = None
    returns: int = 0
    is_designated: bool = False
    return_by: datetime | None = None
    due_resolve: datetime | None = None
    extension: Extension | None = None
    open_tasks: int = 0
    supervision: Supervision = Supervision.NONE
    refusal_proposed_by: int | None = None


def check(deed: Deed, doer: Doer, standing: Standing, now: datetime) -> None:
    """Raise NotAllowed (not this person) or Conflict (not now) unless the deed may be done."""
    path = PATHS[deed]
    if path.permission is None or not can(doer.role, path.permission):
        raise NotAllowed(f"{doer.role.plain}不能{deed.plain}")
    check_source(deed, standing.status)
    guard = _GUARDS.get(deed)
    if guard is not None:
        guard(doer, standing, now)


def check_source(deed: Deed, status: EventStatus) -> None:
    """Raise Conflict unless the deed begins in this status."""
    if status not in PATHS[deed].sources:
        raise Conflict(f"现在是「{status.plain}」，不能{deed.plain}", _INSTEAD.get(deed, "请刷新页面看最新状态"))


def may(deed: Deed, doer: Doer, standing: Standing, now: datetime) -> bool:
    """Whether `check` lets the deed pass."""
    try:
        check(deed, doer, standing, now)
    except (NotAllowed, Conflict):
        return False
    return True


def check_dispatch(doer: Doer, *, is_own_community: bool) -> None:
    """Communities dispatch to what is theirs; the street's parties are called by the street (属地管理、分级负责)."""
    if not is_own_community and not can(doer.role, Permission.EVENT_DESIGNATE):
        raise NotAllowed("街道的部门要由街道调度员来派", "请选本社区的单位，或请街道调度员派")


def check_supervision(wanted: Supervision, standing: Standing) -> None:
    """A card is never replaced by a lower one; whoever wants less lifts it first."""
    if wanted.rank <= standing.supervision.rank:
        raise Conflict(f"已经是{standing.supervision.plain}，只能往上加", "要放宽请先解除督办")


def _holds(doer: Doer, standing: Standing, _now: datetime) -> None:
    """The unit in charge handles; the community may write down for a unit that has no account (代办)."""
    if doer.role is Role.PARTY and doer.party_id != standing.lead_party_id:
        raise NotAllowed("这件事不在您单位手上")


def _returnable(doer: Doer, standing: Standing, now: datetime) -> None:
    _holds(doer, standing, now)
    if standing.is_designated:
        raise Conflict("这件事是街道指定承办的，不能退回", "有困难可以申请延期或请街道协调")
    if standing.returns >= MOST_RETURNS:
        raise Conflict(f"已经退回过{MOST_RETURNS}次，不能再退", "请街道指定承办单位")
    if standing.return_by is not None and now > standing.return_by:
        raise Conflict("已经过了退回的期限", "首接单位先办着，需要换单位请街道转办")


def _decided_by_another(doer: Doer, standing: Standing, _now: datetime) -> None:
    if standing.refusal_proposed_by is None:
        raise Conflict("还没有人建议不受理", "不受理要两个人定：先请一位同事写下建议，再由您来定")
    if doer.id == standing.refusal_proposed_by:
        raise NotAllowed("自己建议不受理的，要由别人来定", "请另一位主任，或者请街道来定")


def _dispatchable(_doer: Doer, standing: Standing, _now: datetime) -> None:
    if standing.returns >= MOST_RETURNS:
        raise Conflict(f"已经退回{MOST_RETURNS}次，不能再普通派单", "请街道指定承办单位")


def _before_due_and_once(doer: Doer, standing: Standing, now: datetime) -> None:
    _holds(doer, standing, now)
    if standing.extension is not None:
        raise Conflict("延期只能申请一次", "")
    if standing.due_resolve is not None and now >= standing.due_resolve:
        raise Conflict("已经到期，不能再申请延期", "延期要在到期之前申请")


def _decides_on_extension(doer: Doer, standing: Standing, _now: datetime) -> None:
    if standing.extension is None or standing.extension.is_granted is not None:
        raise Conflict("没有等着批的延期申请", "请刷新页面")
    if standing.extension.asked_by == doer.id:
        raise NotAllowed("自己申请的延期要由别人来批")


def _not_own_work(doer: Doer, standing: Standing, _now: datetime) -> None:
    if doer.id in standing.handlers or (doer.party_id and doer.party_id in standing.handling_parties):
        raise NotAllowed("自己办的事不能自己核查", "请换一位没有参与办理的人")


def _call_back_by_somebody_else(doer: Doer, standing: Standing, now: datetime) -> None:
    _not_own_work(doer, standing, now)
    if doer.id == standing.verifier:
        raise NotAllowed("核查过的人不能再做回访", "请换一位同事打电话")


def _resolvable(doer: Doer, standing: Standing, now: datetime) -> None:
    _holds(doer, standing, now)
    if standing.open_tasks:
        raise Conflict(f"还有{standing.open_tasks}家协办没办完", "等协办办好，或写明不用协办了")


def _supervised(_doer: Doer, standing: Standing, _now: datetime) -> None:
    if standing.supervision is Supervision.NONE:
        raise Conflict("现在没有督办", "请刷新页面")


def _no_higher_card(_doer: Doer, standing: Standing, _now: datetime) -> None:
    if standing.supervision is Supervision.RED:
        raise Conflict("已经是红牌督办，没有更高的了", "")


_INSTEAD: Final[Mapping[Deed, str]] = {
    Deed.WITHDRAW: "只有还没派出去的能撤回；已经派出去、居民又不要办了的，请承办单位按“中止办理”办完",
}
_GUARDS: Final[Mapping[Deed, Callable[[Doer, Standing, datetime], None]]] = {
    Deed.SIGN: _holds,
    Deed.START: _holds,
    Deed.RESOLVE: _resolvable,
    Deed.RETURN: _returnable,
    Deed.REFUSE: _decided_by_another,
    Deed.DISPATCH: _dispatchable,
    Deed.ASK_EXTENSION: _before_due_and_once,
    Deed.GRANT_EXTENSION: _decides_on_extension,
    Deed.DENY_EXTENSION: _decides_on_extension,
    Deed.VERIFY: _not_own_work,
    Deed.REJECT: _not_own_work,
    Deed.CLOSE: _not_own_work,
    Deed.CALL_BACK: _call_back_by_somebody_else,
    Deed.REOPEN: _not_own_work,
    Deed.SUPERVISE: _no_higher_card,
    Deed.LIFT: _supervised,
}
