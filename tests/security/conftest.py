"""The stage on which attacks are tried."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.stage import Stage, staged


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Both mounts on a real socket."""
    with staged(tmp_path) as running:
        yield running
