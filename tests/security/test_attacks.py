"""Attacks on our routes, each over a real socket: what a foreign page, a rebound name or a stranger may try."""

from __future__ import annotations

import base64
import http.client
import json
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from civitdock.domain.exposure import Exposure
from civitdock.settings import SETTINGS, Guard
from tests.support.stage import API, TAB, Stage

JSON = {"Content-Type": "application/json"}
LOGIN = "user:pass:word"
COOKIE = {"Cookie": "session=known"}


def basic(pair: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


def host_of(stage: Stage) -> str:
    return urlsplit(stage.url).netloc


def port_of(stage: Stage) -> int | None:
    return urlsplit(stage.url).port


def touched(stage: Stage) -> bool:
    """Whether anything behind the guards was reached."""
    return bool(stage.search.asked or stage.downloads.jobs or stage.sync.asked or stage.host.stored)


@pytest.fixture(params=[API, TAB], ids=["programs", "tab"])
def base(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def marker(base: str) -> dict[str, str]:
    """What the tab sends by itself; an attacker who could send it would still have to pass the rest."""
    return {"X-CivitDock": "1"} if base == TAB else {}


# --- a foreign page in the user's browser ----------------------------------------------------------

FOREIGN = {
    "a cross-site fetch": {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    "a fetch from another port of this machine": {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:1"},
    "a cross-site request without Origin": {"Sec-Fetch-Site": "cross-site"},
    "a made-up Sec-Fetch-Site": {"Sec-Fetch-Site": "trusted"},
    "an empty Sec-Fetch-Site": {"Sec-Fetch-Site": ""},
    "an old browser's foreign Origin": {"Origin": "https://evil.example"},
    "a sandboxed frame": {"Origin": "null"},
    "an empty Origin": {"Origin": ""},
    "another port": {"Origin": "http://127.0.0.1:1"},
    "our address as a user name": {"Origin": "http://{host}@evil.example"},
    "our address as a prefix": {"Origin": "http://{host}.evil.example"},
    "our address as a prefix, with our port": {"Origin": "http://127.0.0.1.evil.example:{port}"},
    "no scheme": {"Origin": "{host}"},
    "a file": {"Origin": "file://"},
    "an extension": {"Origin": "chrome-extension://{host}"},
    "two origins in one": {"Origin": "http://{host} http://evil.example"},
}


@pytest.mark.parametrize("attack", FOREIGN)
def test_a_foreign_page_can_neither_read_nor_write(
    stage: Stage, base: str, marker: dict[str, str], attack: str
) -> None:
    headers = {name: value.format(host=host_of(stage), port=port_of(stage)) for name, value in FOREIGN[attack].items()}
    for path in ("status", "settings", "local-models", "nothing"):
        assert stage.error(stage.get(base + path, headers=headers)) == (403, "forbidden_origin")
    for path, body in (("search", {}), ("download", {"version_id": 1}), ("settings", {"civitai_cache_hours": 1})):
        answer = stage.post(base + path, body, headers={**marker, **headers})
        assert stage.error(answer) == (403, "forbidden_origin")
    assert not touched(stage)


@pytest.mark.parametrize("attack", FOREIGN)
def test_a_preflight_of_a_foreign_page_is_granted_nothing(stage: Stage, base: str, attack: str) -> None:
    headers = {name: value.format(host=host_of(stage), port=port_of(stage)) for name, value in FOREIGN[attack].items()}
    answer = stage.ask("OPTIONS", base + "download", headers={**headers, "Access-Control-Request-Method": "POST"})
    assert answer.status_code == 403
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


OWN = {
    "the page itself": {"Sec-Fetch-Site": "same-origin", "Origin": "http://{host}"},
    "the address bar": {"Sec-Fetch-Site": "none"},
    "a browser on plain http in a LAN": {"Origin": "http://{host}"},
    "a program": {},
    "a page behind a proxy that changes Host": {"Sec-Fetch-Site": "same-origin", "Origin": "https://webui.example"},
}


@pytest.mark.parametrize("caller", OWN)
def test_our_own_page_and_programs_pass(stage: Stage, base: str, marker: dict[str, str], caller: str) -> None:
    headers = {name: value.format(host=host_of(stage), port=port_of(stage)) for name, value in OWN[caller].items()}
    assert stage.get(base + "status", headers=headers).status_code == 200
    assert stage.post(base + "search", headers={**marker, **headers}).status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_what_a_form_can_send_changes_nothing(stage: Stage, base: str, marker: dict[str, str], kind: str) -> None:
    headers = {**marker, "Content-Type": kind}
    answer = stage.ask("POST", base + "download", data=b'{"version_id": 1}', headers=headers)
    assert stage.error(answer) == (415, "unsupported_media_type")
    assert not touched(stage)


def test_a_body_without_a_type_changes_nothing(stage: Stage, base: str, marker: dict[str, str]) -> None:
    answer = stage.ask("POST", base + "download", data=b'{"version_id": 1}', headers=marker)
    assert stage.error(answer) == (415, "unsupported_media_type")
    assert not touched(stage)


@pytest.mark.parametrize("value", [None, "0", "", "true", "1, 1"])
def test_the_tabs_routes_take_no_post_without_their_header(stage: Stage, value: str | None) -> None:
    headers = JSON if value is None else {**JSON, "X-CivitDock": value}
    answer = stage.ask("POST", TAB + "download", data=b'{"version_id": 1}', headers=headers)
    assert stage.error(answer) == (403, "forbidden_origin")
    assert not touched(stage)


def test_get_never_changes_anything(stage: Stage, base: str, marker: dict[str, str]) -> None:
    for path in ("download?version_id=1", "settings?civitai_cache_hours=1", "sync-metadata", "downloads/x/cancel"):
        stage.ask("GET", base + path, headers=marker)
        stage.ask("HEAD", base + path, headers=marker)
    assert not touched(stage)


# --- a name that an attacker points at this machine ------------------------------------------------

REBOUND = [
    "evil.example",
    "evil.example:7860",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "evil.example.",
    "local.evil.example",
    "xlocal.example",
    "evil.notlocal",
    "evil.xlocalhost",
    "127.0.0.1@evil.example",
    "127.0.0.1#evil.example",
    "evil.example/127.0.0.1",
    "[::1]evil.example",
    "[evil.example]",
    "1.2.3.4.5",
    "a..b",
    "",
    "127.0.0.1:port",
    "127.0.0.1:99999",
    "127.0.0.1:1:2",
    "evil\\.local.example",
]


@pytest.mark.parametrize("name", REBOUND)
def test_a_rebound_name_is_refused_with_or_without_a_matching_origin(stage: Stage, base: str, name: str) -> None:
    for more in ({}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": f"http://{name}"}):
        answer = stage.get(base + "settings", headers={"Host": name, **more})
        assert answer.status_code in (400, 403), answer.text
        if answer.status_code == 403:
            assert stage.error(answer) == (403, "forbidden_host")
    assert not touched(stage)


def test_the_refusal_names_the_host_and_the_setting(stage: Stage, base: str) -> None:
    error = stage.get(base + "status", headers={"Host": "webui.example:7860"}).json()["error"]
    assert "webui.example" in error["hint"]
    assert "civitai_allowed_hosts" in error["hint"]


HOME = [
    "localhost",
    "LOCALHOST:7860",
    "127.0.0.1",
    "192.168.1.20:7860",
    "[::1]:7860",
    "[fe80::1]",
    "box",
    "box.:7860",
    "studio.local",
    "Studio.LOCAL.:80",
    "x.localhost",
]


@pytest.mark.parametrize("name", HOME)
def test_names_that_no_stranger_can_own_pass(stage: Stage, base: str, name: str) -> None:
    assert stage.get(base + "status", headers={"Host": name}).status_code == 200
    assert stage.get(base + "status", headers={"Host": name, "Origin": f"http://{name}"}).status_code == 200


@pytest.mark.parametrize(
    "entry", ["webui.example", "other, WebUI.Example.", "https://webui.example:8443/x", "webui.example:1"]
)
def test_an_allowed_name_passes_in_any_spelling(stage: Stage, base: str, entry: str) -> None:
    stage.host.stored["civitai_allowed_hosts"] = entry
    assert stage.get(base + "status", headers={"Host": "webui.EXAMPLE:7860"}).status_code == 200
    assert stage.get(base + "status", headers={"Host": "sub.webui.example"}).status_code == 403


def test_the_share_address_passes_and_its_neighbours_do_not(stage: Stage, base: str) -> None:
    stage.host.open = Exposure(exposed=True, share_host="abc123.share.example")
    assert stage.get(base + "status", headers={"Host": "abc123.share.example"}).status_code == 200
    assert stage.get(base + "status", headers={"Host": "abc124.share.example"}).status_code == 403


def test_with_a_login_any_name_passes_for_who_has_it(stage: Stage, base: str) -> None:
    stage.host.doors.login = frozenset({LOGIN})
    stage.host.doors.sessions = {"known": "user"}
    headers = {"Host": "webui.example"}
    assert stage.error(stage.get(base + "status", headers=headers)) == (401, "unauthorized")
    assert stage.get(base + "status", headers={**headers, **COOKIE}).status_code == 200


@pytest.mark.parametrize("hosts", [[], ["127.0.0.1", "evil.example"], ["evil.example", "127.0.0.1"]])
def test_no_host_or_two_hosts_are_refused(stage: Stage, base: str, hosts: list[str]) -> None:
    parts = urlsplit(stage.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    connection.putrequest("GET", base + "status", skip_host=True)
    for name in hosts:
        connection.putheader("Host", name)
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status in (400, 403)
    if answer.status == 403:
        assert json.load(answer)["error"]["code"] == "forbidden_host"
    connection.close()


# --- a stranger without a password -----------------------------------------------------------------


def test_with_a_login_its_cookie_or_its_pair_is_needed(stage: Stage, base: str, marker: dict[str, str]) -> None:
    stage.host.doors.login = frozenset({LOGIN})
    stage.host.doors.sessions = {"known": "user"}
    wrong = [{}, {"Cookie": "session=guess"}, basic("user:wrong"), basic("user"), {"Authorization": "Bearer x"}]
    for headers in wrong:
        assert stage.error(stage.get(base + "settings", headers=headers)) == (401, "unauthorized")
        assert stage.error(stage.post(base + "search", headers={**marker, **headers})) == (401, "unauthorized")
        assert stage.error(stage.get(base + "nothing", headers=headers)) == (401, "unauthorized")
    assert not touched(stage)
    assert stage.get(base + "settings", headers=COOKIE).status_code == 200
    assert stage.get(API + "settings", headers=basic(LOGIN)).status_code == 200
    assert stage.get(TAB + "settings", headers=basic(LOGIN)).status_code == 401, "the tab comes with its cookie"


def test_with_api_credentials_programs_need_them_and_a_cookie_is_not_enough(stage: Stage) -> None:
    stage.host.doors.api = frozenset({"robot:secret"})
    stage.host.doors.login = frozenset({LOGIN})
    stage.host.doors.sessions = {"known": "user"}
    for headers in ({}, COOKIE, basic(LOGIN), basic("robot:wrong")):
        assert stage.error(stage.get(API + "status", headers=headers)) == (401, "unauthorized")
    assert stage.get(API + "status", headers=basic("robot:secret")).status_code == 200
    assert stage.get(TAB + "status", headers=COOKIE).status_code == 200
    assert stage.get(TAB + "status", headers=basic("robot:secret")).status_code == 401


def test_only_programs_are_asked_for_basic_credentials(stage: Stage) -> None:
    stage.host.doors.login = frozenset({LOGIN})
    assert stage.get(API + "status").headers["WWW-Authenticate"] == 'Basic realm="CivitDock"'
    assert "WWW-Authenticate" not in stage.get(TAB + "status").headers


@pytest.mark.parametrize(
    "value", ["Basic", "Basic !!!", "Basic " + "A" * 5, "basic dXNlcg==", "Basic /////w==", "\x00"]
)
def test_broken_credentials_are_no_credentials(stage: Stage, base: str, value: str) -> None:
    stage.host.doors.login = frozenset({LOGIN})
    answer = stage.get(base + "status", headers={"Authorization": value})
    assert answer.status_code in (400, 401)


def test_a_foreign_page_cannot_ride_on_a_login(stage: Stage, base: str, marker: dict[str, str]) -> None:
    stage.host.doors.login = frozenset({LOGIN})
    stage.host.doors.sessions = {"known": "user"}
    headers = {**COOKIE, **marker, "Origin": "https://evil.example"}
    assert stage.error(stage.post(base + "download", {"version_id": 1}, headers=headers)) == (403, "forbidden_origin")
    assert not touched(stage)


# --- somebody in the network of an exposed WebUI ---------------------------------------------------

LOCKED = Exposure(exposed=True, locked=True)
LOCKED_KEYS = [each.key for each in SETTINGS if each.guard is Guard.LOCKABLE]


@pytest.mark.parametrize("key", LOCKED_KEYS)
def test_a_locked_host_keeps_key_folders_addresses_and_proxy(stage: Stage, base: str, key: str) -> None:
    stage.host.open = LOCKED
    body = {"civitai_cache_hours": 1, key: "x"}
    assert stage.error(stage.post(base + "settings", body)) == (403, "locked_by_host")
    assert not touched(stage)
    for exposure in (replace(LOCKED, locked=False), replace(LOCKED, exposed=False)):
        stage.host.open = exposure
        assert stage.post(base + "settings", body).status_code == 200


def test_a_locked_host_shows_which_settings_it_keeps(stage: Stage, base: str) -> None:
    def locked() -> set[str]:
        return {each["key"] for each in stage.get(base + "settings").json()["descriptors"] if each["locked"]}

    assert locked() == set()
    stage.host.open = LOCKED
    assert locked() == set(LOCKED_KEYS)


def test_the_locked_settings_are_those_of_the_design() -> None:
    assert set(LOCKED_KEYS) == {
        "civitai_api_key",
        "civitai_folder_templates",
        "civitai_allowed_hosts",
        "civitai_download_hosts",
        "civitai_api_url",
        "civitai_page_url",
        "civitai_proxy",
        "civitai_ca_file",
    }


def test_a_locked_host_takes_no_unsafe_file_and_goes_on_with_the_rest(stage: Stage, base: str) -> None:
    stage.host.open = LOCKED
    unsafe = stage.post(base + "download", {"version_id": 1, "allow_unsafe": True})
    assert stage.error(unsafe) == (403, "locked_by_host")
    assert not touched(stage)
    assert stage.post(base + "download", {"version_id": 1}).status_code == 202
    assert stage.post(base + "search").status_code == 200
    assert stage.post(base + "sync-metadata").status_code == 202
    assert stage.post(base + "settings", {"civitai_cache_hours": 1}).status_code == 200


def test_a_locked_host_deletes_no_metadata_and_no_preview(stage: Stage, base: str) -> None:
    body = {"paths": ["/models/Lora"]}
    stage.host.open = LOCKED
    assert stage.error(stage.post(base + "restore", body)) == (403, "locked_by_host")
    assert not touched(stage)
    for exposure in (replace(LOCKED, locked=False), replace(LOCKED, exposed=False)):
        stage.host.open = exposure
        assert stage.post(base + "restore", body).status_code == 200


def test_a_locked_host_replaces_no_preview(stage: Stage) -> None:
    body = {"path": str(stage.library.model().path), "picture_url": "https://x/y.png"}
    stage.host.open = LOCKED
    assert stage.error(stage.post(TAB + "local-preview", body)) == (403, "locked_by_host")
    stage.host.open = replace(LOCKED, locked=False)
    assert stage.post(TAB + "local-preview", body).status_code == 200


# --- somebody who looks for files ------------------------------------------------------------------

TRAVERSALS = [
    "../../../errors.py",
    "..%2f..%2ferrors.py",
    "%2e%2e/%2e%2e/settings.py",
    "....//errors.py",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "..\\..\\errors.py",
    "app.mjs/../../x",
    "app.mjs%00.css",
    "C:/Windows/win.ini",
]


@pytest.mark.parametrize("path", TRAVERSALS)
def test_the_tabs_files_lead_nowhere_else(stage: Stage, path: str) -> None:
    parts = urlsplit(stage.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    connection.request("GET", f"/civitdock/static/{stage.services.assets.digest}/{path}")
    answer = connection.getresponse()
    assert (answer.status, json.load(answer)["error"]["code"]) == (404, "not_found")
    connection.close()
