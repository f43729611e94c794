"""Pictures staff take at the place, as evidence of what was wrong and of what was done."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.cases import CaseKind
from bot.store.types import Base, RowId, refers_to


class PhotoStage(StrEnum):
    """Which side of the work a picture shows; `plain` is what stands above it."""

    BEFORE = "before"
    AFTER = "after"

    @property
    def plain(self) -> str:
        """The Chinese words for it."""
        return "处理前" if self is PhotoStage.BEFORE else "处理后"


class CasePhoto(Base):
    """A picture that came with a step of a case.

    `file` is the stored copy below the media folder, this row's alone; see `bot.services.photo_files`.
    """

    __tablename__ = "case_photos"
    # No id is used twice: an address of a picture taken down must never show another.
    __table_args__ = (
        Index(None, "case_kind", "case_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_kind: Mapped[CaseKind]
    case_id: Mapped[int] = mapped_column(RowId)
    step_id: Mapped[int] = mapped_column(refers_to("case_steps.id"), index=True)
    staff_id: Mapped[int] = mapped_column(refers_to("staff.id"))
    stage: Mapped[PhotoStage]
    file: Mapped[str] = mapped_column(String(200), unique=True)
    content_type: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    created_at: Mapped[datetime]
