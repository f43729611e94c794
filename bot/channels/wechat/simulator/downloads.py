"""The interface that hands out what residents sent: pictures, voices and videos, for three days."""

import mimetypes
from typing import Final

from bot.channels.wechat.simulator.answers import Answer, File
from bot.channels.wechat.simulator.asked import Asked
from bot.channels.wechat.simulator.codes import Rejected
from bot.channels.wechat.simulator.platform import Platform
from bot.channels.wechat.simulator.registered import Media

VIDEO: Final = "/simulated/video"


def media(platform: Platform, asked: Asked) -> Answer:
    registered = platform.by_token(asked.token)
    media_id = asked.query.get("media_id", "")
    found = registered.kept(media_id, platform.clock())
    if found.kind == "video" and platform.videos_by_address:
        return {"video_url": f"{asked.base}{VIDEO}?account={registered.account.id}&media_id={media_id}"}
    return _file(media_id, found)


def video(platform: Platform, asked: Asked) -> Answer:
    """The place a video's address leads to; it needs no token."""
    registered = platform.registered.get(asked.query.get("account", ""))
    if registered is None:
        raise Rejected(40007)
    media_id = asked.query.get("media_id", "")
    return _file(media_id, registered.kept(media_id, platform.clock()))


def _file(media_id: str, found: Media) -> File:
    suffix = ".amr" if found.content_type == "audio/amr" else mimetypes.guess_extension(found.content_type) or ""
    return File(media_id + suffix, found.content_type, found.data)
