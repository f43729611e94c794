"""The pages of accounts: listed, added, changed, shut out and let in; a new password is shown once."""

from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.settings.editing import (
    ADDRESS,
    LONGEST_INTEGER,
    Asked,
    Outcome,
    Sheet,
    Shown,
    asked_of,
    render,
    show,
    submit,
)
from bot.console.settings.names import names_of
from bot.core.staff import Permission, Role
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.services.desk import Desk
from bot.services.settings import parties, people
from bot.services.settings.people import PersonWish
from bot.services.settings.subjects import Subject
from bot.services.staff import Rights, can_sign_in
from bot.store.tables import Staff
from bot.web.staff_pages import page
from bot.web.use_case import perform

LIST: Final = f"{ADDRESS}/staff"
GRID: Final = "grid-"


async def show_list(request: web.Request) -> web.Response:
    """Everybody."""
    return await show(request, _LIST)


async def show_new(request: web.Request) -> web.Response:
    """An empty form."""
    return await show(request, _NEW)


async def add(request: web.Request) -> web.Response:
    """Add somebody and show their first password, in this one answer."""
    asked, signed_in = await asked_of(request, Permission.STAFF_MANAGE)
    try:
        added, password = await perform(request, lambda session, desk: _hire(session, desk, asked))
    except (Conflict, InvalidInput, NotAllowed) as refusal:
        return await render(request, signed_in, _NEW, Outcome(asked.fields, refusal))
    shown = {"person": added, "password": password, "here": "settings", "address": f"{LIST}/{added.id}"}
    return page(request, "console/settings/password.html", signed_in, shown)


async def show_one(request: web.Request) -> web.Response:
    """One account."""
    return await show(request, _ONE)


async def change(request: web.Request) -> web.Response:
    """Change somebody."""
    return await submit(request, _ONE, _change, request.path)


async def shut_out(request: web.Request) -> web.Response:
    """Disable an account."""
    return await submit(request, _ONE, _shut_out)


async def let_in(request: web.Request) -> web.Response:
    """Let a disabled account sign in again."""
    return await submit(request, _ONE, _let_in)


async def reset_password(request: web.Request) -> web.Response:
    """Give somebody a new password and show it, in this one answer."""
    asked, signed_in = await asked_of(request, Permission.STAFF_MANAGE)
    try:
        person, password = await perform(request, lambda session, desk: _reset_password(session, desk, asked))
    except (Conflict, InvalidInput) as refusal:
        return await render(request, signed_in, _ONE, Outcome(asked.fields, refusal))
    shown = {"person": person.staff, "password": password, "here": "settings", "address": f"{LIST}/{asked.key}"}
    return page(request, "console/settings/password.html", signed_in, shown)


async def reset_second_step(request: web.Request) -> web.Response:
    """Switch off the code from a lost phone."""
    return await submit(request, _ONE, _reset_second_step)


def _read_list(session: Session, desk: Desk, _: str) -> Shown:
    everybody = people.listed(session)
    return {
        "everybody": everybody,
        "able": {one.id for one in everybody if can_sign_in(one)},
        "names": names_of(session, desk),
        "address": LIST,
    }


def _read_new(session: Session, desk: Desk, _: str) -> Shown:
    return {**_choices(session, desk), "page": None, "person": None, "version": 0, "address": f"{LIST}/new"}


def _read_one(session: Session, desk: Desk, key: str) -> Shown:
    found = people.person_page(session, _id(key))
    return {
        **_choices(session, desk),
        "page": found,
        "person": found.staff,
        "version": found.version,
        "address": f"{LIST}/{key}",
    }


def _choices(session: Session, desk: Desk) -> Shown:
    return {
        "names": names_of(session, desk),
        "grids": people.grids_by_community(session),
        "parties_of": [(one.id, one.name) for one in parties.listed(session, None, None) if one.disabled_at is None],
        "roles_of": [(role.value, role.plain) for role in Role],
        "list_address": LIST,
    }


def _id(key: str) -> int:
    if not (key.isascii() and key.isdigit() and len(key) <= LONGEST_INTEGER):
        raise NotFound("没有这个工作人员")
    return int(key)


def _wish(asked: Asked) -> PersonWish:
    try:
        role = Role(asked.text("role"))
    except ValueError:
        raise InvalidInput("请选一个角色") from None
    rights = Rights(role, asked.text("community_id") or None, asked.ticked(GRID), asked.text("party_id") or None)
    return PersonWish(asked.text("name"), asked.text("phone"), rights)


def _hire(session: Session, desk: Desk, asked: Asked) -> tuple[Staff, str]:
    return people.hire(session, asked.editor(desk), asked.text("username"), _wish(asked))


def _change(session: Session, desk: Desk, asked: Asked) -> None:
    people.change(session, asked.editor(desk), _id(asked.key), _wish(asked), asked.version)


def _shut_out(session: Session, desk: Desk, asked: Asked) -> None:
    people.shut_out(session, asked.editor(desk), _id(asked.key), asked.version)


def _let_in(session: Session, desk: Desk, asked: Asked) -> None:
    people.let_in(session, asked.editor(desk), _id(asked.key), asked.version)


def _reset_password(session: Session, desk: Desk, asked: Asked) -> tuple[people.PersonPage, str]:
    password = people.reset_password(session, asked.editor(desk), _id(asked.key), asked.version)
    return people.person_page(session, _id(asked.key)), password


def _reset_second_step(session: Session, desk: Desk, asked: Asked) -> None:
    people.reset_second_step(session, asked.editor(desk), _id(asked.key), asked.version)


_MANAGE: Final = Permission.STAFF_MANAGE
_LIST: Final = Sheet("console/settings/people.html", _MANAGE, _read_list, (Subject.STAFF,))
_NEW: Final = Sheet("console/settings/person.html", _MANAGE, _read_new, (Subject.STAFF,))
_ONE: Final = Sheet("console/settings/person.html", _MANAGE, _read_one, (Subject.STAFF,))
