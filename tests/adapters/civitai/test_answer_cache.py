"""Fresh answers cost no request, old ones serve during an outage, and nobody sees another account's."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from civitdock.adapters.civitai import cache, memo
from civitdock.adapters.civitai.cache import AnswerCache
from civitdock.adapters.civitai.memo import Kept, Memo
from civitdock.demo import faults
from civitdock.demo.faults import Fault, Match
from civitdock.demo.server import DemoCivitai
from civitdock.domain.catalogue import Source
from civitdock.domain.query import ModelQuery
from civitdock.errors import CivitaiDown, CivitDockError, NotFound, Offline
from civitdock.ports import Outage, Patience
from tests.adapters.civitai.conftest import Bench
from tests.support.clock import FakeClock

HOUR = 3600.0
ANY = ModelQuery(limit=3)
OUTAGES = [
    faults.challenge(200),
    faults.challenge(403),
    faults.gateway_error(524),
    faults.overloaded(),
    faults.truncated_json(),
    faults.truncate(after=50),
    faults.reset(),
    faults.empty(),
    faults.rate_limited(),
    faults.region_blocked(),
    faults.respond(200, b"[]", {"Content-Type": "application/json"}),
]


def test_a_fresh_answer_costs_no_request(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    first = bench.client.search(ANY, patience)
    bench.clock.advance(23.9 * HOUR)
    second = bench.client.search(ANY, patience)
    assert (first.source, second.source) == (Source.NETWORK, Source.CACHE)
    assert second.items == first.items
    assert len(demo.requests) == 1


def test_it_outlives_the_program(make_bench: Callable[..., Bench], demo: DemoCivitai, patience: Patience) -> None:
    first = make_bench(demo.api_base).client.search(ANY, patience)
    second = make_bench(demo.api_base).client.search(ANY, patience)
    assert second.source is Source.CACHE
    assert second.items == first.items
    assert len(demo.requests) == 1


def test_after_its_hours_it_is_asked_for_again(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    bench.client.search(ANY, patience)
    bench.clock.advance(24 * HOUR)
    assert bench.client.search(ANY, patience).source is Source.NETWORK
    assert bench.client.search(ANY, patience).source is Source.CACHE


def test_a_changed_setting_counts_at_once(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    bench.client.search(ANY, patience)
    bench.clock.advance(2 * HOUR)
    bench.values["civitai_cache_hours"] = 1
    assert bench.client.search(ANY, patience).source is Source.NETWORK
    bench.values["civitai_cache_hours"] = 0
    assert bench.client.search(ANY, patience).source is Source.NETWORK


def test_a_clock_that_was_put_back_makes_nothing_fresh_for_ever(bench: Bench, patience: Patience) -> None:
    bench.client.search(ANY, patience)
    bench.clock.set_wall(bench.clock.now() - 1000 * HOUR)
    assert bench.client.search(ANY, patience).source is Source.NETWORK


@pytest.mark.parametrize("restart", ["same program", "started again"])
@pytest.mark.parametrize("fault", OUTAGES)
def test_during_an_outage_the_old_answer_is_served_at_once(
    make_bench: Callable[..., Bench], demo: DemoCivitai, patience: Patience, fault: Fault, restart: str
) -> None:
    bench = make_bench(demo.api_base)
    first = bench.client.search(ANY, patience)
    if restart == "started again":
        bench = make_bench(demo.api_base)
    bench.clock.advance(48 * HOUR)
    demo.faults.add(match=Match(where="api"), fault=fault, times=None)
    second = bench.client.search(ANY, patience)
    assert second.source is Source.STALE
    assert second.items == first.items
    assert len(demo.requests) == 2
    assert bench.clock.waits == []
    demo.faults.clear()
    bench.clock.advance(60)
    assert bench.client.search(ANY, patience).source is Source.NETWORK


def test_without_any_server_too(
    make_bench: Callable[..., Bench], make_demo: Callable[..., DemoCivitai], patience: Patience
) -> None:
    server = make_demo()
    bench = make_bench(server.api_base)
    bench.client.search(ANY, patience)
    server.stop()
    bench.clock.advance(48 * HOUR)
    assert bench.client.search(ANY, patience).source is Source.STALE
    with pytest.raises(Offline):
        bench.client.search(ModelQuery(limit=4), patience)


def test_with_the_cache_switched_off_an_outage_is_still_bridged(
    bench: Bench, demo: DemoCivitai, patience: Patience
) -> None:
    bench.values["civitai_cache_hours"] = 0
    bench.client.search(ANY, patience)
    demo.faults.add(match=Match(where="api"), fault=faults.overloaded(), times=None)
    assert bench.client.search(ANY, patience).source is Source.STALE


def test_what_civitai_no_longer_shows_is_not_served_from_the_cache(
    bench: Bench, demo: DemoCivitai, patience: Patience
) -> None:
    number = demo.catalogue.models[0].id
    bench.client.model(number, patience)
    bench.clock.advance(48 * HOUR)
    demo.faults.add(match=Match(where="api"), fault=faults.respond(404, {"error": "No model"}), times=None)
    with pytest.raises(NotFound):
        bench.client.model(number, patience)


def test_errors_are_never_cached(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    demo.faults.add(match=Match(where="api"), fault=faults.respond(200, b"[]", {"Content-Type": "application/json"}))
    with pytest.raises(CivitDockError, match="no list"):
        bench.client.search(ANY, patience)
    demo.faults.add(match=Match(where="api"), fault=faults.not_found("no"))
    with pytest.raises(NotFound):
        bench.client.search(ANY, patience)
    assert bench.client.search(ANY, patience).source is Source.NETWORK


def test_a_caller_may_ask_for_a_younger_answer(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    bench.client.search(ANY, patience)
    bench.clock.advance(100)
    assert bench.client.search(ANY, Patience(max_age=101)).source is Source.CACHE
    assert bench.client.search(ANY, Patience(max_age=100)).source is Source.NETWORK
    assert bench.client.search(ANY, Patience(max_age=0)).source is Source.NETWORK
    demo.faults.add(match=Match(where="api"), fault=faults.overloaded(), times=None)
    assert bench.client.search(ANY, Patience(max_age=0)).source is Source.STALE


def test_a_caller_may_refuse_what_is_left_in_an_outage(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    bench.client.search(ANY, patience)
    background = replace(patience, outage=Outage.FAIL)
    assert bench.client.search(ANY, background).source is Source.CACHE
    bench.clock.advance(48 * HOUR)
    demo.faults.add(match=Match(where="api"), fault=faults.overloaded(), times=None)
    with pytest.raises(CivitaiDown):
        bench.client.search(ANY, background)
    assert bench.client.search(ANY, patience).source is Source.STALE


@pytest.mark.parametrize("restart", ["same program", "started again"])
def test_a_file_that_is_not_scanned_yet_is_asked_for_again_soon(
    make_bench: Callable[..., Bench], demo: DemoCivitai, patience: Patience, restart: str
) -> None:
    trap = demo.catalogue.trap("long-autov3")
    bench = make_bench(demo.api_base)
    demo.faults.add(match=Match(where="api"), fault=faults.unscanned(), times=2)
    assert bench.client.version(trap.versions[0].id, patience).files[0].hashes.sha256 is None
    assert bench.client.model(trap.id, patience).versions[0].files[0].hashes.sha256 is None
    bench.clock.advance(599)
    assert bench.client.version(trap.versions[0].id, patience).files[0].hashes.sha256 is None
    assert len(demo.requests) == 2
    if restart == "started again":
        bench = make_bench(demo.api_base)
    bench.clock.advance(1)
    assert bench.client.version(trap.versions[0].id, patience).files[0].hashes.sha256
    assert bench.client.model(trap.id, patience).versions[0].files[0].hashes.sha256
    bench.clock.advance(20 * HOUR)
    bench.client.version(trap.versions[0].id, patience)
    assert len(demo.requests) == 4


def test_accounts_do_not_share_answers(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    for secret in (None, "demo-key", "demo-supporter-key"):
        bench.secret = secret
        assert bench.client.search(ANY, patience).source is Source.NETWORK
        assert bench.client.search(ANY, patience).source is Source.CACHE


def test_the_key_and_the_account_are_never_on_disk(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    bench.secret = "demo-key"
    bench.client.search(ANY, patience)
    assert bench.client.account("demo-key", patience) == "demo"
    bench.client.close()
    files = [path for path in bench.cache_dir.rglob("*") if path.is_file()]
    assert files
    for path in files:
        content = path.read_bytes()
        assert b"demo-key" not in content
        assert b"Bearer" not in content
    with sqlite3.connect(files[0]) as db:
        assert db.execute("SELECT count(*) FROM answers").fetchone() == (1,)


@pytest.mark.parametrize("content", [b"", b"this is no database" * 1000])
def test_a_broken_cache_starts_anew(
    make_bench: Callable[..., Bench], demo: DemoCivitai, patience: Patience, tmp_path: Path, content: bytes
) -> None:
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / "civitai-answers.sqlite").write_bytes(content)
    bench = make_bench(demo.api_base, folder)
    bench.client.search(ANY, patience)
    assert make_bench(demo.api_base, folder).client.search(ANY, patience).source is Source.CACHE


def test_a_row_that_cannot_be_read_costs_one_request(
    make_bench: Callable[..., Bench], demo: DemoCivitai, patience: Patience
) -> None:
    bench = make_bench(demo.api_base)
    bench.client.search(ANY, patience)
    bench.client.close()
    with sqlite3.connect(bench.cache_dir / "civitai-answers.sqlite") as db:
        db.execute("UPDATE answers SET body = x'00'")
    db.close()
    assert make_bench(demo.api_base).client.search(ANY, patience).source is Source.NETWORK
    assert make_bench(demo.api_base).client.search(ANY, patience).source is Source.CACHE


def test_a_folder_that_cannot_be_made_costs_only_the_cache(
    make_bench: Callable[..., Bench], demo: DemoCivitai, patience: Patience, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    bench = make_bench(demo.api_base, tmp_path / "file" / "cache")
    assert bench.client.search(ANY, patience).items
    assert bench.client.search(ANY, patience).items


def test_a_cache_of_another_format_starts_anew(tmp_path: Path, clock: FakeClock) -> None:
    with closing(sqlite3.connect(tmp_path / "civitai-answers.sqlite")) as db:
        db.execute("CREATE TABLE responses (key TEXT PRIMARY KEY, value BLOB)")
    store = AnswerCache(tmp_path, clock)
    store.put("a", b"x")
    store.close()
    assert AnswerCache(tmp_path, clock).get("a") is not None


def test_it_does_not_grow_for_ever(tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    store = AnswerCache(tmp_path, clock)
    store.put("a", b"x")
    store.close()
    assert AnswerCache(tmp_path, clock).get("a") is not None
    monkeypatch.setattr(cache, "MAX_FILE_BYTES", 100)
    grown = AnswerCache(tmp_path, clock)
    assert grown.get("a") is None
    grown.close()


def test_answers_are_kept_for_a_month(tmp_path: Path, clock: FakeClock) -> None:
    store = AnswerCache(tmp_path, clock)
    store.put("old", b"x")
    clock.advance(2 * 86_400)
    store.put("young", b"x")
    store.close()
    clock.advance(29 * 86_400)
    opened = AnswerCache(tmp_path, clock)
    assert opened.get("old") is None
    assert opened.get("young") is not None
    opened.close()


def test_many_threads_share_it(bench: Bench, demo: DemoCivitai) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for limit in range(1, 6):
                page = bench.client.search(ModelQuery(limit=limit, sort="Oldest"), Patience())
                assert len(page.items) == limit
        except (AssertionError, CivitDockError) as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []


# --- in memory -----------------------------------------------------------------------------------


def kept(size: int = 10, made_at: float = 0.0) -> Kept:
    return Kept(object(), size, 0.0, made_at)


def test_the_memory_of_answers_forgets_the_least_used_first() -> None:
    rows = Memo(most_bytes=40)
    for name in "abcd":
        rows.put(name, kept())
    rows.get("a", 0)
    rows.put("e", kept())
    assert [name for name in "abcde" if rows.get(name, 0)] == ["a", "c", "d", "e"]


def test_the_memory_of_answers_takes_nothing_huge_and_nothing_for_long() -> None:
    rows = Memo(most_bytes=40)
    rows.put("huge", kept(11))
    rows.put("a", kept(made_at=5.0))
    assert rows.get("huge", 0) is None
    assert rows.get("a", 5.0 + memo.SECONDS - 1) is not None
    assert rows.get("a", 5.0 + memo.SECONDS) is None
    assert rows.get("a", 5.0) is None
