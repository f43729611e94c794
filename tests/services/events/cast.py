"""Who does what with an event in these tests, and the deeds in a few words."""

from dataclasses import replace

from sqlalchemy.orm import Session

from bot.core.deeds import PATHS, Deed
from bot.services.desk import Desk
from bot.services.events import doing
from bot.services.events.wishes import Wish
from bot.store.queries.cases import steps_of
from bot.store.tables import CaseStep, GridEvent
from tests.services import stage
from tests.services.events import course

CLERK, URBAN_CLERK, SANITATION_CLERK, LEADER, VOLUNTEER, AUDITOR = (
    *("qiaoyun", "shijun", "maoyulan", "songzhiyuan"),
    *("tianxiaoman", "yanming"),
)
PROPERTY, URBAN, COMMITTEE, STATION = "qinghe-property-qh", "street-urban", "qinghe-committee", "qinghe-station"


def wishes(event: GridEvent, deed: Deed, **more: object) -> Wish:
    """What most deeds need, and whatever else is said."""
    return replace(course.wish(event, deed), **more)  # type: ignore[arg-type]


def does(session: Session, desk: Desk, who: str, event: GridEvent, deed: Deed, **more: object) -> GridEvent:
    """Somebody does it with the event as it is now."""
    return doing.do(session, desk, stage.staff(session, who), wishes(event, deed, **more))


def last(session: Session, event: GridEvent) -> CaseStep:
    """The newest line of the log."""
    return steps_of(session, event)[-1]


def deeds(session: Session, event: GridEvent) -> list[str | None]:
    """What was done, in order."""
    return [step.deed for step in steps_of(session, event)]


def returned(session: Session, desk: Desk, event: GridEvent, times: int) -> GridEvent:
    """A unit has sent it back so often."""
    course.goes(session, desk, event, Deed.ACCEPT)
    for _ in range(times):
        does(session, desk, stage.WORKER, event, Deed.DISPATCH, party_id=PROPERTY)
        does(session, desk, CLERK, event, Deed.RETURN)
    assert event.status in PATHS[Deed.DISPATCH].sources
    return event
