"""What is no form and no address at all is refused in words, on every way in, and fills no log."""

import gzip
import logging
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.app import create_app
from bot.channels.webchat import visitors
from bot.channels.webchat.visitors import Visitor
from bot.services import logins
from bot.services.desk import Desk
from bot.web import given, login, noise
from tests.channels.wechat.wire import Reply, Wire, exchange
from tests.services import stage
from tests.web.served import Echo, NoModels

FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=B"
NAMED = b'Content-Disposition: form-data; name="csrf"\r\n'
ENGLISH = re.compile(rb"[A-Z][a-z]+ [a-z]+ [a-z]+")


@dataclass(frozen=True)
class Site:
    """The whole application on a port, and the cookies of a resident and of a worker."""

    port: int
    posts: tuple[str, ...]
    cookies: str

    async def send(self, path: str, headers: tuple[tuple[str, str], ...], body: bytes, method: str = "POST") -> Reply:
        page = (("Accept", "text/html"), ("Cookie", self.cookies))
        return await exchange(self.port, Wire(method, path.encode(), (*page, *headers), body))


@pytest.fixture
async def site(desk: Desk) -> AsyncIterator[Site]:
    app = create_app(desk, Echo(desk), NoModels())
    with desk.transaction() as session:
        opened = logins.open_session(session, stage.staff(session, stage.WORKER), desk.clock())
    resources = {route.resource.canonical for route in app.router.routes() if route.method == "POST" and route.resource}
    posts = sorted(re.sub(r"\{[^}]*\}", "1", path) for path in resources)
    async with TestServer(app) as server:
        assert server.port
        cookies = f"{login.COOKIE}={opened.token}; {visitors.COOKIE}={'a' * 43}"
        yield Site(server.port, tuple(posts), cookies)


def part(head: bytes = NAMED, data: bytes = b"x", end: bytes = b"--B--\r\n") -> bytes:
    return b"--B\r\n" + head + b"\r\n" + data + b"\r\n" + end


MALFORMED = {
    "an unknown charset": ((("Content-Type", f"{FORM}; charset=foo"),), b"csrf=1"),
    "a charset that is no text": ((("Content-Type", f"{FORM}; charset=hex"),), b"csrf=1"),
    "another charset than it says": ((("Content-Type", f"{FORM}; charset=utf-16"),), b"csrf=1"),
    "bytes that are no text": ((("Content-Type", FORM),), b"csrf=\xff"),
    "no boundary": ((("Content-Type", "multipart/form-data"),), part()),
    "a boundary too long": ((("Content-Type", f"multipart/form-data; boundary={'B' * 100}"),), part()),
    "a part without name": ((("Content-Type", PARTS),), part(b"Content-Disposition: form-data\r\n")),
    "a part without disposition": ((("Content-Type", PARTS),), part(b"")),
    "a part cut off": ((("Content-Type", PARTS),), part(end=b"")),
    "a part cut off in its head": ((("Content-Type", PARTS),), b"--B\r\nConte"),
    "no part": ((("Content-Type", PARTS),), b""),
    "base64 that is none": ((("Content-Type", PARTS),), part(NAMED + b"Content-Transfer-Encoding: base64\r\n", b"a")),
    "an unknown transfer encoding": ((("Content-Type", PARTS),), part(NAMED + b"Content-Transfer-Encoding: foo\r\n")),
    "a part of an unknown charset": (
        (("Content-Type", PARTS),),
        part(NAMED + b"Content-Type: text/plain; charset=foo\r\n"),
    ),
    "a form within a form": ((("Content-Type", PARTS),), part(b"Content-Type: multipart/mixed; boundary=C\r\n")),
    "gzip that is none": ((("Content-Type", FORM), ("Content-Encoding", "gzip")), b"none"),
    "gzip": ((("Content-Type", FORM), ("Content-Encoding", "gzip")), gzip.compress(b"csrf=1")),
    "deflate that is none": ((("Content-Type", FORM), ("Content-Encoding", "deflate")), b"none"),
    "brotli": ((("Content-Type", FORM), ("Content-Encoding", "br")), b"none"),
    "zstandard": ((("Content-Type", FORM), ("Content-Encoding", "zstd")), b"none"),
    "a token that is no text": ((("Content-Type", FORM), ("X-CSRF-Token", "\xff\xfe")), b""),
    "cookies that are no text": ((("Content-Type", FORM), ("Cookie", f"{login.COOKIE}=\xff")), b""),
}


@pytest.mark.parametrize(("headers", "body"), MALFORMED.values(), ids=MALFORMED.keys())
async def test_a_malformed_body_is_refused_on_every_way_in_and_fills_no_log(
    site: Site, headers: tuple[tuple[str, str], ...], body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    replies = {path: await site.send(path, headers, body) for path in site.posts}

    # 303 leads who is half signed in back to the login; 429 says that too many passwords were tried from here.
    outcomes = {path: reply.status for path, reply in replies.items() if reply.status not in {400, 403, 415, 303, 429}}
    assert not {path: status for path, status in outcomes.items() if status not in {401, 404, 409}}
    assert not [path for path, reply in replies.items() if reply.status != 303 and ENGLISH.search(_words(reply))]
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("coding", ["gzip", "br"])
async def test_a_compressed_message_of_a_resident_is_refused_in_json(site: Site, coding: str) -> None:
    own = (("Content-Encoding", coding), ("X-CSRF-Token", Visitor("a" * 43).csrf))

    reply = await site.send("/chat/messages", (*own, ("Accept", "application/json")), b"{}")

    assert reply.status == 415
    assert "压缩" in reply.body.decode()


@pytest.mark.parametrize("method", ["PROPFIND", "PATCH", "DELETE"])
async def test_a_method_no_page_has_is_refused_in_chinese(site: Site, method: str) -> None:
    reply = await site.send("/login", (), b"", method)

    assert reply.status == 405
    assert "这个地址不能这样用" in reply.body.decode()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *(("/login?next=%00", 400), ("/console/settings/parties?community=%00", 400)),
        *(("/console/search?q=%00", 400), ("/chat/history?%00=1", 400)),
        *(("/console/settings/grids/%00", 404), ("/console/settings/phones/communities/%00", 404)),
    ],
)
async def test_an_address_with_characters_no_database_keeps_is_refused(site: Site, path: str, status: int) -> None:
    assert (await site.send(path, (), b"", "GET")).status == status


async def test_what_nobody_sees_is_left_out_of_a_form() -> None:
    assert given._kept("灯\x00坏了\ud800") == "灯坏了"


async def test_what_is_no_http_costs_a_line_and_not_one_each(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    noise.quieten()

    for _ in range(12):
        reply = await exchange(site.port, Wire("GET", b"/", (("Content-Length", "x"),)))
        assert reply.status == web.HTTPBadRequest.status_code

    said = [record for record in caplog.records if record.name == noise.SERVER]
    assert [record.exc_info for record in said] == [None] * len(said)
    assert [record.levelno for record in said] == [logging.WARNING] * 2


def _words(reply: Reply) -> bytes:
    """What a person reads of a page."""
    return re.sub(rb"<[^>]*>", b"", reply.body)
