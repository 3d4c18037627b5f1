"""A part file that one or several connections fill, and the resume data beside it.

With one connection bytes are written in order and the part's length says it all. Before a second one writes further
back, the resume data begins to list ranges. Bytes are flushed every few megabytes; where no hash can prove the file,
the resume data names only flushed ones.
"""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from pathlib import Path

from civitdock.adapters.files.atomic import disk_error
from civitdock.adapters.files.locks import try_lock
from civitdock.adapters.transfer.resume import ResumeFile, read_resume, resume_path, unfinished
from civitdock.domain.hashes import Hashes
from civitdock.domain.segments import Board, Claim, Spans
from civitdock.domain.transfers import ResumeData, Validator
from civitdock.errors import NotWritable

_MIB = 1024 * 1024
#: Bytes between two flushes. Without a hash only flushed bytes are trusted after a crash, so those come often.
_STEP_PROVEN, _STEP_UNPROVEN = 64 * _MIB, _MIB
#: Bytes of a claim between two lines in the resume data: with a read of half a mebibyte less than one is lost.
_NOTE_STEP, _MOST_LINES = 256 * 1024, 4096
_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)


def discard(part: Path) -> None:
    """Remove a part file and its resume data; raises `NotWritable` where that is refused."""
    try:
        part.unlink(missing_ok=True)
        resume_path(part).unlink(missing_ok=True)
        unfinished(resume_path(part)).unlink(missing_ok=True)
    except NotADirectoryError:
        return
    except OSError as error:
        raise disk_error(error, part) from error


def is_foreign(part: Path, expected: Hashes) -> bool:
    """Whether a part of another file lies there."""
    if not part.exists():
        return False
    found = read_resume(resume_path(part))
    return found is not None and found.expected.strongest() != expected.strongest()


class PartFile:
    """An open part file. Use as a context manager; `lock` guards `board` and the resume data."""

    def __init__(self, path: Path, source: str, expected: Hashes) -> None:
        """Raises `NotWritable` where the part cannot be opened. Call `take_up` before anything else."""
        self.path = path
        self.lock = threading.Condition(threading.RLock())
        self.board = Board(Spans(), None)
        self.resume = ResumeData(source, expected)
        self.proven = expected.strongest() is not None
        self.generation = 0
        self._file = ResumeFile(path)
        self._noted: dict[int, int] = {}
        self._unsynced = 0
        self._flushing = threading.Lock()
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | _BINARY, 0o666)
        except OSError as error:
            raise disk_error(error, path) from error
        if not try_lock(self._handle):
            os.close(self._handle)
            raise NotWritable(
                "Another program is fetching this very file.", hint="Let it finish there, then press Retry here."
            )

    def __enter__(self) -> PartFile:
        return self

    def __exit__(self, *_: object) -> None:
        """Close; a part without a byte is not left behind."""
        self._file.close()
        os.close(self._handle)
        if self.done == 0:
            discard(self.path)

    @property
    def done(self) -> int:
        """Bytes in the part."""
        with self.lock:
            return self.board.done.count

    @property
    def total(self) -> int | None:
        """The server's size of the file."""
        return self.resume.total

    def whole(self) -> bool:
        """Whether all bytes are there; never without the server's size."""
        with self.lock:
            return self.board.whole()

    def open_again(self) -> int:
        """A further handle on the part with a position of its own; raises `NotWritable`."""
        try:
            return os.open(self.path, os.O_RDWR | _BINARY)
        except OSError as error:
            raise disk_error(error, self.path) from error

    def take_up(self) -> None:
        """Keep what an earlier run left and belongs to this file."""
        size = os.fstat(self._handle).st_size
        found = read_resume(resume_path(self.path))
        kept = Spans() if found is None else found.kept(size, self.resume.source, self.resume.expected)
        if found is None or kept.count == 0:
            self.restart()
            return
        solid = kept.prefix == kept.count
        self.resume = replace(
            self.resume,
            total=found.total,
            validator=found.validator,
            synced=min(found.synced, kept.prefix),
            ranges=None if solid else tuple(kept),
        )
        self.board = Board(kept, found.total)
        if solid:
            self._truncate(kept.prefix)

    def restart(self) -> None:
        """Throw all bytes away; no claim stays. Raises `NotWritable`."""
        with self.lock:
            self._truncate(0)
            self.board = Board(Spans(), None)
            self.resume = ResumeData(self.resume.source, self.resume.expected)
            self.generation += 1
            self._noted.clear()
            self.lock.notify_all()

    def describe(self, total: int | None, validator: Validator) -> None:
        """Note what the server said of the file; from now on the part can be resumed."""
        with self.lock:
            self.resume = replace(self.resume, total=total, validator=validator)
            self.board.total = total
            for claim in self.board.claims.values():
                claim.stop = claim.stop if total is None else max(claim.at, min(claim.stop, total))
            self._save()

    def allow_gaps(self) -> None:
        """From now on the resume data lists ranges: a further connection may write behind a gap."""
        with self.lock:
            if self.resume.ranges is not None:
                return
            if not self.proven:
                self._flush()
            self.resume = replace(self.resume, ranges=tuple(self.board.done))
            self._save()

    def write(self, worker: int, chunk: bytes, handle: int | None, now: float) -> int:
        """Write the next bytes of a claim by the worker's handle (None: the first one) and say how many.

        What lies past the claim's end is left out. Raises `DiskFull` or `NotWritable`.
        """
        own = self._handle if handle is None else handle
        with self.lock:
            allowed = self.board.reserve(worker, len(chunk))
            at = self.board.claims[worker].at
        view = memoryview(chunk)[:allowed]
        try:
            os.lseek(own, at, os.SEEK_SET)
            while view:
                view = view[os.write(own, view) :]
        except OSError as error:
            with self.lock:
                if self.resume.ranges is None:
                    os.ftruncate(own, self.board.done.prefix)
            raise disk_error(error, self.path) from error
        self._written(worker, allowed, now)
        return allowed

    def _written(self, worker: int, amount: int, now: float) -> None:
        with self.lock:
            self.board.written(worker, now)
            self._note(worker, _NOTE_STEP)
            self._unsynced += amount
            due = self._unsynced >= (_STEP_PROVEN if self.proven else _STEP_UNPROVEN)
            self._unsynced = 0 if due else self._unsynced
            self.lock.notify_all()
        if due and self.proven:
            self._check_still_there()
        elif due:
            self.sync()

    def release(self, worker: int) -> None:
        """The worker gives its claim up."""
        with self.lock:
            self._note(worker, 1)
            self._noted.pop(worker, None)
            self.board.release(worker)
            self.lock.notify_all()

    def _note(self, worker: int, step: int) -> None:
        claim: Claim | None = self.board.claims.get(worker)
        if claim is None or self.resume.ranges is None or not self.proven:
            return
        start = max(self._noted.get(worker, claim.began), claim.began)
        if claim.at - start < step:
            return
        self._file.note(start, claim.at)
        self._noted[worker] = claim.at
        if self._file.lines >= _MOST_LINES:
            self._save()

    def sync(self) -> None:
        """Flush the bytes, then note which there are; raises `NotWritable` where the part has gone."""
        with self._flushing:
            with self.lock:
                done, generation = Spans(self.board.done), self.generation
                self._unsynced = 0
            self._flush()
            self._check_still_there()
            with self.lock:
                if generation != self.generation:
                    return
                if self.resume.ranges is not None:
                    solid = done.prefix == done.count == os.fstat(self._handle).st_size and not self.board.claims
                    ranges = self.board.done if self.proven else done
                    self.resume = replace(self.resume, ranges=None if solid else tuple(ranges))
                self.resume = replace(self.resume, synced=done.prefix)
                self._save()

    def _flush(self) -> None:
        try:
            os.fsync(self._handle)
        except OSError as error:
            raise disk_error(error, self.path) from error

    def _save(self) -> None:
        """What a hash can prove need not be flushed, and the lines below the old object must not be lost."""
        if self.resume.ranges is not None and self.proven:
            self.resume = replace(self.resume, ranges=tuple(self.board.done))
        self._file.write(self.resume)

    def _truncate(self, size: int) -> None:
        try:
            os.ftruncate(self._handle, size)
        except OSError as error:
            raise disk_error(error, self.path) from error

    def _check_still_there(self) -> None:
        """A folder removed while we write takes the name away, but the open handle goes on (Windows forbids that)."""
        if os.name == "nt":
            return
        try:
            there = os.stat(self.path)
        except OSError as error:
            raise disk_error(error, self.path) from error
        ours = os.fstat(self._handle)
        if (there.st_ino, there.st_dev) != (ours.st_ino, ours.st_dev):
            raise NotWritable(f"{self.path.name} was replaced by something else while it was written.")
