"""The lists of grid events, agenda items and in-person orders; every question to them is an address."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console import case_rows, kinds, wanted
from bot.console.case_rows import Rows
from bot.console.kinds import Kind
from bot.core.catalogue import Whistle
from bot.core.staff import Role
from bot.core.stages import Stage
from bot.core.urgency import Urgency
from bot.services import case_search
from bot.services.case_search import MOST, MOST_PAGES, PAGE
from bot.services.case_wanted import NO_GRID, STATUSES, Sort, Wanted
from bot.services.whistles import finding
from bot.store.tables import BuildingRow, CaseKind, Community, Grid, Party
from bot.web import login
from bot.web.keys import DESK
from bot.web.login import SignedIn
from bot.web.staff_pages import page
from bot.web.use_case import perform

# Filters that stand behind 更多条件; it is open while one of them is used.
MORE: Final = frozenset(
    {"building", "leaf", "party", "supervision", "whistle", "elderly", "review", "mine", "from", "to", "number", "sort"}
)


@dataclass(frozen=True)
class Choices:
    """What this worker may choose among."""

    communities: Sequence[Community]
    grids: Sequence[Grid]
    parties: Sequence[Party]
    building: BuildingRow | None


async def show(request: web.Request) -> web.Response:
    """Cases of a kind, as the address asks for them; fields left empty are taken out of it first."""
    kind = kinds.kind_at(request.match_info["kind"])
    signed_in = await login.required(request, kind.permission)
    asked = wanted.read(kind, request.query)
    if "" in request.query.values():
        raise web.HTTPSeeOther(wanted.address(kind, asked))
    found, choices, whistles = await perform(
        request,
        lambda session, desk: (
            case_rows.rows(session, desk, signed_in.staff, kind, asked),
            choices_of(session, signed_in, asked),
            _calling(session, signed_in),
        ),
        read_only=True,
    )
    shown = {
        **_turning(kind, asked, found),
        **vars(choices),
        "kind": kind,
        "wanted": asked,
        "is_events": kind.kind is CaseKind.GRID_EVENT,
        "rows": found.rows,
        "total": found.total,
        "is_more": found.is_more,
        "calling": whistles,
        "is_narrow": bool(MORE & wanted.fields(asked).keys()),
        **_options(kind),
        "classes": classes(request),
    }
    return page(request, "console/cases.html", signed_in, shown)


def choices_of(session: Session, signed_in: SignedIn, asked: Wanted) -> Choices:
    """What the form offers."""
    staff = signed_in.staff
    return Choices(
        case_search.communities_of(session, staff),
        case_search.grids_of(session, staff),
        case_search.parties_of(session, staff),
        session.get(BuildingRow, asked.building_id) if asked.building_id else None,
    )


def _calling(session: Session, signed_in: SignedIn) -> int:
    """The whistles that call this person's department."""
    return finding.waiting_count(session, signed_in.staff) if signed_in.staff.role is Role.PARTY else 0


def classes(request: web.Request) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Classes with their leaves, each as code and name."""
    catalogue = request.app[DESK].catalogue
    found: dict[tuple[str, str], list[tuple[str, str]]] = {(code, name): [] for code, name in catalogue.tops.items()}
    for leaf in catalogue.leaves.values():
        found[leaf.top, catalogue.tops[leaf.top]].append((leaf.code, leaf.name))
    return found


def _turning(kind: Kind, asked: Wanted, found: Rows) -> dict[str, object]:
    pages = min(max(-(-found.total // PAGE), 1), MOST_PAGES)
    earlier = min(asked.page - 1, pages)
    return {
        "pages": pages,
        "earlier": wanted.address(kind, wanted.at_page(asked, earlier)) if earlier else None,
        "later": wanted.address(kind, wanted.at_page(asked, asked.page + 1)) if asked.page < pages else None,
        "most": MOST,
    }


def _options(kind: Kind) -> dict[str, object]:
    return {
        "statuses": {status: kinds.plain(status) for status in STATUSES[kind.kind]},
        "stages": tuple(Stage),
        "urgencies": tuple(Urgency),
        "cards": wanted.CARDS,
        "whistles": tuple(Whistle),
        "sorts": tuple(Sort),
        "no_grid": NO_GRID,
    }
