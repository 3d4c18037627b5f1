"""The `index` database: every model file we know. It is a cache of the disk; deleting it loses only time."""

from __future__ import annotations

import base64
import binascii
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, astuple, fields
from pathlib import Path

from civitdock.adapters.sqlite.database import Database, Durability, Migration
from civitdock.domain.cards import CardFact
from civitdock.domain.hashes import Hashes
from civitdock.domain.library import MODEL_SUFFIXES, LocalFilter, LocalModel, LocalPage, LocalState, Update
from civitdock.domain.rescan import INODE_BITS, Identity, Mark, MarkRow, Moment
from civitdock.domain.updates import LineVersion, ModelLine
from civitdock.errors import InvalidRequest

INDEX_FILE = "index.sqlite3"
#: Paths are kept as the bytes that the file system has, so that names of any encoding survive.
MIGRATIONS: tuple[Migration, ...] = (
    (
        """CREATE TABLE model (
            path BLOB PRIMARY KEY,
            root BLOB NOT NULL,
            type TEXT NOT NULL,
            size_bytes INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL,
            inode TEXT NOT NULL,
            state TEXT NOT NULL,
            sha256 TEXT, autov1 TEXT, autov2 TEXT, autov3 TEXT, blake3 TEXT, crc32 TEXT,
            model_id INTEGER, version_id INTEGER, file_id INTEGER,
            model_name TEXT, version_name TEXT, base_model TEXT,
            trained_words TEXT NOT NULL,
            preview_url TEXT, preview_level INTEGER NOT NULL,
            update_id INTEGER, update_name TEXT,
            synced_at TEXT, first_seen TEXT,
            sort_name TEXT NOT NULL,
            search_text TEXT NOT NULL
        ) WITHOUT ROWID""",
        "CREATE INDEX model_by_sha256 ON model (sha256)",
        "CREATE INDEX model_by_model ON model (model_id)",
        "CREATE INDEX model_by_name ON model (sort_name, path)",
        "CREATE INDEX model_by_type ON model (type, sort_name, path)",
    ),
    (
        "ALTER TABLE model ADD COLUMN asks INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE model ADD COLUMN ask_after TEXT",
        "ALTER TABLE model ADD COLUMN kind TEXT",
        "ALTER TABLE model ADD COLUMN belongs TEXT",
        "ALTER TABLE model ADD COLUMN suggested_words TEXT NOT NULL DEFAULT '[]'",
        # When the file was missed first, in Unix seconds; 0 for files that are here.
        "ALTER TABLE model ADD COLUMN gone_at INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE model ADD COLUMN inode_bits INTEGER NOT NULL DEFAULT 0",
        "UPDATE model SET inode_bits = CAST(inode AS INTEGER)",
        """CREATE INDEX model_marks ON model
            (path, size_bytes, mtime_ns, inode_bits, state, synced_at, ask_after, gone_at)""",
        "CREATE TABLE line (model_id INTEGER PRIMARY KEY, versions TEXT NOT NULL, checked_at TEXT NOT NULL)",
        # Here and not in `state`, because it is written at every sync and must not wait for the drive.
        "CREATE TABLE open_sync (request TEXT NOT NULL)",
    ),
)
_COLUMNS = (
    "path root type size_bytes mtime_ns inode inode_bits state sha256 autov1 autov2 autov3 blake3 crc32 model_id "
    "version_id file_id model_name version_name base_model trained_words preview_url preview_level update_id "
    "update_name synced_at first_seen asks ask_after kind belongs suggested_words sort_name search_text"
).split()
_MARK = "path, size_bytes, mtime_ns, inode_bits, state, synced_at, ask_after, gone_at"
#: The rule of `domain.rescan.need_of` for files that need nothing, where a row per file would cost too much.
_MARKS = """path, size_bytes, mtime_ns, inode_bits, CASE
    WHEN gone_at <> 0 THEN 0
    WHEN state = 'identified' THEN IFNULL(synced_at BETWEEN :stale AND :now, 0)
        OR IFNULL(ask_after > :now AND ask_after <= :latest, 0)
    WHEN state = 'unknown' THEN 2 * IFNULL(ask_after > :now AND ask_after <= :latest, 0)
    WHEN state = 'invalid' THEN 3
    ELSE 0 END"""
_HASHES = tuple(field.name for field in fields(Hashes))
_PLAIN = (
    "type size_bytes mtime_ns model_id version_id file_id model_name version_name base_model preview_url preview_level "
    "synced_at first_seen asks ask_after kind belongs"
).split()
#: SQLite of old Pythons takes at most 999 values per statement.
_BATCH = 500
#: Files that are missing are remembered so long, because a moved one may turn up elsewhere, in seconds.
_MEMORY = 60 * 86_400
_HERE = "gone_at = 0"
_BY_START = """(sha256 >= ? AND sha256 < ? OR autov3 >= ? AND autov3 < ? OR autov1 = ? OR crc32 = ? OR blake3 = ?)"""
_PUT = f"INSERT OR REPLACE INTO model ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608


def open_index(folder: Path) -> Database:
    """The index in the data folder, made at its first use."""
    return Database(folder / INDEX_FILE, MIGRATIONS, Durability.NORMAL)


class SqliteModelStore:
    """Implements `ports.ModelStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, model: LocalModel) -> None:
        """Insert or replace by path."""
        with self._database.write() as connection:
            connection.execute(_PUT, _values(model))

    def get(self, path: Path) -> LocalModel | None:
        """The row of one file."""
        found = self._database.row(f"SELECT * FROM model WHERE path = ? AND {_HERE}", (os.fsencode(path),))  # noqa: S608
        return None if found is None else _model(found)

    def put_all(self, models: Iterable[LocalModel]) -> None:
        """Insert or replace many, in one transaction."""
        with self._database.write() as connection:
            connection.executemany(_PUT, map(_values, models))

    def remove(self, path: Path) -> None:
        """The file is missing: it leaves every list; what is known of it is kept for a while (`marks`)."""
        self.remove_all((os.fsencode(path),))

    def remove_all(self, paths: Iterable[bytes]) -> None:
        """The same for many, in one transaction."""
        now = "CAST(strftime('%s', 'now') AS INTEGER)"
        with self._database.write() as connection:
            connection.executemany(
                f"UPDATE model SET gone_at = {now} WHERE path = ? AND {_HERE}",  # noqa: S608
                [(path,) for path in paths],
            )
            connection.execute(f"DELETE FROM model WHERE gone_at > 0 AND gone_at < {now} - ?", (_MEMORY,))  # noqa: S608

    def restore_all(self, paths: Iterable[bytes]) -> None:
        """Files that were missing are where they were, unchanged."""
        with self._database.write() as connection:
            connection.executemany("UPDATE model SET gone_at = 0 WHERE path = ?", [(path,) for path in paths])

    def rename(self, old: bytes, new: LocalModel) -> None:
        """A file has moved: its row now stands under another path."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM model WHERE path = ?", (old,))
            connection.execute(_PUT, _values(new))

    def all(self) -> tuple[LocalModel, ...]:
        """Every row, ordered by path."""
        return _models(self._database.rows(f"SELECT * FROM model WHERE {_HERE} ORDER BY path"))  # noqa: S608

    def marks(self, moment: Moment) -> dict[bytes, MarkRow]:
        """What a rescan compares, for every file ever seen and not yet forgotten."""
        found = self._database.tuples(
            f"SELECT {_MARKS} FROM model INDEXED BY model_marks",  # noqa: S608
            {"stale": moment.stale_before, "now": moment.now, "latest": moment.latest_ask},
        )
        return {row[0]: row for row in found}

    def mark(self, path: bytes) -> Mark | None:
        """The whole mark of one file."""
        found = self._database.tuples(f"SELECT {_MARK} FROM model WHERE path = ?", (path,))  # noqa: S608
        return Mark._make(found[0]) if found else None

    def gone(self) -> frozenset[bytes]:
        """The files that were missing at the last look."""
        return frozenset(row[0] for row in self._database.tuples("SELECT path FROM model WHERE gone_at <> 0"))

    def unhashed(self) -> frozenset[bytes]:
        """The paths of files that count as models and whose content was never read to the end."""
        sql = f"SELECT path FROM model WHERE sha256 IS NULL AND state <> 'invalid' AND {_HERE}"  # noqa: S608
        return frozenset(row[0] for row in self._database.tuples(sql))

    def of_paths(self, paths: Sequence[bytes]) -> tuple[LocalModel, ...]:
        """The rows of these files, missing ones too."""
        return self._rows_of("path IN ({})", paths)

    def identities(self, paths: Sequence[bytes]) -> list[Identity]:
        """What these files are, in short, missing ones too."""
        found: list[Identity] = []
        for at in range(0, len(paths), _BATCH):
            part = list(paths[at : at + _BATCH])
            marks = ", ".join("?" * len(part))
            sql = f"SELECT path, root, sha256, model_id, version_id FROM model WHERE path IN ({marks})"  # noqa: S608
            found += map(Identity._make, self._database.tuples(sql, part))
        return found

    def card_facts(self) -> list[CardFact]:
        """What the host's cards are told of every file that CivitAI knows."""
        sql = (
            "SELECT path, root, model_id, version_id, version_name, preview_level, "  # noqa: S608
            "trained_words <> '[]' OR suggested_words <> '[]', update_id, update_name "
            f"FROM model WHERE model_id IS NOT NULL AND {_HERE} ORDER BY path"
        )
        return [CardFact(*row) for row in self._database.tuples(sql)]

    def put_lines(self, lines: Iterable[ModelLine]) -> None:
        """Keep what versions these models have."""
        rows = [
            (line.model_id, json.dumps([asdict(each) for each in line.versions]), line.checked_at) for line in lines
        ]
        with self._database.write() as connection:
            connection.executemany("INSERT OR REPLACE INTO line VALUES (?, ?, ?)", rows)

    def lines(self) -> Iterator[ModelLine]:
        """The versions of every model that has a file here, by model id."""
        sql = (
            "SELECT line.model_id, versions, checked_at FROM line WHERE EXISTS (SELECT 1 FROM model "  # noqa: S608
            f"WHERE model.model_id = line.model_id AND {_HERE}) ORDER BY line.model_id"
        )
        for model_id, versions, checked_at in self._database.tuples(sql):
            known = tuple(LineVersion(**each) for each in json.loads(versions))
            yield ModelLine(model_id, known, checked_at)

    def page(self, wanted: LocalFilter) -> LocalPage:
        """One page ordered by name, then path; raises `InvalidRequest` for a cursor that is not ours.

        Every word of `text` must occur in the file's name, its model's, its version's or among its trigger words.
        """
        where, values = _conditions(wanted)
        counted = self._database.row(f"SELECT COUNT(*) FROM model WHERE {where}", values)  # noqa: S608
        total = int(counted[0]) if counted is not None else 0
        if wanted.cursor is not None:
            where, values = f"({where}) AND (sort_name, path) > (?, ?)", [*values, *_from_cursor(wanted.cursor)]
        rows = self._database.rows(
            f"SELECT * FROM model WHERE {where} ORDER BY sort_name, path LIMIT ?",  # noqa: S608
            [*values, wanted.limit + 1],
        )
        shown = rows[: wanted.limit]
        cursor = _to_cursor(shown[-1]) if len(rows) > wanted.limit and shown else None
        return LocalPage(_models(shown), cursor, total)

    def of_models(self, model_ids: Sequence[int]) -> tuple[LocalModel, ...]:
        """The rows of these CivitAI models."""
        return self._rows_of(f"model_id IN ({{}}) AND {_HERE}", model_ids)

    def _rows_of(self, condition: str, values: Sequence[object]) -> tuple[LocalModel, ...]:
        """The rows for which the condition holds, its `{}` being some of the values at a time."""
        found: list[LocalModel] = []
        for at in range(0, len(values), _BATCH):
            part = values[at : at + _BATCH]
            where = condition.format(", ".join("?" * len(part)))
            found += _models(self._database.rows(f"SELECT * FROM model WHERE {where}", part))  # noqa: S608
        return tuple(found)

    def candidates(
        self, names: Sequence[str], hashes: Sequence[str], versions: Sequence[int]
    ) -> tuple[LocalModel, ...]:
        """The rows with one of these stems (any case), of these whole or shortened hashes, or of these versions."""
        files = [name.casefold() + suffix for name in names for suffix in sorted(MODEL_SUFFIXES)]
        found = [*self._rows_of(f"sort_name IN ({{}}) AND {_HERE}", files)]
        found += self._rows_of(f"version_id IN ({{}}) AND {_HERE}", versions)
        for start in hashes:
            values = (start, f"{start}g", start, f"{start}g", start, start, start)  # `g` sorts behind every digit
            found += _models(self._database.rows(f"SELECT * FROM model WHERE {_BY_START} AND {_HERE}", values))  # noqa: S608
        return tuple({row.path: row for row in found}.values())

    def of_hash(self, sha256: str) -> tuple[LocalModel, ...]:
        """The rows with this content."""
        sql = f"SELECT * FROM model WHERE sha256 = ? AND {_HERE} ORDER BY path"  # noqa: S608
        return _models(self._database.rows(sql, (sha256.lower(),)))


def _conditions(wanted: LocalFilter) -> tuple[str, list[object]]:
    parts, values = [_HERE], list[object]()
    if wanted.type is not None:
        parts.append("type = ?")
        values.append(wanted.type)
    if wanted.state is not None:
        parts.append("state = ?")
        values.append(wanted.state.value)
    if wanted.base_model is not None:
        parts.append("base_model = ?")
        values.append(wanted.base_model)
    if wanted.folder is not None:
        # Every path below a folder begins with it and the separator, and sorts before the same with the next byte.
        below = os.fsencode(os.path.join(wanted.folder, ""))
        parts.append("path >= ? AND path < ?")
        values += [below, below[:-1] + bytes([below[-1] + 1])]
    for word in (wanted.text or "").casefold().split():
        parts.append("instr(search_text, ?) > 0")
        values.append(word)
    return " AND ".join(parts), values


def _values(model: LocalModel) -> list[object]:
    special: dict[str, object] = {
        "path": os.fsencode(model.path),
        "root": os.fsencode(model.root),
        # Some Windows file systems number files beyond SQLite's 64 signed bits.
        "inode": str(model.inode),
        "inode_bits": model.inode & INODE_BITS,
        "state": model.state.value,
        "trained_words": json.dumps(model.trained_words),
        "suggested_words": json.dumps(model.suggested_words),
        "update_id": model.update.version_id if model.update else None,
        "update_name": model.update.name if model.update else None,
        "sort_name": _storable(model.path.name).casefold(),
        "search_text": _search_text(model),
        **dict(zip(_HASHES, astuple(model.hashes), strict=True)),
        **{name: getattr(model, name) for name in _PLAIN},
    }
    return [_storable(value) if isinstance(value, str) else value for value in (special[name] for name in _COLUMNS)]


def _search_text(model: LocalModel) -> str:
    words = (model.path.stem, model.model_name, model.version_name, *model.trained_words, *model.suggested_words)
    return "\n".join(word for word in words if word).casefold()


def _storable(text: str) -> str:
    """Text without lone surrogates, which SQLite cannot hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _models(rows: Sequence[sqlite3.Row]) -> tuple[LocalModel, ...]:
    return tuple(_model(row) for row in rows)


def _model(row: sqlite3.Row) -> LocalModel:
    return LocalModel(
        path=Path(os.fsdecode(row["path"])),
        root=Path(os.fsdecode(row["root"])),
        inode=int(row["inode"]),
        state=LocalState(row["state"]),
        hashes=Hashes(**{name: row[name] for name in _HASHES}),
        trained_words=tuple(json.loads(row["trained_words"])),
        suggested_words=tuple(json.loads(row["suggested_words"])),
        update=None if row["update_id"] is None else Update(row["update_id"], row["update_name"] or ""),
        **{name: row[name] for name in _PLAIN},
    )


def _to_cursor(row: sqlite3.Row) -> str:
    return base64.urlsafe_b64encode(f"{row['sort_name']}\0".encode() + row["path"]).decode("ascii")


def _from_cursor(cursor: str) -> tuple[str, bytes]:
    try:
        name, found, path = base64.urlsafe_b64decode(cursor.encode("ascii")).partition(b"\0")
        if not found:
            raise ValueError("no separator")
        return name.decode("utf-8"), path
    except (ValueError, binascii.Error) as error:
        raise InvalidRequest("cursor: this is not a cursor of this list.") from error
