from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from bot.errors import InvalidInput, NotFound
from bot.services import enclosures, sent_files, talk
from bot.services.desk import Desk
from bot.store.tables import Attachment, AttachmentKind
from tests.services.held import held
from tests.services.stage import BUILDING, at, report, someone

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def drawn(form: str = "JPEG") -> bytes:
    made = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SECRET CAMERA"
    Image.new("RGB", (40, 30), "teal").save(made, form, exif=exif)
    return made.getvalue()


@pytest.fixture
def desk(desk: Desk, tmp_path: Path) -> Desk:
    return replace(desk, settings=replace(desk.settings, media=tmp_path / "media"))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_pictures_go_without_what_the_camera_wrote(form: str) -> None:
    media = sent_files.checked(drawn(form))

    assert media.content_type in {"image/jpeg", "image/png"}
    assert b"SECRET" in drawn(form)
    assert b"SECRET" not in media.data


def test_a_pdf_goes_as_it_is() -> None:
    media = sent_files.checked(PDF)

    assert (media.content_type, media.suffix, media.data) == ("application/pdf", ".pdf", PDF)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "空的"),
        (b"<html><script>alert(1)</script>", "只能发"),
        (b"MZ\x90\x00", "只能发"),
        (b"PK\x03\x04 a word document", "只能发"),
        (b"%PDF-1.7 and then it breaks off", "不完整"),
        (b"\xff\xd8\xff\xe0 no picture at all", "打不开"),
        (b"\x89PNG\r\n\x1a\n cut", "打不开"),
        (PDF + b"0" * 5_000_000, "最多5MB"),
    ],
    ids=lambda data: repr(data[:12]) if isinstance(data, bytes) else data,
)
def test_whatever_else_it_calls_itself_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        sent_files.checked(data)


def test_a_reply_carries_the_file_and_says_so_on_the_page(session: Session, desk: Desk) -> None:
    one = held(session, desk)

    message = talk.reply(session, desk, one.id, one.worker, "", sent_files.checked(PDF))

    enclosed = session.query(Attachment).filter_by(message_id=message.id).one()
    assert enclosed.kind is AttachmentKind.FILE
    assert message.card == {"kind": "file", "what": "文件", "is_picture": False}
    assert (desk.settings.media / str(enclosed.file)).read_bytes() == PDF


def test_only_the_resident_of_the_conversation_gets_the_file(session: Session, desk: Desk) -> None:
    one, other = held(session, desk), held(session, desk, "other")
    message = talk.reply(session, desk, one.id, one.worker, "", sent_files.checked(PDF))
    enclosed = session.query(Attachment).filter_by(message_id=message.id).one()

    assert sent_files.for_resident(session, one.conversation, message.id).id == enclosed.id
    for conversation, message_id in ((other.conversation, message.id), (one.conversation, message.id + 1)):
        with pytest.raises(NotFound):
            sent_files.for_resident(session, conversation, message_id)


def test_a_workers_picture_is_not_put_with_what_the_resident_reports(session: Session, desk: Desk) -> None:
    one = held(session, desk)
    message = talk.reply(session, desk, one.id, one.worker, "照这样填", sent_files.checked(drawn()))

    event = report(session, desk, someone(session, desk), at(desk, BUILDING))

    enclosed = session.query(Attachment).filter_by(message_id=message.id).one()
    assert (enclosed.case_kind, enclosed.case_id) == (None, None)
    assert enclosures.collect(session, desk, event) == 0
