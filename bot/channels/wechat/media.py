"""What residents send besides words: looked at, never believed; stripped of where it was taken."""

from typing import Final

from bot.channels.wechat.videos import without_places
from bot.services.pictures import Media, MediaRefused, Reason, picture
from bot.store.tables import AttachmentKind

MOST_BYTES: Final = {
    AttachmentKind.IMAGE: 10_000_000,
    AttachmentKind.VOICE: 2_000_000,
    AttachmentKind.VIDEO: 20_000_000,
}


def checked(kind: AttachmentKind, data: bytes) -> Media:
    """Make sure the bytes are what a resident is said to have sent; raises MediaRefused. Slow for pictures."""
    if kind not in MOST_BYTES:
        raise MediaRefused(Reason.NOT_THIS_KIND)
    if len(data) > MOST_BYTES[kind]:
        raise MediaRefused(Reason.TOO_LARGE)
    if kind is AttachmentKind.IMAGE:
        return picture(data)
    return _voice(data) if kind is AttachmentKind.VOICE else _video(data)


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
