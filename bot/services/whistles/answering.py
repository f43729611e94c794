"""Reporting to a whistle (报到): a department signs in, speaks with the street, arrives, and says what it will do.

It does so with its own account; the street, or whoever blew the whistle and stands at the place, may write down what
they were told by phone or saw.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.staff import Permission, can
from bot.core.whistles import WhistleStatus, check_evaluate, checked_score
from bot.core.zone import SHANGHAI
from bot.errors import Conflict, InvalidInput, NotAllowed
from bot.services.desk import Desk
from bot.services.events import clocks, steps
from bot.services.whistles import blowing, noting
from bot.services.whistles.finding import CALL_CLOCKS, call_of, calls_of, clocks_of, expect, whistle_for
from bot.services.whistles.noting import STATED, Act
from bot.store.tables import CalledOut, ClockKind, ClockSubject, Staff, WhistleCall

LONGEST_PLACE: Final = 200
LONGEST_PERSON: Final = 64
LONGEST_PLAN: Final = timedelta(days=366)
_DONE: Final = {Act.SIGN_IN: "签到", Act.CONTACT: "和街道联系", Act.ARRIVE: "到场报到", Act.REPORT: "写明解决措施"}


@dataclass(frozen=True)
class Key:
    """Which call, and the version of it that was seen."""

    number: str
    party_id: str
    version: int


@dataclass(frozen=True)
class Presence:
    """Where somebody is, who it is, and when; a department's own account always says so at this moment."""

    place: str
    person: str
    at: datetime | None = None


@dataclass(frozen=True)
class FourFacts:
    """受理时间、与谁沟通、解决措施、解决时限: what a department answers; None means when it signed in."""

    took_on_at: datetime | None
    spoke_with: str
    measures: str
    until: date | None


@dataclass(frozen=True)
class Answer:
    """One call somebody answers for, at one moment."""

    session: Session
    desk: Desk
    staff: Staff
    whistle: CalledOut
    call: WhistleCall

    @property
    def is_own(self) -> bool:
        """Whether the department speaks for itself."""
        return self.staff.party_id == self.call.party_id


def sign_in(session: Session, desk: Desk, staff: Staff, key: Key, presence: Presence) -> CalledOut:
    """The department has heard the whistle. Raises NotFound, NotAllowed, Conflict, InvalidInput."""
    answer = _answer(session, desk, staff, key)
    if answer.call.signed_at is not None:
        raise Conflict(f"{answer.call.party_name}已经签到过了", "请刷新页面看最新情况")
    call, at = answer.call, _moment(answer, presence.at)
    call.signed_place, call.signed_by = _presence(presence)
    call.signed_at = at
    return _done(answer, Act.SIGN_IN, at, ClockKind.SIGN_IN)


def contact(session: Session, desk: Desk, staff: Staff, key: Key, words: str) -> CalledOut:
    """The department has spoken with the street for the first time. Raises as `sign_in`."""
    answer = _signed(session, desk, staff, key)
    if answer.call.contacted_at is not None:
        raise Conflict(f"{answer.call.party_name}已经和街道联系过了", "请刷新页面看最新情况")
    answer.call.contact_words = noting.written(words, "和谁联系、说了什么")
    answer.call.contacted_at = desk.clock()
    return _done(answer, Act.CONTACT, desk.clock(), ClockKind.CONTACT)


def arrive(session: Session, desk: Desk, staff: Staff, key: Key, presence: Presence) -> CalledOut:
    """The department is there in person, which is a contact as well. Raises as `sign_in`."""
    answer = _signed(session, desk, staff, key)
    call, at = answer.call, _moment(answer, presence.at)
    if call.arrived_at is not None:
        raise Conflict(f"{call.party_name}已经报到过了", "请刷新页面看最新情况")
    if call.signed_at is not None and at < call.signed_at:
        raise InvalidInput("报到的时间不能比签到还早", "请核对时间")
    call.arrived_place, call.arrived_by = _presence(presence)
    call.arrived_at = at
    ended = [ClockKind.ARRIVE]
    if call.contacted_at is None:
        call.contacted_at, call.contact_words = at, "到了现场，当面联系"
        ended.append(ClockKind.CONTACT)
    return _done(answer, Act.ARRIVE, at, *ended)


def report(session: Session, desk: Desk, staff: Staff, key: Key, facts: FourFacts) -> CalledOut:
    """The department says the four facts; once all have, the whistle is answered. Raises as `sign_in`."""
    answer = _signed(session, desk, staff, key)
    call = answer.call
    if call.arrived_at is None:
        raise Conflict(f"{call.party_name}还没有报到", "请先报到，再写解决措施")
    if call.reported_at is not None:
        raise Conflict(f"{call.party_name}已经写过解决措施了", "请刷新页面看最新情况")
    call.took_on_at = _moment(answer, facts.took_on_at or call.signed_at, may_choose=True)
    call.spoke_with = noting.written(facts.spoke_with, "与谁沟通", longest=LONGEST_PLACE)
    call.measures = noting.written(facts.measures, "解决措施")
    call.until = _until(desk, facts.until)
    call.reported_at = desk.clock()
    _done(answer, Act.REPORT, desk.clock())
    said = f"{call.party_name}：{call.measures}，{facts.until:%m月%d日}前办好"
    noting.in_event(session, desk, answer.whistle, noting.actor(staff), said, call.party_id)
    _move_on(session, answer.whistle)
    return answer.whistle


def evaluate(session: Session, desk: Desk, staff: Staff, key: Key, score: int | None, words: str) -> CalledOut:
    """The street judges how a department answered; once all are judged, the whistle is over.

    A department that has not reported is judged only after its time to come has passed, and nobody is judged on an
    emergency whistle the street has not confirmed. Raises as `sign_in`.
    """
    whistle = whistle_for(session, staff, key.number)
    call = call_of(session, whistle, key.party_id)
    if not can(staff.role, Permission.WHISTLE_EVALUATE) or staff.party_id == call.party_id:
        raise NotAllowed("报到情况由街道来评价", "被叫的部门不能评价自己")
    _check_open(whistle, call, key.version)
    check_evaluate(awaits_confirmation=blowing.awaits_confirmation(whistle))
    if call.reported_at is None and not is_past(session, desk, call):
        raise Conflict(f"{call.party_name}还在期限内，现在评价太早", "等他们报到并写明措施，或过了报到期限再评")
    call.score, call.score_words = checked_score(score), noting.written(words, "评语", is_needed=False)
    call.scored_by, call.scored_at = staff.id, desk.clock()
    _stop(session, call, desk.clock(), *CALL_CLOCKS)
    noting.by_staff(session, desk, whistle, staff, Act.EVALUATE, f"{call.party_name} {call.score}分")
    _move_on(session, whistle)
    if whistle.status is WhistleStatus.EVALUATED:
        whistle.ended_by, whistle.ended_at = staff.id, desk.clock()
        noting.in_event(session, desk, whistle, noting.actor(staff), f"{whistle.kind.value}{whistle.number}评价完了")
    return whistle


def may_answer(staff: Staff, whistle: CalledOut, call: WhistleCall) -> bool:
    """Whether they may write down what this department does."""
    if can(staff.role, Permission.WHISTLE_ANSWER):
        return staff.party_id == call.party_id
    return can(staff.role, Permission.WHISTLE_EVALUATE) or staff.id == whistle.blown_by


def is_past(session: Session, desk: Desk, call: WhistleCall) -> bool:
    """Whether the time to come in person has passed."""
    clock = clocks_of(session, [call]).get((call.id, ClockKind.ARRIVE))
    return clock is not None and clock.due_at <= desk.clock()


def _answer(session: Session, desk: Desk, staff: Staff, key: Key) -> Answer:
    whistle = whistle_for(session, staff, key.number)
    call = call_of(session, whistle, key.party_id)
    if not may_answer(staff, whistle, call):
        raise NotAllowed("签到报到由被叫的部门自己来", "部门没有账号的，由街道打电话问清后代记")
    _check_open(whistle, call, key.version)
    return Answer(session, desk, staff, whistle, call)


def _signed(session: Session, desk: Desk, staff: Staff, key: Key) -> Answer:
    answer = _answer(session, desk, staff, key)
    if answer.call.signed_at is None:
        raise Conflict(f"{answer.call.party_name}还没有签到", "请先签到")
    return answer


def _check_open(whistle: CalledOut, call: WhistleCall, version: int) -> None:
    if not whistle.status.is_blown:
        raise Conflict(f"这一哨{whistle.status.plain}", "请刷新页面看最新情况")
    if call.scored_at is not None:
        raise Conflict(f"{call.party_name}已经评价过了", "请刷新页面看最新情况")
    expect(call, version)


def _presence(presence: Presence) -> tuple[str, str]:
    place = noting.written(presence.place, "在哪里", longest=LONGEST_PLACE)
    return place, noting.written(presence.person, "谁来的", longest=LONGEST_PERSON)


def _moment(answer: Answer, given: datetime | None, *, may_choose: bool = False) -> datetime:
    """When it was; who writes for somebody else may say an earlier moment, after the whistle and not to come."""
    now, blown = answer.desk.clock(), answer.whistle.blown_at
    if given is None or (answer.is_own and not may_choose):
        return now
    # Forms give whole minutes.
    if given > now or (blown is not None and given < blown - timedelta(minutes=1)):
        raise InvalidInput("时间要在吹哨以后、现在以前", "请核对时间")
    return given if blown is None else max(given, blown)


def _until(desk: Desk, day: date | None) -> datetime:
    now = desk.clock()
    today = now.astimezone(SHANGHAI).date()
    if day is None or not today <= day <= today + LONGEST_PLAN:
        raise InvalidInput("请写明哪天以前解决", "从今天算起，一年以内")
    return datetime.combine(day, desk.calendar.closes, SHANGHAI)


def _done(answer: Answer, act: Act, at: datetime, *ended: ClockKind) -> CalledOut:
    _stop(answer.session, answer.call, at, *ended)
    detail = answer.call.party_name if answer.is_own else _written_for(answer, act, at)
    noting.by_staff(answer.session, answer.desk, answer.whistle, answer.staff, act, detail)
    answer.session.flush()
    return answer.whistle


def _written_for(answer: Answer, act: Act, at: datetime) -> str:
    """Leave in the event's log who wrote it down for the department, and when they say it was; returns the detail."""
    party, when = answer.call.party_name, f"{at.astimezone(SHANGHAI):%m月%d日%H:%M}"
    said = f"替{party}补记：{when}{_DONE[act]}"
    more: dict[str, object] = {STATED: steps.written(at)}
    actor = noting.actor(answer.staff)
    noting.in_event(answer.session, answer.desk, answer.whistle, actor, said, answer.call.party_id, more)
    return f"{party}（代记，{when}）"


def _stop(session: Session, call: WhistleCall, at: datetime, *kinds: ClockKind) -> None:
    clocks.stop_for(session, ClockSubject.WHISTLE_CALL, call.id, kinds, at)


def _move_on(session: Session, whistle: CalledOut) -> None:
    """Answered once every department has reported or been judged, over once every one has been judged."""
    session.flush()
    # Two departments may report at once; the second to come here sees both reports.
    session.execute(select(CalledOut.id).where(CalledOut.id == whistle.id).with_for_update())
    calls = calls_of(session, whistle)
    if whistle.status is WhistleStatus.BLOWN and all(call.reported_at or call.scored_at for call in calls):
        whistle.status = whistle.status.move(WhistleStatus.ANSWERED)
    if whistle.status is WhistleStatus.ANSWERED and all(call.scored_at for call in calls):
        whistle.status = whistle.status.move(WhistleStatus.EVALUATED)
    session.flush()
