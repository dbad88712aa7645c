"""A wire between a browser and a server that counts what goes through, header and body, byte by byte.

What a browser tells of its own traffic leaves things out (icons, the manifest, the worker's script); a wire cannot.
"""

import contextlib
import re
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from tests.support.server import Server

END_OF_HEAD = b"\r\n"
LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Exchange:
    """One request, and what its answer weighed: the bytes of head and body as they came over the wire."""

    method: str
    path: str
    status: int
    head: int
    body: int


class Relay(socketserver.ThreadingTCPServer):
    """Listens on a port of its own in front of a server; `exchanges` grows with every answer."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, server: Server) -> None:
        super().__init__(("127.0.0.1", 0), Wire)
        self.target = ("127.0.0.1", server.port)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.exchanges: list[Exchange] = []
        self.under_way = 0
        self.last_at = time.monotonic()

    def wait_until_quiet(self, seconds: float = 1.5, patience: float = 90.0) -> None:
        """Return when nothing has been asked for so many seconds. Raises TimeoutError when it never ends."""
        until = time.monotonic() + patience
        while self.under_way or time.monotonic() - self.last_at < seconds:
            if time.monotonic() > until:
                raise TimeoutError("the wire does not fall silent")
            time.sleep(0.05)


class Wire(socketserver.StreamRequestHandler):
    """One connection of the browser, and its twin to the server."""

    server: Relay

    def handle(self) -> None:
        """Pass requests and answers on until either side hangs up."""
        with contextlib.suppress(ConnectionError), socket.create_connection(self.server.target) as twin:
            far = twin.makefile("rwb")
            while head := _head(self.rfile):
                self._pass(head, far)

    def _pass(self, head: bytes, far: BinaryIO) -> None:
        relay = self.server
        relay.under_way += 1
        try:
            far.write(head + self.rfile.read(_length(head)))
            far.flush()
            answer = _head(far)
            body = far.read(_length(answer))
            self.wfile.write(answer + body)
        finally:
            relay.under_way -= 1
            relay.last_at = time.monotonic()
        method, path = head.decode("latin-1").split(" ", 2)[:2]
        status = int(answer.split(b" ", 2)[1])
        relay.exchanges.append(Exchange(method, path, status, len(answer), len(body)))


def _head(lines: BinaryIO) -> bytes:
    """Return a whole head with the empty line that ends it; nothing when the other side has hung up."""
    head = b""
    while line := lines.readline():
        head += line
        if line == END_OF_HEAD:
            return head
    return b""


def _length(head: bytes) -> int:
    """Return the length of the body that a head announces; the server announces every one."""
    found = LENGTH.search(head)
    return int(found[1]) if found else 0


@contextlib.contextmanager
def relayed(server: Server) -> Iterator[Relay]:
    """Give a relay in front of `server` for as long as it is needed."""
    with Relay(server) as relay:
        thread = threading.Thread(target=relay.serve_forever, daemon=True)
        thread.start()
        yield relay
        relay.shutdown()
        thread.join()
