"""Sending bytes of the media folder: as what they are, and never as a page of ours."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import hdrs, web

from bot.errors import NotFound
from bot.services.desk import Desk
from bot.store.tables import Attachment, AttachmentState, CasePhoto

# A browser shows these in the page; anything else might be a page itself, and is only saved.
SHOWN: Final = ("image/", "audio/", "video/")
DRAWN_BY_SCRIPT: Final = "image/svg+xml"
UNKNOWN: Final = "application/octet-stream"
GONE: Final = "这个附件现在看不到"


@dataclass(frozen=True)
class StoredFile:
    """Bytes on disk, and as what they are sent."""

    path: Path
    content_type: str
    name: str

    @property
    def disposition(self) -> str:
        """Shown or saved, with the name it is saved under."""
        is_shown = self.content_type.startswith(SHOWN) and self.content_type != DRAWN_BY_SCRIPT
        return f'{"inline" if is_shown else "attachment"}; filename="{self.name}"'


def stored_file(desk: Desk, attachment: Attachment) -> StoredFile:
    """Raises NotFound for what has not come yet, is gone, or would lie outside the media folder."""
    if attachment.state is not AttachmentState.STORED or not attachment.file:
        raise NotFound(GONE)
    path = _inside(desk, attachment.file)
    return StoredFile(path, attachment.content_type or UNKNOWN, f"{attachment.kind}-{attachment.id}{path.suffix}")


def stored_photo(desk: Desk, photo: CasePhoto) -> StoredFile:
    """Raises NotFound for what is gone, or would lie outside the media folder."""
    path = _inside(desk, photo.file)
    return StoredFile(path, photo.content_type, f"{photo.stage}-{photo.id}{path.suffix}")


def _inside(desk: Desk, file: str) -> Path:
    folder = desk.settings.media.resolve()
    path = (folder / file).resolve()
    if not (path.is_relative_to(folder) and path.is_file()):
        raise NotFound(GONE)
    return path


def response(found: StoredFile) -> web.FileResponse:
    """The bytes; parts of them where a player asks for a part."""
    return web.FileResponse(
        found.path,
        headers={
            hdrs.CONTENT_TYPE: found.content_type,
            hdrs.CONTENT_DISPOSITION: found.disposition,
            hdrs.CACHE_CONTROL: "private, no-store",
        },
    )
