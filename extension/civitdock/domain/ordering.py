"""The order in which waiting downloads begin: by priority, then by rank. A move changes the rank of one job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from civitdock.domain.downloads import WAITING, Download, Priority
from civitdock.errors import InvalidRequest

_ORDER = {Priority.HIGH: 0, Priority.NORMAL: 1, Priority.LOW: 2}
#: The distance between two ranks that are dealt anew.
STEP = 1.0


class To(str, Enum):
    """Where a job goes among those of its priority."""

    TOP = "top"
    UP = "up"
    DOWN = "down"
    BOTTOM = "bottom"


@dataclass(frozen=True)
class Move:
    """One of: a step, or before or behind another waiting job, whose priority is then taken over."""

    to: To | None = None
    before: str | None = None
    after: str | None = None

    def check(self) -> None:
        """Raise `InvalidRequest` unless it is exactly one of the three."""
        if sum(each is not None for each in (self.to, self.before, self.after)) != 1:
            raise InvalidRequest("move: give one of to, before and after.")


def order_of(job: Download) -> tuple[int, float]:
    """The key by which waiting jobs are sorted."""
    return _ORDER[job.priority], job.rank


def next_rank(jobs: Sequence[Download]) -> float:
    """The rank of a new job, which comes last."""
    return max((job.rank for job in jobs), default=0.0) + STEP


def moved(unfinished: Sequence[Download], job: Download, move: Move) -> dict[str, tuple[Priority, float]]:
    """Priority and rank of every job that changes; `unfinished` are all jobs with a rank, this one among them.

    Places are counted among those that wait; those that run keep theirs. One job changes, unless two neighbours'
    ranks have nothing left between them: then the whole group is dealt anew. Raises `InvalidRequest` for a move
    beside a job that does not wait, or beside itself.
    """
    move.check()
    waiting = [each for each in sorted(unfinished, key=order_of) if each.state in WAITING]
    priority, index = _aim(waiting, job, move)
    others = [each for each in waiting if each.priority is priority and each.id != job.id]
    index = max(0, min(index, len(others)))
    if job.priority is priority and [each for each in waiting if each.priority is priority].index(job) == index:
        return {}
    group = [each for each in sorted(unfinished, key=order_of) if each.priority is priority and each.id != job.id]
    at = group.index(others[index - 1]) + 1 if index else group.index(others[0]) if others else len(group)
    low = group[at - 1].rank if at else (group[0].rank - 2 * STEP if group else 0.0)
    high = group[at].rank if at < len(group) else low + 2 * STEP
    middle = (low + high) / 2
    if low < middle < high:
        return {job.id: (priority, middle)}
    order = [*(each.id for each in group[:at]), job.id, *(each.id for each in group[at:])]
    return {name: (priority, STEP * (number + 1)) for number, name in enumerate(order)}


def _aim(waiting: Sequence[Download], job: Download, move: Move) -> tuple[Priority, int]:
    """The priority to be in, and the place among its other waiting jobs."""
    if move.to is not None:
        names = [each.id for each in waiting if each.priority is job.priority]
        at = names.index(job.id)
        return job.priority, {To.TOP: 0, To.UP: at - 1, To.DOWN: at + 1, To.BOTTOM: len(names)}[move.to]
    beside = next((each for each in waiting if each.id == (move.before or move.after)), None)
    if beside is None or beside.id == job.id:
        raise InvalidRequest("move: the other download does not wait.")
    others = [each.id for each in waiting if each.priority is beside.priority and each.id != job.id]
    return beside.priority, others.index(beside.id) + (0 if move.before else 1)
