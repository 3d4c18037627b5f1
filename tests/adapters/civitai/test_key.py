"""Where the API key goes: to CivitAI and the configured server on this machine, as a header, and nowhere else."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from civitdock.adapters.civitai.auth import BearerAuth
from civitdock.adapters.civitai.network import proxies_for
from civitdock.demo import faults
from civitdock.demo.faults import Match
from civitdock.demo.server import DemoCivitai
from civitdock.domain.query import ModelQuery
from civitdock.errors import ChallengePage
from civitdock.ports import Patience
from tests.adapters.civitai.conftest import Bench

KEY = "demo-key"
ANY = ModelQuery(limit=2)


def authorization(demo: DemoCivitai) -> list[str | None]:
    return [{n.lower(): v for n, v in line.headers.items()}.get("authorization") for line in demo.requests]


def test_the_key_is_a_bearer_header_and_in_no_address(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    bench.secret = KEY
    bench.client.search(ANY, patience)
    bench.client.match_hashes(["0" * 64], patience)
    assert authorization(demo) == [f"Bearer {KEY}"] * 2
    assert all(KEY not in str(line.query) and KEY not in line.path for line in demo.requests)


def test_a_netrc_entry_replaces_nothing(
    bench: Bench, demo: DemoCivitai, patience: Patience, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = home / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\ndefault login x password y\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    bench.client.search(ANY, patience)
    bench.secret = KEY
    bench.client.search(ANY, patience)
    assert authorization(demo) == [None, f"Bearer {KEY}"]


def test_a_key_that_no_header_can_carry_is_not_sent(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    bench.secret = "two\r\nX-Evil: 1"
    bench.client.search(ANY, patience)
    assert authorization(demo) == [None]


def test_a_redirect_within_the_same_server_is_followed_with_the_key(
    bench: Bench, demo: DemoCivitai, patience: Patience
) -> None:
    bench.secret = KEY
    target = f"{demo.api_base}/models?limit=1"
    demo.faults.add(match=Match(path="/api/v1/models"), fault=faults.redirect(target, 308))
    assert len(bench.client.search(ANY, patience).items) == 1
    assert authorization(demo) == [f"Bearer {KEY}"] * 2


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_server_is_not_followed(
    bench: Bench, demo: DemoCivitai, make_demo: Callable[..., DemoCivitai], code: int
) -> None:
    other = make_demo()
    bench.secret = KEY
    demo.faults.add(
        match=Match(where="api"), fault=faults.redirect(f"{other.api_base}/models?limit=1", code), times=None
    )
    with pytest.raises(ChallengePage, match=r"another site \(127\.0\.0\.1\)"):
        bench.client.search(ANY, Patience(seconds=1))
    assert other.requests == []


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "file:///etc/passwd",
        "http://civitai.com/api/v1/models",
        "http://[/",
        "",
    ],
)
def test_redirects_to_nowhere_good(bench: Bench, demo: DemoCivitai, target: str) -> None:
    bench.secret = KEY
    demo.faults.add(match=Match(where="api"), fault=faults.redirect(target), times=None)
    with pytest.raises(ChallengePage):
        bench.client.search(ANY, Patience(seconds=1))


def test_a_redirect_in_circles_ends(bench: Bench, demo: DemoCivitai) -> None:
    demo.faults.add(match=Match(where="api"), fault=faults.redirect_loop(), times=None)
    with pytest.raises(ChallengePage, match="circles"):
        bench.client.search(ANY, Patience(seconds=0.4))
    assert len(demo.requests) == 6


def test_an_api_address_that_is_not_civitais_is_never_called(
    make_bench: Callable[..., Bench], demo: DemoCivitai, no_network: object
) -> None:
    """The default is used instead; the guard of the tests sees the attempt and stops it."""
    bench = make_bench(demo.api_base.replace("127.0.0.1", "evil.example"))
    bench.secret = KEY
    with pytest.raises(Exception, match="reached"):
        bench.client.search(ANY, Patience(seconds=0.1))
    assert no_network.refused == ["look up civitai.com"]  # type: ignore[attr-defined]
    no_network.refused.clear()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://civitai.com/api/v1/me", True),
        ("https://civitai.red/api/v1/me", True),
        ("https://image.civitai.com/x.jpeg", False),
        ("https://b2.civitai.com/file/x", False),
        ("https://civitai.com.evil.example/", False),
        ("http://civitai.com/api/v1/me", False),
    ],
)
def test_each_request_is_checked_by_itself(url: str, sent: bool) -> None:
    request = requests.Request("GET", url, headers={"Authorization": "Basic old"}).prepare()
    signed = BearerAuth(KEY, "https://civitai.com/api/v1")(request)
    assert signed.headers.get("Authorization") == (f"Bearer {KEY}" if sent else None)


def test_the_key_is_in_no_log_and_no_text(
    bench: Bench, demo: DemoCivitai, patience: Patience, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    bench.secret = KEY
    demo.faults.add(match=Match(where="api"), fault=faults.unauthorized())
    with pytest.raises(Exception, match="key") as caught:
        bench.client.search(ANY, patience)
    assert KEY not in f"{caught.value!r} {BearerAuth(KEY, '')!r}"
    assert KEY not in caplog.text
    assert base64.b64encode(KEY.encode()).decode() not in caplog.text


def test_a_proxy_of_the_environment_is_honoured_but_not_for_this_machine(
    bench: Bench, demo: DemoCivitai, patience: Patience, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert proxies_for("https://civitai.com/api", "")["https"] == "http://127.0.0.1:9"
    assert proxies_for("https://civitai.com/api", "http://proxy:1")["https"] == "http://proxy:1"
    assert proxies_for(demo.api_base, "http://proxy:1") == {}
    assert bench.client.search(ANY, patience).items
    monkeypatch.setenv("NO_PROXY", "civitai.com")
    assert proxies_for("https://civitai.com/api", "") == {}
