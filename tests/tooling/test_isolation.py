"""The guard rails of the suite hold: no foreign network, no home of this machine, no settings from outside."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.isolation import NetworkBlocked, SocketGuard, is_loopback, isolated_variables


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "a.localhost", "0.0.0.0", "", None])
def test_loopback_is_let_through(host: str | None) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["192.168.0.1", "10.0.0.1", "example.org", "fe80::1%eth0", "localhost.example.org"])
def test_other_machines_are_not_loopback(host: str) -> None:
    assert not is_loopback(host)


def test_a_real_connection_to_loopback_works() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()


def test_connecting_to_another_machine_is_refused_and_remembered(no_network: SocketGuard) -> None:
    with socket.socket() as sock, pytest.raises(NetworkBlocked):
        sock.connect(("192.0.2.1", 80))
    assert no_network.refused == ["connect to 192.0.2.1 port 80"]
    no_network.refused.clear()


def test_looking_up_a_foreign_name_is_refused_and_remembered(no_network: SocketGuard) -> None:
    with pytest.raises(NetworkBlocked):
        socket.getaddrinfo("example.org", 443)
    assert no_network.refused == ["look up example.org"]
    no_network.refused.clear()


def test_an_invalid_name_fails_as_an_unknown_one() -> None:
    with pytest.raises(socket.gaierror):
        socket.create_connection(("nowhere.invalid", 80), timeout=5)


def test_the_home_is_the_test_s_own(home: Path) -> None:
    assert Path.home() == home
    assert os.environ["XDG_CONFIG_HOME"].startswith(str(home))


def test_variables_of_ours_and_proxies_are_dropped(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CIVITAI_API_KEY", "CIVITDOCK_AUTH", "https_proxy", "CIVITDOCK_WEBUI_DIR"):
        monkeypatch.setenv(name, "x")
    changes = isolated_variables(home)
    assert [changes.get(name, "kept") for name in ("CIVITAI_API_KEY", "CIVITDOCK_AUTH", "https_proxy")] == [None] * 3
    assert "CIVITDOCK_WEBUI_DIR" not in changes


def test_a_hidden_refusal_still_fails_the_test(tmp_path: Path) -> None:
    """Runs a made-up test in a pytest of its own, with this suite's conftest."""
    attempt = "    try:\n        socket.create_connection(('192.0.2.1', 80))\n    except OSError:\n        pass\n"
    source = f"import socket\ndef test_it():\n{attempt}"
    (tmp_path / "conftest.py").write_text("from tests.conftest import *\n", encoding="utf-8")
    (tmp_path / "test_made_up.py").write_text(source, encoding="utf-8")
    repo = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", str(repo / "pyproject.toml")]
    variables = {**os.environ, "PYTHONPATH": str(repo)}
    answer = subprocess.run(
        [*command, "--rootdir", str(tmp_path), str(tmp_path)],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert "the test tried to connect to 192.0.2.1 port 80" in answer.stdout


@pytest.mark.timeout(20)
def test_a_child_process_inherits_the_home(home: Path) -> None:
    command = [sys.executable, "-c", "import pathlib; print(pathlib.Path.home())"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == str(home)
