"""What residents send besides words: looked at, never believed; stripped of where it was taken; stored once."""

import os
import struct
import zlib
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import mkstemp
from typing import Final

from PIL import Image, ImageOps

from bot.channels.wechat.videos import without_places
from bot.errors import InvalidInput
from bot.store.tables import AttachmentKind

MOST_BYTES: Final = {
    AttachmentKind.IMAGE: 10_000_000,
    AttachmentKind.VOICE: 2_000_000,
    AttachmentKind.VIDEO: 20_000_000,
}
MOST_PIXELS: Final = 40_000_000
LONGEST_EDGE: Final = 2560

_JPEG_QUALITY: Final = 88
# What Pillow's readers raise on files made to break them.
_BROKEN: Final = (
    *(OSError, EOFError, SyntaxError, ValueError, TypeError, ArithmeticError, LookupError),
    *(struct.error, zlib.error, Image.DecompressionBombError, Image.DecompressionBombWarning),
)


class Reason(StrEnum):
    """Why media is not kept."""

    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    NOT_THIS_KIND = "not_this_kind"
    BROKEN = "broken"


_WORDS: Final = {
    Reason.TOO_LARGE: "文件太大",
    Reason.TOO_MANY_PIXELS: "图片的尺寸太大",
    Reason.NOT_THIS_KIND: "不是能看的图片、语音或视频",
    Reason.BROKEN: "文件坏了，打不开",
}


class MediaRefused(InvalidInput):
    """The bytes are not kept; the message tells a worker why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(_WORDS[reason], "请居民重新拍一张、录一段再发")
        self.reason = reason


@dataclass(frozen=True)
class Media:
    """Bytes fit to be shown; `suffix` begins with a dot."""

    content_type: str
    suffix: str
    data: bytes = field(repr=False)


def checked(kind: AttachmentKind, data: bytes) -> Media:
    """Make sure the bytes are what a resident is said to have sent; raises MediaRefused. Slow for pictures."""
    if kind not in MOST_BYTES:
        raise MediaRefused(Reason.NOT_THIS_KIND)
    if len(data) > MOST_BYTES[kind]:
        raise MediaRefused(Reason.TOO_LARGE)
    if kind is AttachmentKind.IMAGE:
        return _image(data)
    return _voice(data) if kind is AttachmentKind.VOICE else _video(data)


def store_media(folder: Path, data: bytes, suffix: str) -> str:
    """Write the bytes below the folder under the name of their content; returns the path inside the folder.

    The same bytes are written once: before deleting a file, make sure nobody else sent the same.
    """
    digest = sha256(data).hexdigest()
    name = f"{digest[:2]}/{digest[2:4]}/{digest}{suffix}"
    place = folder / name
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        _write(place, data)
    return name


def _write(place: Path, data: bytes) -> None:
    """All of it or nothing, whatever dies in between; mkstemp lets only this user read it."""
    handle, temporary = mkstemp(dir=place.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(place)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def _image(data: bytes) -> Media:
    form = _image_form(data)
    if form is None:
        raise MediaRefused(Reason.NOT_THIS_KIND)
    try:
        with Image.open(BytesIO(data), formats=(form,)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise MediaRefused(Reason.TOO_MANY_PIXELS)
            image.verify()
        # Checking a picture uses it up.
        with Image.open(BytesIO(data), formats=(form,)) as image:
            return _redrawn(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise MediaRefused(Reason.TOO_MANY_PIXELS) from None
    except _BROKEN as error:
        raise MediaRefused(Reason.BROKEN) from error


def _image_form(data: bytes) -> str | None:
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    return "WEBP" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


def _redrawn(image: Image.Image) -> Media:
    """The pixels alone, upright: position, camera, comments, thumbnails and what is hidden behind stay back."""
    is_drawn = image.format in {"PNG", "GIF"} or image.has_transparency_data
    if image.mode in {"P", "1"}:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    upright = ImageOps.exif_transpose(image).convert("RGBA" if image.has_transparency_data else "RGB")
    clean = Image.new(upright.mode, upright.size)
    clean.paste(upright)
    written = BytesIO()
    if is_drawn:
        clean.save(written, "PNG")
        return Media("image/png", ".png", written.getvalue())
    clean.save(written, "JPEG", quality=_JPEG_QUALITY)
    return Media("image/jpeg", ".jpg", written.getvalue())


def _voice(data: bytes) -> Media:
    if data.startswith((b"#!AMR\n", b"#!AMR-WB\n")):
        return Media("audio/amr", ".amr", data)
    if data.startswith(b"OggS"):
        return Media("audio/ogg", ".ogg", data)
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return Media("audio/wav", ".wav", data)
    if data.startswith(b"ID3") or _is_mp3_frame(data[:4]):
        return Media("audio/mpeg", ".mp3", data)
    raise MediaRefused(Reason.NOT_THIS_KIND)


def _is_mp3_frame(head: bytes) -> bool:
    """11 bits of sync, then MPEG version, layer III, bitrate and sample rate, none of them a reserved value."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:  # noqa: PLR2004
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and bitrate not in {0, 15} and rate != 3  # noqa: PLR2004


def _video(data: bytes) -> Media:
    if data[4:8] != b"ftyp":
        raise MediaRefused(Reason.NOT_THIS_KIND)
    try:
        blanked = without_places(data)
    except ValueError as error:
        raise MediaRefused(Reason.BROKEN) from error
    if blanked is None:
        raise MediaRefused(Reason.NOT_THIS_KIND)
    is_quicktime = data[8:12] == b"qt  "
    return Media("video/quicktime", ".mov", blanked) if is_quicktime else Media("video/mp4", ".mp4", blanked)
