"""The `index` database: every model file we know. It is a cache of the disk; deleting it loses only time."""

from __future__ import annotations

import base64
import binascii
import json
import os
import sqlite3
from collections.abc import Sequence
from dataclasses import astuple, fields
from pathlib import Path

from civitdock.adapters.sqlite.database import Database, Durability, Migration
from civitdock.domain.hashes import Hashes
from civitdock.domain.library import LocalFilter, LocalModel, LocalPage, LocalState, Update
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
)
_COLUMNS = (
    "path root type size_bytes mtime_ns inode state sha256 autov1 autov2 autov3 blake3 crc32 model_id version_id "
    "file_id model_name version_name base_model trained_words preview_url preview_level update_id update_name "
    "synced_at first_seen sort_name search_text"
).split()
_HASHES = tuple(field.name for field in fields(Hashes))
_PLAIN = (
    "type size_bytes mtime_ns model_id version_id file_id model_name version_name base_model preview_url preview_level "
    "synced_at first_seen"
).split()
#: SQLite of old Pythons takes at most 999 values per statement.
_BATCH = 500
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
        found = self._database.row("SELECT * FROM model WHERE path = ?", (os.fsencode(path),))
        return None if found is None else _model(found)

    def remove(self, path: Path) -> None:
        """Forget a file."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM model WHERE path = ?", (os.fsencode(path),))

    def all(self) -> tuple[LocalModel, ...]:
        """Every row, ordered by path."""
        return _models(self._database.rows("SELECT * FROM model ORDER BY path"))

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
        found: list[LocalModel] = []
        for at in range(0, len(model_ids), _BATCH):
            part = list(model_ids[at : at + _BATCH])
            marks = ", ".join("?" * len(part))
            found += _models(self._database.rows(f"SELECT * FROM model WHERE model_id IN ({marks})", part))  # noqa: S608
        return tuple(found)

    def of_hash(self, sha256: str) -> tuple[LocalModel, ...]:
        """The rows with this content."""
        return _models(self._database.rows("SELECT * FROM model WHERE sha256 = ? ORDER BY path", (sha256.lower(),)))


def _conditions(wanted: LocalFilter) -> tuple[str, list[object]]:
    parts, values = ["1 = 1"], list[object]()
    if wanted.type is not None:
        parts.append("type = ?")
        values.append(wanted.type)
    if wanted.state is not None:
        parts.append("state = ?")
        values.append(wanted.state.value)
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
        "state": model.state.value,
        "trained_words": json.dumps(model.trained_words),
        "update_id": model.update.version_id if model.update else None,
        "update_name": model.update.name if model.update else None,
        "sort_name": _storable(model.path.name).casefold(),
        "search_text": _search_text(model),
        **dict(zip(_HASHES, astuple(model.hashes), strict=True)),
        **{name: getattr(model, name) for name in _PLAIN},
    }
    return [_storable(value) if isinstance(value, str) else value for value in (special[name] for name in _COLUMNS)]


def _search_text(model: LocalModel) -> str:
    words = (model.path.stem, model.model_name, model.version_name, *model.trained_words)
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
        update=None if row["update_id"] is None else Update(row["update_id"], row["update_name"] or ""),
        **{name: row[name] for name in _PLAIN},
    )


def _to_cursor(row: sqlite3.Row) -> str:
    return base64.urlsafe_b64encode(f"{row['sort_name']}\n".encode() + row["path"]).decode("ascii")


def _from_cursor(cursor: str) -> tuple[str, bytes]:
    try:
        name, found, path = base64.urlsafe_b64decode(cursor.encode("ascii")).partition(b"\n")
        if not found:
            raise ValueError("no separator")
        return name.decode("utf-8"), path
    except (ValueError, binascii.Error) as error:
        raise InvalidRequest("cursor: this is not a cursor of this list.") from error
