"""What the page of an event shows of the pictures taken there: with the steps they came with, before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.staff import Permission, can
from bot.store.queries import photos
from bot.store.tables import CaseStep, PhotoStage, Staff


@dataclass(frozen=True)
class PhotoLine:
    """A picture; `name` is 处理前照片1, by which a form names it too, `taken` says who took it and when in its life."""

    id: int
    step_id: int
    stage: PhotoStage
    name: str
    taken: str
    round: int
    at: datetime

    @property
    def address(self) -> str:
        """Where its bytes are."""
        return f"/console/photos/{self.id}"

    @property
    def alt(self) -> str:
        """What it is, for whoever does not see it."""
        return f"{self.name}，{self.taken}时拍的，点开看大图"


@dataclass(frozen=True)
class Photos:
    """What there is to compare, and whether this person may take a picture down."""

    before: tuple[PhotoLine, ...]
    after: tuple[PhotoLine, ...]
    may_remove: bool

    @property
    def all(self) -> tuple[PhotoLine, ...]:
        """Both sides, the earlier first."""
        return (*self.before, *self.after)

    def of_step(self, step_id: int) -> tuple[PhotoLine, ...]:
        """What came with one step."""
        return tuple(one for one in self.all if one.step_id == step_id)


def photos_of(session: Session, event_id: int, steps: Sequence[CaseStep], staff: Staff) -> Photos:
    """The pictures of an event whose log this is, numbered on each side in the order they came."""
    taken_with = {step.id: step for step in steps}
    sides: Mapping[PhotoStage, list[PhotoLine]] = {stage: [] for stage in PhotoStage}
    for photo in photos.of_event(session, event_id):
        side, step = sides[photo.stage], taken_with.get(photo.step_id)
        if step is None:
            # It came after the log was read.
            continue
        side.append(
            PhotoLine(
                id=photo.id,
                step_id=step.id,
                stage=photo.stage,
                name=f"{photo.stage.plain}照片{len(side) + 1}",
                taken=f"{step.actor_name}{Deed(step.deed).plain if step.deed else ''}",
                round=step.round or 1,
                at=photo.created_at,
            )
        )
    return Photos(
        before=tuple(sides[PhotoStage.BEFORE]),
        after=tuple(sides[PhotoStage.AFTER]),
        may_remove=can(staff.role, Permission.PHOTO_REMOVE),
    )
