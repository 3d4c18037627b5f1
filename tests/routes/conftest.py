"""The stage on which route tests play."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.stage import Stage, staged


@pytest.fixture(scope="session")
def shared_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Both mounts on a real socket, started once."""
    with staged(tmp_path_factory.mktemp("stage")) as running:
        yield running


@pytest.fixture
def stage(shared_stage: Stage) -> Stage:
    """The shared stage as new."""
    shared_stage.reset()
    return shared_stage
