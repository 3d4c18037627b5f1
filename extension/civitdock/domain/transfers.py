"""Rules of one transfer: what may be resumed, what an answer means, where a redirect may lead, how fast bytes may come.

Facts: `civitai-api.md 3`. Pure: the adapter brings the bytes and the clock.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from civitdock.domain.hashes import Hashes
from civitdock.domain.segments import Spans

PART_SUFFIX = ".civitdock-part"
RESUME_SUFFIX = ".json"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTS = 8
_CONTENT_RANGE = re.compile(r"bytes\s+(?:(\d+)-(\d+)|\*)/(\d+|\*)\s*\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Progress:
    """Bytes on disk and in all (None: unknown)."""

    done: int
    total: int | None


#: What is kept where there is no part.
NOTHING = Progress(0, None)


def still_needed(kept: Progress, size: int | None) -> int:
    """The bytes that a file still needs on its drive, 0 where nobody knows.

    Its size is the server's as soon as that is known, else CivitAI's (`size`).
    """
    total = size if kept.total is None else kept.total
    return max(0, (total or 0) - kept.done)


@dataclass(frozen=True)
class Fetched:
    """A complete part file: its size and the hashes of its bytes."""

    size_bytes: int
    hashes: Hashes


@dataclass(frozen=True)
class TransferOrder:
    """One file to fetch. `expected` are CivitAI's hashes (resume data belongs to them), `size_hint` bytes or None."""

    url: str
    part_path: Path
    expected: Hashes
    size_hint: int | None


@dataclass(frozen=True)
class Validator:
    """What tells whether a file on a storage host is still the same; `host` is the one that gave it."""

    host: str = ""
    etag: str | None = None
    last_modified: str | None = None

    def condition(self, host: str) -> str | None:
        """The `If-Range` value for that host; a weak ETag must not be used, another host's means nothing there."""
        if host != self.host:
            return None
        if self.etag and not self.etag.startswith("W/"):
            return self.etag
        return self.last_modified

    def is_same(self, found: Validator) -> bool | None:
        """Whether another answer is of the same file; None where it cannot be told: another host, no marks."""
        if found.host != self.host:
            return None
        pairs = ((self.etag, found.etag), (self.last_modified, found.last_modified))
        told = [mine == theirs for mine, theirs in pairs if mine and theirs]
        return all(told) if told else None


@dataclass(frozen=True)
class ResumeData:
    """What lies beside a part file: whose it is, the server's total, and how many bytes were surely on disk.

    `source` names the file (a digest of its CivitAI address), `synced` is in bytes. `ranges` are the bytes that are
    there, `(start, stop)`, where several connections leave gaps; None where the part has none.
    """

    source: str
    expected: Hashes
    total: int | None = None
    validator: Validator = Validator()
    synced: int = 0
    ranges: tuple[tuple[int, int], ...] | None = None

    def kept(self, size: int, source: str, expected: Hashes) -> Spans:
        """Which bytes of a part file of `size` may be kept for this file."""
        usable = self.usable(size, source, expected)
        if self.ranges is None:
            return Spans([(0, usable)])
        return Spans(self.ranges).clipped(size) if usable else Spans()

    def usable(self, size: int, source: str, expected: Hashes) -> int:
        """How many bytes of a part file of `size` may be kept for this file.

        With a hash to prove them all are kept; without one only those that were flushed to the disk, and only where
        CivitAI's address is the same. A part with gaps holds no more than its `ranges`.
        """
        known = expected.strongest()
        if self.expected.strongest() != known or (self.total is not None and size > self.total):
            return 0
        if known is not None:
            return size
        if source != self.source:
            return 0
        return min(size, self.synced) if self.ranges is None else size


@dataclass(frozen=True)
class ByteRange:
    """A `Content-Range`: first and last byte (None in an unsatisfied one) and the total, None where unknown."""

    first: int | None
    last: int | None
    total: int | None


class Step(str, Enum):
    """What to do with a storage host's answer."""

    APPEND = "append"
    FRESH = "fresh"
    COMPLETE = "complete"
    RESTART = "restart"
    REFUSED = "refused"


@dataclass(frozen=True)
class Reading:
    """An answer understood: the step, the whole file's size and how many bytes this body will bring (None: unknown)."""

    step: Step
    total: int | None = None
    length: int | None = None


def content_range(text: str | None) -> ByteRange | None:
    """A `Content-Range` header; None where it is missing or no sense can be made of it."""
    found = _CONTENT_RANGE.match((text or "").strip())
    if found is None:
        return None
    first, last, total = (int(part) if part and part != "*" else None for part in found.groups())
    if first is not None and last is not None and (last < first or (total is not None and last >= total)):
        return None
    return ByteRange(first, last, total)


def read_answer(status: int, headers: Mapping[str, str], start: int, known_total: int | None) -> Reading:
    """Understand the answer to a request for the bytes from `start` on; header names in lower case.

    200 brings the whole file, also where a range was asked for (ignored, or `If-Range` did not hold). A 206 must
    begin where asked and agree about the total. 416 is the end only where the sizes agree.
    """
    where = content_range(headers.get("content-range"))
    if status == 200:
        length = _number(headers.get("content-length"))
        return Reading(Step.FRESH, length, length)
    if status == 206 and where is not None and where.first is not None and where.last is not None:
        changed = known_total is not None and where.total is not None and where.total != known_total
        if where.first != start or changed:
            return Reading(Step.RESTART)
        return Reading(Step.APPEND, where.total or known_total, where.last - where.first + 1)
    if status == 416:
        complete = start > 0 and where is not None and where.total == start
        return Reading(Step.COMPLETE if complete else Step.RESTART, start if complete else None)
    return Reading(Step.REFUSED if status not in (204, 206) else Step.RESTART)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None


# --- speed ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bucket:
    """A token bucket: bytes that may flow now, at what time (monotonic seconds) that was true."""

    tokens: float = 0.0
    at: float = 0.0

    def take(self, amount: int, now: float, rate: float) -> tuple[Bucket, float]:
        """The bucket after `amount` bytes and how many seconds the taker must wait; holds half a second of bytes.

        The taker goes into debt, so that a chunk larger than the bucket passes and the mean stays `rate` (bytes/s).
        """
        filled = min(self.tokens + max(0.0, now - self.at) * rate, rate / 2)
        left = filled - amount
        return Bucket(left, now), max(0.0, -left / rate)


#: Bytes of one read: at most a mebibyte (`stack.md 3`), under a bandwidth limit a quarter of a second's worth.
_SMALLEST_READ, _LARGEST_READ = 16 * 1024, 1024 * 1024


def read_size(rate: float) -> int:
    """How many bytes to ask a connection for at once under a limit of `rate` bytes/s (0: none)."""
    if rate <= 0:
        return _LARGEST_READ
    return int(min(max(rate / 4, _SMALLEST_READ), _LARGEST_READ))


class Strikes:
    """Failures in a row without a byte of progress; each one makes the next wait longer."""

    LIMIT = 4

    def __init__(self) -> None:
        self._count = 0
        self._best = -1

    def strike(self, done: int) -> float | None:
        """Note a failure at `done` bytes; seconds to wait before the next try, None where it is enough."""
        self._count = 1 if done > self._best else self._count + 1
        self._best = max(done, self._best)
        return None if self._count >= self.LIMIT else float(2 ** (self._count - 1))
