"""Which bytes of a file are there, who fetches which, and how many connections pay. Pure: no I/O, no clock."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

_MIB = 1024 * 1024
#: A file smaller than this, or a rest that gives no two segments, stays with one connection.
MIN_FILE, MIN_SEGMENT = 8 * _MIB, 4 * _MIB
MAX_SEGMENT = 64 * _MIB
#: At the end the longest rest is halved for a free connection, where a half is worth a request.
MIN_HALF = _MIB
#: Seconds of bytes that one request asks for: long against a round trip, short enough that hashing stays close.
SEGMENT_SECONDS = 4.0
#: A segment without a byte for so many seconds is asked for again, and so is one that would keep an idle connection
#: waiting this many seconds longer than that one would need.
STALLED_SECONDS = 5.0
#: A request without an answer may take so much longer where another could have its bytes: CivitAI itself is slow at
#: times. A far host gets some multiples of its latency.
UNANSWERED_SECONDS, LATENCIES = 10.0, 4
_ENDLESS = 1 << 62


class Spans:
    """A set of bytes as sorted ranges `[start, stop)` that neither touch nor overlap."""

    def __init__(self, ranges: Iterable[tuple[int, int]] = ()) -> None:
        self._ranges: list[tuple[int, int]] = []
        for start, stop in ranges:
            self.add(start, stop)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(self._ranges)

    def add(self, start: int, stop: int) -> None:
        """Add bytes; those that are there already stay. Raises `ValueError` for a range that is none."""
        if start < 0 or stop < start:
            raise ValueError(f"no range of bytes: {start} to {stop}")
        if start == stop:
            return
        kept = []
        for low, high in self._ranges:
            if high < start or low > stop:
                kept.append((low, high))
            else:
                start, stop = min(low, start), max(high, stop)
        self._ranges = sorted([*kept, (start, stop)])

    @property
    def count(self) -> int:
        """How many bytes."""
        return sum(stop - start for start, stop in self._ranges)

    @property
    def prefix(self) -> int:
        """How many bytes from the beginning on without a gap."""
        return self._ranges[0][1] if self._ranges and self._ranges[0][0] == 0 else 0

    def clipped(self, size: int) -> Spans:
        """Those below `size`."""
        return Spans((start, min(stop, size)) for start, stop in self._ranges if start < size)

    def gaps(self, end: int) -> list[tuple[int, int]]:
        """What is missing below `end`."""
        found, at = [], 0
        for start, stop in self._ranges:
            if start > at:
                found.append((at, min(start, end)))
            at = stop
        if at < end:
            found.append((at, end))
        return [(start, stop) for start, stop in found if start < stop]


@dataclass
class Claim:
    """What one worker fetches: `at` is its next byte, `busy` the end of what it writes now, `stop` its end.

    It was given at `since`, and its last byte came at `moved` (seconds). While it is `asking` no answer has come.
    """

    at: int
    stop: int
    busy: int
    began: int
    moved: float
    since: float
    asking: bool = True

    def seconds_left(self, now: float) -> float:
        """How long its rest takes at the speed it has had so far."""
        passed, got = now - self.since, self.at - self.began
        return (self.stop - self.at) * passed / got if got else float("inf")


class Board:
    """The bytes on disk and the claims of the workers on the rest. No two claims share a byte. Not thread-safe."""

    def __init__(self, done: Spans, total: int | None) -> None:
        self.done = done
        self.total = total
        self.claims: dict[int, Claim] = {}

    @property
    def end(self) -> int:
        """Where the file ends, a very large number where nobody said."""
        return _ENDLESS if self.total is None else self.total

    def whole(self) -> bool:
        """Whether every byte of a file of known size is there."""
        return self.total is not None and self.done.count == self.total

    def free(self) -> list[tuple[int, int]]:
        """What is neither there nor claimed."""
        taken = Spans(self.done)
        for claim in self.claims.values():
            taken.add(claim.at, claim.stop)
        return taken.gaps(self.end)

    def claim(self, worker: int, most: int, now: float) -> Claim | None:
        """The lowest free bytes, at most `most`; else half of the longest rest of another; None where nothing is."""
        free = self.free()
        if free:
            start, stop = free[0]
            stop = stop if stop - start < most + MIN_HALF else start + most
            return self._give(worker, start, stop, now)
        longest = max(self.claims.values(), key=lambda claim: claim.stop - claim.busy, default=None)
        if longest is None or longest.stop - longest.busy < 2 * MIN_HALF:
            return None
        middle, stop = (longest.busy + longest.stop) // 2, longest.stop
        longest.stop = middle
        return self._give(worker, middle, stop, now)

    def _give(self, worker: int, start: int, stop: int, now: float) -> Claim:
        self.claims[worker] = Claim(start, stop, start, start, now, now)
        return self.claims[worker]

    def shorten(self, worker: int, most: int) -> None:
        """Leave a worker at most so many further bytes."""
        claim = self.claims.get(worker)
        if claim is not None:
            claim.stop = min(claim.stop, claim.busy + most)

    def extend(self, worker: int, limit: int) -> None:
        """Let a worker whose answer goes on past its end take the free bytes behind it, up to `limit`."""
        claim = self.claims[worker]
        for start, stop in self.free():
            if start == claim.stop:
                claim.stop = max(claim.stop, min(stop, limit))

    def reserve(self, worker: int, amount: int) -> int:
        """How many of `amount` bytes the worker may write at its `at`; nobody takes them from it any more."""
        claim = self.claims[worker]
        allowed = min(amount, claim.stop - claim.at)
        claim.busy = claim.at + allowed
        return allowed

    def written(self, worker: int, now: float) -> None:
        """What was reserved is on disk."""
        claim = self.claims[worker]
        self.done.add(claim.at, claim.busy)
        claim.at = claim.busy
        claim.moved = now

    def touch(self, worker: int, now: float) -> None:
        """The worker begins to wait for bytes: it may not have been able to before."""
        claim = self.claims.get(worker)
        if claim is not None:
            claim.moved, claim.asking = now, False

    def release(self, worker: int) -> None:
        """Give up what was not written."""
        self.claims.pop(worker, None)

    def stalled(self, now: float, by: int | None, latency: float = 0.0) -> list[int]:
        """Workers that have had no byte for too long, or no answer where another could have their bytes: the idle
        worker `by`, or one that fetches (None: nobody is idle).

        `latency` is how long the host takes to answer, in seconds.
        """
        answer = max(UNANSWERED_SECONDS, LATENCIES * latency)
        found = []
        for number, claim in self.claims.items():
            patience = answer if claim.asking else STALLED_SECONDS
            alone = claim.asking and by is None and len(self.claims) == 1
            if number != by and not alone and now - claim.moved > patience:
                found.append(number)
        return found

    def slow(self, now: float, by: int, rate: float) -> list[int]:
        """Workers whose rest the idle worker `by`, which gets `rate` bytes/s, would have much sooner."""
        if rate <= 0:
            return []
        found = []
        for number, claim in self.claims.items():
            own = (claim.stop - claim.at) / rate
            if number == by or claim.asking:
                continue
            if now - claim.since > 1.0 and claim.seconds_left(now) > own + STALLED_SECONDS:
                found.append(number)
        return found

    def rest(self) -> int:
        """Missing bytes; 0 where the size is unknown."""
        return 0 if self.total is None else self.total - self.done.count


class Advice(Enum):
    """What to do about the number of connections."""

    STAY = "stay"
    GROW = "grow"
    SHRINK = "shrink"


class Ramp:
    """Measures whether more connections bring more: 1, 4, 16 up to `limit`, and back where they do not."""

    _STEP = 4
    #: Seconds to let new connections get going and to measure; a far host needs some multiples of its latency.
    _WARM_UP, _WINDOW = 0.1, 0.2
    #: Connections beyond what the speed needs are given up where they are so large a share; less is noise.
    _NEEDED, _NOISE = 0.6, 0.2
    #: Seconds of bytes that must be left for another try.
    _SHORTEST = 2.0
    #: Bytes per second beyond which disk and hashing are the limit, not the line (`stack.md 3`).
    _FASTEST = 256 * _MIB

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.count = 1
        self.rate = 0.0
        self._before = (0, 0.0)
        self._since: tuple[float, int] | None = None
        self._warm = 0.0

    def begin(self, count: int) -> None:
        """Begin with as many as paid at the same host before; not where something was measured or refused here."""
        if not self.rate:
            self.count = max(1, min(count, self.limit))

    def look(self, done: int, rest: int, now: float, latency: float = 0.0) -> Advice:
        """Judge by the bytes done at a time (seconds); after GROW and SHRINK `count` is the wanted number.

        `latency` is how long the host takes to answer, in seconds.
        """
        if self._since is None or done < self._since[1]:
            self._warm = now + (max(self._WARM_UP, LATENCIES * latency) if self.count > 1 else 0.0)
            self._since = (now, done)
        if now < self._warm:
            self._since = (now, done)
            return Advice.STAY
        began, first = self._since
        if now - began < max(self._WINDOW, LATENCIES * latency):
            return Advice.STAY
        self.rate = (done - first) / (now - began)
        self._since = (now, done)
        return self._judge(rest)

    def _judge(self, rest: int) -> Advice:
        count, rate = self._before
        self._before = (0, 0.0)
        needed = math.ceil(count * self.rate / rate - self._NOISE) if rate else self.count
        if needed <= self.count * self._NEEDED:
            self.limit = self.count = max(count, needed)
            return Advice.SHRINK
        if self.count >= self.limit or self.rate > self._FASTEST:
            return Advice.STAY
        if rest < max(2 * MIN_SEGMENT, self.rate * self._SHORTEST):
            return Advice.STAY
        self._before = (self.count, self.rate)
        self.count = min(self._STEP * self.count, self.limit)
        self._since = None
        return Advice.GROW

    def disturbed(self) -> None:
        """A connection broke: what is being measured says nothing of the line. Measure anew."""
        self._since = None

    def objected(self, count: int) -> None:
        """The server refused one more than `count` connections: never again so many."""
        self.limit = self.count = max(1, count)
        self._before = (0, 0.0)

    def each(self) -> float:
        """Bytes per second of one connection, as measured last."""
        return self.rate / self.count

    def segment(self) -> int:
        """Bytes for one request at the speed measured."""
        wanted = int(self.each() * SEGMENT_SECONDS)
        return min(max(wanted, MIN_SEGMENT), MAX_SEGMENT)
