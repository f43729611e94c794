"""What the things that settings refer to are called, by their ids."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.services.desk import Desk
from bot.store.tables import Alliance, Community, Grid, Party, Staff

ALLIANCES: Final[Mapping[str, str]] = {
    Alliance.SOCIAL.value: "社会联盟",
    Alliance.MORAL.value: "道德联盟",
    Alliance.SERVICE.value: "服务联盟",
}


@dataclass(frozen=True)
class Names:
    """Chinese names by id."""

    leaves: Mapping[str, str]
    kinds: Mapping[str, str]
    communities: Mapping[str, str]
    grids: Mapping[str, str]
    parties: Mapping[str, str]
    staff: Mapping[str, str]


def names_of(session: Session, desk: Desk) -> Names:
    """All of them: a street has some hundreds."""
    catalogue = desk.catalogue
    return Names(
        leaves={code: leaf.name for code, leaf in catalogue.leaves.items()},
        kinds={key: kind.name for key, kind in catalogue.kinds.items()},
        communities=_read(session, select(Community.id, Community.name).order_by(Community.code)),
        grids=_read(session, select(Grid.id, Grid.name).order_by(Grid.id)),
        parties=_read(session, select(Party.id, Party.name).order_by(Party.id)),
        staff=_read(session, select(Staff.id, Staff.name).order_by(Staff.id)),
    )


def _read(session: Session, query: Select[str, str] | Select[int, str]) -> Mapping[str, str]:
    return {str(one): name for one, name in session.execute(query).tuples()}
