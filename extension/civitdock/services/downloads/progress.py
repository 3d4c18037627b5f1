"""What the queue shows of itself, and how fast a transfer is."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from civitdock.domain.downloads import RUNNING, Download, State

_SPAN = 5.0
_GRAIN = 0.25


@dataclass(frozen=True)
class Totals:
    """Counts of jobs, bytes per second of all transfers, and seconds until the known rest is here (None: unknown).

    `bytes_left` is the known rest of active and queued jobs, `limit_bps` the bandwidth limit, None without one.
    """

    active: int
    queued: int
    speed_bps: float
    eta_s: float | None
    paused: int = 0
    failed: int = 0
    bytes_left: int = 0
    limit_bps: int | None = None


@dataclass(frozen=True)
class ProgressView:
    """Jobs that changed, jobs that left the history, and the revision to ask with next time."""

    revision: int
    jobs: tuple[Download, ...]
    totals: Totals
    removed: tuple[str, ...] = ()


def totals_of(jobs: Sequence[Download], limit_kib: int) -> Totals:
    """The sums over all jobs; `limit_kib` is the bandwidth limit in KiB/s, 0 for none."""
    active = [job for job in jobs if job.state in RUNNING]
    queued = [job for job in jobs if job.state is State.QUEUED]
    both = (*active, *queued)
    speed = sum(job.speed_bps or 0.0 for job in active)
    left = sum(max(0, job.bytes_total - job.bytes_done) for job in both if job.bytes_total is not None)
    known = all(job.bytes_total is not None for job in both)
    return Totals(
        active=len(active),
        queued=len(queued),
        speed_bps=speed,
        eta_s=eta(0, left, speed) if active and known else None,
        paused=sum(job.state is State.PAUSED for job in jobs),
        failed=sum(job.state is State.FAILED for job in jobs),
        bytes_left=left,
        limit_bps=limit_kib * 1024 or None,
    )


class Meter:
    """Mean speed over the last five seconds."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()

    def note(self, now: float, done: int) -> None:
        """Tell how many bytes are here at `now` (monotonic seconds)."""
        if self._samples and done < self._samples[-1][1]:
            self._samples.clear()
        if len(self._samples) > 1 and now - self._samples[-2][0] < _GRAIN:
            self._samples.pop()
        self._samples.append((now, done))
        self._forget(now)

    def speed(self, now: float) -> float | None:
        """Bytes per second, 0 when nothing came for the whole span, None before there is anything to say."""
        self._forget(now)
        if not self._samples or now <= self._samples[0][0]:
            return None
        (first_at, first), (_, last) = self._samples[0], self._samples[-1]
        return (last - first) / (now - first_at)

    def _forget(self, now: float) -> None:
        while len(self._samples) > 1 and self._samples[1][0] <= now - _SPAN:
            self._samples.popleft()


def eta(done: int, total: int | None, speed: float | None) -> float | None:
    """Seconds until `total` bytes are here, or None where nobody can know."""
    if total is None or not speed:
        return None
    return max(0, total - done) / speed
