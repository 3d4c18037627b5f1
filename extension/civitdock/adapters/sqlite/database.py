"""One SQLite file: a single writer, a reading connection per thread, numbered migrations.

Works on the SQLite of any Python 3.10 (3.37 on Windows, `stack.md 3`) and on drives without shared memory, where WAL
falls back to a rollback journal.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from enum import Enum
from pathlib import Path
from typing import Any

from civitdock.errors import CivitDockError, DiskFull, NotWritable

_LOG = logging.getLogger(__name__)
_BUSY_SECONDS = 20.0
#: One migration: statements that run in one transaction. Its place in the sequence, from 1, is its number.
Migration = Sequence[str]


class Durability(str, Enum):
    """What must survive a power cut: every committed write (`state`), or just a sound file (`index`, a cache)."""

    FULL = "FULL"
    NORMAL = "NORMAL"


class _Reader:
    """A thread's own connection; ends with its thread.

    `lock` is held while a query runs and while the connection is closed: two threads at either of these at once crash
    the interpreter.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.lock = threading.Lock()

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Wait for the query that runs, then close. The end of a thread and that of the database may meet here."""
        with self.lock:
            self.connection.close()


class Database:
    """A database file that opens at its first use and may be closed any number of times.

    A file that is damaged or comes from a newer version is set aside under another name, never deleted
    (`set_aside` tells where it went), and an empty one takes its place.
    """

    def __init__(self, path: Path, migrations: Sequence[Migration], durability: Durability = Durability.FULL) -> None:
        self.path = path
        self.set_aside: Path | None = None
        self._migrations = migrations
        self._durability = durability
        self._lock = threading.RLock()
        self._writer: sqlite3.Connection | None = None
        self._depth = 0
        self._closed = False
        self._local = threading.local()
        self._readers: weakref.WeakSet[_Reader] = weakref.WeakSet()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A write transaction: committed at the end of the block, undone when it raises; nested blocks join it.

        Raises `DiskFull` or `NotWritable` where SQLite cannot write the file.
        """
        with self._lock:
            try:
                connection = self._open()
                if self._depth == 0:
                    connection.execute("BEGIN IMMEDIATE")
                self._depth += 1
                try:
                    yield connection
                except BaseException:
                    if self._depth == 1 and connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
                else:
                    if self._depth == 1:
                        self._commit(connection)
                finally:
                    self._depth -= 1
            except sqlite3.OperationalError as error:
                raise _translated(error, self.path) from error

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        """All rows of a query on the calling thread's own connection; sees every write committed before the call.

        Raises `DiskFull` or `NotWritable` where the file cannot be made or opened; reading it also takes a little room.
        """
        with self._asked(sql, values) as cursor:
            return cursor.fetchall()

    def row(self, sql: str, values: Sequence[object] = ()) -> sqlite3.Row | None:
        """The first row of a query, or None; raises as `rows` does."""
        with self._asked(sql, values) as cursor:
            found: sqlite3.Row | None = cursor.fetchone()
            return found

    def tuples(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> list[tuple[Any, ...]]:
        """The same as plain tuples, which cost a third: for queries whose answer has a line per file."""
        reader = self._reader()
        with reader.lock, closing(reader.connection.cursor()) as cursor:
            cursor.row_factory = None
            return cursor.execute(sql, dict(values) if isinstance(values, Mapping) else tuple(values)).fetchall()

    def close(self) -> None:
        """Close every connection once its query has ended; a later use raises `sqlite3.ProgrammingError`."""
        with self._lock:
            self._closed = True
            for reader in list(self._readers):
                reader.close()
            if self._writer is not None:
                self._writer.close()
                self._writer = None

    def _commit(self, connection: sqlite3.Connection) -> None:
        try:
            connection.execute("COMMIT")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    @contextmanager
    def _asked(self, sql: str, values: Sequence[object]) -> Iterator[sqlite3.Cursor]:
        try:
            reader = self._reader()
            with reader.lock, closing(reader.connection.execute(sql, tuple(values))) as cursor:
                yield cursor
        except sqlite3.OperationalError as error:
            raise _translated(error, self.path) from error

    def _reader(self) -> _Reader:
        reader: _Reader | None = getattr(self._local, "reader", None)
        if reader is None:
            with self._lock:
                self._open()
                reader = _Reader(_connect(self.path))
                reader.connection.execute("PRAGMA query_only=ON")
                self._readers.add(reader)
            self._local.reader = reader
        return reader

    def _open(self) -> sqlite3.Connection:
        if self._closed:
            raise sqlite3.ProgrammingError(f"{self.path.name} is closed")
        if self._writer is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = self._open_sound_file()
        return self._writer

    def _open_sound_file(self) -> sqlite3.Connection:
        existed = self.path.exists()
        connection = _connect(self.path)
        try:
            _check(connection, len(self._migrations))
            self._prepare(connection, existed)
            return connection
        except (sqlite3.DatabaseError, _TooNew) as error:
            connection.close()
            if isinstance(error, sqlite3.OperationalError) or not existed:
                raise
            self.set_aside = _move_aside(self.path)
            _LOG.warning("%s cannot be used (%s); it was kept as %s", self.path.name, error, self.set_aside.name)
        connection = _connect(self.path)
        self._prepare(connection, existed=False)
        return connection

    def _prepare(self, connection: sqlite3.Connection, existed: bool) -> None:
        _set_journal(connection)
        connection.execute(f"PRAGMA synchronous={self._durability.value}")
        connection.execute("PRAGMA foreign_keys=ON")
        done = _version(connection)
        if done >= len(self._migrations):
            return
        if existed and done:
            _back_up(connection, self.path.with_name(f"{self.path.name}.backup-{done}"))
        for number in range(done + 1, len(self._migrations) + 1):
            self._migrate(connection, number)

    def _migrate(self, connection: sqlite3.Connection, number: int) -> None:
        connection.execute("BEGIN IMMEDIATE")
        try:
            if _version(connection) < number:  # another process may have been faster
                for statement in self._migrations[number - 1]:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version={number}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


class _TooNew(Exception):
    """The file was written by a newer version of CivitDock."""


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    return connection


def _check(connection: sqlite3.Connection, newest: int) -> None:
    found = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found is None or found[0] != "ok":
        raise sqlite3.DatabaseError(f"quick_check: {found[0] if found else 'no answer'}")
    if _version(connection) > newest:
        raise _TooNew(f"version {_version(connection)}, this CivitDock knows {newest}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _set_journal(connection: sqlite3.Connection) -> None:
    try:
        mode = str(connection.execute("PRAGMA journal_mode=WAL").fetchone()[0])
    except sqlite3.OperationalError as error:
        _LOG.info("no write-ahead log here (%s)", error)
        mode = "none"
    if mode.lower() != "wal":
        connection.execute("PRAGMA journal_mode=DELETE")


def _back_up(connection: sqlite3.Connection, target: Path) -> None:
    unfinished = target.with_name(target.name + ".tmp")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(unfinished)) as copy:
        connection.backup(copy)
    os.replace(unfinished, target)


def _move_aside(path: Path) -> Path:
    number = 1
    while (target := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    os.replace(path, target)
    for tail in ("-wal", "-shm", "-journal"):
        companion = path.with_name(path.name + tail)
        if companion.exists():
            os.replace(companion, target.with_name(target.name + tail))
    return target


def _translated(error: sqlite3.OperationalError, path: Path) -> Exception:
    text = str(error).lower()
    found: CivitDockError | None = None
    if "full" in text:
        found = DiskFull(f"There is no space left for {path.name}.")
    elif "readonly" in text or "unable to open" in text:
        found = NotWritable(f"{path.name} in CivitDock's data folder cannot be written.")
    return found or error
