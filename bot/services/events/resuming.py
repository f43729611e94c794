"""What waits (挂账) and was looked at by nobody on its day does not wait for ever: work is taken up again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.core.deeds import PATHS, Deed
from bot.services import alerts, ledger
from bot.services.cases import tell
from bot.services.desk import Desk
from bot.services.events import finishing, steps
from bot.services.events.doing import carry_on
from bot.services.whistles.proposing import propose_for
from bot.store.queries import clocks as rows
from bot.store.tables import CaseClock, ClockKind, GridEvent

# Residents read it in the list of what happened.
WORDS: Final = "过了说好的日子还没有复查，系统恢复办理"
ALERT: Final = "没有按时复查，系统已恢复办理，时限接着算，请马上接着办，或者写明原因再挂账"


def forgotten(session: Session, desk: Desk, now: datetime) -> Sequence[int]:
    """Ids of the events whose review is so long overdue that work is taken up again, the longest first."""
    return [one.subject_id for one in rows.overdue_reviews(session, now) if _is_forgotten(desk, one, now)]


def resume(session: Session, desk: Desk, event_id: int, now: datetime) -> None:
    """Take work up again in the name of the system, with the time that was left, unless somebody has just seen to it.

    The unit and the street are alerted; the resident hears that nobody looked as was promised, and that it goes on.
    """
    event = session.get_one(GridEvent, event_id, with_for_update=True)
    reviews = rows.running(session, event.id, [ClockKind.REVIEW])
    if event.status not in PATHS[Deed.RESUME].sources or not any(_is_forgotten(desk, one, now) for one in reviews):
        return
    finishing.wait_no_longer(event)
    before = carry_on(session, desk, event, Deed.RESUME, PATHS[Deed.RESUME].target)
    steps.log(session, desk, event, ledger.SYSTEM, Deed.RESUME, WORDS, before, steps.dues(event))
    propose_for(session, desk, event)
    topic = f"forgotten-{event.community_id}#{reviews[0].id}"
    alerts.time_runs(session, desk, event, topic, "挂账过期", ALERT)
    tell(session, desk, event, "event.moved.resumed_late", "")


def _is_forgotten(desk: Desk, review: CaseClock, now: datetime) -> bool:
    return now > desk.calendar.add(review.due_at, desk.handling.resume_after_review)
