"""The SQLite base: one writer, safe migrations, damaged files kept aside."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import pytest

from civitdock.adapters.sqlite.database import Database
from civitdock.errors import DiskFull, NotWritable

FIRST = ("CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",)
SECOND = ("ALTER TABLE thing ADD COLUMN note TEXT", "UPDATE thing SET note = name || '!'")


def put(database: Database, name: str) -> None:
    with database.write() as connection:
        connection.execute("INSERT INTO thing (name) VALUES (?)", (name,))


def names(database: Database) -> list[str]:
    return [row["name"] for row in database.rows("SELECT name FROM thing ORDER BY id")]


def test_a_write_is_seen_by_every_thread_and_survives_closing(tmp_path: Path) -> None:
    database = Database(tmp_path / "new" / "state.sqlite3", [FIRST])
    put(database, "one")
    seen: list[str] = []
    thread = threading.Thread(target=lambda: seen.extend(names(database)))
    thread.start()
    thread.join(10)
    assert seen == ["one"]
    database.close()
    database.close()
    assert names(Database(tmp_path / "new" / "state.sqlite3", [FIRST])) == ["one"]


def test_a_failing_block_leaves_nothing_and_the_lock_is_free(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.sqlite3", [FIRST])

    def broken() -> None:
        with database.write() as connection:
            connection.execute("INSERT INTO thing (name) VALUES ('lost')")
            with database.write() as inner:
                inner.execute("INSERT INTO thing (name) VALUES ('lost too')")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        broken()
    put(database, "kept")
    assert names(database) == ["kept"]


def test_readers_do_not_wait_for_a_long_write(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.sqlite3", [FIRST])
    put(database, "one")
    assert names(database) == ["one"]
    with database.write() as connection:
        connection.execute("INSERT INTO thing (name) VALUES ('two')")
        seen: list[list[str]] = []
        thread = threading.Thread(target=lambda: seen.append(names(Database(database.path, [FIRST]))))
        thread.start()
        thread.join(10)
        assert seen == [["one"]]
        assert names(database) == ["one"]
    assert names(database) == ["one", "two"]


def test_many_threads_write_without_losing_a_row(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.sqlite3", [FIRST])
    threads = [threading.Thread(target=lambda: [put(database, "x") for _ in range(20)]) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(names(database)) == 120


def test_two_processes_open_and_write_the_same_new_file(tmp_path: Path) -> None:
    path = tmp_path / "shared.sqlite3"
    code = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from civitdock.adapters.sqlite.database import Database
        database = Database(Path(sys.argv[1]), [("CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",)])
        for _ in range(30):
            with database.write() as connection:
                connection.execute("INSERT INTO thing (name) VALUES ('p')")
        """
    )
    package = str(Path(__file__).resolve().parents[2] / "extension")
    running = [subprocess.Popen([sys.executable, "-c", code, str(path)], env={"PYTHONPATH": package}) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert len(names(Database(path, [FIRST]))) == 90


def test_a_migration_keeps_the_rows_and_a_copy_of_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    old = Database(path, [FIRST])
    put(old, "one")
    old.close()
    new = Database(path, [FIRST, SECOND])
    row = new.row("SELECT note FROM thing")
    assert row is not None
    assert row["note"] == "one!"
    copy = sqlite3.connect(tmp_path / "a.sqlite3.backup-1")
    assert copy.execute("SELECT * FROM thing").fetchall() == [(1, "one")]
    copy.close()


def test_a_broken_migration_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    old = Database(path, [FIRST])
    put(old, "one")
    old.close()
    with pytest.raises(sqlite3.OperationalError):
        names(Database(path, [FIRST, ("DELETE FROM thing", "UPDATE nowhere SET x = 1")]))
    assert names(Database(path, [FIRST])) == ["one"]


@pytest.mark.parametrize("content", [b"this is no database at all" * 400, b"SQLite format 3\0" + b"\xff" * 8000])
def test_a_damaged_file_is_kept_aside_and_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.sqlite3"
    path.write_bytes(content)
    database = Database(path, [FIRST])
    put(database, "fresh")
    assert names(database) == ["fresh"]
    assert database.set_aside == tmp_path / "a.sqlite3.damaged-1"
    assert database.set_aside.read_bytes() == content


def test_a_file_of_a_newer_version_is_kept_aside(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    newer = Database(path, [FIRST, SECOND])
    put(newer, "future")
    newer.close()
    assert names(Database(path, [FIRST])) == []
    assert names(Database(tmp_path / "a.sqlite3.damaged-1", [FIRST, SECOND])) == ["future"]


def test_a_file_that_cannot_be_created_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.sqlite3").mkdir()
    with pytest.raises(NotWritable):
        put(Database(tmp_path / "a.sqlite3", [FIRST]), "x")


def test_a_first_read_on_a_full_disk_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect

    def on_a_full_disk(*args: Any, **options: Any) -> sqlite3.Connection:
        made = connect(*args, **options)
        made.execute("PRAGMA max_page_count=1")
        return made

    database = Database(tmp_path / "a.sqlite3", [FIRST])
    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", on_a_full_disk)
        with pytest.raises(DiskFull):
            names(database)
    assert names(database) == []


def test_a_closed_database_does_not_open_again(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.sqlite3", [FIRST])
    put(database, "one")
    assert names(database) == ["one"]
    database.close()
    with pytest.raises(sqlite3.ProgrammingError):
        names(database)
    with pytest.raises(sqlite3.ProgrammingError):
        put(database, "two")


def test_closing_meets_running_queries_and_ending_threads(tmp_path: Path) -> None:
    """Two threads at one connection at once would end the interpreter, and a WebUI with it."""
    code = textwrap.dedent(
        """
        import sqlite3, sys, threading
        from pathlib import Path
        from civitdock.adapters.sqlite.database import Database
        LONG = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i, hex(i) FROM n"

        def read(database, rounds):
            try:
                while True:
                    database.rows(LONG)
                    rounds.release()
            except sqlite3.ProgrammingError:
                pass

        for round in range(20):
            database = Database(Path(sys.argv[1]) / f"{round}.sqlite3", [("CREATE TABLE thing (id INTEGER)",)])
            rounds = threading.Semaphore(0)
            readers = [threading.Thread(target=read, args=(database, rounds)) for _ in range(3)]
            for reader in readers:
                reader.start()
            for _ in range(6):
                rounds.acquire()
            database.close()
            for reader in readers:
                reader.join()

        def glance(database, together):
            database.row("SELECT 1")
            together.wait()

        for round in range(300):  # threads end, and close what is theirs, while the database is closed
            database = Database(Path(sys.argv[1]) / f"end{round}.sqlite3", [("CREATE TABLE thing (id INTEGER)",)])
            together = threading.Barrier(9)
            readers = [threading.Thread(target=glance, args=(database, together)) for _ in range(8)]
            for reader in readers:
                reader.start()
            together.wait()
            database.close()
            for reader in readers:
                reader.join()
        """
    )
    package = str(Path(__file__).resolve().parents[2] / "extension")
    command = [sys.executable, "-c", code, str(tmp_path)]
    assert subprocess.run(command, env={"PYTHONPATH": package}, timeout=60, check=False).returncode == 0
