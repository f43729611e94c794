"""What WeChat brings, at the console: a picture that is seen, and a reply that did not arrive."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize

from bot.services import outbox
from bot.store.engine import Store
from bot.store.queries import people, talk
from bot.store.queries.talk import Incoming
from bot.store.tables import Attachment, AttachmentKind, AttachmentState, MessageStatus
from tests.e2e.phone import DESK, PHONE, grave_findings, overflow
from tests.e2e.service import COMMUNITY, Service
from tests.e2e.staff import Staff

WIDE: ViewportSize = {"width": 1440, "height": 900}
SIZES = pytest.mark.parametrize("size", [WIDE, DESK, PHONE], ids=["wide", "desk", "phone"])
UNDELIVERED = "/console/undelivered"


@dataclass(frozen=True)
class Follower:
    """A resident who came by WeChat: sent one of everything, and did not get the reply."""

    conversation_id: int
    reply: str

    @property
    def talk(self) -> str:
        return f"/console/conversations/{self.conversation_id}"


@pytest.fixture
def follower(service: Service, wish: str) -> Iterator[Follower]:
    store = Store(service.environ["DATABASE_URL"])
    _put(Path(service.environ["LINLI_VAR"]) / "media" / "lamp.png", _png(800, 600))
    yield Follower(_arrive(store, wish), f"回{wish}")
    store.close()


def _arrive(store: Store, wish: str) -> int:
    now = datetime.now(UTC)
    with store.transaction() as session:
        resident = people.resident_on(session, "wechat:nobody", wish, now)
        resident.community_id = COMMUNITY
        conversation = talk.conversation_of(session, resident.id, now)
        conversation.phone_needed_since = now
        for row in _sent():
            message = talk.insert_inbox(session, conversation.id, Incoming(resident.channel, "[附件]", now))
            assert message is not None
            message.status = MessageStatus.ANSWERED
            row.message_id, row.created_at = message.id, now
            session.add(row)
        reply = outbox.post(session, conversation, [f"回{wish}"], outbox.BOT, now)[0]
        reply.status, reply.fault = MessageStatus.FAILED, "45015"
        return conversation.id


def _sent() -> tuple[Attachment, ...]:
    stored, kind = AttachmentState.STORED, AttachmentKind
    return (
        Attachment(kind=kind.IMAGE, state=stored, file="lamp.png", content_type="image/png"),
        Attachment(kind=kind.VOICE, state=stored, file="lamp.amr", content_type="audio/amr"),
        Attachment(kind=kind.VIDEO, state=stored, file="lamp.mp4", content_type="video/mp4"),
        Attachment(kind=kind.LOCATION, state=AttachmentState.WHOLE, label="南门", lon=0.0, lat=0.0),
        Attachment(kind=kind.LINK, state=AttachmentState.WHOLE, url=f"https://{'long.' * 20}example/"),
        Attachment(kind=kind.IMAGE, state=AttachmentState.REFUSED, fault="too_large"),
    )


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)


def _png(width: int, height: int) -> bytes:
    """A grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\x00" + b"\x99" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_picture_is_loaded_and_opens_in_full(follower: Follower, worker: Staff) -> None:
    worker.visits(follower.talk)
    picture = worker.page.locator(".enclosed img").first
    picture.scroll_into_view_if_needed()
    worker.page.wait_for_function("document.querySelector('.enclosed img').naturalWidth > 0")
    assert picture.evaluate("(image) => image.naturalWidth") == 800
    with worker.page.expect_popup() as opened:
        picture.click()
    opened.value.wait_for_load_state()
    assert opened.value.locator("img").evaluate("(image) => image.naturalWidth") == 800
    opened.value.close()


def test_a_reply_that_did_not_arrive_is_sent_again_with_the_keyboard(follower: Follower, worker: Staff) -> None:
    worker.visits("/console/conversations")
    worker.follows("没送到的消息")
    row = worker.page.locator(".wait", has_text=follower.reply)
    assert "超过微信允许的时间" in row.inner_text()
    assert "要打电话" in row.inner_text()
    row.get_by_role("link").focus()
    worker.page.keyboard.press("Tab")
    worker.page.keyboard.press("Enter")
    row.wait_for(state="detached")
    worker.visits(follower.talk)
    assert "超过微信允许的时间" not in worker.page.locator(".line", has_text=follower.reply).inner_text()


def test_in_the_conversation_a_worker_notes_that_the_resident_knows(follower: Follower, worker: Staff) -> None:
    worker.visits(follower.talk)
    worker.reads("微信里写的话送不到这位居民")
    worker.page.locator(".line", has_text=follower.reply).get_by_role("button", name="已经告诉居民了").click()
    worker.reads("已用别的办法告诉")
    assert worker.page.get_by_role("button", name="再发一次").count() == 0


def test_an_open_list_gets_what_is_new_without_a_reload(follower: Follower, worker: Staff) -> None:
    worker.visits(UNDELIVERED)
    row = worker.page.locator(".wait", has_text=follower.reply)
    row.wait_for()
    worker.page.evaluate(
        """(id) => fetch(document.getElementById(id).form.action, {
          method: 'POST', headers: {Accept: 'application/json'},
          body: new URLSearchParams(new FormData(document.getElementById(id).form)),
        })""",
        row.get_by_role("button", name="已经告诉居民了").get_attribute("id"),
    )
    row.wait_for(state="detached")
    assert worker.page.url.endswith(UNDELIVERED)
    assert follower.reply not in worker.page.locator("main").inner_text()


@SIZES
def test_nothing_serious_is_found_where_wechat_shows(follower: Follower, worker: Staff, size: ViewportSize) -> None:
    worker.page.set_viewport_size(size)
    for path in (UNDELIVERED, follower.talk, "/console/conversations"):
        worker.visits(path)
        assert grave_findings(worker.page) == []
        assert overflow(worker.page) == []
