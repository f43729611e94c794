"""Events on the console, brought to where a test needs them."""

from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.services.desk import Desk
from bot.services.events import doing
from bot.store.queries.cases import case_by_number, steps_of
from bot.store.tables import GridEvent
from tests.console.house import Answer, Browser
from tests.services import stage
from tests.services.events import course
from tests.services.events.cast import wishes

PHONE = "19900000088"


def reported(desk: Desk, name: str = "someone", building: str = stage.BUILDING, leaf: str = stage.LAMP) -> str:
    """Somebody reports something; returns its number."""
    with desk.transaction() as session:
        resident = stage.someone(session, desk, name)
        resident.name, resident.phone = "王秀兰", PHONE
        place = stage.at(desk, building, "2", "301")
        return stage.report(session, desk, resident, place, leaf, f"楼道灯坏了，打{PHONE}").number


def brought(desk: Desk, until: Deed, name: str = "someone") -> str:
    """A report that has gone its usual way up to and with this deed; returns its number."""
    number = reported(desk, name)
    with desk.transaction() as session:
        course.goes(session, desk, stored(session, number), until)
    return number


def does(desk: Desk, who: str, number: str, deed: Deed, **more: object) -> None:
    """Somebody does something with it, without a browser."""
    with desk.transaction() as session:
        event = stored(session, number)
        doing.do(session, desk, stage.staff(session, who), wishes(event, deed, **more))


def stored(session: Session, number: str) -> GridEvent:
    found = case_by_number(session, number)
    assert isinstance(found, GridEvent)
    return found


def event(desk: Desk, number: str) -> GridEvent:
    """As it is stored now."""
    with desk.transaction(read_only=True) as session:
        return stored(session, number)


def log(desk: Desk, number: str) -> list[str | None]:
    """What was done with it, in order."""
    with desk.transaction(read_only=True) as session:
        return [step.deed for step in steps_of(session, stored(session, number))]


def told(desk: Desk, name: str = "someone") -> str:
    """What the resident read."""
    with desk.transaction() as session:
        return "\n".join(stage.told(session, stage.someone(session, desk, name)))


async def posts(browser: Browser, desk: Desk, number: str, path: str, **fields: str) -> Answer:
    """Send the form of a page that was opened just now."""
    version = str(event(desk, number).version)
    return await browser.post(f"/console/events/{number}/{path}", {"version": version, **fields})
