"""What this machine's own settings can do to the way to CivitAI: wrong ones are said at once, and right ones count."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import certifi
import pytest

from civitdock.adapters.civitai import network
from civitdock.demo import faults
from civitdock.demo.faults import Match
from civitdock.demo.server import DemoCivitai
from civitdock.domain.query import ModelQuery
from civitdock.errors import CivitaiDown, Offline
from civitdock.ports import Patience
from tests.adapters.civitai.conftest import Bench

ANY = ModelQuery(limit=3)
NO_PROXIES = [
    "http://",
    "http://[",
    "http://127.0.0.1:x",
    "http://127.0.0.1:99999",
    "socks9://127.0.0.1:1",
    "://",
    "http://a\0b:1",
    "http://a b:1",
    "http://..:1",
    "http://\ud800:1",
    "x" * 5000,
    "\r\nHost: x",
]


@pytest.mark.parametrize("source", ["setting", "environment"])
@pytest.mark.parametrize("proxy", NO_PROXIES)
def test_a_proxy_address_that_is_none_is_said_at_once(
    make_bench: Callable[..., Bench], patience: Patience, monkeypatch: pytest.MonkeyPatch, proxy: str, source: str
) -> None:
    bench = make_bench("https://civitai.com/api/v1")
    if source == "setting":
        bench.values["civitai_proxy"] = proxy
    else:
        monkeypatch.setattr(network, "get_environ_proxies", lambda _url: {"https": proxy, "no": "localhost,127.0.0.1"})
    for _time in range(7):
        with pytest.raises(Offline, match="proxy's address"):
            bench.client.enums(patience)
    assert bench.clock.waits == []


@pytest.mark.parametrize("name", ["none.pem", ".", "a\0b", "\ud800", "x" * 5000, "empty.pem", "garbage.pem"])
def test_a_ca_file_that_is_none_is_said_at_once_and_its_correction_counts_at_once(
    bench: Bench, demo: DemoCivitai, patience: Patience, tmp_path: Path, name: str
) -> None:
    (tmp_path / "empty.pem").touch()
    (tmp_path / "garbage.pem").write_bytes(b"\0\xff" * 100)
    bench.values["civitai_ca_file"] = f"{tmp_path}/{name}"
    for _time in range(7):
        with pytest.raises(Offline) as caught:
            bench.client.search(ANY, patience)
        assert "civitai_ca_file" in caught.value.hint
    bench.values["civitai_ca_file"] = ""
    assert bench.client.search(ANY, patience).items
    assert bench.clock.waits == []
    assert len(demo.requests) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are POSIX")
@pytest.mark.timeout(30)
def test_a_pipe_is_no_ca_file(bench: Bench, patience: Patience, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    bench.values["civitai_ca_file"] = str(tmp_path / "pipe")
    with pytest.raises(Offline, match="CA certificate"):
        bench.client.search(ANY, patience)


def test_a_bundle_of_the_environment_with_an_odd_name_is_said_at_once(
    bench: Bench, patience: Patience, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bench.values["civitai_api_url"] = "https://civitai.com/api/v1"
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    with pytest.raises(Offline, match="No connection can be made"):
        bench.client.search(ANY, patience)
    assert bench.clock.waits == []


@pytest.mark.parametrize("key", ["civitai_api_url", "civitai_proxy", "civitai_ca_file"])
def test_a_change_of_the_network_settings_ends_the_breakers_pause(
    bench: Bench, demo: DemoCivitai, patience: Patience, tmp_path: Path, key: str
) -> None:
    (tmp_path / "ca.pem").write_bytes(Path(certifi.where()).read_bytes())
    other = {
        "civitai_api_url": demo.api_base.replace("127.0.0.1", "localhost"),
        "civitai_proxy": "http://127.0.0.1:9",
        "civitai_ca_file": str(tmp_path / "ca.pem"),
    }
    demo.faults.add(match=Match(path="/api/v1/models"), fault=faults.overloaded(), times=None)
    with pytest.raises(CivitaiDown):
        bench.client.search(ANY, patience)
    demo.faults.clear()
    with pytest.raises(CivitaiDown):
        bench.client.search(ANY, patience)
    assert len(demo.requests) == 5
    bench.values[key] = other[key]
    assert bench.client.reachable() is None
    assert bench.client.search(ANY, patience).items
    assert bench.client.reachable() is True


@pytest.mark.timeout(60)
def test_twenty_requests_at_once_fit_into_the_pool(
    bench: Bench, demo: DemoCivitai, caplog: pytest.LogCaptureFixture
) -> None:
    barrier = threading.Barrier(20)

    def call(number: int) -> None:
        barrier.wait(20)
        bench.client.search(ModelQuery(limit=20, tag=f"style {number}"), Patience())

    for _round in range(2):
        bench.client.close()
        with ThreadPoolExecutor(20) as pool:
            list(pool.map(call, range(20)))
        bench.values["civitai_cache_hours"] = 0
    assert "pool is full" not in caplog.text
