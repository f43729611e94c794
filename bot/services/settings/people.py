"""The accounts of staff, kept in the console: who signs in, what they may do and where; nobody locks themselves out."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import phone_numbers
from bot.core.masking import mask_phone
from bot.core.staff import Role
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.services import second_step
from bot.services import staff as accounts
from bot.services.settings import history
from bot.services.settings.history import Content, Edit, Editor
from bot.services.settings.subjects import Subject
from bot.services.settings.wording import line
from bot.services.staff import Newcomer, Rights
from bot.store.queries import people
from bot.store.queries.audit import append_audit
from bot.store.tables import Grid, Party, Staff

LONGEST_NAME: Final = 20
# Without those that are taken for one another when read from paper: 0 and o, 1, l and i.
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4

Deed = Callable[[Session, str, datetime, int | None], Staff]


@dataclass(frozen=True)
class PersonWish:
    """Somebody as an administrator wants them; empty texts are none."""

    name: str
    phone: str
    rights: Rights


@dataclass(frozen=True)
class PersonPage:
    """Somebody with what their page may offer; `is_oneself` forbids some of it."""

    staff: Staff
    version: int
    has_code: bool
    can_sign_in: bool


def listed(session: Session) -> Sequence[Staff]:
    """Everybody, the disabled too."""
    return people.all_staff(session)


def person_page(session: Session, staff_id: int) -> PersonPage:
    """Raises NotFound."""
    staff = _person(session, staff_id)
    return PersonPage(
        staff=staff,
        version=history.version_of(session, Subject.STAFF, str(staff_id)),
        has_code=second_step.is_on(staff),
        can_sign_in=accounts.can_sign_in(staff),
    )


def new_password() -> str:
    """Sixteen random characters in groups, to be read from a slip of paper once."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))


def hire(session: Session, editor: Editor, username: str, wish: PersonWish) -> tuple[Staff, str]:
    """Add somebody with a first password, which is told only here; raises InvalidInput, NotFound, Conflict."""
    username = line(username, "username", accounts.LONGEST_USERNAME)
    if not (username.isascii() and username.isalnum()):
        raise InvalidInput("用户名只用字母和数字", "例如姓名的拼音")
    if people.staff_by_username(session, username) is not None:
        raise Conflict(f"用户名 {username} 已经有人用了", "请换一个；如果是同一个人，请去他的页面重置密码")
    checked, password = _checked(session, wish), new_password()
    newcomer = Newcomer(
        username,
        password,
        checked.rights.role,
        checked.name,
        checked.rights.community_id,
        checked.rights.grid_ids,
        checked.phone or None,
        checked.rights.party_id,
    )
    staff = accounts.add_user(session, newcomer, editor.now, editor.staff.id)
    history.keep(session, editor, Edit(Subject.STAFF, str(staff.id), 0, None, _content(staff)))
    return staff, password


def change(session: Session, editor: Editor, staff_id: int, wish: PersonWish, version: int) -> None:
    """Change somebody; other rights end all of their logins.

    Raises NotFound, InvalidInput, Conflict, NotAllowed (demoting oneself or the last administrator).
    """
    history.refuse_without_reason(editor.reason)
    checked = _checked(session, wish)
    if checked.rights.role is not Role.ADMIN:
        _keep_administrator(session, editor, staff_id)
    staff = _person(session, staff_id)
    before, number = _content(staff), staff.phone
    is_renamed = (staff.name, staff.phone or "") != (checked.name, checked.phone)
    staff.name, staff.phone = checked.name, checked.phone or None
    accounts.set_rights(session, staff, checked.rights, editor.now, editor.staff.id)
    if is_renamed:
        append_audit(session, editor.now, editor.staff.id, "staff:profile", f"staff:{staff_id}")
    after = kept = _content(staff)
    if number != staff.phone and before["phone"] == after["phone"]:
        after = {**after, "phone": f"{after['phone']}（换了号码）"}
    history.keep(session, editor, Edit(Subject.STAFF, str(staff_id), version, before, after, kept))


def shut_out(session: Session, editor: Editor, staff_id: int, version: int) -> None:
    """Disable an account; raises NotFound, InvalidInput, Conflict, NotAllowed (oneself or the last administrator)."""
    _keep_administrator(session, editor, staff_id)
    if _person(session, staff_id).disabled_at is not None:
        raise Conflict("这个账号已经停用了")
    _done(session, editor, staff_id, version, accounts.disable)


def let_in(session: Session, editor: Editor, staff_id: int, version: int) -> None:
    """Let a disabled account sign in again; raises NotFound, InvalidInput, Conflict."""
    if _person(session, staff_id).disabled_at is None:
        raise Conflict("这个账号没有停用")
    _done(session, editor, staff_id, version, accounts.enable)


def reset_password(session: Session, editor: Editor, staff_id: int, version: int) -> str:
    """Give somebody a new password, told only here, and end all of their logins; raises NotFound, Conflict."""
    history.refuse_without_reason(editor.reason)
    staff, password = _person(session, staff_id), new_password()
    accounts.set_password(session, staff.username, password, editor.now, editor.staff.id)
    _note(session, editor, staff_id, version, {"password": "重置了"})
    return password


def reset_second_step(session: Session, editor: Editor, staff_id: int, version: int) -> None:
    """Switch off the code from a lost phone; raises NotFound, Conflict (it is off)."""
    history.refuse_without_reason(editor.reason)
    staff = _person(session, staff_id)
    second_step.reset(session, staff.username, editor.now, editor.staff.id)
    _note(session, editor, staff_id, version, {"second_step": "重置了"})


def _done(session: Session, editor: Editor, staff_id: int, version: int, deed: Deed) -> None:
    history.refuse_without_reason(editor.reason)
    staff = _person(session, staff_id)
    before = _content(staff)
    deed(session, staff.username, editor.now, editor.staff.id)
    history.keep(session, editor, Edit(Subject.STAFF, str(staff_id), version, before, _content(staff)))


def _note(session: Session, editor: Editor, staff_id: int, version: int, what: Content) -> None:
    kept = _content(_person(session, staff_id))
    history.keep(session, editor, Edit(Subject.STAFF, str(staff_id), version, {}, what, kept))


def _person(session: Session, staff_id: int) -> Staff:
    staff = session.get(Staff, staff_id)
    if staff is None:
        raise NotFound("没有这个工作人员")
    return staff


def _keep_administrator(session: Session, editor: Editor, staff_id: int) -> None:
    """Raise NotAllowed where this would leave nobody to administrate.

    The rows are locked, so that of two administrators who shut each other out one is too late.
    """
    query = select(Staff.id).where(Staff.role == Role.ADMIN, Staff.disabled_at.is_(None))
    active = session.scalars(query.order_by(Staff.id).with_for_update()).all()
    if editor.staff.id not in active:
        raise NotAllowed("您已经不是管理员了", "请重新登录")
    if staff_id == editor.staff.id:
        raise NotAllowed("不能停用自己，也不能改掉自己的管理员角色", "请让另一位管理员来做")


def _checked(session: Session, wish: PersonWish) -> PersonWish:
    rights = wish.rights
    if rights.role is Role.GRID_WORKER and not rights.grid_ids:
        raise InvalidInput("网格员至少要有一个网格")
    if rights.role is Role.PARTY:
        party = session.get(Party, rights.party_id) if rights.party_id else None
        if party is None or party.disabled_at is not None:
            raise InvalidInput("承办单位经办人要选一个在用的单位")
    elif rights.party_id:
        raise InvalidInput(f"{rights.role.plain}不属于承办单位", "请把单位空着，或把角色改成承办单位经办人")
    phone = phone_numbers.checked(wish.phone) if wish.phone.strip() else ""
    return PersonWish(line(wish.name, "full_name", LONGEST_NAME), phone, rights)


def _content(staff: Staff) -> dict[str, object]:
    """The number is masked: the history is for ever, and read by more people than may see it whole."""
    return {
        "username": staff.username,
        "full_name": staff.name,
        "role": staff.role.value,
        "community_id": staff.community_id,
        "grid_ids": list(staff.grid_ids),
        "party_id": staff.party_id,
        "phone": mask_phone(staff.phone or ""),
        "disabled": staff.disabled_at is not None,
    }


def grids_by_community(session: Session) -> dict[str, tuple[Grid, ...]]:
    """The grids to choose among."""
    found: dict[str, tuple[Grid, ...]] = {}
    for grid in session.scalars(select(Grid).order_by(Grid.community_id, Grid.id)):
        found[grid.community_id] = (*found.get(grid.community_id, ()), grid)
    return found
