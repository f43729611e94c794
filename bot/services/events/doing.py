"""The one door through which staff do anything with a grid event."""

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from bot.core import guards
from bot.core.deeds import PATHS, Deed
from bot.core.grid_events import EventStatus, Solved
from bot.errors import InvalidInput, NotFound
from bot.services import case_photos, ledger, notices
from bot.services.cases import LONGEST_NOTE, case_for, expect, tell
from bot.services.desk import Desk
from bot.services.events import behalf, clocks, extensions, finishing, handling, speaking, steps, taking_in, watching
from bot.services.events.standing import doer_of, standing_of
from bot.services.events.wishes import Effect, Scene, Wish
from bot.services.whistles.proposing import propose_for
from bot.store.queries.audit import append_audit
from bot.store.tables import CaseKind, GridEvent, Staff

EFFECTS: Final[Mapping[Deed, Callable[[Scene], Effect]]] = {
    Deed.TRIAGE: taking_in.triage,
    Deed.PROPOSE_REFUSAL: taking_in.propose_refusal,
    Deed.REFUSE: taking_in.refuse,
    Deed.ACCEPT: taking_in.accept,
    Deed.DISPATCH: taking_in.dispatch,
    Deed.DESIGNATE: taking_in.designate,
    Deed.TRANSFER: taking_in.transfer,
    Deed.RETURN: taking_in.send_back,
    Deed.SIGN: handling.sign,
    Deed.CONTACT: handling.contact,
    Deed.START: handling.start,
    Deed.RESOLVE: handling.resolve,
    Deed.ADD_TASK: handling.add_task,
    Deed.SIGN_TASK: handling.sign_task,
    Deed.FINISH_TASK: handling.finish_task,
    Deed.DROP_TASK: handling.drop_task,
    Deed.ASK_EXTENSION: extensions.ask,
    Deed.GRANT_EXTENSION: extensions.grant,
    Deed.DENY_EXTENSION: extensions.deny,
    Deed.SUSPEND: finishing.suspend,
    Deed.REVIEW: finishing.review,
    Deed.RESUME: finishing.resume,
    Deed.VERIFY: finishing.verify,
    Deed.REJECT: finishing.reject,
    Deed.CLOSE: finishing.close,
    Deed.CALL_BACK: finishing.call_back,
    Deed.REOPEN: finishing.reopen,
    Deed.URGE: watching.urge,
    Deed.SUPERVISE: watching.supervise,
    Deed.LIFT: watching.lift,
    Deed.NOTE: watching.note_down,
    Deed.WITHDRAW: watching.withdraw,
}
"""What staff may wish; correcting and merging take other things along: `bot.services.events.correcting`, `.merging`."""
# After these the due times may be others than before, and the log says which.
_MOVES_TIME: Final = frozenset(
    {Deed.DISPATCH, Deed.DESIGNATE, Deed.TRANSFER, Deed.GRANT_EXTENSION, Deed.RESUME, Deed.REJECT, Deed.REOPEN}
)


def do(session: Session, desk: Desk, staff: Staff, wish: Wish) -> GridEvent:
    """Do it, write it down, move the clocks and tell the residents whom it concerns.

    Raises NotFound (no such event for this person), NotAllowed, Conflict (not now, or somebody was quicker),
    InvalidInput (something it needs is missing).
    """
    event = event_for(session, staff, wish.number)
    if wish.deed not in EFFECTS:
        raise InvalidInput("没有这个操作", "请刷新页面再试")
    guards.check(wish.deed, doer_of(staff), standing_of(session, event), desk.clock())
    expect(event, wish.version)
    _check_words(wish)
    _check_behalf(session, staff, event, wish)
    _carry_out(Scene(session, desk, staff, event, wish, desk.clock()))
    if wish.deed is Deed.CALL_BACK and wish.is_reached and wish.solved is Solved.NO:
        again = Wish(wish.number, Deed.REOPEN, event.version, wish.words, is_told=wish.is_told)
        _carry_out(Scene(session, desk, staff, event, again, desk.clock()))
    return event


def let_system_do(session: Session, desk: Desk, staff: Staff, event: GridEvent, wish: Wish) -> None:
    """Do what follows by itself from what somebody does, in the name of the system.

    No level is skipped: raises Conflict where the deed does not begin in the event's status.
    """
    guards.check_source(wish.deed, event.status)
    _carry_out(Scene(session, desk, staff, event, wish, desk.clock(), is_by_system=True))


def possible(session: Session, desk: Desk, staff: Staff, event: GridEvent) -> tuple[Deed, ...]:
    """What this person may do with the event now, in the order of the catalogue of deeds."""
    doer, standing, now = doer_of(staff), standing_of(session, event), desk.clock()
    return tuple(deed for deed in EFFECTS if guards.may(deed, doer, standing, now))


def event_for(session: Session, staff: Staff, number: str) -> GridEvent:
    """The event, if it exists for this person; raises NotFound, NotAllowed."""
    case = case_for(session, staff, CaseKind.GRID_EVENT, number)
    if not isinstance(case, GridEvent):
        raise NotFound(f"没有编号为 {number} 的事件")
    return case


def carry_on(session: Session, desk: Desk, event: GridEvent, deed: Deed, target: EventStatus | None) -> EventStatus:
    """Move the event on and its clocks with it; returns the status it came from."""
    before = event.status
    speaking.say_missed(session, desk, event)
    if target is not None:
        event.status = before.move(target)
    # The version rises with every deed, also where only the log grows: a form is good for one deed.
    flag_modified(event, "updated_at")
    session.flush()
    clocks.follow(session, desk, event, deed, before, desk.clock())
    return before


def _carry_out(scene: Scene) -> None:
    session, desk, event, wish = scene.session, scene.desk, scene.event, scene.wish
    speaking.say_missed(session, desk, event)
    # The unit in charge as it is before the deed: returning gives the matter to another.
    for_unit = _behalf(scene)
    effect = EFFECTS[wish.deed](scene)
    before = carry_on(session, desk, event, wish.deed, PATHS[wish.deed].target)
    facts = {**effect.facts, **(steps.dues(event) if wish.deed in _MOVES_TIME else {}), **for_unit}
    words = wish.words if effect.words is None else effect.words
    actor = ledger.SYSTEM if scene.is_by_system else ledger.worker(scene.staff)
    step = steps.log(session, desk, event, actor, wish.deed, words.strip(), before, facts, effect.party_id)
    case_photos.keep(session, desk, step, scene.staff, wish.pictures)
    detail = f"{wish.deed.value}:{before.value}->{event.status.value}"
    append_audit(session, scene.now, scene.staff.id, "grid_event:move", event.number, detail)
    propose_for(session, desk, event)
    if effect.news is not None and wish.is_told:
        tell(session, desk, event, _notice(event, effect.news), wish.words)


def _notice(event: GridEvent, news: str) -> str:
    """What did not end as the resident wished is not told as if it had (程序性办结、中止办理)."""
    told = f"event.moved.{news}"
    if news in notices.ENDINGS and event.completion in notices.UNSOLVED:
        return f"{told}.{event.completion.value}"
    return told


def _check_behalf(session: Session, staff: Staff, event: GridEvent, wish: Wish) -> None:
    """Whoever signs for a unit says how the unit was reached: else all believe that somebody is coming."""
    if wish.deed is Deed.SIGN and not wish.words.strip() and (unit := behalf.unit_acted_for(session, staff, event)):
        raise InvalidInput(f"您在替{unit}签收，请写明跟谁说好的", "先打电话，他们答应来了再签收")


def _behalf(scene: Scene) -> dict[str, object]:
    if scene.is_by_system or scene.wish.deed not in behalf.UNITS_OWN:
        return {}
    unit = behalf.unit_acted_for(scene.session, scene.staff, scene.event)
    return {behalf.BEHALF: unit} if unit else {}


def _check_words(wish: Wish) -> None:
    if PATHS[wish.deed].needs_words and not wish.words.strip():
        raise InvalidInput("请写明原因或情况", "办理记录里会留下这段话")
    if len(wish.words) > LONGEST_NOTE:
        raise InvalidInput(f"说明不能超过{LONGEST_NOTE}个字")
