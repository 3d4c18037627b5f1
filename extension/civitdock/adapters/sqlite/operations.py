"""The journal of operations on files, in the `state` database: what was moved or deleted, and the way back."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Sequence
from io import BufferedRandom
from pathlib import Path
from sqlite3 import Row

from civitdock.adapters.files.locks import try_lock
from civitdock.adapters.sqlite.database import Database, Migration
from civitdock.domain.downloads import Failure
from civitdock.domain.filing import (
    SHOWN,
    Entry,
    EntryState,
    Kind,
    Look,
    Operation,
    Role,
    State,
    Trash,
    Way,
)

MIGRATION: Migration = (
    """CREATE TABLE operation (
        place INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        state TEXT NOT NULL,
        created_at TEXT NOT NULL
    )""",
    # Paths are the bytes that the file system has; `target` is NULL for what was refused at once.
    """CREATE TABLE operation_file (
        operation TEXT NOT NULL REFERENCES operation (id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        item INTEGER NOT NULL,
        role TEXT NOT NULL,
        way TEXT NOT NULL,
        source BLOB NOT NULL,
        target BLOB,
        size_bytes INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        is_link INTEGER NOT NULL,
        state TEXT NOT NULL,
        digest TEXT,
        code TEXT, message TEXT, hint TEXT,
        PRIMARY KEY (operation, number)
    ) WITHOUT ROWID""",
)
#: So many operations are remembered, and beyond them deletions whose files are still in the trash.
_KEPT = 200
_IN_TRASH = "kind = 'delete' AND operation.state IN ('done', 'partial', 'running', 'undoing')"
_SUMS = """SELECT COUNT(target) AS files, SUM(size_bytes) AS bytes, SUM(role <> 'beside' AND target NOT NULL) AS items,
    SUM(state = 'done') AS done, SUM(state = 'back') AS back
    FROM operation_file WHERE operation = ?"""


class SqliteOperationStore:
    """Implements `ports.filing.OperationStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._claim: BufferedRandom | None = None

    def claim(self) -> bool:
        """See `ports.filing.OperationStore.claim`."""
        with self._lock:
            if self._claim is not None:
                return True
            self._database.path.parent.mkdir(parents=True, exist_ok=True)
            file = open(str(self._database.path) + ".filing", "a+b")  # noqa: SIM115 - it is held while we move files
            if not try_lock(file.fileno()):
                file.close()
                return False
            self._claim = file
            return True

    def release(self) -> None:
        """See `ports.filing.OperationStore.release`."""
        with self._lock:
            if self._claim is not None:
                self._claim.close()
                self._claim = None

    def begin(self, operation: Operation, entries: Sequence[Entry]) -> None:
        """See `ports.filing.OperationStore.begin`."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO operation (id, kind, state, created_at) VALUES (?, ?, ?, ?)",
                (operation.id, operation.kind.value, operation.state.value, operation.created_at),
            )
            connection.execute(
                "DELETE FROM operation WHERE place <= "  # noqa: S608
                "(SELECT place FROM operation ORDER BY place DESC LIMIT 1 OFFSET ?)"
                f" AND NOT ({_IN_TRASH} AND EXISTS (SELECT 1 FROM operation_file WHERE operation = operation.id"
                " AND operation_file.state = 'done')) AND operation.state NOT IN ('running', 'undoing')",
                (_KEPT,),
            )
            self.save(operation.id, entries)

    def save(self, operation_id: str, entries: Iterable[Entry], state: State | None = None) -> None:
        """See `ports.filing.OperationStore.save`."""
        with self._database.write() as connection:
            connection.executemany(
                f"INSERT OR REPLACE INTO operation_file VALUES ({', '.join('?' * 15)})",  # noqa: S608
                [_values(operation_id, entry) for entry in entries],
            )
            if state is not None:
                connection.execute("UPDATE operation SET state = ? WHERE id = ?", (state.value, operation_id))

    def get(self, operation_id: str) -> Operation | None:
        """See `ports.filing.OperationStore.get`."""
        row = self._database.row("SELECT * FROM operation WHERE id = ?", (operation_id,))
        return None if row is None else self._operation(row)

    def entries(self, operation_id: str) -> list[Entry]:
        """See `ports.filing.OperationStore.entries`."""
        rows = self._database.rows("SELECT * FROM operation_file WHERE operation = ? ORDER BY number", (operation_id,))
        return list(map(_entry, rows))

    def newest(self, limit: int) -> tuple[Operation, ...]:
        """See `ports.filing.OperationStore.newest`."""
        rows = self._database.rows("SELECT * FROM operation ORDER BY place DESC LIMIT ?", (limit,))
        return tuple(map(self._operation, rows))

    def open(self) -> tuple[str, ...]:
        """See `ports.filing.OperationStore.open`."""
        sql = "SELECT id FROM operation WHERE state IN ('running', 'undoing') ORDER BY place"
        return tuple(row[0] for row in self._database.tuples(sql))

    def with_trash(self) -> tuple[str, ...]:
        """See `ports.filing.OperationStore.with_trash`."""
        sql = "SELECT id FROM operation WHERE kind = 'delete' AND state IN ('done', 'partial') ORDER BY place"
        return tuple(row[0] for row in self._database.tuples(sql))

    def trash(self) -> Trash:
        """See `ports.filing.OperationStore.trash`."""
        sql = (
            "SELECT COUNT(*), SUM(size_bytes) FROM operation_file JOIN operation ON operation.id = operation "  # noqa: S608
            f"WHERE {_IN_TRASH} AND operation_file.state = 'done'"
        )
        files, size = self._database.tuples(sql)[0]
        return Trash(files, size or 0)

    def _operation(self, row: Row) -> Operation:
        sums = self._database.row(_SUMS, (row["id"],))
        assert sums is not None
        state = State(row["state"])
        items = self._database.tuples(
            "SELECT source, target FROM operation_file WHERE operation = ? AND role <> 'beside' AND target NOT NULL "
            "ORDER BY number LIMIT ?",
            (row["id"], SHOWN),
        )
        errors = self._database.tuples(
            "SELECT source, code, message, hint FROM operation_file WHERE operation = ? AND code NOT NULL "
            "ORDER BY number LIMIT ?",
            (row["id"], SHOWN),
        )
        back = state in (State.UNDOING, State.UNDONE)
        return Operation(
            id=row["id"],
            kind=Kind(row["kind"]),
            state=state,
            created_at=row["created_at"],
            files_total=sums["files"],
            files_done=(sums["back"] if back else sums["done"]) or 0,
            bytes_total=sums["bytes"] or 0,
            items=tuple((_path(source), _path(target)) for source, target in items),
            items_total=sums["items"] or 0,
            errors=tuple((_path(source), Failure(*words)) for source, *words in errors),
            can_undo=state in (State.DONE, State.PARTIAL) and bool(sums["done"]),
        )


def _values(operation_id: str, entry: Entry) -> tuple[object, ...]:
    look, error = entry.look, entry.error
    return (
        operation_id,
        entry.number,
        entry.item,
        entry.role.value,
        entry.way.value,
        os.fsencode(entry.source),
        None if entry.target is None else os.fsencode(entry.target),
        look.size_bytes,
        look.mtime_ns,
        int(look.is_link),
        entry.state.value,
        entry.digest,
        *((None, None, None) if error is None else (error.code, error.message, error.hint)),
    )


def _entry(row: Row) -> Entry:
    return Entry(
        number=row["number"],
        item=row["item"],
        role=Role(row["role"]),
        way=Way(row["way"]),
        source=_path(row["source"]),
        target=None if row["target"] is None else _path(row["target"]),
        look=Look(row["size_bytes"], row["mtime_ns"], bool(row["is_link"])),
        state=EntryState(row["state"]),
        digest=row["digest"],
        error=None if row["code"] is None else Failure(row["code"], row["message"], row["hint"]),
    )


def _path(name: bytes) -> Path:
    return Path(os.fsdecode(name))
