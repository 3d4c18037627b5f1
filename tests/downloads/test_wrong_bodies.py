"""What a storage host may send instead of a model, over real sockets: nothing of it ever stands under a final name."""

from __future__ import annotations

import io
import pickle
import zipfile

import pytest

from civitdock.demo import faults
from civitdock.demo.faults import Match
from civitdock.demo.server import DemoCivitai
from civitdock.domain.downloads import State, Unsafe, Wish
from tests.downloads.stage import Stage

STORAGE = Match(where="storage")
PAGE = b"<!DOCTYPE html><html><title>Sign in</title></html>"
BINARY = {"Content-Type": "application/octet-stream"}

BODIES = {
    "a page that says so": (PAGE, {"Content-Type": "text/html"}, "challenge_page"),
    "a page that says XHTML": (PAGE, {"Content-Type": "application/xhtml+xml"}, "challenge_page"),
    "a page as octets": (PAGE, BINARY, "invalid_file"),
    "a page behind a mark and blanks": (b"\xef\xbb\xbf\r\n\t " + PAGE, BINARY, "invalid_file"),
    "a page in UTF-16": (("\ufeff" + PAGE.decode()).encode("utf-16-le"), BINARY, "invalid_file"),
    "a page behind a comment": (b"<!-- node 7 -->\n" + PAGE, BINARY, "invalid_file"),
    "an XML error that says so": (b"<Error/>", {"Content-Type": "application/xml"}, "invalid_file"),
    "an XML error as octets": (b"<?xml version='1.0'?><Error/>", BINARY, "invalid_file"),
    "an XML error without a declaration": (b"<Error><Code>x</Code></Error>", BINARY, "invalid_file"),
    "a JSON error that says so": (b'{"error": "no"}', {"Content-Type": "application/json"}, "invalid_file"),
    "a JSON error as octets": (b'\n {"error": "no"}', BINARY, "invalid_file"),
    "a JSON problem": (b'{"title": "no"}', {"Content-Type": "application/problem+json"}, "invalid_file"),
    "a JSON list as octets": (b"[]", BINARY, "invalid_file"),
}


@pytest.mark.parametrize("attack", BODIES)
@pytest.mark.parametrize("name", ["model.safetensors", "model.ckpt", "model.zip"])
def test_a_body_that_is_no_model(stage: Stage, demo: DemoCivitai, attack: str, name: str) -> None:
    body, headers, code = BODIES[attack]
    version = demo.catalogue.add("Ordinary", b"\x10\0\0\0\0\0\0\0{}              ", file_name=name).versions[0]
    demo.faults.add(match=STORAGE, fault=faults.respond(200, body, headers), times=None)
    job = stage.service.submit(Wish(version.id, unsafe=Unsafe.ALLOW))
    if code == "challenge_page":  # passes by itself, so the job waits and says why
        waiting = stage.wait_for(job, lambda seen: seen.waiting is not None).waiting
        assert waiting is not None
        assert waiting.reason == code
    else:
        error = stage.wait(job, State.FAILED).error
        assert error is not None
        assert error.code == code
    assert stage.files() == {}


def test_a_json_file_may_hold_json_and_nothing_else(stage: Stage, demo: DemoCivitai) -> None:
    version = demo.catalogue.add("Flow", b'{"nodes": []}', type_name="Workflows", file_name="flow.json").versions[0]
    stage.fetch(Wish(version.id))
    assert stage.files() == {"Workflows/flow.json": b'{"nodes": []}'}
    page = demo.catalogue.add("Page", PAGE, type_name="Workflows", file_name="page.json").versions[0]
    error = stage.refuse(Wish(page.id)).error
    assert error is not None
    assert error.code == "invalid_file"


def torch_archive(data: bytes) -> bytes:
    """The form in which PyTorch saves: a zip archive around a pickle."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("archive/data.pkl", data)
    return made.getvalue()


HOSTILE = b"cos\nsystem\n(S'true'\ntR."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.ckpt", HOSTILE),
        ("model.PT", torch_archive(HOSTILE)),
        ("model.onnx", b"\x80\x02" + HOSTILE),
        ("model.onnx", torch_archive(HOSTILE)),
        ("notes.txt", pickle.dumps(print, 4)),
    ],
)
def test_a_pickle_under_any_name_needs_clean_scans_or_a_yes(
    stage: Stage, demo: DemoCivitai, name: str, content: bytes
) -> None:
    version = demo.catalogue.add("Code", content, file_name=name).versions[0]
    error = stage.refuse(Wish(version.id)).error
    assert error is not None
    assert error.code == "unsafe_file"
    assert all(path.endswith((".civitdock-part", ".json")) for path in stage.files())
    stage.fetch(Wish(version.id, unsafe=Unsafe.ALLOW))
    assert stage.files() == {f"LORA/{name}": content}
