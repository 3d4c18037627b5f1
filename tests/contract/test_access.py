"""Who may call our routes in a host: logins, API credentials, exposed and locked hosts (design sections 8 and 10)."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from civitdock.demo.server import DemoCivitai
from tests.contract.conftest import Starter
from tests.contract.picking import open_file
from tests.support.webui.process import WebUi
from tests.support.webui.variants import Variant

PROGRAMS, TAB = "sdapi/v1/civitai/status", "civitdock/api/status"
LOGIN, API = ("ann", "pw1"), ("bot", "pw2")
LOGIN_FLAG, API_FLAG = ("--gradio-auth", "ann:pw1,bob:pw3"), ("--api-auth", "bot:pw2")


def status(host: WebUi, path: str, how: str) -> int:
    """The status for a caller without anything, with the login's cookie, or with a pair as Basic credentials."""
    session = requests.Session()
    session.trust_env = False
    named: dict[str, Any] = {}
    if how == "cookie":
        answer = session.post(host.url + "login", data={"username": LOGIN[0], "password": LOGIN[1]}, timeout=30)
        assert answer.status_code == 200, answer.text
    elif how != "nothing":
        named["auth"] = {"login": LOGIN, "api": API, "wrong": ("ann", "pw2")}[how]
    return session.get(host.url + path, timeout=30, **named).status_code


MATRIX = {
    "open": ((), {"nothing": (200, 200)}),
    "login": (
        LOGIN_FLAG,
        {"nothing": (401, 401), "cookie": (200, 200), "login": (200, 401), "wrong": (401, 401)},
    ),
    "api-auth": (API_FLAG, {"nothing": (401, 200), "api": (200, 200), "wrong": (401, 200)}),
    "both": (
        (*LOGIN_FLAG, *API_FLAG),
        {"nothing": (401, 401), "cookie": (401, 200), "api": (200, 401), "login": (401, 401), "wrong": (401, 401)},
    ),
}


@pytest.mark.parametrize("kind", MATRIX)
def test_the_matrix_of_callers(start: Starter, variant: Variant, kind: str) -> None:
    flags, expected = MATRIX[kind]
    host = start(variant, "--api", *flags)
    seen = {how: (status(host, PROGRAMS, how), status(host, TAB, how)) for how in expected}
    assert seen == expected


def test_a_refusal_is_json_and_asks_a_browser_for_nothing(start: Starter, any_variant: Variant) -> None:
    host = start(any_variant, "--api", *LOGIN_FLAG)
    answer = host.get(TAB)
    assert answer.json()["error"]["code"] == "unauthorized"
    assert "WWW-Authenticate" not in answer.headers, "the tab's page shows its own message"


def test_a_login_dies_with_the_reload_and_a_new_one_works(start: Starter, variant: Variant) -> None:
    host = start(variant, "--api", *LOGIN_FLAG)
    assert status(host, TAB, "cookie") == 200
    host.reload()
    assert status(host, TAB, "nothing") == 401
    assert status(host, TAB, "cookie") == 200


def code(answer: requests.Response) -> str:
    return str(answer.json()["error"]["code"])


def test_an_exposed_host_is_locked(start: Starter, variant: Variant, civitai: DemoCivitai) -> None:
    host = start(variant, "--api", "--listen")
    settings = "sdapi/v1/civitai/settings"
    for key, value in {
        "civitai_api_key": "stolen",
        "civitai_folder_templates": "LORA = {creator}",
        "civitai_api_url": "https://civitai.red/api/v1",
        "civitai_allowed_hosts": "evil.example",
        "civitai_download_hosts": "evil.example",
        "civitai_proxy": "http://evil.example",
        "civitai_ca_file": "/etc/passwd",
    }.items():
        answer = host.post(settings, {key: value})
        assert (answer.status_code, code(answer)) == (403, "locked_by_host"), key
    wanted = open_file(civitai, "LORA")
    refused = host.post("sdapi/v1/civitai/download", {"version_id": wanted.version_id, "allow_unsafe": True})
    assert (refused.status_code, code(refused)) == (403, "locked_by_host")
    assert host.post(settings, {"civitai_cache_hours": 3}).status_code == 200
    assert host.post("sdapi/v1/civitai/search", {}).status_code == 200
    assert host.post("sdapi/v1/civitai/download", {"version_id": wanted.version_id}).status_code == 202


def test_an_exposed_host_whose_user_said_so_is_open(start: Starter, any_variant: Variant) -> None:
    host = start(any_variant, "--api", "--listen", "--enable-insecure-extension-access")
    assert host.post("sdapi/v1/civitai/settings", {"civitai_proxy": ""}).status_code == 200


def test_frozen_settings_are_named(start: Starter, any_variant: Variant) -> None:
    host = start(any_variant, "--api", "--freeze-settings")
    answer = host.post("sdapi/v1/civitai/settings", {"civitai_cache_hours": 3})
    assert (answer.status_code, code(answer)) == (403, "locked_by_host")
    assert host.get("sdapi/v1/civitai/settings").json()["civitai_cache_hours"] == 24
    assert host.troubles() == []


def test_hidden_folder_settings_keep_ours_too(start: Starter, any_variant: Variant) -> None:
    host = start(any_variant, "--api", "--hide-ui-dir-config")
    answer = host.post("sdapi/v1/civitai/settings", {"civitai_folder_templates": "LORA = {creator}"})
    assert (answer.status_code, code(answer)) == (403, "locked_by_host")


def test_another_page_of_the_web_is_refused_where_the_host_lets_it_in(host: WebUi) -> None:
    """Gradio 4 answers every origin with open CORS; our guards do not depend on it (`hosts.md 8`)."""
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": host.url.rstrip("/")},
        {"Host": "rebound.example"},
    ):
        for path in (PROGRAMS, TAB):
            assert host.get(path, headers=headers).status_code == 403, headers
