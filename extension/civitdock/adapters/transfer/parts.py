"""A part file and the resume data beside it.

Bytes are written in order at the end of the part; every few megabytes they are flushed to the disk and the resume data
follows, so it never claims more than is there. With several connections the resume data will hold ranges instead of
one length.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from civitdock.adapters.files.atomic import disk_error, sync_folder, write_atomic
from civitdock.adapters.files.locks import try_lock
from civitdock.adapters.transfer.digest import Digest
from civitdock.domain.hashes import Hashes
from civitdock.domain.transfers import RESUME_SUFFIX, Progress, ResumeData, Validator
from civitdock.errors import CivitDockError, NotWritable
from civitdock.ports import TransferStopped

_MIB = 1024 * 1024
#: Bytes between two flushes. Without a hash only flushed bytes are trusted after a crash, so those come often.
_STEP_PROVEN, _STEP_UNPROVEN = 32 * _MIB, _MIB
_FORMAT = 1
_CLOSED = -1
_BUSY, _BUSY_HINT = "Another program is fetching this very file.", "Let it finish there, then press Retry here."


def resume_path(part: Path) -> Path:
    """Where the resume data of a part file lies."""
    return part.with_name(part.name + RESUME_SUFFIX)


def _unfinished(path: Path) -> Path:
    return path.with_name(path.name + ".tmp")


def discard(part: Path) -> None:
    """Remove a part file and its resume data; raises `NotWritable` where that is refused."""
    try:
        part.unlink(missing_ok=True)
        resume_path(part).unlink(missing_ok=True)
        _unfinished(resume_path(part)).unlink(missing_ok=True)
    except NotADirectoryError:
        return
    except OSError as error:
        raise disk_error(error, part) from error


def is_foreign(part: Path, expected: Hashes) -> bool:
    """Whether a part of another file lies there."""
    if not part.exists():
        return False
    found = _read_resume(resume_path(part))
    return found is not None and found.expected.strongest() != expected.strongest()


def kept(part: Path) -> Progress | None:
    """How many bytes of a part a later run can keep, and of how many; None where there is no part."""
    try:
        size = part.stat().st_size
    except OSError:
        return None
    found = _read_resume(resume_path(part))
    if found is None:
        return Progress(0, None)
    return Progress(found.usable(size, found.source, found.expected), found.total)


def relocate(part: Path, new: Path, check: Callable[[], None]) -> None:
    """Let a whole part and its resume data stand at `new` too: by a link, on another drive as a copy on disk.

    `check` is called between the chunks of a copy and may raise to end it; then nothing is left there. Raises
    `DiskFull`, `NotWritable`.
    """
    _refuse_if_open(new)
    discard(new)
    try:
        try:
            os.link(part, new)
        except OSError:
            _copy(part, new, check)
        if resume_path(part).exists():
            write_atomic(resume_path(new), resume_path(part).read_bytes(), _unfinished(resume_path(new)))
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


def _refuse_if_open(part: Path) -> None:
    try:
        handle = os.open(part, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        return
    except OSError as error:
        raise disk_error(error, part) from error
    try:
        if not try_lock(handle):
            raise NotWritable(_BUSY, hint=_BUSY_HINT)
    finally:
        os.close(handle)


class PartFile:
    """A part file; `done` bytes are in it and hashed. Use as a context manager once it was opened.

    Another thread may `abandon` it: then every further step raises `TransferStopped` and touches nothing.
    """

    def __init__(self, path: Path, source: str, expected: Hashes, digest: Digest) -> None:
        self.path = path
        self.done = 0
        self.resume = ResumeData(source, expected)
        self._digest = digest
        self._step = _STEP_PROVEN if expected.strongest() else _STEP_UNPROVEN
        self._lock = threading.RLock()
        self._handle = _CLOSED

    def open(self) -> None:
        """Raises `NotWritable` where the part cannot be opened. Call `take_up` before anything else."""
        path = self.path
        try:
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
            handle = os.open(path, flags, 0o666)
        except OSError as error:
            raise disk_error(error, path) from error
        if not try_lock(handle):
            os.close(handle)
            raise NotWritable(_BUSY, hint=_BUSY_HINT)
        self._handle = handle

    def abandon(self) -> None:
        """Close it for good, so that its files can be removed under the hands of the transfer."""
        with self._lock:
            if self._handle != _CLOSED:
                os.close(self._handle)
                self._handle = _CLOSED

    @contextlib.contextmanager
    def _held(self) -> Iterator[int]:
        """The handle, which nobody closes meanwhile; raises `TransferStopped` where the part was abandoned."""
        with self._lock:
            if self._handle == _CLOSED:
                raise TransferStopped("abandoned")
            yield self._handle

    def __enter__(self) -> PartFile:
        return self

    def __exit__(self, *_: object) -> None:
        """Close; a part without a byte is not left behind."""
        with self._lock:
            if self._handle == _CLOSED:
                return
            self.abandon()
            if self.done == 0:
                discard(self.path)

    def take_up(self, check: Callable[[], None]) -> None:
        """Keep what an earlier run left and belongs to this file: it is read again for its hashes.

        `check` is called between the chunks and may raise to end it.
        """
        with self._held() as handle:
            size = os.fstat(handle).st_size
        found = _read_resume(resume_path(self.path))
        keep = 0 if found is None else found.usable(size, self.resume.source, self.resume.expected)
        if found is None or keep == 0:
            self.restart()
            return
        self.resume = ResumeData(self.resume.source, self.resume.expected, found.total, found.validator, found.synced)
        self._truncate(keep)
        self._digest.restart()
        while self.done < keep:
            check()
            with self._held() as handle:
                chunk = os.read(handle, min(_MIB, keep - self.done))
            if not chunk:
                break
            self._digest.update(chunk)
            self.done += len(chunk)

    def restart(self) -> None:
        """Throw all bytes away."""
        self._truncate(0)
        self._digest.restart()
        self.done = 0
        self.resume = ResumeData(self.resume.source, self.resume.expected)

    def describe(self, total: int | None, validator: Validator) -> None:
        """Note what the server said of the file; from now on the part can be resumed."""
        self.resume = ResumeData(self.resume.source, self.resume.expected, total, validator, self.resume.synced)
        self.sync()

    def append(self, chunk: bytes) -> None:
        """Write the next bytes; raises `DiskFull` or `NotWritable`."""
        view = memoryview(chunk)
        with self._held() as handle:
            try:
                while view:
                    view = view[os.write(handle, view) :]
            except OSError as error:
                os.ftruncate(handle, self.done)
                os.lseek(handle, self.done, os.SEEK_SET)
                raise disk_error(error, self.path) from error
        self._digest.update(chunk)
        self.done += len(chunk)
        if self.done - self.resume.synced >= self._step:
            self.sync()

    def sync(self) -> None:
        """Flush the bytes, then note how many there are; raises `NotWritable` where the part has gone."""
        with self._held() as handle:
            try:
                os.fsync(handle)
            except OSError as error:
                raise disk_error(error, self.path) from error
            self._check_still_there(handle)
            old = self.resume
            self.resume = ResumeData(old.source, old.expected, old.total, old.validator, self.done)
            path = resume_path(self.path)
            write_atomic(path, _encode(self.resume), _unfinished(path))

    def hashes(self) -> Hashes:
        """The hashes of everything in the part."""
        return self._digest.hashes()

    def _truncate(self, size: int) -> None:
        """Cut the part, and go on reading or writing at its beginning."""
        try:
            with self._held() as handle:
                os.ftruncate(handle, size)
                os.lseek(handle, 0, os.SEEK_SET)
        except OSError as error:
            raise disk_error(error, self.path) from error

    def _check_still_there(self, handle: int) -> None:
        """A folder removed while we write takes the name away, but the open handle goes on (Windows forbids that)."""
        if os.name == "nt":
            return
        try:
            there = os.stat(self.path)
        except OSError as error:
            raise disk_error(error, self.path) from error
        ours = os.fstat(handle)
        if (there.st_ino, there.st_dev) != (ours.st_ino, ours.st_dev):
            raise NotWritable(f"{self.path.name} was replaced by something else while it was written.")


def _encode(resume: ResumeData) -> bytes:
    return json.dumps({"format": _FORMAT, **asdict(resume)}, indent=1).encode("utf-8")


def _read_resume(path: Path) -> ResumeData | None:
    try:
        raw = json.loads(path.read_bytes())
        if raw["format"] != _FORMAT:
            return None
        return ResumeData(
            source=str(raw["source"]),
            expected=Hashes(**raw["expected"]),
            total=None if raw["total"] is None else int(raw["total"]),
            validator=Validator(**raw["validator"]),
            synced=int(raw["synced"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None  # no resume data that can be trusted: the file starts over
