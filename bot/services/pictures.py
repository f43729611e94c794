"""Pictures people send: looked at, never believed, drawn again without where and with what they were taken."""

import struct
import zlib
from dataclasses import dataclass, field
from enum import StrEnum
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from bot.errors import InvalidInput

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


def picture(data: bytes, longest_edge: int = LONGEST_EDGE) -> Media:
    """The picture drawn again, upright and within bounds; raises MediaRefused. Slow."""
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
            return _redrawn(image, longest_edge)
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


def _redrawn(image: Image.Image, longest_edge: int) -> Media:
    """The pixels alone, upright: position, camera, comments, thumbnails and what is hidden behind stay back."""
    is_drawn = image.format in {"PNG", "GIF"} or image.has_transparency_data
    if image.mode in {"P", "1"}:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((longest_edge, longest_edge))
    upright = ImageOps.exif_transpose(image).convert("RGBA" if image.has_transparency_data else "RGB")
    clean = Image.new(upright.mode, upright.size)
    clean.paste(upright)
    written = BytesIO()
    if is_drawn:
        clean.save(written, "PNG")
        return Media("image/png", ".png", written.getvalue())
    clean.save(written, "JPEG", quality=_JPEG_QUALITY)
    return Media("image/jpeg", ".jpg", written.getvalue())
