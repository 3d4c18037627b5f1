"""Author HTML as short plain text, whatever the author wrote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.domain.plaintext import LONG, plain, shortened

CASES = [
    ("<p>One &amp; two</p><p>three<br/>four</p>", "One & two\nthree\nfour"),
    ("<ul><li>a</li><li> b  c </li></ul>", "a\nb c"),
    ("<p>x<script>alert(1)</script>y</p>", "xy"),
    ("<SCRIPT src=x>alert(1)</ScRiPt >z", "z"),
    ("İİİ<style>p{}</style>ok", "İİİok"),
    ("<style>p{}</style><!-- <p>no</p> -->yes", "yes"),
    ("a <b title='x'>bold</b> word", "a bold word"),
    ("1 < 2 and 3 > 2", "1 ‹ 2 and 3 › 2"),
    ("&lt;img src=x onerror=alert(1)&gt;", "‹img src=x onerror=alert(1)›"),
    ("left\u202eright\x00\x1b[31m", "leftright[31m"),
    ("no tags", "no tags"),
    ("cut <a href='", "cut"),
    ("<script>never closed", ""),
    ("before<!-- never closed", "before"),
    ("<?xml version='1.0'?><!DOCTYPE html>text", "text"),
    ("", ""),
]


@pytest.mark.parametrize(("source", "wanted"), CASES)
def test_html_becomes_plain(source: str, wanted: str) -> None:
    assert plain(source) == wanted


def test_long_text_is_cut_between_words() -> None:
    cut = plain("<p>" + "word " * 200 + "</p>")
    assert len(cut) <= 300
    assert cut.endswith("word…")
    assert shortened("x" * 400, 300) == "x" * 299 + "…"
    assert shortened("short", 5) == "short"


@given(st.text(alphabet="<>/!-?&;# abp'\"=\n\u202e\x00", max_size=200))
def test_nothing_comes_out_that_a_host_could_run(source: str) -> None:
    assert not set("<>\x00\u202e") & set(plain(source))


HOSTILE = ["<!", "<a ", "</", "<!--", "&", "&#1", "<![", "<div>", "<a b='", "<script>", "<script></s", "<svg/><", "<?"]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_markup_costs_no_time(piece: str) -> None:
    assert len(plain(piece * (200_000 // len(piece)), LONG)) <= LONG
