"""A resident's phone: everything that can be done with it on an Official Account, and what it shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.channels.wechat.simulator.registered import Contact, Registered
from bot.channels.wechat.simulator.screen import Choice, Shown
from bot.channels.wechat.simulator.sealing import Fields, Value
from bot.channels.wechat.simulator.sending import Delivered, Sender
from bot.channels.wechat.simulator.windows import Doing

WAIT: Final = 5.0
_IMAGES: Final = {"png": "image/png", "gif": "image/gif", "webp": "image/webp"}
_SCALE: Final = 16


@dataclass(frozen=True)
class Follower:
    """What is done returns when the service has answered or the platform has given up on it."""

    sender: Sender
    registered: Registered
    contact: Contact

    @property
    def openid(self) -> str:
        return self.contact.openid

    @property
    def shown(self) -> list[Shown]:
        """Everything that came, in order, with the signs of typing."""
        return self.contact.screen.shown

    @property
    def messages(self) -> list[Shown]:
        """What stays on the screen."""
        return self.contact.screen.messages

    async def wait_for(self, wanted: int | Callable[[Shown], bool], within: float = WAIT) -> list[Shown]:
        """Wait for that many messages in all, or for one that fits; raises TimeoutError with what was shown."""
        return await self.contact.screen.wait_for(wanted, within)

    async def says(self, text: str) -> Delivered:
        return await self._sends("text", {"Content": text})

    async def sends_image(self, data: bytes, name: str = "photo.jpg") -> Delivered:
        """The name's ending is what the platform later declares the picture to be."""
        media_id = self._keep("image", _IMAGES.get(name.rpartition(".")[2].lower(), "image/jpeg"), data)
        return await self._sends("image", {"PicUrl": f"http://mmbiz.invalid/{media_id}", "MediaId": media_id})

    async def sends_voice(self, data: bytes, recognition: str = "") -> Delivered:
        media_id = self._keep("voice", "audio/amr", data)
        return await self._sends("voice", {"MediaId": media_id, "Format": "amr", "Recognition": recognition})

    async def sends_video(self, data: bytes) -> Delivered:
        media_id = self._keep("video", "video/mp4", data)
        thumb_id = self._keep("thumb", "image/jpeg", b"\xff\xd8\xff\xd9")
        return await self._sends("video", {"MediaId": media_id, "ThumbMediaId": thumb_id})

    async def sends_location(self, latitude: float, longitude: float, label: str) -> Delivered:
        place: Fields = {"Location_X": latitude, "Location_Y": longitude, "Scale": _SCALE, "Label": label}
        return await self._sends("location", place)

    async def sends_link(self, title: str, description: str, url: str) -> Delivered:
        return await self._sends("link", {"Title": title, "Description": description, "Url": url})

    async def follows(self, scene: str | None = None) -> Delivered:
        """Follow, through a QR code with a scene or without."""
        self.contact.is_following = True
        key = "" if scene is None else f"qrscene_{scene}"
        ticket: Fields = {} if scene is None else {"Ticket": f"ticket-{scene}"}
        return await self._happens("subscribe", {"EventKey": key, **ticket}, Doing.TOUCH)

    async def leaves(self) -> Delivered:
        self.contact.is_following = False
        self.contact.window.shut()
        return await self._happens("unsubscribe", {"EventKey": ""}, None)

    async def scans(self, scene: str) -> Delivered:
        return await self._happens("SCAN", {"EventKey": scene, "Ticket": f"ticket-{scene}"}, Doing.TOUCH)

    async def clicks(self, key: str) -> Delivered:
        """Tap a button of the account's menu that reports its key."""
        return await self._happens("CLICK", {"EventKey": key}, Doing.TOUCH)

    async def views(self, url: str) -> Delivered:
        """Tap a button of the account's menu that opens a page: the account may not write because of it."""
        return await self._happens("VIEW", {"EventKey": url}, None)

    async def reports_location(self, latitude: float, longitude: float) -> Delivered:
        """What a phone tells by itself when a conversation is opened, if its owner agreed once."""
        place: Fields = {"Latitude": latitude, "Longitude": longitude, "Precision": 40.0}
        return await self._happens("LOCATION", place, None)

    async def reports_notice(self, status: str = "success") -> Delivered:
        """Tell the account what became of its newest template message; raises LookupError if there was none.

        Other ends than success are "failed:user block" and "failed: system failed".
        """
        numbers = [notice.id for notice in self.registered.notices if notice.openid == self.openid and notice.id]
        if not numbers:
            raise LookupError("no template message was sent")
        return await self._happens("TEMPLATESENDJOBFINISH", {"MsgID": numbers[-1], "Status": status}, None)

    async def taps(self, choice: str) -> Delivered:
        """Tap the newest choice on the screen of that label or content; raises LookupError if there is none."""
        option = self._option(choice)
        self.contact.window.renew(Doing.TOUCH, self.sender.platform.clock())
        message: Fields = {"Content": option.content, "bizmsgmenuid": option.id}
        return await self.sender.deliver(self.registered, self.contact, self._message("text", message))

    def _option(self, choice: str) -> Choice:
        for shown in reversed(self.messages):
            for option in shown.options:
                if choice in (option.label, option.content):
                    return option
        offered = [option.label for shown in self.messages for option in shown.options]
        raise LookupError(f"no choice {choice!r} among {offered}")

    async def _sends(self, kind: str, fields: Fields) -> Delivered:
        self.contact.window.renew(Doing.MESSAGE, self.sender.platform.clock())
        return await self.sender.deliver(self.registered, self.contact, self._message(kind, fields))

    async def _happens(self, event: str, fields: Fields, doing: Doing | None) -> Delivered:
        if doing is not None:
            self.contact.window.renew(doing, self.sender.platform.clock())
        message = {**self._head("event"), "Event": event, **fields}
        return await self.sender.deliver(self.registered, self.contact, message)

    def _message(self, kind: str, fields: Fields) -> Fields:
        return {**self._head(kind), **fields, "MsgId": self.sender.platform.next_message_id()}

    def _head(self, kind: str) -> Mapping[str, Value]:
        return {
            "ToUserName": self.registered.original_id,
            "FromUserName": self.openid,
            "CreateTime": int(self.sender.platform.clock().timestamp()),
            "MsgType": kind,
        }

    def _keep(self, kind: str, content_type: str, data: bytes) -> str:
        return self.registered.keep(kind, content_type, data, self.sender.platform.clock())
