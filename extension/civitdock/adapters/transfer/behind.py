"""What runs behind the bytes of a part: hashing up to the first gap, and flushing to the disk.

Both read what was just written, which the system still holds in memory. So neither waits for the network nor the
network for them, and the hashes are known as soon as the last byte is.
"""

from __future__ import annotations

import contextlib
import errno
import os
import threading
from collections.abc import Callable

from civitdock.adapters.files.atomic import disk_error
from civitdock.adapters.transfer.digest import Digest
from civitdock.adapters.transfer.parts import PartFile
from civitdock.domain.hashes import Hashes
from civitdock.ports import TransferStopped

_PIECE = 1024 * 1024
_FLUSH_STEP = 64 * 1024 * 1024
_LOOK_EVERY = 0.5


class Behind:
    """The two threads behind one part. Use as a context manager; they end with it."""

    def __init__(self, part: PartFile, digest: Digest) -> None:
        self._part = part
        self._digest = digest
        self._handles = {name: part.another() for name in ("hash", "flush")}
        self._hashed = 0
        self._generation = part.generation
        self._trouble: OSError | None = None
        self._ended = False
        self._threads = [
            threading.Thread(target=work, name=f"civitdock-{name}", daemon=True)
            for name, work in (("hash", self._safely(self._hash)), ("flush", self._safely(self._flush)))
        ]

    def __enter__(self) -> Behind:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._part.lock:
            self._ended = True
            self._part.lock.notify_all()
        for thread in self._threads:
            thread.join()
        for handle in self._handles.values():
            handle.close()

    def hashed(self, wait: float) -> int:
        """How many bytes from the beginning on are hashed, after waiting so many seconds for news.

        Raises `NotWritable` where the part cannot be read.
        """
        with self._part.lock:
            if self._trouble is None and self._up_to_now() < self._part.board.done.prefix:
                self._part.lock.wait(wait)
            if self._trouble is not None:
                raise disk_error(self._trouble, self._part.path) from self._trouble
            return self._up_to_now()

    def _up_to_now(self) -> int:
        return self._hashed if self._generation == self._part.generation else 0

    def hashes(self) -> Hashes:
        """The hashes of the bytes that `hashed` counts."""
        return self._digest.hashes()

    @staticmethod
    def _safely(work: Callable[[], None]) -> Callable[[], None]:
        """Work that ends quietly where the part is abandoned: the first connection tells the caller."""

        def run() -> None:
            with contextlib.suppress(TransferStopped):
                work()

        return run

    def _hash(self) -> None:
        buffer = memoryview(bytearray(_PIECE))
        while True:
            with self._part.lock:
                if self._generation != self._part.generation:
                    self._generation, self._hashed = self._part.generation, 0
                    self._digest.restart()
                if self._ended or self._trouble is not None:
                    return
                amount = min(_PIECE, self._part.board.done.prefix - self._hashed)
                if amount <= 0:
                    self._part.lock.wait(_LOOK_EVERY)
                    continue
            self._take(buffer[:amount])

    def _take(self, piece: memoryview) -> None:
        try:
            with self._handles["hash"].held() as file:
                file.seek(self._hashed)
                got = file.readinto(piece) or 0
        except OSError as error:
            self._fail(error)
            return
        with self._part.lock:
            if self._generation != self._part.generation:
                return
            if not got:
                self._fail(OSError(errno.EIO, "bytes that were written are not there"))
                return
        self._digest.update(piece[:got])
        with self._part.lock:
            self._hashed += got
            self._part.lock.notify_all()

    def _fail(self, error: OSError) -> None:
        with self._part.lock:
            self._trouble = error
            self._part.lock.notify_all()

    def _flush(self) -> None:
        """Write back early what a hash can prove, so that little is left at the end; else `PartFile.sync` does it."""
        flushed = 0
        while True:
            with self._part.lock:
                if self._ended or not self._part.proven:
                    return
                done = self._part.board.done.count
                if done - flushed < _FLUSH_STEP:
                    flushed = min(flushed, done)
                    self._part.lock.wait(_LOOK_EVERY)
                    continue
            try:
                with self._handles["flush"].held() as file:
                    os.fsync(file.fileno())
            except OSError:
                return  # the flush at the end says what is wrong
            flushed = done
