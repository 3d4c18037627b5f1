"""The state database: a queue of an earlier version is taken over."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from civitdock.adapters.sqlite.database import Database
from civitdock.adapters.sqlite.state import MIGRATIONS, STATE_FILE, SqliteDownloadStore, open_state
from civitdock.domain.downloads import Download, Priority, State, Wish
from civitdock.domain.ordering import Move, To, moved, order_of

#: What a job and its wish had before the queue had an order.
EARLIER = (
    "id wish state revision waiting model_id version_id file_id model_name version_name filename target_path sha256 "
    "bytes_done bytes_total speed_bps eta_s verified_by warnings error created_at updated_at"
).split()
EARLIER_WISH = "version_id file_id folder filename unsafe on_conflict".split()


def as_before(job: Download) -> str:
    raw = {key: value for key, value in asdict(job).items() if key in EARLIER}
    raw["wish"] = {key: value for key, value in raw["wish"].items() if key in EARLIER_WISH}
    return json.dumps(raw)


def write_earlier(folder: Path, jobs: list[Download]) -> None:
    database = Database(folder / STATE_FILE, MIGRATIONS[:2])
    with database.write() as connection:
        for job in jobs:
            connection.execute(
                "INSERT INTO download (id, state, finished, revision, job) VALUES (?, ?, ?, ?, ?)",
                (job.id, job.state.value, int(job.state is State.DONE), job.revision, as_before(job)),
            )
    database.close()


def test_jobs_of_an_earlier_version_stand_in_the_order_in_which_they_were_made(tmp_path: Path) -> None:
    jobs = [Download(id=name, wish=Wish(number + 1), revision=number + 1) for number, name in enumerate("abc")]
    write_earlier(tmp_path, [*jobs, Download(id="d", wish=Wish(9), state=State.DONE, revision=9)])
    database = open_state(tmp_path)
    store = SqliteDownloadStore(database)
    found = store.active()
    assert [job.id for job in sorted(found, key=order_of)] == ["a", "b", "c"]
    assert len({job.rank for job in found}) == 3
    assert {job.priority for job in found} == {Priority.NORMAL}
    assert [job.id for job in store.finished(9)] == ["d"]
    assert list(moved(found, found[2], Move(to=To.TOP))) == ["c"]
    database.close()
    with closing(sqlite3.connect(tmp_path / f"{STATE_FILE}.backup-2")) as copy:
        assert copy.execute("SELECT COUNT(*) FROM download").fetchone() == (4,)


def test_an_earlier_program_leaves_the_new_queue_alone(tmp_path: Path) -> None:
    database = open_state(tmp_path)
    SqliteDownloadStore(database).save(Download(id="new", wish=Wish(1), rank=2.5, priority=Priority.HIGH))
    database.close()
    earlier = Database(tmp_path / STATE_FILE, MIGRATIONS[:2])
    assert earlier.rows("SELECT id FROM download") == []
    assert earlier.set_aside is not None
    earlier.close()
    kept = SqliteDownloadStore(Database(earlier.set_aside, MIGRATIONS))
    job = kept.get("new")
    assert job is not None
    assert (job.rank, job.priority) == (2.5, Priority.HIGH)
