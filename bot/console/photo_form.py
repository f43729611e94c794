"""Pictures that come with a form: read within bounds, and looked at before anything is done."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from aiohttp.web_request import FileField

from bot.console.form_fields import Fields
from bot.errors import InvalidInput
from bot.services import case_photos
from bot.services.case_photos import MOST, MOST_BYTES
from bot.services.pictures import Media
from bot.web import given
from bot.web.login import SignedIn
from bot.web.staff_pages import form

FIELD: Final = "photos"
# Phones take larger pictures than are kept. So much is read that the words are not lost where nothing shrinks them.
MOST_READ: Final = 3 * MOST * MOST_BYTES
AGAIN: Final = "照片没有存下，请重新选一次"


@dataclass(frozen=True)
class Posted:
    """A form as it came; the pictures have not been looked at."""

    fields: Fields
    files: Sequence[FileField] = ()

    @property
    def lost(self) -> str:
        """What to say where the form is refused: no page may put files back into it."""
        return AGAIN if self.files else ""


async def read(request: web.Request, signed_in: SignedIn) -> Posted:
    """The form of whoever is signed in; raises InvalidInput for more than anybody reads, ForeignRequest."""
    if (request.content_length or 0) > MOST_READ:
        raise InvalidInput(f"照片加起来太大，每张最多{MOST_BYTES // 1_000_000}MB", "请回到上一页，换小一点的照片")
    larger = request.clone(client_max_size=MOST_READ)
    fields = await form(larger, signed_in)
    chosen = (await given.form(larger)).getall(FIELD, [])
    # A field left empty comes without a name.
    return Posted(fields, [one for one in chosen if isinstance(one, FileField) and one.filename])


async def pictures(posted: Posted) -> tuple[Media, ...]:
    """The pictures as they may be kept; raises InvalidInput in words for whoever chose them."""
    case_photos.check_number(len(posted.files))
    return tuple([await asyncio.to_thread(_checked, one) for one in posted.files])


def _checked(chosen: FileField) -> Media:
    return case_photos.checked(chosen.file.read(MOST_BYTES + 1))
