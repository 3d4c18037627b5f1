"""Reload UI: new page, new FastAPI app, same package, same threads; work goes on (`hosts.md 4`)."""

from __future__ import annotations

import time
from typing import Any

from civitdock.demo.server import DemoCivitai
from tests.contract.conftest import Starter
from tests.contract.picking import job_of, open_file, submit
from tests.support.webui.process import WebUi
from tests.support.webui.variants import Variant


def ours(host: WebUi) -> dict[str, Any]:
    """Our workers and routes; threads that answer requests come as they are needed, up to their number."""
    loaded = host.ask("loaded")
    names = [name for name in loaded["threads"] if name.startswith("civitdock-")]
    return {
        "threads": [name for name in names if not name.startswith("civitdock-route_")],
        "routes": [path for path in loaded["routes"] if "civit" in path],
    }


def test_twice_is_as_once(start: Starter, variant: Variant) -> None:
    host = start(variant)
    host.get("sdapi/v1/civitai/status")
    before = ours(host)
    assert before["routes"]
    assert before["threads"], "background threads bear our name"
    for count in (2, 3):
        host.reload()
        assert host.get("sdapi/v1/civitai/status").status_code == 200
        assert host.get("civitdock/api/status").status_code == 200
        assert ours(host) == before
        assert host.ask("loaded")["apps"] == count
    assert host.troubles() == [], host.tail()
    labels = [part["props"].get("label") for part in host.get("config").json()["components"]]
    assert labels.count("CivitAI Browser") == 1


def test_a_running_download_goes_on(start: Starter, variant: Variant, civitai: DemoCivitai) -> None:
    host = start(variant)
    wanted = open_file(civitai, "LORA")
    civitai.throttle = max(1, wanted.size // 6)
    job = submit(host, wanted)
    host.until(lambda: job_of(host, job["id"])["bytes_done"] > 0)
    began = time.monotonic()
    host.reload()
    assert time.monotonic() - began < 20, "nothing of ours holds the host back"
    after = job_of(host, job["id"])
    assert after["state"] in ("downloading", "verifying", "moving", "done"), after
    civitai.throttle = None
    host.until(lambda: job_of(host, job["id"])["state"] == "done", 60)
    assert len(civitai.asked(where="storage", path="/", method="GET")) == 1, "one transfer, not two"
