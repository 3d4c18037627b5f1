"""Asking our routes for long work and waiting for its end."""

from __future__ import annotations

import http.client
import json
import threading
import time
from typing import Any

#: How often a job is looked at, in seconds: finer than what is measured, and of a long transfer not so often that
#: the looking takes a processor of its own.
PAUSE_S, TRANSFER_PAUSE_S = 0.002, 0.03
ENDED = ("done", "failed", "cancelled")


class Routes:
    """The routes for programs of one of our processes, over one kept connection."""

    def __init__(self, port: int) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._pause = threading.Event()

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The JSON answer; raises `RuntimeError` with the failure's text."""
        text = None if body is None else json.dumps(body)
        self._line.request(method, f"/sdapi/v1/civitai/{path}", text, {"Content-Type": "application/json"})
        answer = self._line.getresponse()
        content = json.loads(answer.read())
        if answer.status >= 400:
            raise RuntimeError(content)
        return content

    def download(self, version_id: int) -> float:
        """Seconds from the wish to `done`."""
        start = time.perf_counter()
        job = self.ask("POST", "download", {"version_id": version_id})["job"]
        while job["state"] not in ENDED:
            self._pause.wait(TRANSFER_PAUSE_S)
            jobs = self.ask("GET", "download-progress?since=0")["jobs"]
            job = next(each for each in jobs if each["id"] == job["id"])
        seconds = time.perf_counter() - start
        if job["state"] != "done":
            raise RuntimeError(job["error"])
        return seconds

    def sync(self) -> tuple[float, dict[str, Any]]:
        """Seconds from the wish to its end, and the job."""
        start = time.perf_counter()
        job = self.ask("POST", "sync-metadata", {})["job"]
        while job["state"] not in ENDED:
            self._pause.wait(PAUSE_S)
            job = self.ask("GET", "sync-progress")["job"]
        seconds = time.perf_counter() - start
        if job["state"] != "done":
            raise RuntimeError(job)
        return seconds, job
