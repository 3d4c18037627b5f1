"""The demo starts fast, stops clean, and runs as a module."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import requests

import civitdock
from civitdock.demo.server import DemoCivitai

pytestmark = pytest.mark.timeout(60)


def test_it_starts_within_two_seconds_and_leaves_no_thread() -> None:
    before = threading.active_count()
    began = time.monotonic()
    with DemoCivitai() as demo:
        assert time.monotonic() - began < 2
        assert requests.get(f"{demo.api_base}/models?limit=5", timeout=10).status_code == 200
    demo.stop()
    assert threading.active_count() <= before + 1  # a handler may still be on its way out


def test_addresses_need_a_running_server() -> None:
    with pytest.raises(RuntimeError):
        _ = DemoCivitai().api_base


def test_it_runs_as_a_module() -> None:
    folder = str(Path(civitdock.__file__).resolve().parents[1])
    command = [sys.executable, "-u", "-m", "civitdock.demo", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": folder}
    ) as process:
        assert process.stdout is not None
        try:
            base = process.stdout.readline().split()[1]
            assert requests.get(f"{base}/enums", timeout=10).status_code == 200
        finally:
            process.terminate()
