"""MP4 and QuickTime files as boxes (ISO/IEC 14496-12): what says where and by whom a video was taken is blanked."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

# Phones put the position into user data (©xyz, loci), keys of the metadata box, or XMP, a box named by a UUID.
_TELLING: Final = frozenset({b"udta", b"meta", b"uuid"})
_CONTAINERS: Final = frozenset({b"moov", b"trak", b"mdia", b"minf", b"moof", b"traf"})
# Pictures and sound in the same kind of container are no videos.
_FILM_BRANDS: Final = (b"iso", b"mp4", b"avc", b"qt  ", b"3gp", b"3g2", b"M4V", b"MSNV", b"dash", b"mmp4", b"XAVC")
_MOST_BOXES: Final = 10_000
_SHORT: Final = 8
_LONG: Final = 16


@dataclass(frozen=True)
class _Box:
    kind: bytes
    start: int
    content: int
    end: int


def without_places(data: bytes) -> bytes | None:
    """The video with what tells about its maker overwritten by zeros in boxes to skip; its length stays.

    None where it is no video. Raises ValueError where the boxes do not fit into each other.
    """
    if not data[8:].startswith(_FILM_BRANDS):
        return None
    blanked = bytearray(data)
    has_film = False
    for box in _boxes(data):
        has_film = has_film or box.kind == b"moov"
        if box.kind in _TELLING:
            blanked[box.start + 4 : box.start + 8] = b"free"
            blanked[box.content : box.end] = bytes(box.end - box.content)
    return bytes(blanked) if has_film else None


def _boxes(data: bytes) -> Iterator[_Box]:
    """Every box down to where positions are kept, without recursion: a hostile file nests as deep as it likes."""
    stretches = [(0, len(data))]
    count = 0
    while stretches:
        start, end = stretches.pop()
        # Cameras pad some containers with a few zeros.
        while end - start >= _SHORT:
            count += 1
            if count > _MOST_BOXES:
                raise ValueError
            box = _box(data, start, end)
            yield box
            if box.kind in _CONTAINERS:
                stretches.append((box.content, box.end))
            start = box.end


def _box(data: bytes, start: int, end: int) -> _Box:
    size, content = int.from_bytes(data[start : start + 4], "big"), start + _SHORT
    if size == 1:
        size, content = int.from_bytes(data[start + _SHORT : start + _LONG], "big"), start + _LONG
    elif size == 0:
        size = end - start
    if content > start + size or start + size > end or content > end:
        raise ValueError
    return _Box(data[start + 4 : start + 8], start, content, start + size)
