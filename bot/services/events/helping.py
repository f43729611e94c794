"""What becomes of what helping units (协办) were asked for, where one of them gets the whole matter."""

from typing import Final

from sqlalchemy import select

from bot.core.deeds import Deed
from bot.services import ledger
from bot.services.events import clocks, steps
from bot.services.events.standing import OPEN_TASKS
from bot.services.events.wishes import Scene
from bot.store.tables import EventTask, TaskStatus

BECAME_LEAD: Final = "转为主办"


def became_lead(scene: Scene, party_id: str) -> None:
    """A unit that leads helps nobody: its open task is part of the whole now, and no reason to wait for it."""
    own = select(EventTask).where(
        EventTask.event_id == scene.event.id, EventTask.party_id == party_id, EventTask.status.in_(OPEN_TASKS)
    )
    for task in scene.session.scalars(own).all():
        task.status, task.outcome, task.finished_at = TaskStatus.DROPPED, BECAME_LEAD, scene.now
        clocks.void_task(scene.session, task, scene.now)
        facts: dict[str, object] = {"task": task.id}
        steps.log(
            scene.session, scene.desk, scene.event, ledger.SYSTEM, Deed.DROP_TASK, BECAME_LEAD, None, facts, party_id
        )
