"""A stage for the download queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from civitdock.demo.server import DemoCivitai
from civitdock.ports import Clock
from tests.adapters.transfer.conftest import Knobs
from tests.downloads.stage import Stage
from tests.support.clock import FakeClock

OpenStage = Callable[..., Stage]


@pytest.fixture
def open_stage(demo: DemoCivitai, tmp_path: Path, clock: FakeClock) -> Iterator[OpenStage]:
    """Makes stages over one folder; each is closed at the end."""
    opened: list[Stage] = []

    def make(folder: Path = tmp_path, time: Clock = clock) -> Stage:
        opened.append(Stage(demo, folder, time, Knobs({"civitai_api_url": demo.api_base})))
        return opened[-1]

    yield make
    demo.faults.clear()
    for stage in opened:
        stage.close()


@pytest.fixture
def stage(open_stage: OpenStage) -> Stage:
    """A running queue."""
    made = open_stage()
    made.service.start()
    return made
