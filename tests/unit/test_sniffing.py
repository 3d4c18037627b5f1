"""Bodies that are no models, told by type and beginning; and models that merely look odd."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.domain.pickles import scanned_as
from civitdock.domain.refusals import check_body, is_html
from civitdock.domain.sniffing import Foreign, by_content, by_type
from civitdock.errors import ChallengePage, InvalidFile

MODEL = "model.safetensors"


def header(length: int) -> bytes:
    """The beginning of a safetensors file whose header has this length."""
    return struct.pack("<Q", length) + b'{"__metadata__":{"format":"pt"}}'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"<!DOCTYPE html><p>x", Foreign.HTML),
        (b"\xef\xbb\xbf \r\n\t<!doctype HTML>", Foreign.HTML),
        (b"\n\n<HTML lang=en>", Foreign.HTML),
        (b"<!-- edge 7 --> <!-- x --><html>", Foreign.HTML),
        (b"<head><title>502", Foreign.HTML),
        (b"<title>Just a moment", Foreign.HTML),
        (b"<script>location=1", Foreign.HTML),
        (b"<center><h1>504", Foreign.HTML),
        ("\ufeff<!doctype html>".encode("utf-16-le"), Foreign.HTML),
        ("\ufeff<html>".encode("utf-16-be"), Foreign.HTML),
        (b"<?xml version='1.0'?><Error/>", Foreign.XML),
        (b"\xef\xbb\xbf<?XML version='1.0'?>", Foreign.XML),
        (b"<Error><Code>AccessDenied</Code></Error>", Foreign.XML),
        (b"<h1>Gone</h1>", Foreign.XML),
        (b"<!-- a page that never ends ", Foreign.XML),
        (b'{"error": "quota"}', Foreign.JSON),
        (b'\xef\xbb\xbf\r\n {\n  "message": "x"', Foreign.JSON),
        (b"{}", Foreign.JSON),
        (b'[{"a": 1}]', Foreign.JSON),
        (b"[]", Foreign.JSON),
    ],
)
def test_what_a_model_never_begins_with(content: bytes, expected: Foreign) -> None:
    for name in (MODEL, "a.ckpt", "a.PT", "b.gguf", "c.zip", "d.bin", "e.sft", "f.pth"):
        assert by_content(name, content) is expected
        with pytest.raises(InvalidFile):
            check_body(name, "application/octet-stream", content)


@given(st.integers(2, 100_000_000))
def test_no_safetensors_header_is_taken_for_text(length: int) -> None:
    assert by_content(MODEL, header(length)) is None


@pytest.mark.parametrize("length", [0x7B, 0x3C, 0x203C, 0x7B20, 0x0A0D, 0xBFBBEF, 0xFEFF, 0x3CFEFF, 0x3F3C, 0x5B])
def test_a_length_that_reads_like_text_hides_no_model(length: int) -> None:
    assert by_content(MODEL, header(length)) is None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("workflow.json", b'{"nodes": []}'),
        ("workflow.JSON", b"[]"),
        ("words.txt", b"<lora:ink:0.8>, {red|blue} __colour__"),
        ("words.txt", b"{red|blue}"),
        ("words.yaml", b'{"a": [1]}'),
        ("readme.md", b"<img src=x>"),
        ("page.html_", b"<!doctype html>"),
        ("feed.xml_", b"<?xml version='1.0'?>"),
        ("a.ckpt", b"\x80\x02}q\x00."),
        ("a.pt", b"(dp0\nS'x'\n."),
        ("a.pt", b"PK\x03\x04"),
        ("a.gguf", b"GGUF\x03"),
        ("a.bin", b""),
    ],
)
def test_what_may_begin_so(name: str, content: bytes) -> None:
    assert by_content(name, content) is None
    check_body(name, "binary/octet-stream", content)


@pytest.mark.parametrize("name", ["words.txt", "workflow.json", "readme.md", "config.yaml", "picture.png"])
def test_no_file_is_a_web_page_or_an_xml_document(name: str) -> None:
    assert by_content(name, b" <!doctype html>") is Foreign.HTML
    assert by_content(name, b"<?xml version='1.0'?>") is Foreign.XML


@pytest.mark.parametrize(
    ("name", "content_type", "expected"),
    [
        (MODEL, "text/html; charset=utf-8", Foreign.HTML),
        (MODEL, "TEXT/HTML", Foreign.HTML),
        (MODEL, "application/xhtml+xml", Foreign.HTML),
        ("workflow.json", "text/html", Foreign.HTML),
        (MODEL, "application/xml", Foreign.XML),
        (MODEL, " text/xml ;charset=x", Foreign.XML),
        ("words.txt", "application/rss+xml", Foreign.XML),
        (MODEL, "application/json", Foreign.JSON),
        (MODEL, "application/problem+json", Foreign.JSON),
        ("json", "application/json", Foreign.JSON),
        ("workflow.json.safetensors", "application/json", Foreign.JSON),
        ("workflow.json", "application/json", None),
        ("page.html_", "text/html", None),
        (MODEL, "binary/octet-stream", None),
        (MODEL, "", None),
        (MODEL, None, None),
    ],
)
def test_what_an_answer_calls_itself(name: str, content_type: str | None, expected: Foreign | None) -> None:
    assert by_type(name, content_type) is expected


def test_a_page_by_type_is_a_challenge_and_one_by_content_a_wrong_file() -> None:
    with pytest.raises(ChallengePage):
        check_body(MODEL, "text/html", header(64))
    with pytest.raises(InvalidFile):
        check_body(MODEL, None, b"<html>")
    with pytest.raises(InvalidFile):
        check_body(MODEL, "application/json", header(64))
    check_body(MODEL, "application/octet-stream", header(64))
    assert is_html(None, b"\xef\xbb\xbf\n<html>")
    assert not is_html("application/json", b'{"error": "<html>"}')


@pytest.mark.parametrize(
    ("suffix", "head", "expected"),
    [
        (".ckpt", b"", ".ckpt"),
        (".pt", b"anything", ".pt"),
        (".joblib", b"", ".joblib"),
        (".npz", b"PK\x03\x04", ".npz"),
        (".txt", b"\x80\x04\x95", ".pkl"),
        ("", b"\x80\x02}", ".pkl"),
        (".onnx", b"PK\x03\x04", ".pt"),
        (".png", b"\x93NUMPY", ".npy"),
        (".zip", b"PK\x03\x04", None),
        (".zip", b"\x80\x02}", ".pkl"),
        (".safetensors", header(0x0280), None),
        (".gguf", b"GGUF", None),
        (".png", b"\x89PNG", None),
        (".txt", b"", None),
    ],
)
def test_what_must_be_scanned(suffix: str, head: bytes, expected: str | None) -> None:
    assert scanned_as(suffix, head) == expected
