"""Mounting on an app that belongs to the host: before its own routes, once, and without a trace elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from civitdock.web.mount import is_ours, mount_routes
from civitdock.web.problems import DockRoute
from tests.support.stage import API, TAB, memory_services

BASE = "http://127.0.0.1"


@pytest.fixture
def app() -> FastAPI:
    """An app as hosts have it: everything below `/` is taken by something else."""
    app = FastAPI()

    @app.get("/{anything:path}")
    def theirs(anything: str) -> str:
        return "theirs"

    return app


def test_our_routes_win_over_one_that_takes_everything(app: FastAPI, tmp_path: Path) -> None:
    with memory_services(tmp_path) as (services, _host):
        mount_routes(app, services, with_tab=True)
        client = TestClient(app, base_url=BASE)
        assert client.get(API + "status").json()["version"] == "1.2.3"
        assert client.get(TAB + "status").json()["version"] == "1.2.3"
        assert client.get(API + "nothing").json()["error"]["code"] == "not_found"
        assert client.get(f"/civitdock/static/{services.assets.digest}/app.mjs").text.startswith("export")
        assert client.get("/civitdock").json() == "theirs"
        assert client.get("/sdapi/v1/civitaix").json() == "theirs"
        assert client.get("/sdapi/v1/options").json() == "theirs"


def test_our_routes_win_over_an_app_mounted_at_the_root(tmp_path: Path) -> None:
    app, inner = FastAPI(), FastAPI()
    app.mount("/", inner)
    with memory_services(tmp_path) as (services, _host):
        mount_routes(app, services, with_tab=True)
        assert TestClient(app, base_url=BASE).get(API + "status").status_code == 200


def test_mounting_again_adds_nothing_and_serves_the_newest_services(app: FastAPI, tmp_path: Path) -> None:
    with memory_services(tmp_path) as (first, _), memory_services(tmp_path / "other") as (second, host):
        mount_routes(app, first, with_tab=True)
        count = len(app.router.routes)
        mount_routes(app, first, with_tab=True)
        assert len(app.router.routes) == count
        host.version = "second"
        mount_routes(app, second, with_tab=True)
        assert len(app.router.routes) == count
        assert TestClient(app, base_url=BASE).get(API + "status").json()["host"]["version"] == "second"


def test_without_a_page_there_are_only_the_routes_for_programs(app: FastAPI, tmp_path: Path) -> None:
    with memory_services(tmp_path) as (services, _host):
        mount_routes(app, services, with_tab=True)
        mount_routes(app, services, with_tab=False)
        client = TestClient(app, base_url=BASE)
        assert client.get(API + "status").status_code == 200
        assert client.get(TAB + "status").json() == "theirs"
        assert client.get(f"/civitdock/static/{services.assets.digest}/app.mjs").json() == "theirs"


def test_only_the_routes_for_programs_are_in_the_schema_which_is_made_anew(app: FastAPI, tmp_path: Path) -> None:
    assert not [path for path in app.openapi()["paths"] if "civit" in path]
    with memory_services(tmp_path) as (services, _host):
        mount_routes(app, services, with_tab=True)
        paths = app.openapi()["paths"]
    assert not [path for path in paths if path.startswith(TAB)]
    ours = {path: sorted(methods) for path, methods in paths.items() if path.startswith(API)}
    assert ours[API + "search"] == ["post"]
    assert ours[API + "settings"] == ["get", "post"]
    assert not any("{rest" in path for path in paths)
    statuses = paths[API + "download"]["post"]["responses"]
    assert {"202", "401", "403", "404", "415", "422"} <= set(statuses)
    reference = statuses["422"]["content"]["application/json"]["schema"]["$ref"]
    assert reference.endswith("ProblemShape")
    reference = statuses["202"]["content"]["application/json"]["schema"]["$ref"]
    assert reference.endswith("/DownloadJobShape")
    settings = paths[API + "settings"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert settings["type"] == "object"


def test_each_shape_has_one_name_and_none_is_copied_for_a_check_that_never_comes(app: FastAPI, tmp_path: Path) -> None:
    with memory_services(tmp_path) as (services, _host):
        mount_routes(app, services, with_tab=True)
        names = app.openapi()["components"]["schemas"]
    assert "SendPlanShape" in names
    doubled = re.compile(r"__.*Shape$|Shape-(In|Out)put$")
    assert [name for name in names if doubled.search(name)] == []
    ours = [route for route in app.routes if isinstance(route, DockRoute)]
    assert len(ours) > 100
    assert [route.path for route in ours if route.response_field is not None] == []
    assert [route.path for route in ours if route.path.startswith(TAB) and route.response_fields] == []


def test_the_app_keeps_its_own_handlers_and_middleware(app: FastAPI, tmp_path: Path) -> None:
    before = (dict(app.exception_handlers), list(app.user_middleware))
    with memory_services(tmp_path) as (services, _host):
        mount_routes(app, services, with_tab=True)
    assert (dict(app.exception_handlers), list(app.user_middleware)) == before
    assert [is_ours(route) for route in app.router.routes].count(False) == 5
