"""Staff: who they are, what they may do and where; passwords are kept as argon2 hashes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.core.staff import Role
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.services import logins
from bot.services.hub import STAFF, note
from bot.store.queries import people
from bot.store.queries.audit import append_audit
from bot.store.tables import Community, Grid, Party, Staff

SHORTEST_PASSWORD: Final = 8
LONGEST_PASSWORD: Final = 200
LONGEST_USERNAME: Final = 64
REFUSED: Final = "用户名或密码不对"
STREET_ROLES: Final = frozenset({Role.DISPATCHER, Role.LEADER, Role.PARTY, Role.TRAINER, Role.AUDITOR, Role.ADMIN})

_hasher = PasswordHasher()
# Checked where the name is unknown, so that the time of an answer does not tell which names exist.
_NOBODY: Final = "$argon2id$v=19$m=65536,t=3,p=4$4iVYNY2g8jXYOlhEh06Tgg$HjiCp/bxWAqHSOH3bGLDIGASErSAu8Nsa7TLdyDBZ6s"


@dataclass(frozen=True)
class Newcomer:
    """Somebody who is to log in; street roles may be without a community, `name` defaults to the username.

    A party's clerk needs the party, whose community is theirs.
    """

    username: str
    password: str
    role: Role
    name: str = ""
    community_id: str | None = None
    grid_ids: tuple[str, ...] = ()
    phone: str | None = None
    party_id: str | None = None


@dataclass(frozen=True)
class Rights:
    """What somebody does, where, and for which party; street roles may be without a community."""

    role: Role
    community_id: str | None
    grid_ids: tuple[str, ...]
    party_id: str | None = None

    def __str__(self) -> str:
        party = [self.party_id] if self.party_id else []
        return " ".join([self.role, self.community_id or "-", ",".join(self.grid_ids) or "-", *party])


def add_user(session: Session, newcomer: Newcomer, now: datetime, by: int | None = None) -> Staff:
    """Add somebody; raises InvalidInput, NotFound (community, party), Conflict (name taken by one with a password).

    Somebody known without a password (from the demo data) keeps who they are and gets one.
    """
    known = people.staff_by_username(session, newcomer.username)
    if known and can_sign_in(known):
        raise Conflict(f"用户名 {newcomer.username} 已经有人用了", "请换一个，或用 user password 改密码")
    _check_password(newcomer.password)
    staff = known or _hired(session, newcomer)
    staff.password_hash = _hasher.hash(newcomer.password)
    session.add(staff)
    session.flush()
    append_audit(session, now, by, "staff:add", f"staff:{staff.id}", staff.role.value)
    return staff


def set_password(session: Session, username: str, password: str, now: datetime, by: int | None = None) -> Staff:
    """Change a password and end all of the person's sessions; raises NotFound, InvalidInput."""
    staff = by_username(session, username)
    _check_password(password)
    staff.password_hash = _hasher.hash(password)
    logins.end_all(session, staff.id)
    append_audit(session, now, by, "staff:password", f"staff:{staff.id}")
    return staff


def disable(session: Session, username: str, now: datetime, by: int | None = None) -> Staff:
    """Shut somebody out, now and for later logins; raises NotFound."""
    staff = by_username(session, username)
    staff.disabled_at = staff.disabled_at or now
    logins.end_all(session, staff.id)
    append_audit(session, now, by, "staff:disable", f"staff:{staff.id}")
    note(session, STAFF)
    return staff


def enable(session: Session, username: str, now: datetime, by: int | None = None) -> Staff:
    """Let somebody who was shut out sign in again; raises NotFound."""
    staff = by_username(session, username)
    staff.disabled_at = None
    append_audit(session, now, by, "staff:enable", f"staff:{staff.id}")
    return staff


def change_rights(
    session: Session,
    username: str,
    now: datetime,
    *,
    role: Role | None = None,
    community_id: str | None = None,
    grid_ids: Sequence[str] | None = None,
    party_id: str | None = None,
) -> Staff:
    """Change what somebody does and where, and end all of their sessions; what is None stays as it is.

    An empty `community_id` is none; another community leaves only the grids named, another job than a party's
    clerk leaves the party. Raises as `set_rights` does, and NotFound for the person.
    """
    staff = by_username(session, username)
    new = _changed(rights_of(staff), role, community_id, grid_ids)
    party = staff.party_id if party_id is None and new.role is Role.PARTY else party_id or None
    set_rights(session, staff, replace(new, party_id=party), now)
    return staff


def set_rights(session: Session, staff: Staff, wanted: Rights, now: datetime, by: int | None = None) -> None:
    """Let somebody have exactly these rights, and end all of their sessions; nothing happens if they have them.

    Raises NotFound (community, grid or party), InvalidInput (a job, grid or party that does not fit).
    """
    old, new = rights_of(staff), _settled(session, wanted)
    if new == old:
        return
    staff.role, staff.community_id, staff.grid_ids = new.role, new.community_id, list(new.grid_ids)
    staff.party_id = new.party_id
    _leave_grids(session, staff)
    logins.end_all(session, staff.id)
    append_audit(session, now, by, "staff:rights", f"staff:{staff.id}", f"{old} → {new}")
    note(session, STAFF)


def rights_of(staff: Staff) -> Rights:
    """What somebody does and where, as it is."""
    return Rights(staff.role, staff.community_id, tuple(staff.grid_ids), staff.party_id)


def can_sign_in(staff: Staff) -> bool:
    """Whether the person has a password and is not shut out; people of the demo data have none at first."""
    return _is_usable(staff.password_hash) and staff.disabled_at is None


def everybody(session: Session) -> Sequence[Staff]:
    """All staff, the disabled too, by username."""
    return people.all_staff(session)


def by_username(session: Session, username: str) -> Staff:
    """Raises NotFound."""
    staff = people.staff_by_username(session, username)
    if staff is None:
        raise NotFound(f"没有用户名为 {username} 的工作人员")
    return staff


def is_password_of(staff: Staff, password: str) -> bool:
    """Whether the password is right; it takes its time."""
    return _is_usable(staff.password_hash) and _matches(staff.password_hash, password[:LONGEST_PASSWORD])


def authenticate(session: Session, username: str, password: str) -> Staff:
    """The person whose password this is; raises NotAllowed, in the same words and time whatever is wrong."""
    staff = people.staff_by_username(session, username)
    stored = staff.password_hash if staff and _is_usable(staff.password_hash) else _NOBODY
    is_right = _matches(stored, password[:LONGEST_PASSWORD])
    if staff is None or not is_right or stored is _NOBODY or staff.disabled_at is not None:
        raise NotAllowed(REFUSED)
    if _hasher.check_needs_rehash(stored):
        staff.password_hash = _hasher.hash(password)
    return staff


def _hired(session: Session, newcomer: Newcomer) -> Staff:
    if not newcomer.username.strip() or len(newcomer.username) > LONGEST_USERNAME:
        raise InvalidInput(f"用户名应当是 1 到 {LONGEST_USERNAME} 个字")
    wanted = Rights(newcomer.role, newcomer.community_id, newcomer.grid_ids, newcomer.party_id)
    rights = _settled(session, wanted)
    return Staff(
        username=newcomer.username,
        name=newcomer.name or newcomer.username,
        role=rights.role,
        community_id=rights.community_id,
        party_id=rights.party_id,
        grid_ids=list(rights.grid_ids),
        phone=newcomer.phone,
        dialects=[],
    )


def _changed(old: Rights, role: Role | None, community_id: str | None, grid_ids: Sequence[str] | None) -> Rights:
    there = old.community_id if community_id is None else community_id or None
    kept = old.grid_ids if there == old.community_id else ()
    return Rights(role or old.role, there, kept if grid_ids is None else tuple(dict.fromkeys(grid_ids)))


def _settled(session: Session, rights: Rights) -> Rights:
    """The rights once they are checked: a party's clerk works where the party does."""
    party = session.get(Party, rights.party_id) if rights.party_id else None
    if rights.party_id and party is None:
        raise NotFound(f"没有编号为 {rights.party_id} 的单位")
    if (rights.role is Role.PARTY) != (party is not None):
        raise InvalidInput(f"{Role.PARTY.plain}要说明是哪个单位，其他人不属于单位")
    if party is not None:
        rights = replace(rights, community_id=party.community_id)
    _check_rights(session, rights)
    return rights


def _check_rights(session: Session, rights: Rights) -> None:
    if rights.community_id is None and rights.role not in STREET_ROLES:
        raise InvalidInput(f"{rights.role.plain}要说明在哪个社区")
    if rights.community_id is not None and session.get(Community, rights.community_id) is None:
        raise NotFound(f"没有编号为 {rights.community_id} 的社区")
    for grid_id in rights.grid_ids:
        grid = session.get(Grid, grid_id)
        if grid is None:
            raise NotFound(f"没有编号为 {grid_id} 的网格")
        if grid.community_id != rights.community_id:
            raise InvalidInput(f"网格 {grid_id} 不在这个社区")


def _leave_grids(session: Session, staff: Staff) -> None:
    """Let somebody no longer answer for grids that are not theirs any more."""
    left = update(Grid).where(Grid.worker_id == staff.id, Grid.id.not_in(staff.grid_ids))
    session.execute(left.values(worker_id=None))


def _check_password(password: str) -> None:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InvalidInput(f"密码应当是 {SHORTEST_PASSWORD} 到 {LONGEST_PASSWORD} 个字")


def _is_usable(password_hash: str) -> bool:
    return password_hash.startswith("$argon2")


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
