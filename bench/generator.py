"""A load generator that leaves the processor to the server: one loop over epoll, requests made beforehand."""

import gc
import select
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length:"


@dataclass(frozen=True)
class Fired:
    """What came of a volley: seconds for all of it and for each request, the answers, our own processor seconds."""

    seconds: float
    latencies: Sequence[float]
    answers: Sequence[bytes]
    cpu: float


class Line:
    """One keep-alive connection with at most one request on its way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.number = -1
        self.sent_at = 0.0
        self.received = b""

    def send(self, number: int, request: bytes) -> None:
        """Put the request `number` on its way; it is small enough for the socket's buffer."""
        self.number, self.received, self.sent_at = number, b"", time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
        """Take what arrived; return the whole answer once it is there. Raises ConnectionError when cut off."""
        arrived = self.socket.recv(65536)
        if not arrived:
            raise ConnectionError(f"the server hung up at request {self.number}")
        self.received += arrived
        head, found, body = self.received.partition(END_OF_HEAD)
        return self.received if found and len(body) >= body_length(head) else None


def body_length(head: bytes) -> int:
    """Return the length that the head of an answer promises. Raises ValueError when it promises none.

    An answer without a new page (304) has no body, whatever it promises.
    """
    lowered = head.lower()
    if lowered.startswith(b"http/1.1 304"):
        return 0
    start = lowered.index(LENGTH) + len(LENGTH)
    return int(lowered[start:].partition(b"\r\n")[0])


def body_of(answer: bytes) -> bytes:
    """Return the body of an answer that says 200. Raises ValueError for any other."""
    head, _, body = answer.partition(END_OF_HEAD)
    if not head.startswith(b"HTTP/1.1 200"):
        raise ValueError(answer[:400].decode("utf-8", "replace"))
    return body


def fire(port: int, requests: Sequence[bytes], connections: int, patience: float = 60.0) -> Fired:
    """Send `requests` over so many connections, each the next one as soon as its answer is there.

    Raises TimeoutError when that takes longer than `patience` seconds.
    """
    lines = {line.socket.fileno(): line for line in (Line(port) for _ in range(min(connections, len(requests))))}
    gc.collect()
    gc.disable()
    try:
        return _volley(lines, requests, patience)
    finally:
        gc.enable()
        for line in lines.values():
            line.socket.close()


def _volley(lines: dict[int, Line], requests: Sequence[bytes], patience: float) -> Fired:
    latencies, answers = [0.0] * len(requests), [b""] * len(requests)
    waiting = iter(enumerate(requests))
    poll = select.epoll()
    cpu, begun = time.process_time(), time.perf_counter()
    for number, line in lines.items():
        poll.register(number, select.EPOLLIN)
        line.send(*next(waiting))
    left = len(requests)
    while left:
        for line in _ready(poll, lines, begun + patience):
            answer = line.receive()
            if answer is None:
                continue
            latencies[line.number] = time.perf_counter() - line.sent_at
            answers[line.number] = answer
            left -= 1
            following = next(waiting, None)
            if following:
                line.send(*following)
    seconds = time.perf_counter() - begun
    poll.close()
    return Fired(seconds, latencies, answers, time.process_time() - cpu)


def _ready(poll: select.epoll, lines: dict[int, Line], until: float) -> Iterator[Line]:
    if time.perf_counter() > until:
        raise TimeoutError("the server did not answer all requests in time")
    for number, _ in poll.poll(1.0):
        yield lines[number]
