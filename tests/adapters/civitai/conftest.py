"""A client of the demo CivitAI, with a clock that the test moves and settings that it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from civitdock.adapters.civitai.client import CivitaiClient
from civitdock.demo.server import DemoCivitai
from civitdock.ports import Patience
from civitdock.settings import Settings, Value
from tests.support.clock import FakeClock

USER_AGENT = "CivitDock-tests/1 (+https://example.org/civitdock)"


class Bench:
    """One client and everything it hangs on."""

    def __init__(self, clock: FakeClock, cache_dir: Path, api_url: str) -> None:
        self.values: dict[str, Value] = {"civitai_api_url": api_url}
        self.secret: str | None = None
        self.clock = clock
        self.cache_dir = cache_dir
        self.client = CivitaiClient(self, self, clock, cache_dir, USER_AGENT)

    def current(self) -> Settings:
        """The `SettingsSource` of the client."""
        return Settings(dict(self.values))

    def key(self) -> str | None:
        """The `KeyVault` of the client."""
        return self.secret


@pytest.fixture
def make_bench(clock: FakeClock, tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Builds clients; those with the same cache folder stand for one program started again."""
    made: list[Bench] = []

    def make(api_url: str, cache_dir: Path | None = None) -> Bench:
        bench = Bench(clock, cache_dir or tmp_path / "cache", api_url)
        made.append(bench)
        return bench

    yield make
    for bench in made:
        bench.client.close()


@pytest.fixture
def bench(make_bench: Callable[..., Bench], demo: DemoCivitai) -> Bench:
    """A client of the demo without a key."""
    return make_bench(demo.api_base)


@pytest.fixture
def patience() -> Patience:
    """Thirty seconds, as an interactive call has."""
    return Patience()
