"""A stage for the download queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from civitdock.demo.server import DemoCivitai
from tests.adapters.transfer.conftest import Knobs
from tests.downloads.stage import Stage
from tests.support.clock import FakeClock

OpenStage = Callable[..., Stage]


@pytest.fixture
def open_stage(demo: DemoCivitai, tmp_path: Path, clock: FakeClock) -> Iterator[OpenStage]:
    """Makes stages over one folder; each is closed at the end."""
    opened: list[Stage] = []

    def make(**fields: object) -> Stage:
        opened.append(Stage(demo, tmp_path, clock, Knobs({"civitai_api_url": demo.api_base}), **fields))  # type: ignore[arg-type]
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
