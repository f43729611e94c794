"""Pictures staff take at the place: kept with the step they came with, seen by whoever may see the case.

Nobody has to take any (State Council Office rules on government apps: no needless uploading of work photos). They
belong to the case and not to its resident: whoever leaves takes the contact and the door along, the pictures stay as
long as the case is kept, and a face or a number plate on one is reason enough to take it down at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from bot.core.deeds import Deed
from bot.core.staff import Permission, can
from bot.core.zone import SHANGHAI
from bot.errors import InvalidInput, NotAllowed, NotFound
from bot.services import ledger, photo_files
from bot.services.cases import LONGEST_NOTE, case_for, expect, may_see
from bot.services.desk import Desk
from bot.services.events import steps
from bot.services.media_files import remove_after_commit
from bot.services.pictures import Media, MediaRefused, Reason, picture
from bot.store.queries.audit import append_audit
from bot.store.tables import CaseKind, CasePhoto, CaseStep, GridEvent, PhotoStage, Staff

MOST: Final = 4
MOST_BYTES: Final = 5_000_000
# Enough to read a notice on a wall, and quickly there on a phone in a stairwell.
LONGEST_EDGE: Final = 1920
STAGES: Final[Mapping[Deed, PhotoStage]] = {
    Deed.FILE: PhotoStage.BEFORE,
    Deed.CONTACT: PhotoStage.BEFORE,
    Deed.START: PhotoStage.BEFORE,
    Deed.NOTE: PhotoStage.BEFORE,
    Deed.RESOLVE: PhotoStage.AFTER,
    Deed.FINISH_TASK: PhotoStage.AFTER,
    Deed.VERIFY: PhotoStage.AFTER,
    Deed.REJECT: PhotoStage.AFTER,
    Deed.CALL_BACK: PhotoStage.AFTER,
}
"""The deeds pictures may come with, and which side of the work they show."""


@dataclass(frozen=True)
class Removal:
    """A picture somebody wants taken down, with the reason, and the version of the event as they saw it."""

    number: str
    version: int
    photo_id: int | None
    reason: str


def checked(data: bytes) -> Media:
    """The picture drawn again without where it was taken; raises InvalidInput in words for whoever took it. Slow."""
    if not data:
        raise InvalidInput("这张照片是空的", "请重新拍一张")
    if len(data) > MOST_BYTES:
        raise InvalidInput("照片太大，每张最多5MB", "请在手机上缩小一点再传")
    try:
        drawn = picture(data, LONGEST_EDGE)
    except MediaRefused as refused:
        if refused.reason is Reason.NOT_THIS_KIND:
            raise InvalidInput("只能传照片（JPG、PNG、WebP）", "别的文件传不上来") from refused
        raise InvalidInput(refused.message, "请换一张照片") from refused
    if len(drawn.data) > MOST_BYTES:
        raise InvalidInput("照片太大，每张最多5MB", "请在手机上缩小一点再传")
    return drawn


def check_number(number: int) -> None:
    """Raise InvalidInput for more pictures than one step takes."""
    if number > MOST:
        raise InvalidInput(f"一次最多{MOST}张照片", "请挑最要紧的几张")


def keep(session: Session, desk: Desk, step: CaseStep, staff: Staff, pictures: Sequence[Media]) -> None:
    """Keep what came with the step; raises InvalidInput for too many, or where the deed takes none."""
    if not pictures:
        return
    check_number(len(pictures))
    stage = STAGES.get(Deed(step.deed)) if step.deed else None
    if stage is None:
        raise InvalidInput("这一步不用传照片", "要留照片可以记一笔")
    for media in pictures:
        session.add(
            CasePhoto(
                case_kind=step.case_kind,
                case_id=step.case_id,
                step_id=step.id,
                staff_id=staff.id,
                stage=stage,
                file=photo_files.put(session, desk.settings.media, media),
                content_type=media.content_type,
                size=len(media.data),
                created_at=step.at,
            )
        )
    session.flush()


def for_staff(session: Session, staff: Staff, photo_id: int) -> CasePhoto:
    """The picture, if it exists for this person; raises NotFound else, whichever of the two it is."""
    found = session.get(CasePhoto, photo_id)
    is_of_event = found is not None and found.case_kind is CaseKind.GRID_EVENT
    event = session.get(GridEvent, found.case_id) if found and is_of_event else None
    if found is None or event is None or not may_see(session, event, staff):
        raise NotFound("没有这张照片")
    return found


def remove(session: Session, desk: Desk, staff: Staff, removal: Removal) -> GridEvent:
    """Take a picture down, for a reason that stays in the log; the file is gone with the commit.

    Raises NotFound (no such event for this person, no such picture of it), NotAllowed, Conflict, InvalidInput.
    """
    event = case_for(session, staff, CaseKind.GRID_EVENT, removal.number)
    if not isinstance(event, GridEvent):
        raise NotFound(f"没有编号为 {removal.number} 的事件")
    if not can(staff.role, Permission.PHOTO_REMOVE):
        raise NotAllowed(f"{staff.role.plain}不能撤下照片", "请找居委会主任或街道调度员")
    expect(event, removal.version)
    photo, reason = _own(session, event, removal.photo_id), _worded(removal.reason)
    words = f"撤下1张照片（{_described(session, photo)}）：{reason}"
    session.delete(photo)
    # A form is good for one deed, as everywhere: see `bot.services.events.doing.carry_on`.
    flag_modified(event, "updated_at")
    steps.log(session, desk, event, ledger.worker(staff), Deed.NOTE, words, facts={"photo": photo.id})
    append_audit(session, desk.clock(), staff.id, "photo:remove", event.number, f"photo={photo.id}")
    remove_after_commit(session, [desk.settings.media / photo.file])
    return event


def _own(session: Session, event: GridEvent, photo_id: int | None) -> CasePhoto:
    if photo_id is None:
        raise InvalidInput("请选一张照片", "选好要撤下的那一张")
    photo = session.get(CasePhoto, photo_id)
    if photo is None or (photo.case_kind, photo.case_id) != (CaseKind.GRID_EVENT, event.id):
        raise NotFound("没有这张照片", "可能已经撤下了，请刷新页面")
    return photo


def _worded(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise InvalidInput("请写明为什么撤下", "办理记录里会留下这段话")
    if len(reason) > LONGEST_NOTE:
        raise InvalidInput(f"说明不能超过{LONGEST_NOTE}个字")
    return reason


def _described(session: Session, photo: CasePhoto) -> str:
    taken = photo.created_at.astimezone(SHANGHAI)
    name = session.get_one(Staff, photo.staff_id).name
    return f"{photo.stage.plain}，{name}{taken.month}月{taken.day}日{taken:%H:%M}传的"
