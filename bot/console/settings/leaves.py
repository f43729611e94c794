"""The pages of the catalogue: its leaves by class, and one leaf to be changed or reset."""

from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.settings.editing import ADDRESS, Asked, Sheet, Shown, show, submit
from bot.core.bubbles import LONGEST
from bot.core.catalogue import LimitUnit, Whistle
from bot.core.staff import Permission
from bot.core.urgency import Urgency
from bot.services.desk import Desk
from bot.services.settings import leaf_content, leaves
from bot.services.settings.subjects import Subject

LIST: Final = f"{ADDRESS}/leaves"
CO: Final = "co-"
LONGEST_OF: Final = {
    "name": leaf_content.LONGEST_NAME,
    "plain": leaf_content.LONGEST_PLAIN,
    "standard_text": leaf_content.LONGEST_STANDARD,
    "basis": leaf_content.LONGEST_BASIS,
    "safety": LONGEST,
}


async def show_list(request: web.Request) -> web.Response:
    """All leaves by class, with a mark on those that differ from their files."""
    return await show(request, _LIST)


async def show_one(request: web.Request) -> web.Response:
    """One leaf."""
    return await show(request, _ONE)


async def change(request: web.Request) -> web.Response:
    """Set a leaf."""
    return await submit(request, _ONE, _change, request.path)


async def reset(request: web.Request) -> web.Response:
    """Let a leaf be as its file says."""
    return await submit(request, _ONE, _reset)


def _read_list(session: Session, desk: Desk, _: str) -> Shown:
    catalogue = desk.catalogue
    return {
        "groups": [
            (name, [leaf for leaf in catalogue.leaves.values() if leaf.top == top])
            for top, name in catalogue.tops.items()
        ],
        "kinds": catalogue.kinds,
        "set_codes": leaves.set_codes(session),
        "address": LIST,
    }


def _read_one(session: Session, desk: Desk, code: str) -> Shown:
    page = leaves.leaf_page(session, desk, code)
    return {
        "page": page,
        "leaf": page.leaf,
        "version": page.version,
        "top": desk.catalogue.tops[page.leaf.top],
        "kinds": desk.catalogue.kinds,
        "kinds_of": [(key, kind.name) for key, kind in desk.catalogue.kinds.items()],
        "urgencies_of": [(urgency.value, urgency.plain) for urgency in Urgency],
        "whistles_of": [(whistle.value, whistle.value) for whistle in Whistle],
        "units_of": [(unit.value, unit.value) for unit in LimitUnit],
        "longest": LONGEST_OF,
        "address": f"{LIST}/{code}",
        "list_address": LIST,
    }


def _change(session: Session, desk: Desk, asked: Asked) -> None:
    wanted: dict[str, object] = {
        "name": asked.text("name"),
        "plain": asked.text("plain"),
        "urgency": asked.text("urgency"),
        "lead": asked.text("lead"),
        "lead_in_estate": asked.text("lead_in_estate") or None,
        "co": _co(session, desk, asked),
        "whistle": asked.text("whistle"),
        "respond": {"amount": asked.whole("respond_amount", "联系居民的时限"), "unit": asked.text("respond_unit")},
        "resolve": {"amount": asked.whole("resolve_amount", "办好的时限"), "unit": asked.text("resolve_unit")},
        "safety": asked.text("safety") or None,
        "standard_text": asked.text("standard_text"),
        "basis": asked.text("basis"),
    }
    leaves.change(session, desk, asked.editor(desk), asked.key, wanted, asked.version)


def _co(session: Session, desk: Desk, asked: Asked) -> list[str]:
    """The kinds ticked, those that were there before in the order they had."""
    ticked = asked.ticked(CO)
    before = leaves.leaf_page(session, desk, asked.key).leaf.co
    return [*(kind for kind in before if kind in ticked), *(kind for kind in ticked if kind not in before)]


def _reset(session: Session, desk: Desk, asked: Asked) -> None:
    leaves.reset(session, desk, asked.editor(desk), asked.key, asked.version)


_LIST: Final = Sheet("console/settings/leaves.html", Permission.SETTINGS_EDIT, _read_list, (Subject.LEAF,))
_ONE: Final = Sheet("console/settings/leaf.html", Permission.SETTINGS_EDIT, _read_one, (Subject.LEAF,))
