"""What the pages of settings share: a sheet that shows one thing with its history, and forms that come back to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.settings import history_words
from bot.core.staff import Permission
from bot.errors import Conflict, InvalidInput, LinliError, NotAllowed
from bot.services.desk import Desk
from bot.services.settings.history import Editor
from bot.services.settings.subjects import Subject
from bot.store.tables import Staff
from bot.web import failures, login
from bot.web.login import SignedIn
from bot.web.staff_pages import done, form, page
from bot.web.use_case import perform

ADDRESS: Final = "/console/settings"
LONGEST_INTEGER: Final = 9

Fields = Mapping[str, str]
Shown = Mapping[str, object]


@dataclass(frozen=True)
class Asked:
    """What somebody asks for: the thing its address names, and the form they filled in."""

    staff: Staff
    key: str
    fields: Fields

    def text(self, name: str) -> str:
        """A field without spaces around it, empty if it was not sent."""
        return self.fields.get(name, "").strip()

    def whole(self, name: str, what: str) -> int:
        """A field that should be a whole number; raises InvalidInput with the Chinese name of it."""
        given = self.text(name)
        if not (given.isascii() and given.isdigit() and len(given) <= LONGEST_INTEGER):
            raise InvalidInput(f"{what}应该是一个整数")
        return int(given)

    def ticked(self, prefix: str) -> tuple[str, ...]:
        """Which boxes were ticked, in the order of the page."""
        return tuple(name.removeprefix(prefix) for name in self.fields if name.startswith(prefix))

    @property
    def version(self) -> int:
        """The version of what was seen; raises InvalidInput."""
        try:
            return self.whole("version", "版本")
        except InvalidInput:
            raise InvalidInput("这个页面已经过期", "请刷新页面再试一次") from None

    def editor(self, desk: Desk) -> Editor:
        """Who changes it, now, and why."""
        return Editor(self.staff, desk.clock(), self.text("reason"))


@dataclass(frozen=True)
class Sheet:
    """A page: its template, who may see it, what it reads for the key of its address, and whose history it tells."""

    template: str
    permission: Permission
    read: Callable[[Session, Desk, str], Shown]
    subjects: tuple[Subject, ...]


@dataclass(frozen=True)
class Outcome:
    """How a page comes back: what was typed, what was refused, and what is to be shown besides."""

    fields: Fields
    refusal: LinliError | None = None
    more: Shown | None = None


Deed = Callable[[Session, Desk, Asked], object]
NOTHING: Final = Outcome({})


async def show(request: web.Request, sheet: Sheet) -> web.Response:
    """The page as it is."""
    return await render(request, await login.required(request, sheet.permission), sheet)


async def submit(request: web.Request, sheet: Sheet, deed: Deed, address: str | None = None) -> web.Response:
    """Do what the form asks for and lead on, to `address` or the page itself; or show it again with the refusal."""
    asked, signed_in = await asked_of(request, sheet.permission)
    try:
        await perform(request, lambda session, desk: deed(session, desk, asked))
    except (Conflict, InvalidInput, NotAllowed) as refusal:
        return await render(request, signed_in, sheet, Outcome(asked.fields, refusal))
    return done(request, address or request.path.rpartition("/")[0])


async def asked_of(request: web.Request, permission: Permission) -> tuple[Asked, SignedIn]:
    """Raises NotSignedIn, NotAllowed, ForeignRequest."""
    signed_in = await login.required(request, permission)
    return Asked(signed_in.staff, _key(request), await form(request, signed_in)), signed_in


async def render(request: web.Request, signed_in: SignedIn, sheet: Sheet, outcome: Outcome = NOTHING) -> web.Response:
    """The page after a form; raises NotFound."""
    key, before = _key(request), _before(request.query)
    shown = await perform(
        request,
        lambda session, desk: {
            **sheet.read(session, desk, key),
            "history": history_words.read(session, desk, sheet.subjects, key or None, before),
        },
        read_only=True,
    )
    everything = {
        "fields": outcome.fields,
        "refusal": outcome.refusal,
        "here": "settings",
        "this_page": request.path,
        **shown,
        **(outcome.more or {}),
    }
    status = failures.status_of(outcome.refusal) if outcome.refusal else 200
    return page(request, sheet.template, signed_in, everything, status)


def _key(request: web.Request) -> str:
    return request.match_info.get("key", "")


def _before(query: Mapping[str, str]) -> int | None:
    given = query.get("before", "")
    if given and not (given.isascii() and given.isdigit() and len(given) <= LONGEST_INTEGER):
        raise InvalidInput("没有这一页")
    return int(given) if given else None
