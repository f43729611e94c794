"""More time for the unit in charge (延期): asked for once, decided by somebody else, void with what it was for."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.catalogue import TimeLimit
from bot.core.deeds import Deed
from bot.errors import Conflict, InvalidInput
from bot.services import ledger
from bot.services.desk import Desk
from bot.services.events import clocks, steps
from bot.services.events.wishes import Effect, Scene
from bot.store.tables import CaseKind, CaseStep, EventExtension, GridEvent

LAPSED: Final = "还没批的延期申请作废"


def ask(scene: Scene) -> Effect:
    """Ask for more time before it is due, at most as much as the rules give of the limit that runs, in its unit."""
    limit = clocks.running_limit(scene.session, scene.desk, scene.event)
    amount, longest = scene.wish.amount, scene.desk.handling.longest_extension(limit)
    if amount is None or not 1 <= amount <= longest:
        raise InvalidInput(f"延期最多{longest}{limit.unit.value}", f"请填1到{longest}之间的数")
    scene.session.add(
        EventExtension(
            event_id=scene.event.id,
            round=scene.event.round,
            amount=amount,
            unit=limit.unit,
            reason=scene.wish.words,
            asked_by=scene.staff.id,
            asked_at=scene.now,
        )
    )
    return Effect(words=f"申请延期{amount}{limit.unit.value}：{scene.wish.words}")


def grant(scene: Scene) -> Effect:
    """Give the time that was asked for; the resident is told (Beijing 接诉即办 rules art. 15)."""
    asked = _asked(scene)
    if not _fits(scene, asked):
        limit = clocks.running_limit(scene.session, scene.desk, scene.event)
        raise Conflict(
            f"办理期限已经改成{limit}，原来申请的延期{TimeLimit(asked.amount, asked.unit)}对不上了",
            "请选“不同意延期”，承办单位可以按新的期限重新申请",
        )
    _decide(scene, asked, is_granted=True)
    clocks.extend(scene.session, scene.desk, scene.event, asked.amount, asked.unit)
    return Effect(words=f"同意延期{asked.amount}{asked.unit.value}。{scene.wish.words}", news="extended")


def deny(scene: Scene) -> Effect:
    """The limit stays; what fitted a limit that was corrected since may be asked for anew."""
    asked = _asked(scene)
    if _fits(scene, asked):
        _decide(scene, asked, is_granted=False)
    else:
        scene.session.delete(asked)
    return Effect()


def lapse(session: Session, desk: Desk, event: GridEvent) -> None:
    """Nobody decides any more on what was asked for an attempt that is over; for the next one it is asked anew."""
    asked = session.get(EventExtension, (event.id, event.round))
    if asked is None or asked.is_granted is not None:
        return
    session.delete(asked)
    session.flush()
    steps.log(session, desk, event, ledger.SYSTEM, Deed.NOTE, f"{LAPSED}：{asked.amount}{asked.unit.value}")


def forget_denied(session: Session, event: GridEvent, party_id: str) -> None:
    """A unit that has just been given the matter may ask once, whatever another one was denied."""
    asked = session.get(EventExtension, (event.id, event.round))
    if asked is not None and asked.is_granted is False and _asked_for(session, event) != party_id:
        session.delete(asked)
        session.flush()


def _asked(scene: Scene) -> EventExtension:
    return scene.session.get_one(EventExtension, (scene.event.id, scene.event.round))


def _fits(scene: Scene, asked: EventExtension) -> bool:
    limit = clocks.running_limit(scene.session, scene.desk, scene.event)
    return asked.unit is limit.unit and asked.amount <= scene.desk.handling.longest_extension(limit)


def _decide(scene: Scene, asked: EventExtension, *, is_granted: bool) -> None:
    asked.is_granted, asked.words = is_granted, scene.wish.words
    asked.decided_by, asked.decided_at = scene.staff.id, scene.now


def _asked_for(session: Session, event: GridEvent) -> str | None:
    """The unit that asked last; whoever writes it down, the log names the unit in charge."""
    query = select(CaseStep.party_id).where(
        CaseStep.case_kind == CaseKind.GRID_EVENT, CaseStep.case_id == event.id, CaseStep.deed == Deed.ASK_EXTENSION
    )
    return session.scalar(query.order_by(CaseStep.id.desc()).limit(1))
