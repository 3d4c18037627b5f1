"""Scripted faults strike the requests they are for, as often as asked, and look as they do on the wire."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from civitdock.demo import faults
from civitdock.demo.blobs import BytesBlob
from civitdock.demo.faults import Fault, Match
from civitdock.demo.server import DemoCivitai
from civitdock.demo.wire import Gate
from tests.demo.conftest import Get

pytestmark = pytest.mark.timeout(60)

STORAGE = Match(where="storage")
LIST = Match(where="api", path="/api/v1/models")


def _in_thread(work: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    """Run `work` beside the test; what it returns or raises lands in the list."""
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(work())
        except requests.RequestException as error:
            results.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, results


def _drain(plain: socket.socket) -> None:
    while plain.recv(1 << 16):
        pass


def test_rules_strike_in_order_and_run_out(demo: DemoCivitai, get: Get) -> None:
    first = demo.faults.add(match=LIST, fault=faults.overloaded(), times=2)
    second = demo.faults.add(match=LIST, fault=faults.rate_limited(), times=1)
    assert [get("models", limit=1).status_code for _ in range(4)] == [503, 503, 429, 200]
    assert (first.hits, second.hits) == (2, 1)


def test_skip_lets_the_first_ones_pass(demo: DemoCivitai, get: Get) -> None:
    demo.faults.add(match=LIST, fault=faults.gateway_error(), times=1, skip=2)
    assert [get("models", limit=1).status_code for _ in range(4)] == [200, 200, 524, 200]


def test_matches_are_narrow(demo: DemoCivitai, get: Get) -> None:
    demo.faults.add(match=Match(regex=r"/models\?.*types=VAE"), fault=faults.overloaded(), times=None)
    demo.faults.add(match=Match(method="POST"), fault=faults.overloaded(), times=None)
    demo.faults.add(match=Match(when=lambda request: "range" in request.headers), fault=faults.overloaded(), times=None)
    assert get("models", limit=1).status_code == 200
    assert get("models", types="VAE").status_code == 503
    assert get("models", limit=1, headers={"Range": "bytes=0-"}).status_code == 503


def test_a_removed_rule_is_silent(demo: DemoCivitai, get: Get) -> None:
    rule = demo.faults.add(match=LIST, fault=faults.overloaded(), times=None)
    assert get("models", limit=1).status_code == 503
    demo.faults.remove(rule)
    assert get("models", limit=1).status_code == 200


@pytest.mark.parametrize(
    ("fault", "status", "kind", "text"),
    [
        (faults.rate_limited(), 429, "application/json", "unusual amount"),
        (faults.overloaded(), 503, "application/json", "overloaded"),
        (faults.region_blocked(), 451, "application/json", "REGION_BLOCKED"),
        (faults.unauthorized("why"), 401, "application/json", "why"),
        (faults.forbidden(), 403, "application/json", "Forbidden"),
        (faults.not_found(), 404, "application/json", "File not found"),
        (faults.archived(), 410, "application/json", "archived"),
        (faults.early_access("2099-01-01T00:00:00.000Z"), 403, "application/json", "2099"),
        (faults.challenge(), 200, "text/html", "Just a moment"),
        (faults.gateway_error(502), 502, "text/html", "502"),
        (faults.empty(), 200, "application/json", ""),
        (faults.expired_url(), 403, "application/xml", "expired"),
        (faults.respond(500, {"message": "x"}), 500, "application/json", "message"),
    ],
)
def test_whole_answers(demo: DemoCivitai, get: Get, fault: Fault, status: int, kind: str, text: str) -> None:
    demo.faults.add(match=LIST, fault=fault)
    answer = get("models", limit=1)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith(kind)
    assert text in answer.text


def test_retry_after_is_there_when_asked_for(demo: DemoCivitai, get: Get) -> None:
    demo.faults.add(match=LIST, fault=faults.rate_limited(7))
    demo.faults.add(match=LIST, fault=faults.overloaded())
    demo.faults.add(match=LIST, fault=faults.rate_limited())
    assert [get("models", limit=1).headers.get("Retry-After") for _ in range(3)] == ["7", "2", None]


def test_redirects_go_anywhere_and_round(demo: DemoCivitai, download: Get) -> None:
    route = Match(path="/api/download/")
    demo.faults.add(match=route, fault=faults.redirect("http://10.0.0.1/x.safetensors"))
    assert download("no-words", follow=False).headers["Location"] == "http://10.0.0.1/x.safetensors"
    demo.faults.add(match=route, fault=faults.redirect_loop(), times=None)
    with pytest.raises(requests.TooManyRedirects):
        download("no-words")


def test_json_can_be_cut_and_edited(demo: DemoCivitai, get: Get) -> None:
    demo.faults.add(match=LIST, fault=faults.truncated_json())
    with pytest.raises(requests.exceptions.JSONDecodeError):
        get("models", limit=2).json()
    demo.faults.add(match=LIST, fault=faults.unscanned())
    file = get("models", limit=1).json()["items"][0]["modelVersions"][0]["files"][0]
    assert (file["hashes"], file["pickleScanResult"], file["scannedAt"]) == ({}, "Pending", None)
    demo.faults.add(match=LIST, fault=faults.edit_json(lambda page: {**page, "items": [None, "odd", *page["items"]]}))
    assert get("models", limit=1).json()["items"][:2] == [None, "odd"]


def test_a_truncated_body_breaks_its_promise(demo: DemoCivitai, download: Get) -> None:
    demo.faults.add(match=STORAGE, fault=faults.truncate(5000))
    try:
        answer = download("no-words")
        promised, came = int(answer.headers["Content-Length"]), len(answer.content)
    except requests.exceptions.ChunkedEncodingError:  # urllib3 1 says nothing, urllib3 2 does (`stack.md 3`)
        promised, came = 1, 0
    assert came < promised
    assert demo.asked(where="storage")[0].sent == 5000


def test_a_shortened_body_keeps_its_promise(demo: DemoCivitai, download: Get) -> None:
    demo.faults.add(match=STORAGE, fault=faults.shortened(5000))
    answer = download("no-words")
    assert (len(answer.content), answer.headers["Content-Length"]) == (5000, "5000")


@pytest.mark.parametrize("after", [None, 70_000])
def test_a_reset_is_a_reset(demo: DemoCivitai, download: Get, after: int | None) -> None:
    url = urlsplit(download("big", follow=False).headers["Location"])
    demo.faults.add(match=STORAGE, fault=faults.reset(after))
    with socket.create_connection((url.hostname or "", url.port or 0), timeout=10) as plain:
        plain.sendall(f"GET {url.path}?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\n\r\n".encode())
        with pytest.raises(ConnectionResetError):
            _drain(plain)
    demo.wait_idle()
    assert demo.asked(where="storage")[0].sent == (after or 0)
    assert len(download("no-words").content) > 0


def test_changed_contents(demo: DemoCivitai, download: Get) -> None:
    good = download("no-words")
    demo.faults.add(match=STORAGE, fault=faults.corrupt())
    bad = download("no-words")
    assert bad.headers["ETag"] == good.headers["ETag"]
    assert len(bad.content) == len(good.content)
    assert bad.content != good.content
    demo.faults.add(match=STORAGE, fault=faults.changed())
    assert download("no-words").headers["ETag"] != good.headers["ETag"]
    demo.faults.add(match=STORAGE, fault=faults.changed(BytesBlob("other", b"other")))
    assert download("no-words").content == b"other"


def test_ranges_can_be_ignored_and_refused(demo: DemoCivitai, download: Get, session: requests.Session) -> None:
    url = download("no-words", follow=False).headers["Location"]
    demo.faults.add(match=STORAGE, fault=faults.ignore_range())
    demo.faults.add(match=STORAGE, fault=faults.refuse_range())
    wanted = {"Range": "bytes=10-19"}
    assert [session.get(url, headers=wanted, timeout=10).status_code for _ in range(3)] == [200, 416, 206]


def test_headers_can_be_replaced_and_taken_away(demo: DemoCivitai, download: Get) -> None:
    demo.faults.add(match=STORAGE, fault=faults.header("content-disposition", 'attachment; filename="../x"'))
    demo.faults.add(match=STORAGE, fault=faults.header("ETag", None))
    assert download("no-words").headers["Content-Disposition"] == 'attachment; filename="../x"'
    assert "ETag" not in download("no-words").headers


def test_a_body_without_a_length(demo: DemoCivitai, download: Get) -> None:
    demo.faults.add(match=STORAGE, fault=faults.no_length())
    answer = download("no-words")
    assert "Content-Length" not in answer.headers
    assert len(answer.content) == demo.catalogue.trap("no-words").versions[0].files[0].blob.size


def test_a_gate_holds_the_body_until_it_opens(demo: DemoCivitai, download: Get) -> None:
    gate = Gate()
    demo.faults.add(match=STORAGE, fault=faults.gated(gate, after=10_000))
    thread, results = _in_thread(lambda: download("no-words"))
    gate.wait_reached()
    assert results == []
    assert demo.asked(where="storage")[0].sent == 10_000
    gate.release()
    thread.join(10)
    assert results[0].status_code == 200
    assert len(results[0].content) == demo.catalogue.trap("no-words").versions[0].files[0].blob.size


def test_a_stall_gives_nothing_until_it_opens(demo: DemoCivitai, get: Get) -> None:
    gate = Gate()
    demo.faults.add(match=LIST, fault=faults.stall(gate))
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(f"{demo.api_base}/models?limit=1", timeout=0.2)
    gate.release()
    assert get("models", limit=1).status_code == 200


def test_stopping_frees_whoever_waits(make_demo: type[DemoCivitai]) -> None:
    own = make_demo()
    gate = Gate()
    own.faults.add(match=LIST, fault=faults.stall(gate), times=None)
    url = f"{own.api_base}/models?limit=1"
    thread, results = _in_thread(lambda: requests.get(url, timeout=30))
    gate.wait_reached()
    own.stop()
    thread.join(10)
    assert not thread.is_alive()
    assert len(results) == 1
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=5)
    own.start()
    own.faults.clear()
    assert requests.get(url, timeout=10).status_code == 200


def test_a_cap_per_connection(demo: DemoCivitai, download: Get) -> None:
    size = demo.catalogue.trap("no-words").versions[0].files[0].blob.size
    demo.faults.add(match=STORAGE, fault=faults.slow(size * 4))
    began = time.monotonic()
    assert len(download("no-words").content) == size
    assert time.monotonic() - began > 0.15


def test_the_storage_counts_what_runs_at_once(demo: DemoCivitai, download: Get) -> None:
    gate = Gate()
    demo.faults.add(match=STORAGE, fault=faults.gated(gate, after=100), times=2)
    busy = Match(where="storage", when=lambda request: request.concurrent > 2)
    demo.faults.add(match=busy, fault=faults.respond(503, b"busy"), times=None)
    threads = [_in_thread(lambda: download("no-words"))[0] for _ in range(2)]
    demo.wait_asked(2, where="storage")
    assert download("no-words").status_code == 503
    gate.release()
    for thread in threads:
        thread.join(10)
    demo.wait_idle()
    assert download("no-words").status_code == 200
    assert max(line.concurrent for line in demo.asked(where="storage")) == 3
