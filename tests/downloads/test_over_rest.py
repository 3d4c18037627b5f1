"""The queue through its routes: what a program sees of it, over a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from fastapi import FastAPI

from civitdock.demo.server import DemoCivitai
from civitdock.domain.downloads import MAX_ID, State
from civitdock.web.mount import mount_routes
from tests.downloads.line import Line, add
from tests.downloads.stage import Stage
from tests.support.stage import API, memory_services, serving


class Caller:
    """A program that posts JSON."""

    def __init__(self, url: str) -> None:
        self._url = url + API.lstrip("/")

    def post(self, route: str, body: object) -> requests.Response:
        return requests.post(self._url + route, json=body, timeout=10)

    def job(self, route: str, body: object) -> dict[str, Any]:
        job: dict[str, Any] = self.post(route, body).json()["job"]
        return job


@pytest.fixture
def caller(stage: Stage, tmp_path: Path) -> Iterator[Caller]:
    app = FastAPI()
    with memory_services(tmp_path) as (services, _):
        mount_routes(app, replace(services, downloads=stage.service), with_tab=False)
        with serving(app) as url:
            yield Caller(url)


@pytest.mark.parametrize("number", [MAX_ID + 1, 2**53 - 1])
def test_an_id_that_cannot_be_is_a_row_of_its_own(stage: Stage, demo: DemoCivitai, caller: Caller, number: int) -> None:
    good = add(demo, "good")
    answer = caller.post("downloads/batch", {"items": [{"version_id": number}, {"version_id": good.id}]})
    assert answer.status_code == 202
    bad, fine = answer.json()["plan"]["files"]
    assert (bad["version_id"], bad["state"], bad["error"]["code"]) == (number, "refused", "invalid_request")
    assert bad["error"]["message"] == f"version_id: CivitAI's ids lie between 1 and {MAX_ID}."
    assert (fine["state"], [job["version_id"] for job in answer.json()["jobs"]]) == ("new", [good.id])
    alone = caller.post("download", {"version_id": good.id, "file_id": number})
    assert (alone.status_code, alone.json()["error"]["code"]) == (422, "invalid_request")
    assert "file_id" in alone.json()["error"]["message"]


def test_one_call_asks_for_a_download_with_its_priority(stage: Stage, demo: DemoCivitai, caller: Caller) -> None:
    line = Line(stage, "early")
    late = caller.job("download", {"version_id": add(demo, "late").id, "priority": "high"})
    assert (late["state"], late["priority"]) == ("queued", "high")
    again = caller.job("download", {"version_id": late["version_id"]})
    assert (again["id"], again["priority"]) == (late["id"], "high")
    lower = caller.job("download", {"version_id": late["version_id"], "priority": "low"})
    assert (lower["id"], lower["priority"]) == (late["id"], "low")
    caller.job("download", {"version_id": late["version_id"], "priority": "high"})
    line.jobs["late"] = stage.job(late["id"])
    assert line.finish() == ["late", "early"]


def test_a_download_that_is_done_takes_no_priority(stage: Stage, demo: DemoCivitai, caller: Caller) -> None:
    version = add(demo, "done")
    job = caller.job("download", {"version_id": version.id})
    stage.wait(stage.job(job["id"]))
    again = caller.job("download", {"version_id": version.id, "priority": "low"})
    assert (again["id"], again["state"], again["priority"]) == (job["id"], State.DONE.value, "normal")
