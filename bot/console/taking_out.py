"""Handing out a file of figures or of the register: written, then noted in the audit log, then sent."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from aiohttp import hdrs, web

from bot.errors import InvalidInput
from bot.services.exports import taking_out
from bot.services.exports.taking_out import Format, Order, Subject
from bot.services.figures import Asked
from bot.store.tables import Staff
from bot.web.use_case import perform


async def send(
    request: web.Request, staff: Staff, subject: Subject, asked: Asked, fields: Mapping[str, str]
) -> web.Response:
    """The file; raises NotAllowed, NotFound, InvalidInput."""
    order = Order(staff, subject, _format(fields.get("format", "")), asked, fields.get("purpose", ""))
    with TemporaryDirectory(prefix="linli-") as folder:
        # Two transactions: writing a year of events takes seconds, in which nobody else could write to the database.
        taken = await perform(
            request, lambda session, desk: taking_out.write(session, desk, order, Path(folder)), read_only=True
        )
        await perform(request, lambda session, desk: taking_out.note(session, desk, order, taken))
        # What is open can be sent to the end, also once its folder is gone.
        file = taken.path.open("rb")
    name = f"filename=\"export.{order.format}\"; filename*=UTF-8''{quote(taken.name)}"
    headers = {hdrs.CONTENT_TYPE: order.format.content_type, hdrs.CONTENT_DISPOSITION: f"attachment; {name}"}
    return web.Response(body=file, headers=headers)


def _format(given: str) -> Format:
    if given in set(Format):
        return Format(given)
    raise InvalidInput("请选导出成哪种文件")
