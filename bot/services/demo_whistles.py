"""The whistles of the demo street, played step by step through the same doors as all others."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.zone import SHANGHAI
from bot.errors import NotFound
from bot.services.desk import Desk
from bot.services.whistles import answering, blowing
from bot.services.whistles.answering import FourFacts, Key, Presence
from bot.services.whistles.blowing import Draft, Order
from bot.services.whistles.finding import call_of, live_whistle
from bot.store.files.demo_whistles import DemoWhistle, DemoWhistleStep, WhistleAct
from bot.store.tables import CalledOut, GridEvent, Staff

Answering = Callable[[Session, Desk, Staff, Key, DemoWhistleStep], CalledOut]


def take_step(session: Session, desk: Desk, event: GridEvent, whistle: DemoWhistle, step: DemoWhistleStep) -> None:
    """Do it at the desk's moment; raises NotFound where there is no such whistle, and what the services raise."""
    staff = session.scalars(select(Staff).where(Staff.username == step.username)).one()
    if step.act is WhistleAct.PROPOSE:
        blowing.ask(session, desk, staff, Draft(event.number, whistle.kind, whistle.matter, step.note))
        return
    known = live_whistle(session, event.id, whistle.kind)
    if known is None:
        raise NotFound(f"「{event.title}」没有{whistle.kind.value}", "规则没有建议吹哨的，第一步要写 propose")
    if step.party_id is None:
        blowing.blow(session, desk, staff, known.number, Order(step.called, step.note), known.version)
        return
    key = Key(known.number, step.party_id, call_of(session, known, step.party_id).version)
    _ANSWERING[step.act](session, desk, staff, key, step)


def _sign_in(session: Session, desk: Desk, staff: Staff, key: Key, step: DemoWhistleStep) -> CalledOut:
    return answering.sign_in(session, desk, staff, key, Presence(step.place, step.person))


def _contact(session: Session, desk: Desk, staff: Staff, key: Key, step: DemoWhistleStep) -> CalledOut:
    return answering.contact(session, desk, staff, key, step.note)


def _arrive(session: Session, desk: Desk, staff: Staff, key: Key, step: DemoWhistleStep) -> CalledOut:
    return answering.arrive(session, desk, staff, key, Presence(step.place, step.person))


def _report(session: Session, desk: Desk, staff: Staff, key: Key, step: DemoWhistleStep) -> CalledOut:
    until = desk.clock().astimezone(SHANGHAI).date() + timedelta(days=step.until_in)
    return answering.report(session, desk, staff, key, FourFacts(None, step.person, step.note, until))


def _evaluate(session: Session, desk: Desk, staff: Staff, key: Key, step: DemoWhistleStep) -> CalledOut:
    return answering.evaluate(session, desk, staff, key, step.score, step.note)


_ANSWERING: Final[Mapping[WhistleAct, Answering]] = {
    WhistleAct.SIGN_IN: _sign_in,
    WhistleAct.CONTACT: _contact,
    WhistleAct.ARRIVE: _arrive,
    WhistleAct.REPORT: _report,
    WhistleAct.EVALUATE: _evaluate,
}
