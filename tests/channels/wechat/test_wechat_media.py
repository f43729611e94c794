"""Pictures and voices: looked at, never believed; kept without what they tell about their maker."""

import stat
import zlib
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.channels.wechat.media import MOST_BYTES, checked
from bot.services.media_files import store_media
from bot.services.pictures import LONGEST_EDGE, MediaRefused, Reason
from bot.store.tables import AttachmentKind

IMAGE, VOICE, VIDEO = AttachmentKind.IMAGE, AttachmentKind.VOICE, AttachmentKind.VIDEO
ORIENTATION, DESCRIPTION, GPS = 0x0112, 0x010E, 0x8825
HTML = b"<html><script>alert(1)</script></html>"
PNG_HEAD = b"\x89PNG\r\n\x1a\n"


def drawn(form: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object) -> bytes:
    """A picture whose upper left corner is red."""
    image = Image.new(mode, size, "white" if mode == "RGB" else None)
    if mode == "RGB":
        image.paste((255, 0, 0), (0, 0, size[0] // 2, size[1] // 2))
    written = BytesIO()
    image.save(written, form, **options)
    return written.getvalue()


def photographed(orientation: int = 1) -> bytes:
    """A JPEG as a phone makes it: where, with what, and a comment."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[DESCRIPTION] = "SECRET-DESCRIPTION"
    exif.get_ifd(GPS).update({1: "N", 2: (31.0, 14.0, 5.0), 29: "2026:03:04"})
    return drawn("JPEG", exif=exif, comment=b"SECRET-COMMENT", quality=95)


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def reason_of(kind: AttachmentKind, data: bytes) -> Reason:
    with pytest.raises(MediaRefused) as raised:
        checked(kind, data)
    return raised.value.reason


@pytest.mark.parametrize(
    ("form", "content_type", "suffix"),
    [
        ("JPEG", "image/jpeg", ".jpg"),
        ("PNG", "image/png", ".png"),
        ("GIF", "image/png", ".png"),
        ("WEBP", "image/jpeg", ".jpg"),
    ],
)
def test_a_picture_is_kept_in_a_form_every_browser_shows(form: str, content_type: str, suffix: str) -> None:
    media = checked(IMAGE, drawn(form))
    assert (media.content_type, media.suffix) == (content_type, suffix)
    assert opened(media.data).size == (60, 40)


def test_nothing_in_a_photograph_tells_where_it_was_taken() -> None:
    taken = photographed()
    assert opened(taken).getexif().get_ifd(GPS)
    media = checked(IMAGE, taken)
    assert not opened(media.data).getexif()
    assert b"SECRET" not in media.data
    assert b"Exif" not in media.data


def test_a_photograph_taken_sideways_is_turned_upright() -> None:
    image = opened(checked(IMAGE, photographed(orientation=6)).data).convert("RGB")
    assert image.size == (40, 60)
    red, green, _ = image.getpixel((35, 5))  # type: ignore[misc]
    assert red > 200
    assert green < 60


def test_a_large_picture_is_made_smaller() -> None:
    media = checked(IMAGE, drawn("JPEG", (5000, 2500)))
    assert opened(media.data).size == (LONGEST_EDGE, LONGEST_EDGE // 2)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_pictures_of_all_colours_are_kept(mode: str) -> None:
    assert opened(checked(IMAGE, drawn("PNG", mode=mode)).data).size == (60, 40)


def test_a_picture_stays_transparent() -> None:
    assert opened(checked(IMAGE, drawn("PNG", mode="RGBA")).data).mode == "RGBA"


def test_of_a_moving_picture_the_first_is_kept() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    written = BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:])
    image = opened(checked(IMAGE, written.getvalue()).data)
    assert getattr(image, "n_frames", 1) == 1
    assert image.convert("RGB").getpixel((5, 5)) == (255, 0, 0)


@pytest.mark.parametrize("data", [b"", b"\xff", HTML, b"GIF", b"%PDF-1.7", b"<svg/>", b"#!AMR\n"], ids=repr)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    assert reason_of(IMAGE, data) is Reason.NOT_THIS_KIND


@pytest.mark.parametrize(
    "data",
    [PNG_HEAD + HTML, b"GIF89a" + HTML, b"\xff\xd8\xff" + HTML, b"RIFF\x10\x00\x00\x00WEBP" + HTML],
    ids=["png", "gif", "jpeg", "webp"],
)
def test_html_behind_the_head_of_a_picture_is_refused(data: bytes) -> None:
    assert reason_of(IMAGE, data) is Reason.BROKEN


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])
def test_half_a_picture_is_refused(form: str) -> None:
    whole = drawn(form, (400, 300))
    assert reason_of(IMAGE, whole[: len(whole) // 2]) is Reason.BROKEN


@pytest.mark.parametrize("size", [(7000, 6000), (12_000, 8_000), (30_000, 30_000)])
def test_a_picture_that_would_fill_the_memory_is_refused_unopened(size: tuple[int, int]) -> None:
    data = bytearray(drawn("PNG", (1, 1), "L"))
    data[16:24] = size[0].to_bytes(4, "big") + size[1].to_bytes(4, "big")
    data[29:33] = zlib.crc32(bytes(data[12:29])).to_bytes(4, "big")
    assert reason_of(IMAGE, bytes(data)) is Reason.TOO_MANY_PIXELS


@pytest.mark.parametrize("kind", [IMAGE, VOICE, VIDEO])
def test_a_file_over_its_limit_is_refused(kind: AttachmentKind) -> None:
    assert reason_of(kind, bytes(MOST_BYTES[kind] + 1)) is Reason.TOO_LARGE


@pytest.mark.parametrize("kind", [AttachmentKind.FILE, AttachmentKind.LINK, AttachmentKind.LOCATION])
def test_nothing_else_is_kept(kind: AttachmentKind) -> None:
    assert reason_of(kind, drawn("PNG")) is Reason.NOT_THIS_KIND


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b"#!AMR\n<voice>", "audio/amr"),
        (b"#!AMR-WB\n<voice>", "audio/amr"),
        (b"OggS<voice>", "audio/ogg"),
        (b"RIFF\x08\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"ID3\x04<voice>", "audio/mpeg"),
        (b"\xff\xfb\x90\x00<voice>", "audio/mpeg"),
    ],
)
def test_a_voice_is_known_by_its_first_bytes(data: bytes, content_type: str) -> None:
    media = checked(VOICE, data)
    assert (media.content_type, media.data) == (content_type, data)


@pytest.mark.parametrize("data", [b"", HTML, b"\xff\xff\xff\xff", b"\xff\xfb", PNG_HEAD, b"RIFF1234AVI "], ids=repr)
def test_what_is_no_voice_is_refused(data: bytes) -> None:
    assert reason_of(VOICE, data) is Reason.NOT_THIS_KIND


def test_bytes_are_stored_under_the_name_of_their_content_for_this_user_only(tmp_path: Path) -> None:
    name = store_media(tmp_path / "media", b"voice", ".amr")
    digest = sha256(b"voice").hexdigest()
    assert name == f"{digest[:2]}/{digest[2:4]}/{digest}.amr"
    place = tmp_path / "media" / name
    assert place.read_bytes() == b"voice"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_the_same_bytes_are_stored_once_and_nothing_is_left_lying(tmp_path: Path) -> None:
    assert store_media(tmp_path, b"voice", ".amr") == store_media(tmp_path, b"voice", ".amr")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_folder_that_cannot_be_written_leaves_nothing_half(tmp_path: Path) -> None:
    (tmp_path / sha256(b"voice").hexdigest()[:2]).write_text("a file in the way")
    with pytest.raises(OSError, match=r"exists|directory"):
        store_media(tmp_path, b"voice", ".amr")
    assert len(list(tmp_path.rglob("*"))) == 1
