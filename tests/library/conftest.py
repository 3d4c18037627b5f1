"""A library for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from civitdock.demo.server import DemoCivitai
from tests.library.bench import Library
from tests.support.clock import FakeClock


@pytest.fixture
def library(demo: DemoCivitai, tmp_path: Path, clock: FakeClock) -> Iterator[Library]:
    made = Library(demo, tmp_path, clock)
    yield made
    made.close()
