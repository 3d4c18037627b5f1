"""What people paste, and where the key may go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.domain import links
from civitdock.domain.links import Link

SHA256 = "21437EC26670E230B067CA936F6657CAF5CA063F15AEC333EF249BEC7C0F0DC0"


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://civitai.com/models/4384/dreamshaper?modelVersionId=128713", Link(model_id=4384, version_id=128713)),
        ("https://civitai.red/models/4384", Link(model_id=4384)),
        ("http://www.civitai.green/models/4384/a-b?x=1#gallery", Link(model_id=4384)),
        ("civitai.com/models/4384", Link(model_id=4384)),
        (" <https://civitai.com/models/4384> ", Link(model_id=4384)),
        ("https://api.civitai.com/api/v1/models/4384", Link(model_id=4384)),
        ("https://civitaired.com/models/4384", Link(model_id=4384)),
        ("https://civitai.com/model-versions/128713", Link(version_id=128713)),
        ("https://civitai.com/api/v1/model-versions/128713", Link(version_id=128713)),
        ("https://civitai.com/api/v1/model-versions/mini/128713?modelFileId=5", Link(version_id=128713, file_id=5)),
        ("https://civitai.com/api/download/models/128713", Link(version_id=128713)),
        (
            "https://civitai.com/api/download/models/128713?fileId=77&type=Model&token=x",
            Link(version_id=128713, file_id=77),
        ),
        (f"https://civitai.com/api/v1/model-versions/by-hash/{SHA256}", Link(hash=SHA256.lower())),
        ("https://civitai.com/user/Some_One/models", Link(creator="Some_One")),
        ("https://civitai.com/tag/comic%20book", Link(tag="comic book")),
        ("urn:air:sdxl:checkpoint:civitai:827184@2514310", Link(model_id=827184, version_id=2514310)),
        ("urn:air:flux1:lora:civitai:706978@1050496.safetensors", Link(model_id=706978, version_id=1050496)),
        ("air:sd1:lora:civitai:12@34", Link(model_id=12, version_id=34)),
        ("URN:AIR:SD1:LORA:CIVITAI:12", Link(model_id=12)),
        ("civitai:12@34", Link(model_id=12, version_id=34)),
        ("4384", Link(model_id=4384)),
        ("12345678", Link(model_id=12345678)),
        (SHA256, Link(hash=SHA256.lower())),
        ("0x21437EC266", Link(hash="21437ec266")),
        ("7AAE878CB805", Link(hash="7aae878cb805")),
        ("F8F2BE29", Link(hash="f8f2be29")),
    ],
)
def test_what_names_something_is_recognised(text: str, link: Link) -> None:
    assert links.parse(text) == link


@pytest.mark.parametrize(
    "text",
    [
        "",
        "dream shaper",
        "facade",
        "0",
        "99999999999",
        "4294967296",
        "https://civitai.com/",
        "https://civitai.com/models/abc",
        "https://civitai.com/models/99999999999",
        "https://civitai.com/images/123",
        "https://civitai.com.evil.example/models/1",
        "https://evil.example/civitai.com/models/1",
        "https://civitai.com@evil.example/models/1",
        "ftp://civitai.com/models/1",
        "https://civitai.com:x/models/1",
        "http://[/models/1",
        "urn:air:sdxl:checkpoint:huggingface:827184@2514310",
        "civitai:0@1",
        "E3B0C44298FC",
        "https://civitai.com\\@evil.example/models/1",
    ],
)
def test_everything_else_is_only_text(text: str) -> None:
    assert links.parse(text) is None


BASES = ("http://127.0.0.1:8123", "http://localhost:9000/api/v1", "https://civitai.red")


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("http://127.0.0.1:8123/models/5/name?modelVersionId=6", Link(model_id=5, version_id=6)),
        ("127.0.0.1:8123/models/5", Link(model_id=5)),
        ("http://localhost:9000/api/v1/model-versions/6", Link(version_id=6)),
        ("http://localhost:9000/api/download/models/6?fileId=7", Link(version_id=6, file_id=7)),
        ("https://civitai.com/models/5", Link(model_id=5)),
        ("http://127.0.0.1:8124/models/5", None),
        ("http://127.0.0.1/models/5", None),
        ("http://evil.example:8123/models/5", None),
        ("ftp://127.0.0.1:8123/models/5", None),
    ],
)
def test_links_may_begin_with_a_configured_address(text: str, link: Link | None) -> None:
    assert links.parse(text, BASES) == link


def test_the_path_of_a_configured_page_address_is_taken_off() -> None:
    assert links.parse("http://localhost:8123/mirror/models/5", ("http://localhost:8123/mirror/",)) == Link(model_id=5)
    assert links.parse("http://localhost:8123/mirrors/models/5", ("http://localhost:8123/mirror",)) is None


def test_words_below_a_configured_address_are_an_address() -> None:
    assert links.looks_like_address("127.0.0.1:8123/images/5", BASES)
    assert not links.looks_like_address("127.0.0.1:8124/images/5", BASES)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("https://example.org/models/1", True),
        ("civitai.com/images/5", True),
        ("urn:air:sdxl:x", True),
        ("dreamshaper", False),
        ("a https://b", False),
    ],
)
def test_addresses_are_told_from_words(text: str, meant: bool) -> None:
    assert links.looks_like_address(text) is meant


@given(text=st.text())
def test_no_text_raises(text: str) -> None:
    found = links.parse(text, (text,))
    assert found is None or found != Link()
    links.looks_like_address(text, (text,))
    links.valid_api_base(text)
    links.valid_page_base(text)
    links.key_may_go(text, text)


@given(model=st.integers(1, links.MAX_ID), version=st.integers(1, links.MAX_ID))
def test_addresses_and_airs_come_back_as_their_numbers(model: int, version: int) -> None:
    expected = Link(model_id=model, version_id=version)
    assert links.parse(f"https://civitai.com/models/{model}/any-name?modelVersionId={version}") == expected
    assert links.parse(f"urn:air:sd1:lora:civitai:{model}@{version}") == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://civitai.com/api/v1",
        "https://www.civitai.red/api/v1/",
        "https://api.civitai.green/v1",
        "https://civitai.com:443/api/v1",
        "http://127.0.0.1:8000/api/v1",
        "http://localhost:8000/api/v1",
        "https://[::1]:8000/api/v1",
    ],
)
def test_where_the_api_may_be(url: str) -> None:
    assert links.valid_api_base(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "civitai.com/api/v1",
        "http://civitai.com/api/v1",
        "https://civitai.com:8443/api/v1",
        "https://civitai.com.evil.example/api/v1",
        "https://evilcivitai.com/api/v1",
        "https://image.civitai.com/api/v1",
        "https://b2.civitai.com/api/v1",
        "https://auth.civitai.com/api/v1",
        "https://user:pass@civitai.com/api/v1",
        "https://civitai.com@evil.example/api/v1",
        "https://civitai.com/api/v1?token=x",
        "http://192.168.1.5/api/v1",
        "http://127.0.0.1.evil.example/api/v1",
        "http://0.0.0.0/api/v1",
        "file:///etc/passwd",
        "http://127.0.0.1:x/api",
        "https://civitai.com\\.evil.example/api/v1",
    ],
)
def test_where_the_api_may_not_be(url: str) -> None:
    assert not links.valid_api_base(url)


BASE = "http://127.0.0.1:8000/api/v1"


@pytest.mark.parametrize(
    ("url", "base", "may"),
    [
        ("https://civitai.com/api/v1/me", "https://civitai.com/api/v1", True),
        ("https://civitai.red/api/v1/me", "https://civitai.com/api/v1", True),
        ("https://civitai.com/api/v1/me", BASE, True),
        ("http://127.0.0.1:8000/api/download/models/1", BASE, True),
        ("http://127.0.0.1:8001/file", BASE, False),
        ("https://127.0.0.1:8000/file", BASE, False),
        ("http://localhost:8000/file", BASE, False),
        ("http://127.0.0.1:8000/x", "https://civitai.com/api/v1", False),
        ("http://civitai.com/api/v1/me", "https://civitai.com/api/v1", False),
        ("https://civitai.com:444/x", "https://civitai.com/api/v1", False),
        ("https://b2.civitai.com/file/x", "https://civitai.com/api/v1", False),
        ("https://image.civitai.com/x", "https://civitai.com/api/v1", False),
        ("https://evil.example/", "https://evil.example/", False),
    ],
)
def test_where_the_key_may_go(url: str, base: str, may: bool) -> None:
    assert links.key_may_go(url, base) is may


def test_page_links() -> None:
    assert links.valid_page_base("https://civitai.red")
    assert links.valid_page_base("http://127.0.0.1:7000")
    assert not links.valid_page_base("https://evil.example")
    assert not links.valid_page_base("javascript:alert(1)")
