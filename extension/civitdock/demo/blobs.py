"""Deterministic file contents: made on demand, never kept, hashed once."""

from __future__ import annotations

import random
import struct
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator

from civitdock.demo.digests import Digests, digest

PIECE = 1 << 16


class Blob(ABC):
    """Some bytes with a stable key. Equal keys mean equal bytes."""

    def __init__(self, key: str) -> None:
        self.key = key
        self._lock = threading.Lock()
        self._digests: Digests | None = None

    @property
    @abstractmethod
    def size(self) -> int:
        """Length in bytes."""

    @abstractmethod
    def pieces(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from `start` up to `stop` (default: the end) in pieces of at most 64 KiB."""

    def read(self, start: int = 0, stop: int | None = None) -> bytes:
        """The same range in one piece."""
        return b"".join(self.pieces(start, stop))

    def digests(self) -> Digests:
        """True hashes of the content, computed at first need."""
        with self._lock:
            if self._digests is None:
                self._digests = digest(self.pieces(), self.size)
            return self._digests


class MadeBlob(Blob):
    """A small content that a function makes anew for every reader."""

    def __init__(self, key: str, make: Callable[[], bytes]) -> None:
        super().__init__(key)
        self._make = make
        self._size: int | None = None

    @property
    def size(self) -> int:
        if self._size is None:
            self._size = len(self._make())
        return self._size

    def pieces(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        content = self._make()
        self._size = len(content)
        end = self._size if stop is None else min(stop, self._size)
        for at in range(start, end, PIECE):
            yield content[at : min(at + PIECE, end)]


class BytesBlob(MadeBlob):
    """A content given as bytes, for tests and tiny files."""

    def __init__(self, key: str, content: bytes) -> None:
        super().__init__(key, lambda: content)


class PatternBlob(Blob):
    """A long content: a head, then numbered blocks, so that no two blocks are equal.

    Memory stays at one block however long the content is.
    """

    def __init__(self, key: str, size: int, head: bytes = b"") -> None:
        super().__init__(key)
        if size < len(head):
            raise ValueError("a pattern cannot be shorter than its head")
        self._size = size
        self._head = head
        self._tail = random.Random(f"pattern:{key}").randbytes(PIECE - 8)

    @property
    def size(self) -> int:
        return self._size

    def pieces(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        end = self._size if stop is None else min(stop, self._size)
        at, head = start, len(self._head)
        if at < min(head, end):
            yield self._head[at : min(head, end)]
            at = head
        while at < end:
            number, offset = divmod(at - head, PIECE)
            block = struct.pack("<Q", number) + self._tail
            piece = block[offset : offset + min(PIECE - offset, end - at)]
            yield piece
            at += len(piece)


class ChangedBlob(Blob):
    """Another content with one byte inverted: same length, other hashes."""

    def __init__(self, original: Blob, offset: int | None = None) -> None:
        super().__init__(f"{original.key}#changed")
        self._original = original
        self._offset = original.size // 2 if offset is None else offset

    @property
    def size(self) -> int:
        return self._original.size

    def pieces(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        at = start
        for piece in self._original.pieces(start, stop):
            inside = self._offset - at
            if 0 <= inside < len(piece):
                piece = piece[:inside] + bytes([piece[inside] ^ 0xFF]) + piece[inside + 1 :]
            yield piece
            at += len(piece)


class CutBlob(Blob):
    """The first `size` bytes of another content, served as if they were all."""

    def __init__(self, original: Blob, size: int) -> None:
        super().__init__(f"{original.key}#cut{size}")
        self._original = original
        self._size = min(size, original.size)

    @property
    def size(self) -> int:
        return self._size

    def pieces(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        return self._original.pieces(start, self._size if stop is None else min(stop, self._size))
