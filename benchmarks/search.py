"""A search whose answer is cached, against a trivial route of the same app, over one kept connection."""

from __future__ import annotations

import http.client
import json
import tempfile
import time
from pathlib import Path

from benchmarks.machine import child
from benchmarks.table import Row, alternate
from civitdock.demo.server import DemoCivitai

REQUESTS = 40
BUDGET_MS = 10


def measure(rounds: int) -> list[Row]:
    """Medians of blocks of requests that take turns."""
    with (
        tempfile.TemporaryDirectory(prefix="civitdock-") as name,
        DemoCivitai() as demo,
        child("benchmarks.served_child", Path(name), {"CIVITAI_API_URL": demo.api_base}) as server,
    ):
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        return [_row(line, limit, rounds, demo) for limit in (20, 100)]


def _row(line: http.client.HTTPConnection, limit: int, rounds: int, demo: DemoCivitai) -> Row:
    _search(line, limit)
    before = len(demo.requests)
    ours, theirs = alternate(rounds * 3, lambda: _block(line, limit), lambda: _block(line, 0))
    note = "" if len(demo.requests) == before else "NOT CACHED"
    return Row(f"cached search, {limit} cards", ours, "ms", "trivial route", theirs, BUDGET_MS, note=note)


def _block(line: http.client.HTTPConnection, limit: int) -> float:
    """Milliseconds per request; limit 0 asks the trivial route."""
    start = time.perf_counter()
    for _ in range(REQUESTS):
        if limit:
            _search(line, limit)
        else:
            line.request("GET", "/trivial")
            line.getresponse().read()
    return 1000 * (time.perf_counter() - start) / REQUESTS


def _search(line: http.client.HTTPConnection, limit: int) -> None:
    body = json.dumps({"query": "", "sort": "Most Downloaded", "period": "AllTime", "limit": limit})
    line.request("POST", "/sdapi/v1/civitai/search", body, {"Content-Type": "application/json"})
    answer = line.getresponse()
    items = json.loads(answer.read())["items"]
    assert answer.status == 200
    assert len(items) == limit, len(items)
