"""How running downloads look: bars on a terminal, plain lines elsewhere, or nothing."""

from __future__ import annotations

import importlib
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

from civitdock.cli.output import readable
from civitdock.domain.downloads import FINISHED, RUNNING, Download, State
from civitdock.domain.sizes import size_text

_NAME_WIDTH = 32
#: So many seconds without an answer of CivitAI's are no news.
_SILENCE = 2.0
_ASKS = "waiting for CivitAI's answer"
_QUARTERS = 4


class Display:
    """Shows nothing while work goes on, only what is said at the end of a file."""

    #: Whether something may be said while work goes on.
    visible = False

    def show(self, jobs: Sequence[Download]) -> None:
        """Draw the jobs as they are now; every job of the command is among them."""

    @contextmanager
    def asking(self, name: str) -> Iterator[None]:
        """While CivitAI is asked about something: where its answer takes long, that is said once."""
        timer = threading.Timer(_SILENCE, self.say, (f"{name}: {_ASKS}", sys.stderr))
        timer.daemon = True
        if self.visible:
            timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def say(self, line: str, stream: TextIO) -> None:
        """A line that stays."""
        print(readable(line, stream.encoding or "utf-8"), file=stream, flush=True)

    def close(self) -> None:
        """Leave the screen as it should stay."""


class Lines(Display):
    """A line for the start and each quarter of a file, and for every new reason to wait: for logs.

    `now` gives seconds, by which an answer of CivitAI's is seen to take long.
    """

    visible = True

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._said: dict[str, tuple[int, str]] = {}
        self._asks: dict[str, float] = {}
        self._now = now

    def show(self, jobs: Sequence[Download]) -> None:
        """Say what is new."""
        for job in jobs:
            quarter, reason = self._said.get(job.id, (-1, ""))
            waits = self._reason(job)
            now = _quarter(job) if job.state is State.DOWNLOADING else quarter
            if now > quarter:
                self.say(f"{name_of(job)}: {_far(job)}", sys.stderr)
            if waits and waits != reason and job.state not in FINISHED:
                self.say(f"{name_of(job)}: {waits}", sys.stderr)
            self._said[job.id] = (max(now, quarter), waits or reason)

    def _reason(self, job: Download) -> str:
        """What the job waits for, as far as that is worth a line."""
        if job.waiting is not None:
            return job.waiting.message
        if job.state is not State.RESOLVING:
            self._asks.pop(job.id, None)
            return ""
        since = self._asks.setdefault(job.id, self._now())
        return _ASKS if self._now() - since >= _SILENCE else ""


class Bars(Display):
    """One bar for each running file below a line for all of them."""

    visible = True

    def __init__(self, tqdm: Any) -> None:
        self._tqdm = tqdm
        self._total: Any = None
        self._files: dict[str, Any] = {}

    def show(self, jobs: Sequence[Download]) -> None:
        """Draw the present state."""
        shown = {job.id: job for job in jobs if job.state in RUNNING or (job.waiting and job.state is State.QUEUED)}
        for gone in self._files.keys() - shown.keys():
            self._files.pop(gone).close()
        self._draw_total(jobs)
        for job in shown.values():
            bar = self._files.get(job.id) or self._bar(name_of(job), job.bytes_done, self._free_line())
            self._files[job.id] = bar
            bar.total = job.bytes_total
            bar.set_description_str(_fitted(name_of(job)), refresh=False)
            bar.set_postfix_str(_note(job), refresh=False)
            bar.update(job.bytes_done - bar.n)
            bar.refresh()

    def say(self, line: str, stream: TextIO) -> None:
        """A line above the bars."""
        self._tqdm.write(readable(line, stream.encoding or "utf-8"), file=stream)

    def close(self) -> None:
        """Take the bars away."""
        for bar in (*self._files.values(), *([self._total] if self._total is not None else [])):
            bar.close()
        self._files, self._total = {}, None

    def _draw_total(self, jobs: Sequence[Download]) -> None:
        done = sum(job.bytes_done for job in jobs)
        if self._total is None:
            self._total = self._bar("", done, 0)
        ended = sum(job.state in FINISHED for job in jobs)
        self._total.total = total_bytes(jobs)
        self._total.set_description_str(_fitted(f"{ended} of {len(jobs)} files"), refresh=False)
        self._total.update(done - self._total.n)
        self._total.refresh()

    def _free_line(self) -> int:
        taken = {abs(bar.pos) for bar in self._files.values()}
        return next(line for line in range(1, len(taken) + 2) if line not in taken)

    def _bar(self, name: str, begun: int, line: int) -> Any:
        return self._tqdm(
            desc=_fitted(name), initial=begun, position=line, unit="B", unit_scale=True, leave=False,
            file=sys.stderr, dynamic_ncols=True,
        )  # fmt: skip


def display(*, visible: bool) -> Display:
    """The fitting one: bars need a terminal and `tqdm`."""
    if not visible:
        return Display()
    if not sys.stderr.isatty():
        return Lines()
    try:
        return Bars(importlib.import_module("tqdm").tqdm)
    except ImportError:
        return Lines()


def name_of(job: Download) -> str:
    """What a person calls this file."""
    return job.filename or job.model_name or f"version {job.version_id}"


def total_bytes(jobs: Sequence[Download]) -> int | None:
    """The size of all files, None while one is unknown; what failed counts as far as it came."""
    sizes = [job.bytes_done if job.state in FINISHED else job.bytes_total for job in jobs]
    return None if None in sizes else sum(size or 0 for size in sizes)


def _quarter(job: Download) -> int:
    """How many quarters are here; the last is not counted, since the end has a line of its own."""
    return min(_QUARTERS * job.bytes_done // job.bytes_total, _QUARTERS - 1) if job.bytes_total else 0


def _far(job: Download) -> str:
    if not job.bytes_total:
        return f"{size_text(job.bytes_done)} of an unknown size"
    return f"{100 * job.bytes_done // job.bytes_total} % of {size_text(job.bytes_total)}"


def _note(job: Download) -> str:
    if job.waiting is not None:
        return readable(job.waiting.message, "utf-8")
    return {State.DOWNLOADING: "", State.RESOLVING: _ASKS}.get(job.state, job.state.value)


def _fitted(name: str) -> str:
    """A name in a fixed width, so that the bars stand below each other; the middle is what may go."""
    text = readable(name, "utf-8")
    if len(text) > _NAME_WIDTH:
        half = _NAME_WIDTH // 2
        text = f"{text[: half - 1]}…{text[-half:]}"
    return text.ljust(_NAME_WIDTH)
