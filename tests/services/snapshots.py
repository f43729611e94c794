"""Pictures as phones take them, and as the service keeps them."""

from io import BytesIO
from pathlib import Path

from PIL import Image
from sqlalchemy.orm import Session

from bot.services import case_photos
from bot.services.case_photos import Removal
from bot.services.desk import Desk
from bot.services.events.filing_by_staff import Report, file_by_staff
from bot.services.pictures import Media
from bot.store.queries import photos
from bot.store.tables import CasePhoto, Discovery, GridEvent
from tests.services.stage import BUILDING, GRID_WORKER, LAMP, at, staff

CAMERA = b"SECRET CAMERA"


def snapshot(colour: str = "teal") -> bytes:
    """A JPEG that says with what it was taken."""
    made, exif = BytesIO(), Image.Exif()
    exif[0x010F] = CAMERA.decode()
    Image.new("RGB", (80, 60), colour).save(made, "JPEG", exif=exif)
    return made.getvalue()


def shot(colour: str = "teal") -> Media:
    """The same, looked at."""
    return case_photos.checked(snapshot(colour))


PLENTY = (*(shot("red"), shot("green"), shot("blue"), shot("black")), shot("white"))
"""One more than may come with a deed."""


def taken(session: Session, event: GridEvent) -> list[CasePhoto]:
    """What is kept with the event."""
    return list(photos.of_event(session, event.id))


def files(desk: Desk) -> list[Path]:
    """Every file of staff's pictures, wherever it is."""
    return sorted(one for one in (desk.settings.media / "cases").rglob("*") if one.is_file())


def filed(session: Session, desk: Desk, *, another: bool = False) -> GridEvent:
    """A lamp a grid worker has seen and photographed."""
    token = ("b" if another else "a") * 32
    place = at(desk, BUILDING, "2")
    report = Report(token, LAMP, place, "三楼的灯不亮", None, Discovery.PATROL, is_another=another, pictures=(shot(),))
    return file_by_staff(session, desk, report, staff(session, GRID_WORKER))


def removal(event: GridEvent, photo: CasePhoto, reason: str = "拍到了人脸") -> Removal:
    return Removal(event.number, event.version, photo.id, reason)
