"""What can go wrong between CivitAI and us: which error, how often it is tried, how long it takes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

import pytest

from civitdock.adapters.civitai import gate, retrying, transport
from civitdock.demo import faults
from civitdock.demo.faults import Fault, Match
from civitdock.demo.server import DemoCivitai
from civitdock.demo.wire import Gate
from civitdock.domain.catalogue import Source
from civitdock.domain.query import ModelQuery
from civitdock.errors import (
    BadAnswer,
    ChallengePage,
    CivitaiDown,
    CivitDockError,
    InvalidRequest,
    Offline,
    RateLimited,
)
from civitdock.ports import CallCancelled, Patience
from tests.adapters.civitai.conftest import Bench

MODELS = Match(path="/api/v1/models")
ANY = ModelQuery(limit=3)


def strike(demo: DemoCivitai, fault: Fault, times: int | None = None) -> None:
    demo.faults.add(match=MODELS, fault=fault, times=times)


def test_a_passing_fault_is_not_seen(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    for fault in (
        faults.overloaded(),
        faults.challenge(200),
        faults.gateway_error(524),
        faults.respond(500, {"message": "An unexpected error occurred", "error": "x"}),
        faults.truncated_json(),
        faults.truncate(after=100),
        faults.reset(),
        faults.reset(after=100),
        faults.empty(),
        faults.rate_limited(),
    ):
        bench.values["civitai_cache_hours"] = 0
        strike(demo, fault, times=1)
        demo.requests.clear()
        fresh = ModelQuery(limit=3, tag=f"style{id(fault)}")
        assert bench.client.search(fresh, patience).source is Source.NETWORK
        assert len(demo.requests) == 2


LASTING = [
    (faults.challenge(200), "challenge_page"),
    (faults.challenge(403), "challenge_page"),
    (faults.gateway_error(502), "challenge_page"),
    (faults.gateway_error(524), "challenge_page"),
    (faults.respond(200, "<p>maintenance"), "challenge_page"),
    (faults.respond(200, b" \n<!DOCTYPE html>", {"Content-Type": "application/json"}), "challenge_page"),
    (faults.overloaded(), "civitai_down"),
    (faults.respond(503, {"error": "busy"}), "civitai_down"),
    (faults.respond(524, b"", {"Content-Type": "text/plain"}), "civitai_down"),
    (faults.empty(), "civitai_down"),
    (faults.truncated_json(), "civitai_down"),
    (faults.truncate(after=50), "civitai_down"),
    (faults.reset(), "civitai_down"),
    (faults.reset(after=50), "civitai_down"),
    (faults.rate_limited(), "rate_limited"),
    (faults.rate_limited(3), "rate_limited"),
]


@pytest.mark.parametrize(("fault", "code"), LASTING)
def test_a_lasting_fault_is_tried_five_times_within_the_patience_and_a_page_for_people_twice(
    bench: Bench, demo: DemoCivitai, patience: Patience, fault: Fault, code: str
) -> None:
    strike(demo, fault)
    with pytest.raises(CivitDockError) as caught:
        bench.client.search(ANY, patience)
    assert caught.value.code == code
    assert caught.value.hint
    assert len(demo.requests) == (2 if code == "challenge_page" else 5)
    assert bench.clock.monotonic() < (2 if code == "challenge_page" else 30)
    assert bench.client.reachable() is (code == "rate_limited")


FINAL = [
    (faults.region_blocked(), "region_blocked"),
    (faults.respond(451, "<html>blocked"), "region_blocked"),
    (faults.unauthorized(), "no_api_key"),
    (faults.forbidden(), "bad_answer"),
    (faults.respond(404, {"error": "No model with id 5"}), "not_found"),
    (faults.respond(410, {"error": "Model archived"}), "archived"),
    (faults.respond(400, {"message": "Invalid cursor: x"}), "invalid_request"),
    (faults.respond(405, {"error": "Method not allowed"}), "bad_answer"),
    (faults.respond(200, b"[1, 2]", {"Content-Type": "application/json"}), "bad_answer"),
    (faults.respond(200, b'{"items": {}}', {"Content-Type": "application/json"}), "bad_answer"),
    (faults.respond(200, b"null", {"Content-Type": "application/json"}), "bad_answer"),
    (faults.respond(200, b"[" * 100_000, {"Content-Type": "application/json"}), "bad_answer"),
]


@pytest.mark.parametrize(("fault", "code"), FINAL)
def test_what_cannot_succeed_is_never_repeated(
    bench: Bench, demo: DemoCivitai, patience: Patience, fault: Fault, code: str
) -> None:
    strike(demo, fault)
    with pytest.raises(CivitDockError) as caught:
        bench.client.search(ANY, patience)
    assert caught.value.code == code
    assert len(demo.requests) == 1
    assert bench.clock.waits == []


def test_a_rejected_key_is_told_from_a_missing_one(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    bench.secret = "some-key"
    strike(demo, faults.unauthorized())
    with pytest.raises(CivitDockError) as caught:
        bench.client.search(ANY, patience)
    assert caught.value.code == "bad_api_key"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": "Plain text"}, "Plain text"),
        ({"error": {"name": "ZodError", "message": '[{"path": ["limit"], "message": "Too big"}]'}}, "Too big"),
        ({"error": {"issues": [{"message": "Old form"}], "name": "ZodError"}}, "Old form"),
        ({"message": "Invalid cursor: x"}, "Invalid cursor: x"),
        ({"error": "✖ Invalid input", "code": "BAD"}, "✖ Invalid input"),
        ({"name": "ZodError", "message": "[not json"}, "[not json"),
    ],
)
def test_what_civitai_says_reaches_the_user(
    bench: Bench, demo: DemoCivitai, patience: Patience, body: object, words: str
) -> None:
    strike(demo, faults.respond(400, body))
    with pytest.raises(InvalidRequest) as caught:
        bench.client.search(ANY, patience)
    assert words in caught.value.message


def test_retry_after_is_honoured(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    strike(demo, faults.rate_limited(7), times=1)
    bench.client.search(ANY, patience)
    assert sum(bench.clock.waits) >= 7
    assert len(demo.requests) == 2


def test_a_pause_that_the_server_asks_for_holds_every_caller(
    bench: Bench, demo: DemoCivitai, patience: Patience
) -> None:
    strike(demo, faults.rate_limited(60), times=1)
    with pytest.raises(RateLimited) as caught:
        bench.client.search(ANY, patience)
    assert caught.value.retry_after == 60
    with pytest.raises(RateLimited) as caught:
        bench.client.enums(patience)
    assert caught.value.retry_after == pytest.approx(60)
    assert len(demo.requests) == 1
    bench.clock.advance(60)
    bench.client.enums(patience)
    assert bench.clock.waits == []


def test_a_short_patience_ends_sooner(bench: Bench, demo: DemoCivitai) -> None:
    strike(demo, faults.overloaded())
    with pytest.raises(CivitaiDown):
        bench.client.search(ANY, Patience(seconds=5))
    assert bench.clock.monotonic() < 5
    assert len(demo.requests) < 5


# --- nobody there --------------------------------------------------------------------------------


def test_connection_refused(make_bench: Callable[..., Bench], patience: Patience) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        bench = make_bench(f"http://127.0.0.1:{taken.getsockname()[1]}/api/v1")
        assert bench.client.reachable() is None
        with pytest.raises(Offline):
            bench.client.search(ANY, patience)
    assert bench.client.reachable() is False


def test_no_such_name(make_bench: Callable[..., Bench], patience: Patience, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "valid_api_base", lambda _url: True)
    bench = make_bench("http://civitai.invalid/api/v1")
    with pytest.raises(Offline):
        bench.client.search(ANY, patience)


def test_a_dead_proxy(make_bench: Callable[..., Bench], patience: Patience) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        bench = make_bench("https://civitai.com/api/v1")
        bench.values["civitai_proxy"] = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(Offline) as caught:
            bench.client.search(ANY, patience)
    assert "proxy" in caught.value.message


@pytest.mark.slow
def test_no_answer_in_time(bench: Bench, demo: DemoCivitai, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_READ_SECONDS", 0.2)
    barrier = Gate()
    strike(demo, faults.stall(barrier))
    with pytest.raises(CivitaiDown, match="in time"):
        bench.client.search(ANY, Patience(seconds=1))
    barrier.release()


def test_an_answer_without_end_is_cut_off(
    bench: Bench, demo: DemoCivitai, patience: Patience, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "MAX_BODY", 200_000)
    strike(demo, faults.respond(200, b" " * 200_001, {"Content-Type": "application/json"}))
    with pytest.raises(BadAnswer, match="larger"):
        bench.client.search(ANY, patience)
    assert len(demo.requests) == 1


def test_an_error_page_without_end_is_read_only_so_far(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    strike(demo, faults.respond(404, b'{"error": "' + b"x" * 3_000_000 + b'"}', {"Content-Type": "application/json"}))
    with pytest.raises(CivitDockError) as caught:
        bench.client.search(ANY, patience)
    assert caught.value.code == "not_found"
    assert len(caught.value.message) < 500


# --- breaker, pace, cancelling -------------------------------------------------------------------


def test_a_page_for_people_counts_once_per_call(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    strike(demo, faults.challenge(403))
    for _time in range(5):
        with pytest.raises(ChallengePage):
            bench.client.search(ANY, patience)
    assert len(demo.requests) == 9
    with pytest.raises(ChallengePage) as caught:
        bench.client.search(ANY, patience)
    assert caught.value.retry_after
    assert len(demo.requests) == 9


def test_the_breaker_spares_a_server_in_trouble(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    strike(demo, faults.overloaded(), times=5)
    with pytest.raises(CivitaiDown):
        bench.client.search(ANY, patience)
    assert len(demo.requests) == 5
    opened = bench.clock.monotonic()
    with pytest.raises(CivitaiDown) as caught:
        bench.client.enums(patience)
    assert caught.value.retry_after == pytest.approx(15)
    assert len(demo.requests) == 5
    assert bench.clock.monotonic() == opened
    bench.clock.advance(15)
    assert bench.client.search(ANY, patience).items
    assert bench.client.reachable() is True


def test_a_failed_probe_shuts_it_again(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    strike(demo, faults.overloaded())
    for _time in range(3):
        with pytest.raises(CivitaiDown):
            bench.client.search(ANY, patience)
        bench.clock.advance(15)
    assert len(demo.requests) == 7


def test_the_breaker_runs_on_the_monotonic_clock(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    strike(demo, faults.overloaded(), times=5)
    with pytest.raises(CivitaiDown):
        bench.client.search(ANY, patience)
    bench.clock.set_wall(bench.clock.now() + 1e6)
    with pytest.raises(CivitaiDown):
        bench.client.search(ANY, patience)
    assert len(demo.requests) == 5


def test_each_destination_has_its_own_breaker(
    bench: Bench, demo: DemoCivitai, make_demo: Callable[..., DemoCivitai], patience: Patience
) -> None:
    strike(demo, faults.overloaded())
    with pytest.raises(CivitaiDown):
        bench.client.search(ANY, patience)
    bench.values["civitai_api_url"] = make_demo().api_base
    assert bench.client.reachable() is None
    assert bench.client.search(ANY, patience).items


def test_refusals_keep_the_breaker_shut_and_show_that_somebody_is_there(
    bench: Bench, demo: DemoCivitai, patience: Patience
) -> None:
    strike(demo, faults.respond(404, {"error": "no"}), times=8)
    for _time in range(8):
        with pytest.raises(CivitDockError, match="does not know"):
            bench.client.search(ANY, patience)
    assert bench.client.reachable() is True
    assert bench.client.search(ANY, patience).items


def test_requests_go_out_at_a_polite_pace(
    bench: Bench, demo: DemoCivitai, patience: Patience, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "LOOPBACK_RATES", gate.CIVITAI_RATES)
    bench.values["civitai_cache_hours"] = 0
    for number in range(21):
        bench.client.search(ModelQuery(limit=1, tag=f"style {number}"), patience)
    assert 3.9 <= bench.clock.monotonic() <= 5
    assert len(demo.requests) == 21


def test_a_turn_that_comes_too_late_is_not_waited_for(
    bench: Bench, demo: DemoCivitai, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "LOOPBACK_RATES", ((1, 60_000),))
    bench.client.enums(Patience())
    with pytest.raises(RateLimited) as caught:
        bench.client.search(ANY, Patience(seconds=5))
    assert caught.value.retry_after == pytest.approx(60, abs=0.1)
    assert len(demo.requests) == 1


def test_without_our_packages_it_still_works(
    bench: Bench, demo: DemoCivitai, patience: Patience, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "HAVE_LIMITER", False)
    monkeypatch.setattr(retrying, "HAVE_TENACITY", False)
    assert bench.client.search(ANY, patience).items
    strike(demo, faults.overloaded())
    with pytest.raises(CivitaiDown):
        bench.client.search(ModelQuery(limit=4), patience)
    assert len(demo.requests) == 2


@pytest.mark.timeout(30)
def test_a_waiting_call_ends_when_it_is_cancelled(bench: Bench, demo: DemoCivitai) -> None:
    strike(demo, faults.rate_limited(20))
    bench.clock.hold()
    patience = Patience(seconds=600)
    seen: list[BaseException] = []

    def call() -> None:
        try:
            bench.client.search(ANY, patience)
        except CallCancelled as error:
            seen.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    bench.clock.await_waiters()
    patience.cancelled.set()
    thread.join(10)
    assert not thread.is_alive()
    assert len(seen) == 1
    assert len(demo.requests) == 1


@pytest.mark.timeout(30)
def test_a_call_is_cancelled_while_its_answer_arrives(bench: Bench, demo: DemoCivitai) -> None:
    barrier = Gate()
    patience = Patience()
    body = b'{"items": [], "metadata": {}, "pad": "' + b"x" * 500_000 + b'"}'
    answer = faults.respond(200, body, {"Content-Type": "application/json"})
    held = Fault(answer=answer.answer, wire=faults.gated(barrier, 100_000).wire)
    strike(demo, held)
    seen: list[BaseException] = []

    def call() -> None:
        try:
            bench.client.search(ANY, patience)
        except CallCancelled as error:
            seen.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    demo.wait_asked(1)
    patience.cancelled.set()
    barrier.release()
    thread.join(10)
    assert not thread.is_alive()
    assert len(seen) == 1
