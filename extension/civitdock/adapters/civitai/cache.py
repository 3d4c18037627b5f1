"""CivitAI's answers on disk: fresh ones save a request, old ones are what remains when CivitAI is down.

One SQLite table of packed JSON. Only answers that were understood are put in; how old one may be is decided when it
is read, by the caller's clock and setting, so a changed setting counts at once.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from civitdock.ports import Clock

log = logging.getLogger(__name__)

#: How long an answer may serve during an outage.
KEEP = timedelta(days=30)
#: A cache file that has grown beyond this starts anew at the next start.
MAX_FILE_BYTES = 512 * 1024 * 1024
#: After trouble with the disk the cache is left alone for so long, so that no request waits for it again and again.
PAUSE_SECONDS = 60.0
_FILE = "civitai-answers.sqlite"
_BUSY_SECONDS = 2.0
_FORMAT = 2
_TABLE = (
    "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, body BLOB NOT NULL, fetched_at REAL NOT NULL) "
    "WITHOUT ROWID"
)

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Stored:
    """A kept answer: its JSON text and when it was fetched (Unix seconds)."""

    body: bytes
    fetched_at: float


def cache_key(account_key: str | None, url: str) -> str:
    """The row of one address for one account; nobody sees another account's answers, and the key is not in it."""
    account = hashlib.sha256(f"civitdock account {account_key or ''}".encode()).hexdigest()
    return hashlib.sha256(f"{account}\n{url}".encode()).hexdigest()


class _Pause:
    """Keeps one kind of use away from a disk that gives trouble, and tells of it once until all is well again."""

    def __init__(self, clock: Clock, words: str) -> None:
        self._clock = clock
        self._words = words
        self._until: float | None = None
        self._told = False

    def is_on(self) -> bool:
        """Whether to do without for now."""
        return self._until is not None and self._clock.monotonic() < self._until

    def begin(self, error: Exception) -> None:
        """There was trouble."""
        self._until = self._clock.monotonic() + PAUSE_SECONDS
        if not self._told:
            log.warning("%s (%s). This is tried again later.", self._words, error)
        self._told = True

    def end(self) -> None:
        """It works."""
        self._until, self._told = None, False


class AnswerCache:
    """Opened on first use; a full disk, a broken or missing file cost requests, never a failure and never a wait.

    What cannot be written can often still be read, so the two are paused each by itself.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._path = folder / _FILE
        self._clock = clock
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._use = _Pause(clock, "The cache of CivitAI's answers cannot be used")
        self._writing = _Pause(clock, "CivitAI's answers cannot be cached")

    def get(self, key: str) -> Stored | None:
        """The kept answer, however old."""

        def read(connection: sqlite3.Connection) -> tuple[object, object] | None:
            found: tuple[object, object] | None = connection.execute(
                "SELECT body, fetched_at FROM answers WHERE key = ?", (key,)
            ).fetchone()
            return found

        with self._lock:
            row = self._used(read)
        if row is None:
            return None
        body, fetched_at = row
        if not isinstance(body, bytes) or not isinstance(fetched_at, float):
            return None
        try:
            return Stored(zlib.decompress(body), fetched_at)
        except zlib.error as error:
            log.warning("A cached answer of CivitAI cannot be read: %s", error)
            return None

    def put(self, key: str, body: bytes) -> None:
        """Keep an answer."""
        sql = "INSERT OR REPLACE INTO answers (key, body, fetched_at) VALUES (?, ?, ?)"
        row = (key, zlib.compress(body, 1), self._clock.now())
        with self._lock:
            if self._writing.is_on():
                return
            self._used(lambda connection: self._write(connection, sql, row))
            if self._writing.is_on():  # the file may have been moved or replaced, so it is opened anew
                self._drop_connection()

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        with self._lock:
            self._drop_connection()

    def _used(self, action: Callable[[sqlite3.Connection], _Result]) -> _Result | None:
        """What `action` gives; None where the file cannot be used now. The caller holds the lock."""
        if self._use.is_on():
            return None
        try:
            result = self._on_sound_file(action)
        except (sqlite3.Error, OSError) as error:
            self._drop_connection()
            self._use.begin(error)
            return None
        self._use.end()
        return result

    def _on_sound_file(self, action: Callable[[sqlite3.Connection], _Result]) -> _Result:
        """Run the action, on a new file where the present one is damaged."""
        try:
            return action(self._opened())
        except sqlite3.OperationalError:  # the disk or a lock, not the content
            raise
        except sqlite3.DatabaseError as error:
            log.warning("The cache of CivitAI's answers is broken and starts anew: %s", error)
            self._drop_connection()
            self._delete_file()
            return action(self._opened())

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if self._path.exists() and self._path.stat().st_size > MAX_FILE_BYTES:
                self._delete_file()
            # Python's own transactions are off: each statement stands for itself, and none is left open by an error.
            self._connection = sqlite3.connect(
                self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._prepare(self._connection)
        return self._connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Make the table and drop what is too old; a rollback journal, because reading then needs no further file."""
        connection.execute("PRAGMA synchronous=NORMAL")
        if _format(connection) != _FORMAT:
            connection.execute("BEGIN IMMEDIATE")
            found = _format(connection)  # another process may have been faster
            if found != _FORMAT and connection.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,):
                raise sqlite3.DatabaseError(f"format {found} is not {_FORMAT}")
            connection.execute(_TABLE)
            connection.execute(f"PRAGMA user_version={_FORMAT}")
            connection.execute("COMMIT")
        oldest = self._clock.now() - KEEP.total_seconds()
        self._write(connection, "DELETE FROM answers WHERE fetched_at < ?", (oldest,))

    def _write(self, connection: sqlite3.Connection, sql: str, values: tuple[object, ...]) -> None:
        """Run a statement that may fail for want of room or rights without spoiling the reading."""
        if self._writing.is_on():
            return
        try:
            connection.execute(sql, values)
        except sqlite3.OperationalError as error:
            self._writing.begin(error)
            return
        self._writing.end()

    def _drop_connection(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _delete_file(self) -> None:
        for path in (self._path, self._path.with_name(f"{_FILE}-journal")):
            path.unlink(missing_ok=True)


def _format(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
