"""The page of the audit log: who did what to what, the newest first."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console import audit_wanted, audit_words
from bot.console.audit_wanted import NOBODY, Asked
from bot.core.audit_chain import Verdict, check
from bot.core.staff import Permission
from bot.errors import InvalidInput, LinliError
from bot.services import staff
from bot.store.queries.audit import audit_chain, latest_audit
from bot.store.tables import Audit
from bot.web import failures, login
from bot.web.login import SignedIn
from bot.web.staff_pages import form, page
from bot.web.use_case import perform

LIST: Final = audit_wanted.LIST
VERIFY: Final = f"{LIST}/verify"
PAGE: Final = 50
SERVICE: Final = "系统或命令行"
FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Row:
    """One row in plain words; `same` is the address of all that was done to the same object."""

    id: int
    at: datetime
    who: str
    action: str
    subject: str
    same: str
    note: str


@dataclass(frozen=True)
class Log:
    """One page; `people` may be chosen among, `earlier` is the address of the page before, if there is one."""

    rows: tuple[Row, ...]
    people: Mapping[str, str]
    earlier: str | None


async def show(request: web.Request) -> web.Response:
    """The log as the address asks for it."""
    signed_in = await login.required(request, Permission.AUDIT_READ)
    return await _log(request, signed_in)


async def verify(request: web.Request) -> web.Response:
    """Read the whole log and say whether anybody rewrote it; with a fingerprint also whether its end is there."""
    signed_in = await login.required(request, Permission.AUDIT_READ)
    fields = await form(request, signed_in)
    known = fields.get("known", "").strip().lower()
    if known and not FINGERPRINT.fullmatch(known):
        return await _log(request, signed_in, refusal=InvalidInput("指纹不对，应当是64位", "照上次记下的抄，或者空着"))
    verdict = await perform(request, lambda session, _: check(audit_chain(session), known or None), read_only=True)
    return await _log(request, signed_in, verdict)


async def _log(
    request: web.Request, signed_in: SignedIn, verdict: Verdict | None = None, refusal: LinliError | None = None
) -> web.Response:
    asked = audit_wanted.read(request.query)
    log = await perform(request, lambda session, _: _read(session, asked), read_only=True)
    shown = {
        "log": log,
        "asked": asked,
        "subject": audit_words.subject(asked.subject),
        "actions": audit_words.ACTIONS,
        "address": LIST,
        "verify": VERIFY,
        "verdict": verdict,
        "refusal": refusal,
        "newest": audit_wanted.address(replace(asked, before=None)) if asked.before else None,
    }
    status = failures.status_of(refusal) if refusal else 200
    return page(request, "console/audit.html", signed_in, shown, status=status)


def _read(session: Session, asked: Asked) -> Log:
    people = {NOBODY: SERVICE, **{str(one.id): f"{one.name}（{one.role.plain}）" for one in staff.everybody(session)}}
    if asked.who and asked.who not in people:
        raise InvalidInput("没有这个人", "请从列表里选")
    found = latest_audit(session, asked.before, PAGE + 1, audit_wanted.wanted(asked))
    rows = tuple(_row(one, people) for one in found[:PAGE])
    has_earlier = len(found) > PAGE
    earlier = audit_wanted.address(replace(asked, before=rows[-1].id)) if has_earlier else None
    return Log(rows, people, earlier)


def _row(row: Audit, people: Mapping[str, str]) -> Row:
    kind, _, name = row.object.partition(":")
    known = people.get(name) if kind == "staff" else None
    plain = audit_words.subject(row.object)
    return Row(
        id=row.id,
        at=row.at,
        who=people[str(row.staff_id)] if row.staff_id is not None else SERVICE,
        action=audit_words.action(row.action),
        subject=f"{plain} {known}" if known else plain,
        same=audit_wanted.address(Asked(subject=row.object)),
        note=audit_words.note(row.action, row.detail),
    )
