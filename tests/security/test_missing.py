"""Attacks with pictures, texts and bodies on the route that looks into them."""

from __future__ import annotations

import base64
import http.client
import json
import struct
import tempfile
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from civitdock.adapters.civitai.client import CivitaiClient
from civitdock.adapters.picture_texts import PictureTexts
from civitdock.adapters.sqlite.database import Database
from civitdock.adapters.sqlite.index import INDEX_FILE, MIGRATIONS, SqliteModelStore
from civitdock.demo.server import DemoCivitai
from civitdock.domain.recipe import Recipe
from civitdock.services.missing import LookRequest, MissingService
from civitdock.web import body as web_body
from civitdock.web.routes.missing import LARGE_AT_A_TIME
from tests.support.clock import FakeClock
from tests.support.memory_host import MemoryHost, MemorySettings
from tests.support.stage import API, TAB, TAB_HEADERS, Stage
from tests.support.told_pictures import png, with_comment

SIGNATURE = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def real(stage: Stage, demo: DemoCivitai, clock: FakeClock, tmp_path: Path) -> Iterator[Stage]:
    """The stage with the real service behind the route."""
    stage.host.stored["civitai_api_url"] = demo.api_base
    settings = MemorySettings(stage.host)
    database = Database(tmp_path / INDEX_FILE, MIGRATIONS)

    class NoKey:
        def key(self) -> str | None:
            return None

    client = CivitaiClient(settings, NoKey(), clock, tmp_path / "cache", "CivitDock-tests/1")
    host = MemoryHost(tmp_path)
    service = MissingService(client, SqliteModelStore(database), host, settings, clock, PictureTexts())
    stage.missing.read = service.read  # type: ignore[method-assign]
    stage.missing.find = service.find  # type: ignore[method-assign]
    yield stage
    client.close()
    database.close()


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def crafted(*chunks: bytes, width: int = 8, height: int = 8) -> bytes:
    """A PNG with these chunks and no pixels."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return SIGNATURE + header + b"".join(chunks) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def sent(picture: bytes) -> dict[str, str]:
    return {"image": base64.b64encode(picture).decode()}


BOMB = zlib.compress(bytes(200 * 1024 * 1024), 9)
PICTURES = {
    "a text that unpacks to 200 MB": crafted(chunk(b"zTXt", b"parameters\0\0" + BOMB)),
    "an international text that unpacks to 200 MB": crafted(chunk(b"iTXt", b"parameters\0\1\0\0\0" + BOMB)),
    "more pixels than any memory holds": crafted(width=2**31 - 1, height=2**31 - 1),
    "a page": b"<html><script>alert(1)</script></html>",
    "an executable": b"MZ" + bytes(1000),
    "nothing": b"",
    "a truncated picture": png(parameters="x")[:20],
    "a TIFF, whose reader is not asked": b"II*\0" + bytes(100),
    "an EPS, whose reader runs a program": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n",
    "a WebP whose chunks lie about their size": b"RIFF\xff\xff\xff\xffWEBP",
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("attack", PICTURES)
def test_a_hostile_picture_fails_in_words(real: Stage, attack: str) -> None:
    answer = real.post(TAB + "missing", sent(PICTURES[attack]))
    assert real.error(answer) == (422, "unreadable_picture")


def test_pixels_are_never_decoded(real: Stage) -> None:
    """Neither those of a huge picture nor broken ones matter: only texts are read."""
    text = "a cat\nSteps: 1, Sampler: Euler, Seed: 1"
    pixels = zlib.compress(bytes(1024 * 1024), 9)
    picture = crafted(chunk(b"tEXt", b"parameters\0" + text.encode()), chunk(b"IDAT", pixels), width=9000, height=9000)
    answer = real.post(TAB + "missing", sent(picture))
    assert (answer.status_code, answer.json()["infotext"]) == (200, text)


WRONG = ["!!!!", "YQ", "YQ==\n", "data:image/png;base64,YQ==", "é", "YQ=="[::-1], "YQ==YQ=="]


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_base64_is_refused(real: Stage, text: str) -> None:
    answer = real.post(TAB + "missing", {"image": text})
    assert real.error(answer) in ((422, "invalid_request"), (422, "unreadable_picture"))


def test_a_picture_above_the_limit_is_refused(real: Stage) -> None:
    assert real.error(real.post(TAB + "missing", sent(bytes(32 * 1024 * 1024 + 1)))) == (413, "too_large")


def test_a_body_above_the_limit_is_refused_before_it_is_read(real: Stage) -> None:
    parts = urlsplit(real.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    headers = {"Content-Type": "application/json", "Content-Length": str(web_body.MAX_PICTURE_BODY_BYTES + 1)}
    connection.request("POST", API + "missing", headers=headers)
    answer = connection.getresponse()
    assert (answer.status, json.load(answer)["error"]["code"]) == (413, "too_large")
    connection.close()


def test_a_body_of_unknown_length_is_cut_off(real: Stage) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(60):
            yield bytes(1024 * 1024)

    answer = real.ask("POST", API + "missing", data=endless(), headers={"Content-Type": "application/json"})
    assert real.error(answer) == (413, "too_large")


def test_other_routes_keep_their_limit(real: Stage) -> None:
    assert real.error(real.post(API + "search", {"query": "x" * (3 * 1024 * 1024)})) == (413, "too_large")


BODIES = [
    b"[" * 100_000,
    b'{"text": ' + b"[" * 100_000,
    b"[]",
    b'"text"',
    b"{",
    b"\xff",
    b'{"text": "\\ud800"}',
    b"NaN",
]


@pytest.mark.parametrize("raw", BODIES)
def test_hostile_json_is_refused(real: Stage, raw: bytes) -> None:
    answer = real.ask("POST", API + "missing", data=raw, headers={"Content-Type": "application/json"})
    assert real.error(answer) == (422, "invalid_request")


HOSTILE_NAMES = [
    "../../../etc/passwd", "..\\..\\Windows\\win.ini", "/etc/passwd", "C:\\x", "a\0b", "\ud800", "CON", "%2e%2e%2f",
    "x' OR 1=1 --", "a" * 100_000, "\u202egnp", "<img src=x onerror=alert(1)>", "https://evil.example/x", ".", "..",
    " ", "*",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_is_only_a_name(real: Stage, name: str, tmp_path: Path) -> None:
    before = {each.parent for each in tmp_path.rglob("*")}
    outside = sorted(Path(tempfile.gettempdir()).glob("passwd*"))
    workflow = {
        "1": {"class_type": "LoraLoader", "inputs": {"lora_name": name, "strength_model": 1}},
        "2": {"class_type": "X", "inputs": {"text": f"embedding:{name} <lora:{name}:1>"}},
    }
    answer = real.post(API + "missing", {"text": json.dumps(workflow)})
    assert answer.status_code == 200
    assert all(each["path"] is None for each in answer.json()["resources"])
    assert {each.parent for each in tmp_path.rglob("*")} <= {
        tmp_path,
        tmp_path / "cache",
        *(each.parent for each in before),
    }
    assert sorted(Path(tempfile.gettempdir()).glob("passwd*")) == outside


def test_deep_values_in_a_picture_are_no_trouble(real: Stage) -> None:
    deep = '{"prompt": "a", "resources": ' + "[" * 900 + "]" * 900 + "}"
    answer = real.post(API + "missing", sent(with_comment("JPEG", b"ASCII\0\0\0" + deep.encode())))
    assert answer.status_code == 200


@pytest.mark.timeout(60)
def test_the_loop_goes_on_while_a_large_body_is_parsed(stage: Stage) -> None:
    """JSON of many megabytes takes seconds to take apart; the loop never does it."""
    seen: set[str] = set()
    real = web_body.check_json

    def noted(raw: bytes) -> object:
        seen.add(threading.current_thread().name.rstrip("0123456789"))
        return real(raw)

    web_body.check_json = noted
    try:
        assert stage.post(TAB + "missing", {"text": "x" * (7 * 1024 * 1024)}).status_code == 200
    finally:
        web_body.check_json = real
    assert seen == {"pool_"}


class Crowd:
    """A reader that holds everybody who comes until they may go, and counts them."""

    def __init__(self) -> None:
        self.inside = 0
        self.most = 0
        self.come = threading.Semaphore(0)
        self.may_go = threading.Event()
        self._lock = threading.Lock()

    def read(self, request: LookRequest) -> Recipe:
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.come.release()
        assert self.may_go.wait(20)
        with self._lock:
            self.inside -= 1
        return Recipe()


@pytest.mark.timeout(60)
def test_large_pictures_wait_for_their_turn_and_nobody_else_does(stage: Stage) -> None:
    """Each takes hundreds of megabytes while it is taken apart, and the threads are needed by the other routes."""
    crowd, small = Crowd(), stage.missing.read
    large = "x" * (3 * 1024 * 1024)
    stage.missing.read = lambda one: crowd.read(one) if one.text == large else small(one)  # type: ignore[method-assign]
    codes: list[int] = []
    body = json.dumps({"text": large}).encode()
    headers = {"Content-Type": "application/json", **TAB_HEADERS}

    def send() -> None:
        codes.append(requests.post(stage.url + TAB.strip("/") + "/missing", data=body, headers=headers).status_code)

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for _ in range(LARGE_AT_A_TIME):
        assert crowd.come.acquire(timeout=20)
    assert stage.post(TAB + "missing", {"text": "a cat"}).status_code == 200
    assert stage.get(TAB + "status").status_code == 200
    crowd.may_go.set()
    for thread in threads:
        thread.join(20)
    assert (codes, crowd.most) == ([200] * 6, LARGE_AT_A_TIME)


@pytest.mark.timeout(60)
def test_who_stalls_gives_the_turn_back(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_body, "STALLED_S", 0.2)
    parts = urlsplit(stage.url)
    stalled = [http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20) for _ in range(3)]
    for connection in stalled:
        connection.putrequest("POST", TAB + "missing")
        for name, value in {"Content-Type": "application/json", "Content-Length": "5000000", **TAB_HEADERS}.items():
            connection.putheader(name, value)
        connection.endheaders(b'{"text": ')
    assert stage.post(TAB + "missing", {"text": "x" * (3 * 1024 * 1024)}).status_code == 200
    for connection in stalled:
        answer = connection.getresponse()
        assert (answer.status, json.load(answer)["error"]["code"]) == (422, "invalid_request")
        connection.close()
