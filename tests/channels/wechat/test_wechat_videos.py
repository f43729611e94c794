"""Videos: what tells where they were taken is blanked, and nothing else moves."""

import pytest

from bot.channels.wechat.media import checked
from bot.services.pictures import MediaRefused, Reason
from bot.store.tables import AttachmentKind

PLACE = b"+31.2304+121.4737/"
FILM = b"the film itself"


def box(kind: bytes, content: bytes = b"") -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + kind + content


def long_box(kind: bytes, content: bytes) -> bytes:
    return (1).to_bytes(4, "big") + kind + (16 + len(content)).to_bytes(8, "big") + content


def filmed(*inside: bytes, brand: bytes = b"isom") -> bytes:
    """A film whose head holds these boxes."""
    return (
        box(b"ftyp", brand + bytes(4)) + box(b"mdat", FILM) + box(b"moov", box(b"mvhd", bytes(20)) + b"".join(inside))
    )


def reason_of(data: bytes) -> Reason:
    with pytest.raises(MediaRefused) as raised:
        checked(AttachmentKind.VIDEO, data)
    return raised.value.reason


@pytest.mark.parametrize(
    ("brand", "content_type", "suffix"),
    [
        (b"isom", "video/mp4", ".mp4"),
        (b"mp42", "video/mp4", ".mp4"),
        (b"3gp5", "video/mp4", ".mp4"),
        (b"qt  ", "video/quicktime", ".mov"),
    ],
)
def test_a_video_is_kept(brand: bytes, content_type: str, suffix: str) -> None:
    media = checked(AttachmentKind.VIDEO, filmed(brand=brand))
    assert (media.content_type, media.suffix) == (content_type, suffix)


@pytest.mark.parametrize(
    "telling",
    [
        box(b"udta", box(b"\xa9xyz", PLACE)),
        box(b"udta", box(b"loci", PLACE)),
        box(b"meta", box(b"keys", b"com.apple.quicktime.location") + box(b"ilst", PLACE)),
        box(b"uuid", bytes(16) + PLACE),
        box(b"trak", box(b"udta", PLACE)),
        box(b"trak", box(b"mdia", box(b"minf", box(b"meta", PLACE)))),
        long_box(b"udta", PLACE),
        box(b"trak", box(b"udta", PLACE)) + bytes(4),
    ],
    ids=["xyz", "loci", "keys", "xmp", "track", "deep", "long", "padded"],
)
def test_where_it_was_taken_is_gone_and_nothing_moves(telling: bytes) -> None:
    taken = filmed(telling)
    kept = checked(AttachmentKind.VIDEO, taken).data
    assert PLACE in taken
    assert PLACE not in kept
    assert b"free" in kept
    assert len(kept) == len(taken)
    assert kept.index(FILM) == taken.index(FILM)


def test_xmp_outside_the_head_is_gone_too() -> None:
    assert PLACE not in checked(AttachmentKind.VIDEO, filmed() + box(b"uuid", PLACE)).data


def test_a_film_without_such_boxes_stays_as_it_was() -> None:
    taken = filmed(box(b"trak", box(b"tkhd", b"udta")))
    assert checked(AttachmentKind.VIDEO, taken).data == taken


def test_a_last_box_may_reach_to_the_end_of_the_file() -> None:
    taken = box(b"ftyp", b"isom") + box(b"moov") + bytes(4) + b"mdat" + FILM
    assert checked(AttachmentKind.VIDEO, taken).data == taken


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x1a\x45\xdf\xa3webm",
        b"<html></html>",
        b"#!AMR\n",
        box(b"ftyp", b"heic") + box(b"moov"),
        box(b"ftyp", b"isom"),
    ],
    ids=["nothing", "webm", "html", "voice", "picture", "no film"],
)
def test_what_is_no_video_is_refused(data: bytes) -> None:
    assert reason_of(data) is Reason.NOT_THIS_KIND


@pytest.mark.parametrize(
    "data",
    [
        filmed() + (99).to_bytes(4, "big") + b"mdat",
        filmed() + (3).to_bytes(4, "big") + b"mdat",
        filmed(box(b"trak", (2**31).to_bytes(4, "big") + b"udta")),
        filmed() + (1).to_bytes(4, "big") + b"mdat" + (2**63).to_bytes(8, "big"),
        filmed() + (1).to_bytes(4, "big") + b"mdat",
        filmed(box(b"free") * 20_000),
    ],
    ids=["too long", "too short", "over its parent", "huge", "cut off", "too many"],
)
def test_boxes_that_do_not_fit_are_refused(data: bytes) -> None:
    assert reason_of(data) is Reason.BROKEN


def test_boxes_nested_without_end_do_not_end_the_program() -> None:
    nested = b"".join((8 * depth).to_bytes(4, "big") + b"moov" for depth in range(5000, 0, -1))
    assert len(checked(AttachmentKind.VIDEO, box(b"ftyp", b"isom") + nested).data) == 12 + len(nested)
