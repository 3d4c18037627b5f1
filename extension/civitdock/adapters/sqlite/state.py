"""The `state` database: what must not be lost. The download queue with its history; the rest is in `memory`."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from pathlib import Path
from sqlite3 import Row
from typing import Any

import filelock

from civitdock.adapters.sqlite import memory, operations
from civitdock.adapters.sqlite.database import Database, Migration
from civitdock.domain.archives import Skipped, Unpacked
from civitdock.domain.downloads import (
    FINISHED,
    Conflict,
    Download,
    Failure,
    OnConflict,
    Priority,
    State,
    Unsafe,
    Waiting,
    Wish,
)
from civitdock.domain.history import HistoryFilter, HistoryPage, concerns

STATE_FILE = "state.sqlite3"
#: Finished jobs beyond this many are forgotten, the oldest first.
_KEPT = 5000

MIGRATIONS: tuple[Migration, ...] = (
    (
        """CREATE TABLE download (
            place INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            state TEXT NOT NULL,
            finished INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            job TEXT NOT NULL
        )""",
        "CREATE INDEX download_by_finish ON download (finished, revision)",
        "CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL)",
        "INSERT INTO counter VALUES ('revision', 0)",
    ),
    memory.MIGRATION,
    (
        # The order of the queue. Jobs of before stand in the order in which they were made. A program of before would
        # not understand the new jobs either, so the number of this migration keeps it away from them.
        "ALTER TABLE download ADD COLUMN rank REAL NOT NULL DEFAULT 0",
        "UPDATE download SET rank = place",
    ),
    operations.MIGRATION,
)


def open_state(folder: Path) -> Database:
    """The state database in the data folder."""
    return Database(folder / STATE_FILE, MIGRATIONS)


class SqliteDownloadStore:
    """Implements `ports.DownloadStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._claim = filelock.FileLock(str(database.path) + ".owner")

    def claim(self) -> bool:
        """See `ports.DownloadStore.claim`."""
        if self._claim.is_locked:
            return True
        self._database.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._claim.acquire(timeout=0)
        except filelock.Timeout:
            return False
        return True

    def release(self) -> None:
        """See `ports.DownloadStore.release`."""
        self._claim.release()

    def save(self, job: Download) -> None:
        """See `ports.DownloadStore.save`."""
        done = int(job.state in FINISHED)
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO download (id, state, finished, revision, rank, job) VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET state = excluded.state, finished = excluded.finished, "
                "revision = excluded.revision, rank = excluded.rank, job = excluded.job",
                (job.id, job.state.value, done, job.revision, job.rank, json.dumps(asdict(job), ensure_ascii=True)),
            )
            connection.execute(
                "UPDATE counter SET value = MAX(value, ?) WHERE name = 'revision'",
                (job.revision,),
            )
            if done:
                connection.execute(
                    "DELETE FROM download WHERE finished = 1 AND place <= "
                    "(SELECT place FROM download WHERE finished = 1 ORDER BY place DESC LIMIT 1 OFFSET ?)",
                    (_KEPT,),
                )

    def get(self, job_id: str) -> Download | None:
        """See `ports.DownloadStore.get`."""
        row = self._database.row("SELECT job, rank FROM download WHERE id = ?", (job_id,))
        return None if row is None else _job(row)

    def active(self) -> tuple[Download, ...]:
        """See `ports.DownloadStore.active`."""
        return tuple(map(_job, self._database.rows("SELECT job, rank FROM download WHERE finished = 0 ORDER BY place")))

    def finished(self, limit: int) -> tuple[Download, ...]:
        """See `ports.DownloadStore.finished`."""
        query = "SELECT job, rank FROM download WHERE finished = 1 ORDER BY revision DESC LIMIT ?"
        return tuple(map(_job, self._database.rows(query, (limit,))))

    def history(self, wanted: HistoryFilter) -> HistoryPage:
        """See `ports.DownloadStore.history`."""
        states = wanted.states or tuple(FINISHED)
        marks = ", ".join("?" * len(states))
        rows = self._database.rows(
            f"SELECT job, rank FROM download WHERE finished = 1 AND state IN ({marks}) ORDER BY revision DESC",  # noqa: S608
            tuple(state.value for state in states),
        )
        found = [job for job in map(_job, rows) if concerns(job, wanted.text)]
        later = [job for job in found if wanted.before is None or job.revision < wanted.before]
        items = tuple(later[: wanted.limit])
        return HistoryPage(items, items[-1].revision if len(later) > len(items) else None, len(found))

    def holds(self, ids: Sequence[str]) -> frozenset[str]:
        """See `ports.DownloadStore.holds`."""
        if not ids:
            return frozenset()
        return frozenset(ids) & {row[0] for row in self._database.tuples("SELECT id FROM download")}

    def forget(self, ids: Sequence[str], states: Sequence[State], spared: Collection[str]) -> tuple[Download, ...]:
        """See `ports.DownloadStore.forget`."""
        wanted = set(ids)
        with self._database.write() as connection:
            rows = connection.execute("SELECT * FROM download WHERE finished = 1").fetchall()
            gone = [
                row
                for row in rows
                if (not wanted or row["id"] in wanted)
                and (not states or State(row["state"]) in states)
                and row["id"] not in spared
            ]
            connection.executemany("DELETE FROM download WHERE id = ? AND finished = 1", [(row["id"],) for row in gone])
        return tuple(map(_job, gone))

    def revision(self) -> int:
        """See `ports.DownloadStore.revision`."""
        row = self._database.row("SELECT value FROM counter WHERE name = 'revision'")
        return 0 if row is None else int(row["value"])


def _job(row: Row) -> Download:
    raw: dict[str, Any] = json.loads(row["job"])
    wish = raw.pop("wish")
    return Download(
        **{
            **raw,
            "wish": Wish(**{**wish, "unsafe": Unsafe(wish["unsafe"]), "on_conflict": OnConflict(wish["on_conflict"])}),
            "state": State(raw["state"]),
            "waiting": Waiting(**raw["waiting"]) if raw["waiting"] else None,
            "error": Failure(**raw["error"]) if raw["error"] else None,
            "conflict": Conflict(**raw["conflict"]) if raw.get("conflict") else None,
            "priority": Priority(raw.get("priority", Priority.NORMAL)),
            "rank": row["rank"],
            "warnings": tuple(raw["warnings"]),
            "unpacked": _unpacked(raw.get("unpacked")),
        }
    )


def _unpacked(raw: dict[str, Any] | None) -> Unpacked | None:
    if raw is None:
        return None
    skipped = tuple(Skipped(each["name"], each["reason"]) for each in raw["skipped"])
    return Unpacked(raw["folder"], tuple(raw["files"]), skipped)
