"""What pages show of an attachment: where to get it, or in plain words why it is not there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from bot.core.masking import redact
from bot.core.places import grid_at
from bot.services.desk import Desk
from bot.services.enclosures import PLACEHOLDERS
from bot.store.queries import attachments
from bot.store.tables import Attachment, AttachmentState, CaseKind

EXPIRED: Final = "40007"
# What channels write into `Attachment.fault`.
REASONS: Final[Mapping[str, str]] = {
    "too_large": "文件太大，没有收",
    "too_many_pixels": "图片的尺寸太大，没有收",
    "not_this_kind": "不是能看的图片、语音或视频，没有收",
    "broken": "文件坏了，打不开",
    EXPIRED: "微信那边只留3天，已经过期",
}
OTHERWISE: Final = {AttachmentState.REFUSED: "没有收", AttachmentState.LOST: "没有取到"}
AGAIN: Final = "可以请居民重新发一次"


@dataclass(frozen=True)
class Enclosed:
    """An attachment; either `missing` says why there is nothing to see, or the fields of its kind are set.

    `what` is 照片, 语音 …; `host` names the site a link leads to, and is empty where no safe link can be made of it.
    """

    id: int
    kind: str
    what: str
    at: datetime
    label: str
    missing: str
    is_amr: bool
    grid: str
    position: str
    url: str
    host: str

    @property
    def address(self) -> str:
        """Where its bytes are."""
        return f"/console/attachments/{self.id}"


def of_messages(session: Session, desk: Desk, message_ids: Collection[int]) -> dict[int, Enclosed]:
    """What came with each of these messages."""
    found = attachments.of_messages(session, message_ids)
    return {message_id: enclosed(desk, one) for message_id, one in found.items()}


def of_case(session: Session, desk: Desk, kind: CaseKind, case_id: int) -> tuple[Enclosed, ...]:
    """What belongs to a case, in the order it came."""
    found: Sequence[Attachment] = attachments.of_case(session, kind, case_id)
    return tuple(enclosed(desk, one) for one in found)


def enclosed(desk: Desk, attachment: Attachment) -> Enclosed:
    """The attachment as a page shows it."""
    host = _host(attachment.url or "")
    grid, position = _whereabouts(desk, attachment)
    return Enclosed(
        id=attachment.id,
        kind=attachment.kind.value,
        what=PLACEHOLDERS[attachment.kind].strip("[]"),
        at=attachment.created_at,
        label=redact(attachment.label or ""),
        missing=_missing(attachment),
        is_amr=attachment.content_type == "audio/amr",
        grid=grid,
        position=position,
        url=(attachment.url or "") if host else "",
        host=host,
    )


def _missing(attachment: Attachment) -> str:
    if attachment.state is AttachmentState.PENDING:
        return "正在取…"
    if attachment.state not in OTHERWISE:
        return ""
    reason = REASONS.get(attachment.fault or "", OTHERWISE[attachment.state])
    return f"{reason}，{AGAIN}"


def _whereabouts(desk: Desk, attachment: Attachment) -> tuple[str, str]:
    if attachment.lon is None or attachment.lat is None:
        return "", ""
    grid = grid_at(attachment.lon, attachment.lat, desk.gazetteer)
    return grid.name if grid else "", f"纬度 {attachment.lat:.5f}，经度 {attachment.lon:.5f}"


def _host(url: str) -> str:
    """The site a browser would go to; browsers take backslashes for slashes and skip line ends, Python does not."""
    if "\\" in url or not url.isprintable():
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme in {"http", "https"} else ""
