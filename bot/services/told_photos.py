"""Pictures of what was done that residents may see of their own case.

Only how it is now, only once somebody has been there to look, and not what colleagues took to show what is wrong, nor
what was taken where the resident was visited afterwards. What happened behind a door is for whoever reported it, not
for neighbours who joined.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus
from bot.errors import NotFound
from bot.store.queries import cases, photos
from bot.store.queries.erasing import ERASED_USER
from bot.store.tables import CaseKind, CasePhoto, GridEvent, PhotoStage, Resident

MOST: Final = 8
_SEEN_AND_DONE: Final = frozenset({EventStatus.VERIFIED, EventStatus.CLOSED, EventStatus.ARCHIVED})
_SHOWS_RESULT: Final = frozenset({Deed.RESOLVE, Deed.FINISH_TASK, Deed.VERIFY})
_BEGINS_AGAIN: Final = frozenset({Deed.REJECT, Deed.NOT_SOLVED, Deed.REOPEN})


def told_photos(session: Session, event: GridEvent, resident_id: str) -> Sequence[CasePhoto]:
    """What this resident may see of the event, in the order it came; none if it is none of theirs."""
    if event.status not in _SEEN_AND_DONE or not _is_theirs(session, event, resident_id):
        return []
    telling: set[int] = set()
    for step in cases.steps_of(session, event):
        if step.deed in _BEGINS_AGAIN:
            telling.clear()
        elif step.deed in _SHOWS_RESULT:
            telling.add(step.id)
    taken = photos.of_event(session, event.id)
    return [one for one in taken if one.stage is PhotoStage.AFTER and one.step_id in telling][-MOST:]


def for_resident(session: Session, resident_id: str, photo_id: int) -> CasePhoto:
    """The picture, if it is told to this resident; raises NotFound for every other."""
    found = session.get(CasePhoto, photo_id)
    is_of_event = found is not None and found.case_kind is CaseKind.GRID_EVENT
    event = session.get(GridEvent, found.case_id) if found and is_of_event else None
    if found is None or event is None or found not in told_photos(session, event, resident_id):
        raise NotFound("没有这张照片")
    return found


def _is_theirs(session: Session, event: GridEvent, resident_id: str) -> bool:
    if event.resident_id == resident_id:
        return True
    return cases.concerns(session, event, resident_id) and not _is_behind_a_door(session, event)


def _is_behind_a_door(session: Session, event: GridEvent) -> bool:
    """Whether a room is named; nobody knows any more where somebody reported who has left since."""
    if event.room is not None:
        return True
    reporter = session.get(Resident, event.resident_id) if event.resident_id else None
    return reporter is not None and reporter.channel_user.startswith(ERASED_USER)
