"""What somebody wants to be done with a grid event, typed; and the scene in which it is done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.grid_events import Completion, Disposition, Satisfaction, Solved, Supervision
from bot.services.desk import Desk
from bot.services.pictures import Media
from bot.store.tables import CallBackWay, GridEvent, Staff


@dataclass(frozen=True)
class Wish:
    """A deed with what it needs; fields that do not belong to it stay None.

    `version` is that of the event as the worker saw it. `amount` counts the delay asked for, in the unit of the
    limit that runs. `words` are read by residents where the deed tells them. `is_told` is false for the earlier
    links of a chain: residents hear of its end only. `pictures` were looked at before: see `bot.services.case_photos`.
    """

    number: str
    deed: Deed
    version: int
    words: str = ""
    party_id: str | None = None
    amount: int | None = None
    review_on: date | None = None
    completion: Completion | None = None
    supervision: Supervision | None = None
    disposition: Disposition | None = None
    task_id: int | None = None
    is_reached: bool = True
    solved: Solved | None = None
    satisfaction: Satisfaction = Satisfaction.UNRATED
    way: CallBackWay = CallBackWay.PHONE
    is_told: bool = True
    pictures: tuple[Media, ...] = ()


@dataclass(frozen=True)
class Scene:
    """Everything an effect needs: the wish, who has it, the event and the moment.

    `is_by_system` if the deed only follows from what the person did, and the log names the system.
    """

    session: Session
    desk: Desk
    staff: Staff
    event: GridEvent
    wish: Wish
    now: datetime
    is_by_system: bool = False


@dataclass(frozen=True)
class Effect:
    """What came of a deed besides its usual status.

    Facts for the log, the unit it concerns, other words for the log, and the name of the news for residents (the last
    part of a notice `event.moved.*`).
    """

    facts: Mapping[str, object] = field(default_factory=dict)
    party_id: str | None = None
    words: str | None = None
    news: str | None = None
