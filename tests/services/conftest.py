"""What several tests of services share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from civitdock.adapters.sqlite.database import Database
from civitdock.adapters.sqlite.index import INDEX_FILE, MIGRATIONS, SqliteModelStore
from civitdock.demo.server import DemoCivitai
from tests.support.clock import FakeClock
from tests.support.send_bench import Bench


@pytest.fixture
def bench(demo: DemoCivitai, clock: FakeClock, tmp_path: Path) -> Iterator[Bench]:
    database = Database(tmp_path / INDEX_FILE, MIGRATIONS)
    made = Bench(demo, SqliteModelStore(database), clock, tmp_path)
    yield made
    made.client.close()
    database.close()
