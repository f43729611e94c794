"""A street that whistles: its leader, accounts of two departments, and whistles at every stage."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.core.catalogue import Whistle as WhistleKind
from bot.core.deeds import Deed
from bot.core.staff import Role
from bot.services.desk import Desk
from bot.services.whistles import answering, blowing
from bot.services.whistles.answering import FourFacts, Key, Presence
from bot.services.whistles.blowing import Draft, Order
from bot.services.whistles.finding import call_of, calls_of
from bot.store.tables import CalledOut, CaseClock, ClockSubject, GridEvent, Staff, WhistleCall
from tests.services.events.course import goes
from tests.services.stage import BUILDING, DISPATCHER, at, report, someone, staff

LEADER, URBAN, TRAFFIC = "leader", "urban", "traffic"
PARTY_IDS = {URBAN: "street-urban", TRAFFIC: "street-traffic"}
BOTH = (PARTY_IDS[URBAN], PARTY_IDS[TRAFFIC])
STALLS, PLAIN, BLAZE = "0703", "0503", "0101"
HERE = Presence("青禾苑东门", "马队长")


def hire(session: Session) -> None:
    """Add the leader of the street and one account for each of the two departments; no demo whistle is counted too."""
    session.execute(delete(CaseClock).where(CaseClock.subject == ClockSubject.WHISTLE_CALL))
    session.execute(delete(WhistleCall))
    session.execute(delete(CalledOut))
    for username, name, role in (
        (LEADER, "方书记", Role.LEADER),
        (URBAN, "马强", Role.PARTY),
        (TRAFFIC, "白洁", Role.PARTY),
    ):
        session.add(
            Staff(
                username=username,
                password_hash="none",
                name=name,
                role=role,
                party_id=PARTY_IDS.get(username),
                grid_ids=[],
                dialects=[],
            )
        )
    session.flush()


def accepted(session: Session, desk: Desk, leaf: str = PLAIN, resident: str = "someone") -> GridEvent:
    """An event a worker has looked at and accepted."""
    return goes(
        session, desk, report(session, desk, someone(session, desk, resident), at(desk, BUILDING), leaf), Deed.ACCEPT
    )


def asked(session: Session, desk: Desk, kind: WhistleKind = WhistleKind.DAILY, who: str = DISPATCHER) -> CalledOut:
    """A whistle somebody has asked for, about a matter the rules ask for none."""
    event = accepted(session, desk)
    # A third matter at one place would make the rules ask, too.
    event.building_id = None
    return blowing.ask(session, desk, staff(session, who), Draft(event.number, kind, "东门占道", "居民反映了多次"))


def blown(
    session: Session,
    desk: Desk,
    party_ids: tuple[str, ...] = BOTH,
    kind: WhistleKind = WhistleKind.DAILY,
    who: str = DISPATCHER,
) -> CalledOut:
    """A whistle that has called these departments."""
    whistle = asked(session, desk, kind, who)
    return blowing.blow(
        session, desk, staff(session, who), whistle.number, Order(party_ids, "请带好工具"), whistle.version
    )


def call(session: Session, whistle: CalledOut, party: str = URBAN) -> WhistleCall:
    """The call of a department, by its account."""
    return call_of(session, whistle, PARTY_IDS[party])


def key(session: Session, whistle: CalledOut, party: str = URBAN) -> Key:
    """The call as it is now."""
    return Key(whistle.number, PARTY_IDS[party], call(session, whistle, party).version)


def facts(desk: Desk) -> FourFacts:
    """The four facts, to be done by the next day but one."""
    return FourFacts(
        None, "青禾里社区李青禾", "每天早晚各巡一次", desk.clock().date().replace(day=desk.clock().day + 2)
    )


def reports(session: Session, desk: Desk, whistle: CalledOut, party: str = URBAN) -> None:
    """A department goes its whole way with its own account."""
    own = staff(session, party)
    answering.sign_in(session, desk, own, key(session, whistle, party), HERE)
    answering.contact(session, desk, own, key(session, whistle, party), "打电话问清了位置")
    answering.arrive(session, desk, own, key(session, whistle, party), HERE)
    answering.report(session, desk, own, key(session, whistle, party), facts(desk))


def judges(session: Session, desk: Desk, whistle: CalledOut, score: int = 4, who: str = DISPATCHER) -> None:
    """The street judges every department called."""
    for one in calls_of(session, whistle):
        answering.evaluate(
            session, desk, staff(session, who), Key(whistle.number, one.party_id, one.version), score, "来得快"
        )
