"""What is remembered about the library: what files were before us, ignored updates, a sync that has not ended."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from civitdock.adapters.sqlite.database import Database, Migration
from civitdock.domain.sync import SyncRequest
from civitdock.domain.told import Taken
from civitdock.domain.updates import IgnoreRule
from civitdock.ports.library import Original

MIGRATION: Migration = (
    # `content` is compressed; NULL where there was no file.
    """CREATE TABLE original (
        path BLOB PRIMARY KEY,
        content BLOB,
        written TEXT NOT NULL,
        restored INTEGER NOT NULL
    ) WITHOUT ROWID""",
    "CREATE TABLE taken (path BLOB PRIMARY KEY, sources TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE ignored (model_id INTEGER, version_id INTEGER, PRIMARY KEY (model_id, version_id)) WITHOUT ROWID",
)
#: Stands for the whole model in `ignored`; no version has this id.
_ALL = 0


class SqliteOriginals:
    """Implements `ports.Originals`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, path: Path) -> Original | None:
        """See `ports.Originals.get`."""
        sql = "SELECT content, written, restored FROM original WHERE path = ?"
        row = self._database.row(sql, (os.fsencode(path),))
        if row is None:
            return None
        content = None if row["content"] is None else zlib.decompress(row["content"])
        return Original(path, content, row["written"], bool(row["restored"]))

    def keep(self, original: Original) -> None:
        """See `ports.Originals.keep`."""
        content = None if original.content is None else zlib.compress(original.content)
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO original VALUES (?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET written = excluded.written, "
                "restored = excluded.restored",
                (os.fsencode(original.path), content, original.written, int(original.restored)),
            )

    def below(self, path: Path) -> tuple[Path, ...]:
        """See `ports.Originals.below`."""
        first = os.fsencode(os.path.join(path, ""))
        rows = self._database.tuples(
            "SELECT path FROM original WHERE restored = 0 AND (path = ? OR (path >= ? AND path < ?)) ORDER BY path",
            (os.fsencode(path), first, first[:-1] + bytes([first[-1] + 1])),
        )
        return tuple(Path(os.fsdecode(row[0])) for row in rows)

    def restored(self) -> frozenset[bytes]:
        """See `ports.Originals.restored`."""
        return frozenset(row[0] for row in self._database.tuples("SELECT path FROM original WHERE restored = 1"))

    def forget(self, path: Path) -> None:
        """See `ports.Originals.forget`."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM original WHERE path = ?", (os.fsencode(path),))

    def moved(self, moves: Iterable[tuple[Path, Path]]) -> None:
        """See `ports.Originals.moved`."""
        done = [
            (os.fsencode(new), os.fsencode(old))
            for old, new in moves
            if os.path.lexists(new) and not os.path.lexists(old)
        ]
        if done:
            with self._database.write() as connection:
                for table in ("original", "taken"):
                    connection.executemany(f"UPDATE OR IGNORE {table} SET path = ? WHERE path = ?", done)  # noqa: S608

    def taken(self, path: Path, taken: Sequence[Taken]) -> None:
        """See `ports.Originals.taken`."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO taken VALUES (?, ?)",
                (os.fsencode(path), json.dumps([asdict(each) for each in taken])),
            )

    def report(self) -> tuple[tuple[Path, tuple[Taken, ...]], ...]:
        """See `ports.Originals.report`."""
        rows = self._database.tuples("SELECT path, sources FROM taken ORDER BY path")
        return tuple((Path(os.fsdecode(path)), _sources(sources)) for path, sources in rows)


class SqliteIgnores:
    """Implements `ports.Ignores`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> frozenset[IgnoreRule]:
        """See `ports.Ignores.all`."""
        rows = self._database.tuples("SELECT model_id, version_id FROM ignored")
        return frozenset(IgnoreRule(model_id, version_id or None) for model_id, version_id in rows)

    def add(self, rule: IgnoreRule) -> None:
        """See `ports.Ignores.add`."""
        with self._database.write() as connection:
            connection.execute("INSERT OR IGNORE INTO ignored VALUES (?, ?)", _values(rule))

    def remove(self, rule: IgnoreRule) -> None:
        """See `ports.Ignores.remove`."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM ignored WHERE model_id = ? AND version_id = ?", _values(rule))


class SqliteSyncMemory:
    """Implements `ports.SyncMemory` in the `index` database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unfinished(self) -> tuple[SyncRequest, ...]:
        """See `ports.SyncMemory.unfinished`."""
        rows = self._database.tuples("SELECT request FROM open_sync ORDER BY rowid")
        return tuple(_request(row[0]) for row in rows)

    def remember(self, requests: Sequence[SyncRequest]) -> None:
        """See `ports.SyncMemory.remember`."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM open_sync")
            connection.executemany(
                "INSERT INTO open_sync VALUES (?)", [(json.dumps(asdict(request)),) for request in requests]
            )


def _sources(text: str) -> tuple[Taken, ...]:
    return tuple(Taken(each["source"], tuple(each["fields"])) for each in json.loads(text))


def _values(rule: IgnoreRule) -> tuple[int, int]:
    return rule.model_id, rule.version_id or _ALL


def _request(text: str) -> SyncRequest:
    raw = json.loads(text)
    return SyncRequest(tuple(raw["types"]), tuple(raw["paths"]), raw["force"])
