"""Requests, answers and how the bytes of an answer travel."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from civitdock.demo.blobs import PIECE, Blob

if TYPE_CHECKING:
    from civitdock.demo.faults import Fault


class Where(Enum):
    """Which part of CivitAI a request is for."""

    API = "api"
    PAGE = "page"
    STORAGE = "storage"
    IMAGE = "image"


class Ending(Enum):
    """What happens to the connection when the body's sending stops."""

    KEEP = "keep"
    CLOSE = "close"
    RESET = "reset"


class Gate:
    """A point where an answer waits until the test releases it. Stopping the server releases it too."""

    def __init__(self) -> None:
        self._reached = threading.Event()
        self._released = threading.Event()

    def wait_reached(self, timeout: float = 10.0) -> None:
        """Block until an answer waits here; raises `TimeoutError` after `timeout` seconds."""
        if not self._reached.wait(timeout):
            raise TimeoutError("no answer reached the gate")

    def release(self) -> None:
        """Let every answer pass, now and later."""
        self._released.set()

    def hold(self) -> None:
        """Called by the server: wait for the release."""
        self._reached.set()
        self._released.wait()


@dataclass(frozen=True)
class Wire:
    """How the bytes of one answer travel. `None` leaves a point as it is; amounts are bytes of the body."""

    gate: Gate | None = None
    gate_after: int | None = None
    cut_after: int | None = None
    ending: Ending = Ending.KEEP
    bytes_per_second: int | None = None
    hide_length: bool = False


@dataclass
class Request:
    """One request as the demo's handlers see it. `concurrent` counts answers of its part under way."""

    where: Where
    method: str
    path: str
    raw_query: str
    headers: Mapping[str, str]
    body: bytes
    origin: str
    fault: Fault | None = None
    concurrent: int = 1

    def __post_init__(self) -> None:
        self.query = parse_qs(self.raw_query, keep_blank_values=True)

    def first(self, name: str) -> str | None:
        """The last value of a query parameter given once or more, or None."""
        values = self.query.get(name)
        return values[-1] if values else None

    @property
    def target(self) -> str:
        """Path and query as sent."""
        return f"{self.path}?{self.raw_query}" if self.raw_query else self.path


@dataclass
class LoggedRequest:
    """One line of the request log. `status` and `sent` (body bytes) are filled in as the answer leaves;
    `concurrent` is how many answers of the same part were under way at its arrival, its own included."""

    where: str
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
    concurrent: int = 1
    status: int | None = None
    sent: int = 0

    @property
    def json(self) -> Any:
        """The decoded JSON body."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """Status, headers and a body: either bytes or a range of a blob."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    blob: Blob | None = None
    start: int = 0
    stop: int = 0

    @property
    def length(self) -> int:
        """Length of the body in bytes."""
        return self.stop - self.start if self.blob is not None else len(self.body)

    def pieces(self) -> Iterator[bytes]:
        """The body in pieces of at most 64 KiB."""
        if self.blob is not None:
            yield from self.blob.pieces(self.start, self.stop)
            return
        for at in range(0, len(self.body), PIECE):
            yield self.body[at : at + PIECE]


def json_answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer with a JSON body."""
    head = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    return Answer(status, head, json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def text_answer(text: str, status: int, content_type: str = "text/html; charset=utf-8") -> Answer:
    """An answer with a text body, HTML unless said otherwise."""
    return Answer(status, {"Content-Type": content_type}, text.encode())
