"""The bytes of pictures staff took, for those who may see the case they belong to; and taking one down."""

from aiohttp import web

from bot.console.form_fields import Fields, version, whole
from bot.services import case_photos
from bot.services.case_photos import Removal
from bot.web import login
from bot.web.stored_files import response, stored_photo
from bot.web.use_case import perform

ADDRESS = "/console/photos"


async def send(request: web.Request) -> web.StreamResponse:
    """Send the bytes; what is not there and what is not for this person get the same answer."""
    signed_in = await login.required(request)
    photo_id = whole(request.match_info["photo"]) or 0
    found = await perform(
        request,
        lambda session, desk: stored_photo(desk, case_photos.for_staff(session, signed_in.staff, photo_id)),
        read_only=True,
    )
    return response(found)


def removal(number: str, fields: Fields) -> Removal:
    """What the form of an event's page asks for; raises InvalidInput."""
    return Removal(number, version(fields), whole(fields.get("photo", "")), fields.get("words", ""))
