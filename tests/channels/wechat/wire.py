"""Requests byte for byte, as no client library would send them."""

import asyncio
from dataclasses import dataclass
from urllib.parse import unquote

SECONDS = 20.0
NO_ANSWER = 0


@dataclass(frozen=True)
class Wire:
    """A request; `target` is what stands between the method and the version."""

    method: str
    target: bytes
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def account(self) -> str:
        return unquote(self.target.partition(b"?")[0].rpartition(b"/")[2].decode("latin-1"))

    def written(self) -> bytes:
        """The whole of it, its length given as it is unless a header says otherwise."""
        headers = [("Host", "linli.example"), ("Connection", "close"), *self.headers]
        if not {name.lower() for name, _ in self.headers} & {"content-length", "transfer-encoding"}:
            headers.append(("Content-Length", str(len(self.body))))
        lines = b"".join(f"{name}: {value}\r\n".encode("latin-1") for name, value in headers)
        return self.method.encode("latin-1") + b" " + self.target + b" HTTP/1.1\r\n" + lines + b"\r\n" + self.body


@dataclass(frozen=True)
class Reply:
    """`status` is NO_ANSWER where the connection was closed without one."""

    status: int
    body: bytes


async def exchange(port: int, wire: Wire, *, cut: bool = False) -> Reply:
    """Send it to this machine and read to the end; raises TimeoutError where there is none.

    `cut` says that nothing more will be sent.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(SECONDS):
            writer.write(wire.written())
            if cut:
                writer.write_eof()
            received = await _all_of(reader)
    finally:
        writer.close()
    head, _, body = received.partition(b"\r\n\r\n")
    return Reply(int(head.split(b" ", 2)[1]) if head.startswith(b"HTTP/") else NO_ANSWER, body)


async def _all_of(reader: asyncio.StreamReader) -> bytes:
    received = bytearray()
    try:
        while chunk := await reader.read(65_536):
            received += chunk
    except ConnectionResetError:
        # The service answered and closed without reading the rest.
        return bytes(received)
    return bytes(received)
