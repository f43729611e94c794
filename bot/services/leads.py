"""Who leads a matter (主办) and who helps (协办), among the parties registered for a place."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from bot.core.catalogue import Catalogue, Leaf
from bot.core.places import Building
from bot.store.queries.places import party_for
from bot.store.tables import Community, Party

FIRST_RECEIVER: Final = "committee"


@dataclass(frozen=True)
class Site:
    """Where a matter is, as far as answering for it goes."""

    community_id: str
    building: Building | None

    @property
    def estate(self) -> str | None:
        """The estate, if the place is in one."""
        return self.building.estate if self.building else None


@dataclass(frozen=True)
class Lead:
    """The leading party; without a registered one `party_id` is None and `name` still says who it is."""

    party_id: str | None
    name: str
    because: str = ""


def lead_for(session: Session, catalogue: Catalogue, leaf: Leaf, site: Site) -> Lead:
    """The party of the leaf's kind nearest to the site, else its stand-in, else the committee.

    Whoever receives a matter first leads until somebody else is found (首接负责), so there always is one.
    """
    wanted = (leaf.lead_in_estate if site.building else None) or leaf.lead
    if party := _party(session, wanted, site):
        return Lead(party.id, party.name)
    because = f"这里没有登记{catalogue.kinds[wanted].name}，按首接负责先牵头"
    stand_in = catalogue.kinds[wanted].stand_in
    if stand_in and (party := _party(session, stand_in, site)):
        return Lead(party.id, party.name, because)
    if party := _party(session, FIRST_RECEIVER, site):
        return Lead(party.id, party.name, because)
    community = session.get_one(Community, site.community_id)
    return Lead(None, f"{community.name}{catalogue.kinds[FIRST_RECEIVER].name}", because)


def helpers_for(session: Session, catalogue: Catalogue, leaf: Leaf, site: Site, lead: Lead) -> list[str]:
    """The names of those who help, without the lead; kinds nobody is registered for keep their plain name."""
    parties = [(kind, _party(session, kind, site)) for kind in leaf.co]
    names = [party.name if party else catalogue.kinds[kind].name for kind, party in parties]
    return [name for name in dict.fromkeys(names) if name != lead.name]


def _party(session: Session, kind: str, site: Site) -> Party | None:
    return party_for(session, kind, site.community_id, site.estate)
