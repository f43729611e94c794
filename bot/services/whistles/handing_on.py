"""Whistles of an event that goes on as part of another: departments are still called, and about a matter that lives."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.core.whistles import WhistleStatus
from bot.services.desk import Desk
from bot.services.hub import CONSOLE, note
from bot.services.ledger import Actor
from bot.services.whistles import noting
from bot.services.whistles.finding import calls_of, live_whistle, whistles_of
from bot.store.tables import CalledOut, CaseClock, ClockSubject, GridEvent


def hand_on(session: Session, desk: Desk, double: GridEvent, goes_on: GridEvent, actor: Actor) -> None:
    """Let what is proposed or under way for the double go on with the other event, with a line in both logs.

    Where that has one of the kind already, a blown one stays and keeps running; one only asked for is not needed twice.
    """
    for whistle in whistles_of(session, double.id):
        if not whistle.status.is_open:
            continue
        there = live_whistle(session, goes_on.id, whistle.kind)
        if there is None:
            _move(session, desk, whistle, goes_on, actor)
        elif whistle.status is WhistleStatus.PROPOSED:
            because = f"并到{goes_on.number}，那边已经有{there.kind.value}{there.number}"
            whistle.status = whistle.status.move(WhistleStatus.DECLINED)
            whistle.ended_at, whistle.words = desk.clock(), because
            noting.in_event(session, desk, whistle, actor, f"不吹{whistle.kind.value}：{because}")
    note(session, CONSOLE)
    session.flush()


def _move(session: Session, desk: Desk, whistle: CalledOut, goes_on: GridEvent, actor: Actor) -> None:
    named = f"{whistle.kind.value}{whistle.number}"
    noting.in_event(session, desk, whistle, actor, f"{named}转到{goes_on.number}")
    whistle.event_id = goes_on.id
    session.flush()
    calls = [call.id for call in calls_of(session, whistle)]
    clocks = update(CaseClock).where(CaseClock.subject == ClockSubject.WHISTLE_CALL, CaseClock.subject_id.in_(calls))
    session.execute(clocks.values(event_id=goes_on.id))
    noting.in_event(session, desk, whistle, actor, f"接过并来的事的{named}（{whistle.status.plain}）")
