"""A full, broken, read-only or busy disk costs cached answers and nothing else; no request waits for it."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from civitdock.adapters.civitai import cache
from civitdock.adapters.civitai.cache import AnswerCache
from civitdock.demo import faults
from civitdock.demo.faults import Match
from civitdock.demo.server import DemoCivitai
from civitdock.domain.catalogue import Source
from civitdock.domain.query import ModelQuery
from civitdock.ports import Patience
from tests.adapters.civitai.conftest import Bench
from tests.support.clock import FakeClock

HOUR = 3600.0
ANY = ModelQuery(limit=3)


@pytest.fixture
def with_pragma(monkeypatch: pytest.MonkeyPatch) -> Callable[[str | None], None]:
    """Makes SQLite itself fail as on a bad disk: each connection that the cache opens gets this pragma."""
    connect = sqlite3.connect
    pragmas: list[str] = []

    def opened(*args: Any, **options: Any) -> sqlite3.Connection:
        made = connect(*args, **options)
        for pragma in pragmas:
            made.execute(f"PRAGMA {pragma}")
        return made

    def use(pragma: str | None) -> None:
        pragmas[:] = [] if pragma is None else [pragma]

    monkeypatch.setattr(cache.sqlite3, "connect", opened)
    return use


BAD_DISKS = ["max_page_count=1", "query_only=ON"]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("pragma", BAD_DISKS)
def test_a_disk_that_takes_nothing_costs_only_the_cache_is_told_once_and_tried_again(
    bench: Bench,
    demo: DemoCivitai,
    patience: Patience,
    with_pragma: Callable[[str | None], None],
    pragma: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with_pragma(pragma)
    for number in range(3):
        assert bench.client.search(ModelQuery(limit=1, tag=f"style {number}"), patience).items is not None
        bench.clock.advance(cache.PAUSE_SECONDS)
    assert [record.levelname for record in caplog.records if "cache" in record.getMessage()] == ["WARNING"]
    with_pragma(None)
    bench.client.search(ANY, patience)
    bench.client.close()
    bench.client.search(ANY, patience)
    assert len(demo.requests) == 4


@pytest.mark.timeout(60)
@pytest.mark.parametrize("pragma", BAD_DISKS)
def test_what_is_cached_can_be_read_from_a_disk_that_takes_nothing(
    make_bench: Callable[..., Bench],
    demo: DemoCivitai,
    patience: Patience,
    with_pragma: Callable[[str | None], None],
    pragma: str,
) -> None:
    make_bench(demo.api_base).client.search(ANY, patience)
    with_pragma(pragma)
    bench = make_bench(demo.api_base)
    big = "x" * 60_000
    demo.faults.add(
        match=Match(path="/api/v1/tags"),
        fault=faults.respond(200, {"items": [{"name": big + str(number)} for number in range(3)]}),
    )
    bench.client.tags("x", 5, patience)
    assert bench.client.search(ANY, patience).source is Source.CACHE
    demo.faults.add(match=Match(where="api"), fault=faults.overloaded(), times=None)
    bench.clock.advance(48 * HOUR)
    assert bench.client.search(ANY, patience).source is Source.STALE


@pytest.mark.timeout(60)
@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX")
def test_a_disk_with_errors_costs_only_the_cache(tmp_path: Path, clock: FakeClock) -> None:
    import resource

    store = AnswerCache(tmp_path, clock)
    store.put("a", b"x")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16_384, hard))
    try:
        store.put("b", os.urandom(100_000))
        assert store.get("a") is not None
        assert store.get("b") is None
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    store.put("b", b"still paused")
    assert store.get("b") is None
    clock.advance(cache.PAUSE_SECONDS)
    store.put("b", b"y")
    found = store.get("b")
    assert found is not None
    assert found.body == b"y"
    store.close()


@pytest.mark.timeout(60)
def test_a_file_that_another_program_holds_is_not_waited_for(
    make_bench: Callable[..., Bench], demo: DemoCivitai, patience: Patience, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_bench(demo.api_base).client.search(ANY, patience)
    monkeypatch.setattr(cache, "_BUSY_SECONDS", 0.05)
    bench = make_bench(demo.api_base)
    with closing(sqlite3.connect(bench.cache_dir / "civitai-answers.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert bench.client.search(ANY, patience).source is Source.NETWORK
    bench.client.close()
    bench.clock.advance(cache.PAUSE_SECONDS)
    assert bench.client.model(demo.catalogue.models[0].id, patience).id == demo.catalogue.models[0].id
    assert make_bench(demo.api_base).client.search(ANY, patience).source is Source.CACHE
