"""Whatever goes wrong is answered as `{"error": {"code", "message", "hint"}}` with a fitting status."""

from __future__ import annotations

import http.client
import json
import logging
from urllib.parse import urlsplit

import pytest

from civitdock import errors
from civitdock.web.body import MAX_BODY_BYTES
from tests.support.stage import API, TAB, Stage

JSON = {"Content-Type": "application/json", "X-CivitDock": "1"}


@pytest.fixture(params=[API, TAB], ids=["programs", "tab"])
def base(request: pytest.FixtureRequest) -> str:
    """Both mounts fail alike."""
    return str(request.param)


INVALID = [
    ("search", {"limit": 0}, "limit"),
    ("search", {"limit": 101}, "limit"),
    ("search", {"limit": "20"}, "limit"),
    ("search", {"limit": 1.5}, "limit"),
    ("search", {"limit": True}, "limit"),
    ("search", {"nsfw_level": "XXX"}, "nsfw_level"),
    ("search", {"nsfw_level": 3}, "nsfw_level"),
    ("search", {"types": "LORA"}, "types"),
    ("search", {"types": [1]}, "types"),
    ("search", {"types": ["x"] * 101}, "types"),
    ("search", {"query": None}, "query"),
    ("search", {"query": "x" * 5000}, "query"),
    ("search", {"limt": 3}, "limt"),
    ("search", {"hide_installed": "yes"}, "hide_installed"),
    ("download", {}, "version_id"),
    ("download", {"version_id": -1}, "version_id"),
    ("download", {"version_id": 2**63}, "version_id"),
    ("download", {"version_id": "12"}, "version_id"),
    ("download", {"version_id": 12, "on_conflict": "overwrite"}, "on_conflict"),
    ("download", {"version_id": 12, "allow_unsafe": 1}, "allow_unsafe"),
    ("sync-metadata", {"dry_run": "no"}, "dry_run"),
    ("settings", {"civitai_cache_hours": -1}, "civitai_cache_hours"),
]


@pytest.mark.parametrize(("route", "body", "field"), INVALID)
def test_a_bad_value_is_refused_and_named(stage: Stage, base: str, route: str, body: object, field: str) -> None:
    answer = stage.post(base + route, body)
    assert stage.error(answer) == (422, "invalid_request")
    assert field in answer.json()["error"]["message"]
    assert not stage.search.asked
    assert not stage.downloads.jobs


NO_JSON = [
    b"{",
    b"[]",
    b'"text"',
    b"null",
    b"3",
    b"\xff\xfe",
    b'{"limit": NaN}',
    b'{"query": "\\ud800"}',
    b'{"query": "' + b"[" * 10 + b'"',
    b"[" * 100_000,
    b'{"limit": ' + b"9" * 10_000 + b"}",
]


@pytest.mark.parametrize("body", NO_JSON, ids=lambda body: repr(body[:12]))
def test_a_body_that_is_no_json_object_is_refused(stage: Stage, base: str, body: bytes) -> None:
    assert stage.error(stage.ask("POST", base + "search", data=body, headers=JSON)) == (422, "invalid_request")


QUERIES = [
    "local-models?limit=0",
    "local-models?limit=1001",
    "local-models?limit=many",
    "local-models?state=lost",
    "download-progress?since=-1",
    "download-progress?since=x",
    "model/0",
    "model/abc",
    "model-by-hash/xyz",
    "model-by-hash/abc",
]


@pytest.mark.parametrize("query", QUERIES)
def test_a_bad_query_or_path_is_refused(stage: Stage, base: str, query: str) -> None:
    assert stage.error(stage.get(base + query)) == (422, "invalid_request")


UNKNOWN = ["", "nothing", "model", "model/7/more", "status/", "downloads/x/pause/y", "../config", "%2e%2e/status"]


@pytest.mark.parametrize("path", UNKNOWN)
def test_an_unknown_route_is_answered_by_us_and_not_by_the_host(stage: Stage, base: str, path: str) -> None:
    parts = urlsplit(stage.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    connection.request("GET", base + path)
    answer = connection.getresponse()
    assert (answer.status, json.load(answer)["error"]["code"]) == (404, "not_found")
    connection.close()


def test_what_the_service_does_not_know_is_404(stage: Stage, base: str) -> None:
    assert stage.error(stage.get(base + "model/8")) == (404, "not_found")
    assert stage.error(stage.get(base + "model-by-hash/" + "0" * 10)) == (404, "not_found")
    assert stage.error(stage.post(base + "downloads/none/pause")) == (404, "not_found")
    assert stage.error(stage.post(base + "download", {"version_id": 404})) == (404, "not_found")


def test_what_the_state_forbids_is_409(stage: Stage, base: str) -> None:
    job = stage.post(base + "download", {"version_id": 1}).json()["job"]
    stage.post(f"{base}downloads/{job['id']}/cancel")
    assert stage.error(stage.post(f"{base}downloads/{job['id']}/pause")) == (409, "wrong_state")


METHODS = [
    ("GET", "search", "OPTIONS, POST"),
    ("DELETE", "status", "GET, HEAD, OPTIONS"),
    ("PUT", "settings", "GET, HEAD, OPTIONS, POST"),
    ("PATCH", "model/7", "GET, HEAD, OPTIONS"),
    ("GET", "downloads/x/pause", "OPTIONS, POST"),
    ("PROPFIND", "status", "GET, HEAD, OPTIONS"),
]


@pytest.mark.parametrize(("method", "route", "allow"), METHODS)
def test_another_method_is_405_and_says_which_are_allowed(
    stage: Stage, base: str, method: str, route: str, allow: str
) -> None:
    answer = stage.ask(method, base + route, headers=JSON)
    assert stage.error(answer) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == allow


def test_head_answers_like_get_without_a_body(stage: Stage, base: str) -> None:
    answer = stage.ask("HEAD", base + "status")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["Content-Length"]) == len(stage.get(base + "status").content)
    assert stage.ask("HEAD", base + "model/8").status_code == 404
    assert stage.ask("HEAD", base + "search").status_code == 405


def test_options_names_the_methods_and_grants_no_other_origin_anything(stage: Stage, base: str) -> None:
    answer = stage.ask("OPTIONS", base + "search")
    assert (answer.status_code, answer.headers["Allow"], answer.content) == (204, "OPTIONS, POST", b"")
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "json"])
def test_another_media_type_is_415(stage: Stage, base: str, kind: str) -> None:
    answer = stage.ask("POST", base + "search", data=b"{}", headers={**JSON, "Content-Type": kind})
    assert stage.error(answer) == (415, "unsupported_media_type")


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_in_any_spelling_is_taken(stage: Stage, base: str, kind: str) -> None:
    assert stage.ask("POST", base + "search", data=b"{}", headers={**JSON, "Content-Type": kind}).status_code == 200


def test_a_body_that_is_too_large_is_413_announced_or_not(stage: Stage, base: str) -> None:
    large = b'{"query": "' + b"x" * MAX_BODY_BYTES + b'"}'
    assert stage.error(stage.ask("POST", base + "search", data=large, headers=JSON)) == (413, "too_large")
    pieces = (large[start : start + 65536] for start in range(0, len(large), 65536))
    assert stage.error(stage.ask("POST", base + "search", data=pieces, headers=JSON)) == (413, "too_large")


def every_error() -> list[type[errors.CivitDockError]]:
    return list(errors.all_errors())


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.code)
def test_every_error_of_the_tree_keeps_its_code_and_status(
    stage: Stage, base: str, kind: type[errors.CivitDockError]
) -> None:
    def fail() -> None:
        raise kind("In plain words.", hint="Do this.", retry_after=1.2)

    stage.search.before = fail
    answer = stage.post(base + "search")
    assert stage.error(answer) == (kind.status, kind.code)
    assert answer.json()["error"] == {"code": kind.code, "message": "In plain words.", "hint": "Do this."}
    assert answer.headers["Retry-After"] == "2"


def test_what_nobody_foresaw_is_logged_and_tells_nothing(
    stage: Stage, base: str, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError("a path or a secret")

    stage.search.before = fail
    with caplog.at_level(logging.ERROR, "civitdock"):
        answer = stage.post(base + "search")
    assert stage.error(answer) == (500, "internal_error")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "a path or a secret" in caplog.text


def test_text_that_no_utf8_can_hold_and_numbers_that_no_json_can_do_not_break_an_answer(
    stage: Stage, base: str
) -> None:
    from dataclasses import replace

    model = stage.search.models[7]
    picture = replace(model.versions[0].images[0], meta={"cfg": float("nan"), "list": [float("inf"), "\ud83d"]})
    version = replace(model.versions[0], images=(picture,), name="\udcff")
    stage.search.models[7] = replace(model, versions=(version,))
    shown = stage.get(base + "model/7").json()["versions"][0]
    assert shown["name"] == "?"
    assert shown["images"][0]["meta"] == {"cfg": None, "list": [None, "?"]}
