"""A part file that one or several connections fill, and the resume data beside it.

With one connection bytes are written in order and the part's length says it all. Before a second one writes further
back, the resume data begins to list ranges. Bytes are flushed every few megabytes; where no hash can prove the file,
the resume data names only flushed ones.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from civitdock.adapters.files.atomic import disk_error, sync_folder, write_atomic
from civitdock.adapters.files.locks import try_lock
from civitdock.adapters.transfer.handles import Handle, NoFollow
from civitdock.adapters.transfer.resume import ResumeFile, read_resume, resume_path, unfinished
from civitdock.domain.hashes import Hashes
from civitdock.domain.segments import Board, Claim, Spans
from civitdock.domain.transfers import Progress, ResumeData, Validator
from civitdock.errors import BusyElsewhere, CivitDockError, NotWritable
from civitdock.ports import TransferStopped

_MIB = 1024 * 1024
#: Bytes between two flushes. Without a hash only flushed bytes are trusted after a crash, so those come often.
_STEP_PROVEN, _STEP_UNPROVEN = 64 * _MIB, _MIB
#: Bytes of a claim between two lines in the resume data: with a read of half a mebibyte less than one is lost.
_NOTE_STEP, _MOST_LINES = 256 * 1024, 4096
_GONE_HINT = "Try again: it is fetched from the beginning. Leave files of that ending alone while CivitDock runs."


def discard(part: Path) -> None:
    """Remove a part file and its resume data; raises `NotWritable` where that is refused, `BusyElsewhere` where another
    program fills it."""
    if _is_open(part):
        raise BusyElsewhere
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


def kept(part: Path) -> Progress | None:
    """How many bytes of a part a later run can keep, and of how many; None where there is no part."""
    try:
        size = part.stat().st_size
    except OSError:
        return None
    found = read_resume(resume_path(part))
    if found is None:
        return Progress(0, None)
    return Progress(found.kept(size, found.source, found.expected).count, found.total)


def relocate(part: Path, new: Path, check: Callable[[], None]) -> None:
    """Let a whole part and its resume data stand at `new` too: by a link, on another drive as a copy on disk.

    `check` is called between the chunks of a copy and may raise to end it; then nothing is left there. Raises
    `DiskFull`, `NotWritable`, `BusyElsewhere`.
    """
    discard(new)
    try:
        try:
            os.link(part, new)
        except OSError:
            _copy(part, new, check)
        if resume_path(part).exists():
            write_atomic(resume_path(new), resume_path(part).read_bytes(), unfinished(resume_path(new)))
        sync_folder(new.parent)
    except BaseException as error:
        with contextlib.suppress(CivitDockError):
            discard(new)
        if isinstance(error, OSError):
            raise disk_error(error, new) from error
        raise


def _copy(part: Path, new: Path, check: Callable[[], None]) -> None:
    with open(part, "rb") as source, open(new, "xb") as copy:
        while chunk := source.read(_MIB):
            check()
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())


def _is_open(part: Path) -> bool:
    """Whether a transfer holds it open, here or in another program; not where it cannot be opened at all."""
    try:
        with open(part, "r+b", buffering=0, opener=NoFollow()) as file:
            return not try_lock(file.fileno())
    except OSError:
        return False


class PartFile:
    """A part file. Use as a context manager once it was opened; `lock` guards `board` and the resume data.

    Another thread may `abandon` it: then every further step raises `TransferStopped` and touches nothing. No handle
    is used under `lock`, since `abandon` waits for the handles.
    """

    def __init__(self, path: Path, source: str, expected: Hashes) -> None:
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
        self._abandoned = False
        self._handles: list[Handle] = []

    def open(self) -> None:
        """Raises `NotWritable`, and `BusyElsewhere` where another program fills it. Call `take_up` next."""
        try:
            handle = Handle(self.path, NoFollow(os.O_CREAT))
        except OSError as error:
            raise disk_error(error, self.path) from error
        with handle.held() as file:
            locked = try_lock(file.fileno())
        if not locked:
            handle.close()
            raise BusyElsewhere
        self._handles.append(handle)

    def another(self) -> Handle:
        """A further handle on the part with a position of its own, closed with the part; raises `NotWritable`."""
        with self.lock:
            self._check_wanted()
            try:
                handle = Handle(self.path, NoFollow())
            except OSError as error:
                raise disk_error(error, self.path) from error
            self._handles.append(handle)
            return handle

    def abandon(self) -> None:
        """Close it for good, so that its files can be removed under the hands of the transfer."""
        with self.lock:
            self._abandoned = True
            self._file.close()
            self.lock.notify_all()
        self._close()

    def _check_wanted(self) -> None:
        if self._abandoned:
            raise TransferStopped("abandoned")

    def _close(self) -> None:
        for handle in self._handles:
            handle.close()

    def __enter__(self) -> PartFile:
        return self

    def __exit__(self, *_: object) -> None:
        """Close; a part without a byte is not left behind."""
        self._file.close()
        self._close()
        with self.lock:
            if not self._abandoned and self.done == 0:
                discard(self.path)

    @property
    def done(self) -> int:
        """Bytes in the part."""
        with self.lock:
            return self.board.done.count

    def progress(self) -> Progress:
        """Bytes in the part, and in all."""
        with self.lock:
            return Progress(self.board.done.count, self.resume.total)

    @property
    def total(self) -> int | None:
        """The server's size of the file."""
        return self.resume.total

    def whole(self) -> bool:
        """Whether all bytes are there; never without the server's size."""
        with self.lock:
            return self.board.whole()

    def take_up(self) -> None:
        """Keep what an earlier run left and belongs to this file. Its hashes are for `Behind` to read again."""
        size = self._size()
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
            self.board = Board(Spans(), None)
            self.resume = ResumeData(self.resume.source, self.resume.expected)
            self.generation += 1
            self._noted.clear()
            self.lock.notify_all()
        self._truncate(0)

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
        if not self.proven and self.resume.ranges is None:
            self._flush()
        with self.lock:
            if self.resume.ranges is None:
                self.resume = replace(self.resume, ranges=tuple(self.board.done))
                self._save()

    def write(self, worker: int, chunk: memoryview, handle: Handle, now: float) -> int:
        """Write the next bytes of a claim by the worker's handle and say how many.

        What lies past the claim's end is left out. Raises `DiskFull` or `NotWritable`.
        """
        with self.lock:
            allowed = self.board.reserve(worker, len(chunk))
            at = self.board.claims[worker].at
        view = chunk[:allowed]
        try:
            with handle.held() as file:
                file.seek(at)
                while view:
                    view = view[file.write(view) or 0 :]
        except OSError as error:
            if self.resume.ranges is None:
                self._truncate(at)
            raise disk_error(error, self.path) from error
        self._written(worker, allowed, now)
        return allowed

    def first(self) -> Handle:
        """The handle of the first connection."""
        return self._handles[0]

    def _written(self, worker: int, amount: int, now: float) -> None:
        with self.lock:
            self.board.written(worker, now)
            self._note(worker, _NOTE_STEP)
            self._unsynced += amount
            due = self._unsynced >= (_STEP_PROVEN if self.proven else _STEP_UNPROVEN)
            self._unsynced = 0 if due else self._unsynced
            self.lock.notify_all()
        if due and self.proven:
            self.check_still_there()
        elif due:
            self.sync()

    def release(self, worker: int) -> None:
        """The worker gives its claim up. Never raises: without its last line a crash would cost a few bytes."""
        with self.lock:
            with contextlib.suppress(CivitDockError, TransferStopped):
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
        self._check_wanted()
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
            self.check_still_there()
            size = self._size()
            with self.lock:
                if generation != self.generation:
                    return
                if self.resume.ranges is not None:
                    solid = done.prefix == done.count == size and not self.board.claims
                    ranges = self.board.done if self.proven else done
                    self.resume = replace(self.resume, ranges=None if solid else tuple(ranges))
                self.resume = replace(self.resume, synced=done.prefix)
                self._save()

    def _flush(self) -> None:
        try:
            with self.first().held() as file:
                os.fsync(file.fileno())
        except OSError as error:
            raise disk_error(error, self.path) from error

    def _save(self) -> None:
        """What a hash can prove need not be flushed, and the lines below the old object must not be lost."""
        self._check_wanted()
        if self.resume.ranges is not None and self.proven:
            self.resume = replace(self.resume, ranges=tuple(self.board.done))
        self._file.write(self.resume)

    def _size(self) -> int:
        with self.first().held() as file:
            return os.fstat(file.fileno()).st_size

    def _truncate(self, size: int) -> None:
        try:
            with self.first().held() as file:
                file.truncate(size)
        except OSError as error:
            raise disk_error(error, self.path) from error

    def check_still_there(self) -> None:
        """A part or folder removed while we write takes the name away, but the open handle goes on (Windows forbids
        that). Raises `NotWritable`."""
        if os.name == "nt":
            return
        try:
            there = os.stat(self.path)
        except FileNotFoundError as error:
            if self.path.parent.is_dir():
                raise NotWritable(f"{self.path.name} was deleted while it was written.", hint=_GONE_HINT) from error
            raise disk_error(error, self.path) from error
        except OSError as error:
            raise disk_error(error, self.path) from error
        with self.first().held() as file:
            ours = os.fstat(file.fileno())
        if (there.st_ino, there.st_dev) != (ours.st_ino, ours.st_dev):
            raise NotWritable(f"{self.path.name} was replaced by something else while it was written.")
