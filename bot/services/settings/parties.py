"""The units that answer for matters, set in the console: added, changed, taken out of service and back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core import phone_numbers
from bot.errors import Conflict, InvalidInput, NotFound
from bot.services import logins
from bot.services.desk import Desk
from bot.services.leads import FIRST_RECEIVER
from bot.services.settings import history
from bot.services.settings.history import Edit, Editor
from bot.services.settings.subjects import Subject
from bot.services.settings.wording import line
from bot.store.queries.cases import OPEN_EVENTS
from bot.store.tables import Alliance, EventTask, GridEvent, Party, Staff, TaskStatus

LONGEST_NAME, LONGEST_HOURS, LONGEST_NOTE = 40, 100, 200
STREET_WIDE: Final = "street"
_OPEN_TASKS: Final = (TaskStatus.ASKED, TaskStatus.SIGNED)


@dataclass(frozen=True)
class PartyWish:
    """A unit as somebody wants it; without a community it serves the whole street. Empty texts are none."""

    name: str
    kind: str
    phone: str
    hours: str | None = None
    community_id: str | None = None
    estate: str | None = None
    alliance: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class PartyPage:
    """A unit, what it has in hand, and who of the staff works for it."""

    party: Party
    version: int
    open_events: int
    open_tasks: int
    clerks: tuple[Staff, ...]


def listed(session: Session, community_id: str | None, kind: str | None) -> Sequence[Party]:
    """All units, also those out of service; `community_id` may be STREET_WIDE for those of the whole street."""
    query = select(Party)
    if community_id is not None:
        query = query.where(Party.community_id == (None if community_id == STREET_WIDE else community_id))
    if kind is not None:
        query = query.where(Party.kind == kind)
    return session.scalars(query.order_by(Party.community_id, Party.kind, Party.id)).all()


def party_page(session: Session, party_id: str) -> PartyPage:
    """Raises NotFound."""
    party = _party(session, party_id)
    events = select(func.count()).where(GridEvent.lead_party_id == party_id, GridEvent.status.in_(OPEN_EVENTS))
    tasks = select(func.count()).where(EventTask.party_id == party_id, EventTask.status.in_(_OPEN_TASKS))
    return PartyPage(
        party=party,
        version=history.version_of(session, Subject.PARTY, party_id),
        open_events=session.scalars(events).one(),
        open_tasks=session.scalars(tasks).one(),
        clerks=_clerks(session, party_id),
    )


def add(session: Session, desk: Desk, editor: Editor, wish: PartyWish) -> Party:
    """Add a unit; raises InvalidInput for what cannot be, Conflict for a name that is taken."""
    checked = _checked(session, desk, wish, None)
    party = Party(id=f"own-{uuid4().hex[:12]}", edited_at=editor.now, **_columns(checked))
    session.add(party)
    history.write(session, editor, Edit(Subject.PARTY, party.id, 0, None, _content(party)))
    return party


def change(session: Session, desk: Desk, editor: Editor, party_id: str, wish: PartyWish, version: int) -> None:
    """Change a unit; its clerks move with it. Raises NotFound, InvalidInput, Conflict."""
    history.refuse_without_reason(editor.reason)
    party = _party(session, party_id)
    before = _content(party)
    checked = _checked(session, desk, wish, party)
    for name, value in _columns(checked).items():
        setattr(party, name, value)
    if party.community_id != before["community_id"]:
        _move_clerks(session, party)
    _write(session, editor, party, before, version)


def take_out(session: Session, editor: Editor, party_id: str, version: int) -> None:
    """Take a unit out of service; raises NotFound, InvalidInput, Conflict (out already, or matters in hand)."""
    history.refuse_without_reason(editor.reason)
    page = party_page(session, party_id)
    if page.party.disabled_at is not None:
        raise Conflict("这个单位已经停用了")
    if page.open_events or page.open_tasks:
        raise Conflict(
            f"还有{page.open_events}件事由它主办、{page.open_tasks}件事由它协办，没有办完", "请先办完或转给别的单位"
        )
    if page.party.kind == FIRST_RECEIVER:
        raise Conflict("居委会是首接单位，不能停用", "没有别的单位时，事情先由居委会牵头")
    if page.clerks:
        raise Conflict(f"还有{len(page.clerks)}个账号属于它", "请先给他们换单位，或停用账号")
    before = _content(page.party)
    page.party.disabled_at = editor.now
    _write(session, editor, page.party, before, version)


def put_back(session: Session, editor: Editor, party_id: str, version: int) -> None:
    """Let a unit serve again; raises NotFound, InvalidInput, Conflict (it does)."""
    history.refuse_without_reason(editor.reason)
    party = _party(session, party_id)
    if party.disabled_at is None:
        raise Conflict("这个单位没有停用")
    before = _content(party)
    party.disabled_at = None
    _write(session, editor, party, before, version)


def _write(session: Session, editor: Editor, party: Party, before: Mapping[str, object], version: int) -> None:
    party.edited_at = editor.now
    history.write(session, editor, Edit(Subject.PARTY, party.id, version, before, _content(party)))


def _party(session: Session, party_id: str) -> Party:
    party = session.get(Party, party_id)
    if party is None:
        raise NotFound("没有这个单位")
    return party


def _checked(session: Session, desk: Desk, wish: PartyWish, party: Party | None) -> PartyWish:
    checked = replace(
        wish,
        name=line(wish.name, "name", LONGEST_NAME),
        phone=phone_numbers.checked(wish.phone),
        hours=line(wish.hours, "hours", LONGEST_HOURS) if wish.hours else None,
        community_id=wish.community_id or None,
        estate=wish.estate or None,
        alliance=wish.alliance or None,
        note=line(wish.note, "note", LONGEST_NOTE) if wish.note else None,
    )
    if checked.kind not in desk.catalogue.kinds:
        raise InvalidInput("没有这类单位", "请从列表里选")
    if checked.alliance is not None and checked.alliance not in set(Alliance):
        raise InvalidInput("没有这个联盟", "请从列表里选")
    _check_place(desk, checked)
    _refuse_misfit(session, checked, party)
    return checked


def _check_place(desk: Desk, wish: PartyWish) -> None:
    gazetteer = desk.gazetteer
    if wish.community_id is not None and wish.community_id not in {one.id for one in gazetteer.communities}:
        raise InvalidInput("没有这个社区", "请从列表里选")
    theirs = {one.name for one in gazetteer.estates if one.community_id == wish.community_id}
    if wish.estate is not None and wish.estate not in theirs:
        raise InvalidInput("小区不在这个社区里", "请先选社区，再选它的小区")


def _refuse_misfit(session: Session, wish: PartyWish, party: Party | None) -> None:
    if party is not None and party.phone in phone_numbers.NATIONAL and wish.phone != party.phone:
        raise InvalidInput(f"{party.phone}是全国统一的电话，不能改")
    if party is not None and party.kind == FIRST_RECEIVER and (wish.kind, wish.community_id) != _of(party):
        raise InvalidInput("居委会是首接单位，类别和社区不能改")
    same = select(Party.id).where(Party.name == wish.name, Party.disabled_at.is_(None))
    if party is not None:
        same = same.where(Party.id != party.id)
    if session.scalar(same.limit(1)) is not None:
        raise Conflict(f"已经有一个单位叫{wish.name}", "请换一个名称，或去改那一个")


def _of(party: Party) -> tuple[str, str | None]:
    return party.kind, party.community_id


def _columns(wish: PartyWish) -> dict[str, object]:
    return {**asdict(wish), "alliance": Alliance(wish.alliance) if wish.alliance else None}


def _content(party: Party) -> dict[str, object]:
    return {
        "name": party.name,
        "kind": party.kind,
        "phone": party.phone,
        "hours": party.hours,
        "community_id": party.community_id,
        "estate": party.estate,
        "alliance": party.alliance.value if party.alliance else None,
        "note": party.note,
        "disabled": party.disabled_at is not None,
    }


def _clerks(session: Session, party_id: str) -> tuple[Staff, ...]:
    query = select(Staff).where(Staff.party_id == party_id, Staff.disabled_at.is_(None))
    return tuple(session.scalars(query.order_by(Staff.id)))


def _move_clerks(session: Session, party: Party) -> None:
    """What a clerk may see depends on the community: whoever is signed in has to sign in again."""
    for clerk in session.scalars(select(Staff).where(Staff.party_id == party.id)):
        clerk.community_id = party.community_id
        logins.end_all(session, clerk.id)
