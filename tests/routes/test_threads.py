"""No route blocks the loop: while the services of one hang, others are answered (design section 8)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.stage import API, TAB, Stage


@pytest.fixture
def helpers() -> Iterator[ThreadPoolExecutor]:
    """Threads from which the test asks."""
    with ThreadPoolExecutor(4) as pool:
        yield pool


@pytest.mark.timeout(30)
def test_a_search_that_hangs_leaves_every_other_route_alone(stage: Stage, helpers: ThreadPoolExecutor) -> None:
    entered, go_on = threading.Semaphore(0), threading.Event()

    def hang() -> None:
        entered.release()
        assert go_on.wait(20)

    stage.search.before = hang
    try:
        hanging = [
            helpers.submit(stage.post, API + "search"),
            helpers.submit(stage.get, TAB + "model/7"),
        ]
        for _ in hanging:
            assert entered.acquire(timeout=10)
        for path in ("status", "settings", "local-models", "download-progress", "sync-progress", "enums"):
            assert stage.get(API + path).status_code == 200
            assert stage.get(TAB + path).status_code == 200
        assert stage.post(TAB + "download", {"version_id": 1}).status_code == 202
        assert not any(future.done() for future in hanging)
    finally:
        go_on.set()
    assert [future.result(10).status_code for future in hanging] == [200, 200]


@pytest.mark.timeout(30)
def test_every_service_call_and_every_look_at_the_host_runs_in_our_own_threads(stage: Stage) -> None:
    names: set[str] = set()

    def note() -> None:
        names.add(threading.current_thread().name.rstrip("0123456789"))

    real = stage.host.access

    def access() -> object:
        note()
        return real()

    stage.search.before = note
    stage.host.access = access  # type: ignore[method-assign, assignment]
    assert stage.post(API + "search").status_code == 200
    assert stage.get(TAB + "nothing").status_code == 404
    assert names == {"pool_"}
