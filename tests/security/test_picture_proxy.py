"""The picture route fetches pictures of CivitAI's picture hosts and nothing else, for nobody but the tab."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from civitdock.adapters import picture_host
from civitdock.demo.blobs import BytesBlob
from civitdock.demo.faults import Fault, Match, challenge, changed, header, redirect, redirect_loop
from civitdock.demo.server import DemoCivitai
from tests.support.picture_stage import PictureStage, picture_stage
from tests.support.stage import API, TAB

IMAGES = Match(where="image")
REAL = "https://image.civitai.com/x/00000000-0000-4000-8000-000000000000/width=450/1.jpeg"


@pytest.fixture
def stage(tmp_path: Path, demo: DemoCivitai) -> Iterator[PictureStage]:
    with picture_stage(tmp_path, demo) as running:
        yield running


@pytest.mark.parametrize(
    "url",
    [
        "",
        " ",
        "image.civitai.com/x",
        "//image.civitai.com/x",
        "http://image.civitai.com/x",
        "ftp://image.civitai.com/x",
        "https://image.civitai.com:8443/x",
        "https://user:word@image.civitai.com/x",
        "https://image.civitai.com@evil.example/x",
        "https://image.civitai.com\\@evil.example/x",
        "https://evil.example#https://image.civitai.com/x",
        "https://evil.example/https://image.civitai.com/x",
        "https://image.civitai.com.evil.example/x",
        "https://sub.image.civitai.com/x",
        "https://civitai.com/api/v1/me",
        "https://image.civitai.com/x\r\nX-Other: 1",
        "https://image.civitai.com/\u2028x",
        "http://10.0.0.1/x.jpeg",
        "http://169.254.169.254/latest/meta-data",
        "http://[::ffff:10.0.0.1]/x",
        "https://[",
        "https://",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
    ],
)
def test_no_other_address_is_asked(stage: PictureStage, url: str) -> None:
    assert stage.refused(url) == (422, "invalid_request")
    assert stage.demo.requests == []


def test_this_machine_is_asked_only_beside_an_api_base_on_it(stage: PictureStage) -> None:
    stage.host.stored["civitai_api_url"] = "https://civitai.com/api/v1"
    assert stage.refused(stage.addresses(1)[0]) == (422, "invalid_request")
    assert stage.demo.requests == []


@pytest.mark.parametrize(
    "location",
    ["https://evil.example/x", "//evil.example/x", "http://image.civitai.com/x", "http://169.254.169.254/x",
     "file:///etc/passwd", "https://image.civitai.com@evil.example/x", "https://["],
)  # fmt: skip
def test_a_redirect_leads_to_no_other_host(stage: PictureStage, location: str) -> None:
    stage.demo.faults.add(match=IMAGES, fault=redirect(location), times=None)
    assert stage.refused(stage.addresses(1)[0]) == (502, "unsafe_redirect")
    assert stage.kept() == []


def test_redirects_in_a_circle_end(stage: PictureStage) -> None:
    stage.demo.faults.add(match=IMAGES, fault=redirect_loop(), times=None)
    assert stage.refused(stage.addresses(1)[0]) == (502, "bad_answer")
    assert len(stage.demo.asked(where="image")) <= 5


@pytest.mark.parametrize(
    "address", ["10.0.0.5", "127.0.0.1", "169.254.169.254", "100.64.0.1", "::1", "::ffff:10.0.0.1", "fd00::1"]
)
@pytest.mark.parametrize("base", ["demo", "https://civitai.com/api/v1"])
def test_a_name_that_leads_to_a_private_address_is_not_followed(
    stage: PictureStage, monkeypatch: pytest.MonkeyPatch, address: str, base: str
) -> None:
    if base != "demo":
        stage.host.stored["civitai_api_url"] = base
    known = socket.getaddrinfo

    def rebound(host: Any, *more: Any, **named: Any) -> Any:
        if host == "image.civitai.com":
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            return [(family, socket.SOCK_STREAM, 6, "", (address, 443))]
        return known(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", rebound)
    assert stage.refused(REAL) == (502, "unsafe_redirect")


@pytest.mark.parametrize(
    "content",
    [
        b"<!doctype html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"alert(1)",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"\0\0\0\x20ftypXXXX" + b"\0" * 64,
        b"",
    ],
    ids=["html", "svg", "script", "pdf", "zip", "unknown box", "nothing"],
)
def test_only_pictures_and_videos_are_passed_on(stage: PictureStage, content: bytes) -> None:
    stage.demo.faults.add(match=IMAGES, fault=changed(BytesBlob("other", content)), times=None)
    assert stage.refused(stage.addresses(1)[0]) == (502, "bad_answer")
    assert stage.kept() == []


def test_a_web_page_in_place_of_a_picture_is_named(stage: PictureStage) -> None:
    stage.demo.faults.add(match=IMAGES, fault=challenge(), times=None)
    assert stage.refused(stage.addresses(1)[0]) == (502, "challenge_page")


@pytest.mark.parametrize("fault", [header("Content-Type", "text/javascript"), header("Content-Type", None)])
def test_the_type_is_what_the_bytes_are_and_the_browser_keeps_to_it(stage: PictureStage, fault: Fault) -> None:
    stage.demo.faults.add(match=IMAGES, fault=fault, times=None)
    answer = stage.get(stage.address(stage.images(format="PNG")[0], "original=true"))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_picture_has_a_largest_size(stage: PictureStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_host, "MAX_BYTES", 500)
    assert stage.refused(stage.addresses(1)[0]) == (502, "bad_answer")
    assert stage.kept() == []


def test_no_key_no_cookie_and_no_header_of_the_browser_goes_out(stage: PictureStage) -> None:
    answer = stage.get(stage.addresses(1)[0], Authorization="Bearer secret", Cookie="session=1", Referer="http://x/")
    assert answer.status_code == 200
    sent = {name.lower(): value for name, value in stage.demo.asked(where="image")[0].headers.items()}
    assert not {"authorization", "cookie", "referer", "origin"} & set(sent)
    assert "secret" not in str(sent)


def test_pictures_need_the_login_and_an_own_page(stage: PictureStage) -> None:
    url = stage.addresses(1)[0]
    assert stage.refused(url, Sec_Fetch_Site="cross-site") == (403, "forbidden_origin")
    assert stage.refused(url, Host="evil.example") == (403, "forbidden_host")
    stage.host.doors.login = frozenset({"user:password"})
    assert stage.refused(url) == (401, "unauthorized")
    assert stage.demo.requests == []
    stage.host.doors.sessions = {"known": "user"}
    assert stage.get(url, Cookie="session=known").status_code == 200


def test_it_is_read_only_and_not_for_programs(stage: PictureStage) -> None:
    posted = stage.ask("POST", TAB + "picture?url=x", json={}, headers={"X-CivitDock": "1"})
    assert (posted.status_code, posted.json()["error"]["code"]) == (405, "method_not_allowed")
    assert stage.ask("GET", API + "picture?url=x").status_code == 404


def test_nothing_is_fetched_while_pictures_come_directly(stage: PictureStage) -> None:
    stage.host.stored["civitai_pictures"] = "direct"
    assert stage.refused(stage.addresses(1)[0]) == (404, "not_found")
    assert stage.demo.requests == []
