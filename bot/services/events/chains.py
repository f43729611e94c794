"""Several deeds with one click; each is checked and logged as if done by itself, and no level is skipped."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy.orm import Session

from bot.core import guards
from bot.core.deeds import Deed
from bot.core.grid_events import Completion, EventStatus
from bot.core.staff import Permission, Role, can
from bot.core.urgency import Urgency
from bot.errors import Conflict, NotAllowed
from bot.services.cases import expect
from bot.services.desk import Desk
from bot.services.events.doing import do, event_for, let_system_do
from bot.services.events.standing import doer_of, standing_of
from bot.services.events.wishes import Wish
from bot.services.leads import FIRST_RECEIVER
from bot.store.queries.places import party_for
from bot.store.tables import GridEvent, Party, Staff

ON_THE_SPOT: Final = "网格员当场处理，系统自动受理"
MET: Final = "在现场当面跟居民说过了"
_TAKING_ON: Final[Mapping[EventStatus, tuple[Deed, ...]]] = {
    EventStatus.REPORTED: (Deed.TRIAGE, Deed.ACCEPT),
    EventStatus.TRIAGED: (Deed.ACCEPT,),
}
_UNTIL_DISPATCHED: Final[Mapping[EventStatus, tuple[Deed, ...]]] = {
    EventStatus.REPORTED: (Deed.TRIAGE, Deed.ACCEPT, Deed.DISPATCH),
    EventStatus.TRIAGED: (Deed.ACCEPT, Deed.DISPATCH),
    EventStatus.ACCEPTED: (Deed.DISPATCH,),
}


def take_on(session: Session, desk: Desk, wish: Wish, staff: Staff, *, dispatches: bool) -> GridEvent:
    """Check and accept what was reported, and if so wished give it to the unit that was proposed for it.

    The words of the wish go with accepting, where the resident reads them. Raises as `doing.do` does.
    """
    event = event_for(session, staff, wish.number)
    expect(event, wish.version)
    # From any other status accepting is refused, with the reason.
    for deed in _TAKING_ON.get(event.status, (Deed.ACCEPT,)):
        words = wish.words if deed is Deed.ACCEPT else ""
        do(session, desk, staff, Wish(event.number, deed, event.version, words))
    if dispatches:
        do(session, desk, staff, Wish(event.number, Deed.DISPATCH, event.version, party_id=event.lead_party_id))
    return event


def may_take_on(session: Session, desk: Desk, staff: Staff, event: GridEvent) -> bool:
    """Whether `take_on` saves this person a click here."""
    if event.status is not EventStatus.REPORTED or not can(staff.role, Permission.EVENT_ACCEPT):
        return False
    return guards.may(Deed.TRIAGE, doer_of(staff), standing_of(session, event), desk.clock())


def may_send_along(session: Session, staff: Staff, event: GridEvent) -> bool:
    """Whether this person may dispatch to the unit that was proposed."""
    party = session.get(Party, event.lead_party_id) if event.lead_party_id else None
    if party is None or party.disabled_at is not None or not can(staff.role, Permission.EVENT_DISPATCH):
        return False
    return party.community_id == event.community_id or can(staff.role, Permission.EVENT_DESIGNATE)


def settle_on_the_spot(session: Session, desk: Desk, wish: Wish, staff: Staff, *, has_met: bool) -> GridEvent:
    """What a grid worker puts right where they stand: the system takes it in, they sign, handle and resolve it.

    Somebody else verifies it. `has_met` says that they spoke with the resident there. Raises as `doing.do` does.
    """
    event = event_for(session, staff, wish.number)
    _check_spot(staff, event)
    expect(event, wish.version)
    committee = party_for(session, FIRST_RECEIVER, event.community_id)
    if committee is None:
        raise Conflict("这个社区还没有登记居委会", "请先按平常的办法上报")
    for deed in _UNTIL_DISPATCHED[event.status]:
        automatic = Wish(event.number, deed, event.version, ON_THE_SPOT, party_id=committee.id, is_told=False)
        let_system_do(session, desk, staff, event, automatic)
    do(session, desk, staff, Wish(event.number, Deed.SIGN, event.version))
    do(session, desk, staff, Wish(event.number, Deed.START, event.version, is_told=False))
    if has_met:
        do(session, desk, staff, Wish(event.number, Deed.CONTACT, event.version, MET))
    completion = wish.completion or Completion.SUBSTANTIVE
    done = Wish(event.number, Deed.RESOLVE, event.version, wish.words, completion=completion, pictures=wish.pictures)
    return do(session, desk, staff, done)


def may_settle_on_the_spot(staff: Staff, event: GridEvent) -> bool:
    """Whether `settle_on_the_spot` is open to this person here."""
    try:
        _check_spot(staff, event)
    except (NotAllowed, Conflict):
        return False
    return True


def _check_spot(staff: Staff, event: GridEvent) -> None:
    if staff.role is not Role.GRID_WORKER:
        raise NotAllowed(f"{staff.role.plain}不能就地解决", "这是网格员在现场用的")
    if event.status not in _UNTIL_DISPATCHED:
        raise Conflict(f"现在是「{event.status.plain}」，不能就地解决", "请刷新页面看最新状态")
    if event.urgency is Urgency.P0:
        raise Conflict("紧急的事不能就地了结", "请马上报社区值班的人")
