"""Attacks in the HTML that authors write: nothing runs, nothing loads from strangers, nothing hides its target."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civitdock.web import description
from civitdock.web.description import Pictures, as_text, clean

CDN = "https://image.civitai.com/x/width=450/a.jpeg"

#: Nothing but these may survive, with these attributes.
TAGS = {*description._TAGS, "img"}
ATTRIBUTES = {"href", "src", "alt", "rel", "target", "loading", "referrerpolicy", "colspan", "rowspan"}


class Reader(HTMLParser):
    """What a browser would find in a text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def check(text: str) -> None:
    """Fail where anything dangerous is left."""
    for tag, attributes in Reader(text).found:
        assert tag in TAGS, text
        assert set(attributes) <= ATTRIBUTES, text
        if "href" in attributes:
            assert (attributes["href"] or "").startswith("https://"), text
        if tag == "a":
            assert attributes["target"] == "_blank", text
            assert set((attributes["rel"] or "").split()) == {"noopener", "noreferrer", "nofollow"}, text
        if "src" in attributes:
            assert (attributes["src"] or "").startswith("https://image.civitai.com/"), text


ATTACKS = [
    "<p title='press here' lang='xx'>x</p>",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><animate onbegin=alert(1)></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<details open ontoggle=alert(1)>x</details>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='  java\tscript:alert(1)'>x</a>",
    "<a href='data:text/html,x'>x</a>",
    "<a href='http://evil.example'>x</a>",
    "<a href='//evil.example'>x</a>",
    "<a href='/sdapi/v1/options'>x</a>",
    "<a href='file=config.json'>x</a>",
    "<a href='https:evil.example'>x</a>",
    "<a href='https://a\\@evil.example'>x</a>",
    "<a href='https://user:password@evil.example'>x</a>",
    "<a href='https://ok.example' target='_self' rel='opener' onclick='x()'>x</a>",
    "<style>*{display:none}</style>",
    "<p style='position:fixed;inset:0'>x</p>",
    "<form action='https://evil.example'><input name=password><button>Log in</button></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href='https://evil.example/'>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<object data=x></object><embed src=x>",
    "<img src='https://evil.example/pixel.gif'>",
    "<img src='https://image.civitai.com.evil.example/a.png'>",
    "<img src='https://image.civitai.com@evil.example/a.png'>",
    "<img src='https://image.civitai.com:8443/a.png'>",
    "<img src='http://image.civitai.com/a.png'>",
    "<img src='https://evil.example\\.image.civitai.com/a.png'>",
    "<img srcset='https://evil.example/a.png 1x'>",
    "<video src='https://evil.example/a.mp4' autoplay></video>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<div id=civitdock_root class=civitdock-hidden>x</div>",
    "<civitdock-app data-static='https://evil.example/'></civitdock-app>",
    "<!--><script>alert(1)</script>-->",
    "<p",
    "<" * 10_000,
]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack[:40])
@pytest.mark.parametrize("pictures", list(Pictures))
def test_nothing_dangerous_survives(attack: str, pictures: Pictures) -> None:
    cleaned = clean(f"<p>before</p>{attack}", pictures)
    check(cleaned)
    assert "alert(1)" not in cleaned or "<script" not in cleaned
    assert "before" in cleaned


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([*ATTACKS[:-1], CDN, "<b>", "</b>", "\"'>", "&lt;script&gt;"]), max_size=6).map("".join)
)
def test_no_mixture_of_them_survives(text: str) -> None:
    check(clean(text, Pictures.KEEP))


def test_what_authors_really_write_stays() -> None:
    text = (
        '<h2>Use</h2><ul><li><strong>a</strong></li></ul><pre><code>x</code></pre><a href="https://a.example/b">l</a>'
    )
    cleaned = clean(text, Pictures.DROP)
    assert cleaned.startswith("<h2>Use</h2><ul><li><strong>a</strong></li></ul><pre><code>x</code></pre>")
    assert 'href="https://a.example/b"' in cleaned


def test_pictures_have_no_level_and_stay_only_where_everything_may_be_shown() -> None:
    text = f'<p>a</p><img src="{CDN}" alt="b">'
    assert CDN in clean(text, Pictures.KEEP)
    assert "img" not in clean(text, Pictures.DROP)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack[:40])
def test_without_the_cleaner_there_is_only_text(attack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(description, "_allow_listed", None)
    cleaned = clean(f"<p>before</p>{attack}", Pictures.KEEP)
    assert [tag for tag, _attributes in Reader(cleaned).found if tag != "br"] == []
    assert cleaned.startswith("before")


def test_text_keeps_its_lines() -> None:
    assert as_text("<p>one &amp; two</p><p>three</p>") == "one &amp; two<br>three"
