"""The guards' decisions by themselves: what no server lets through, and rules that hold for any text."""

from __future__ import annotations

import ipaddress
import string
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.errors import ForbiddenHost, ForbiddenOrigin, Unauthorized
from civitdock.web.call import Call, Mount, call_from_headers
from civitdock.web.guards import Names, basic_pair, check_host, check_login, check_origin, clean_name, parse_place
from tests.support.memory_host import MemoryAccess

NAME = st.text(string.ascii_letters + string.digits + ".-_:[]@/\\#?% %", max_size=40)


def call(**headers: str | tuple[str, ...]) -> Call:
    """A GET with these headers; a tuple is a header that came several times."""
    pairs = [
        (name.replace("_", "-"), value)
        for name, values in headers.items()
        for value in (values if isinstance(values, tuple) else (values,))
    ]
    return call_from_headers(Mount.API, "GET", pairs, {})


def passes(check: object, *arguments: object) -> bool:
    """Whether a check lets something through."""
    try:
        check(*arguments)  # type: ignore[operator]
    except (ForbiddenHost, ForbiddenOrigin, Unauthorized):
        return False
    return True


@pytest.mark.parametrize(
    "hosts", [(), ("localhost", "evil.example"), ("evil.example", "localhost"), ("localhost",) * 2]
)
def test_exactly_one_host_is_needed(hosts: tuple[str, ...]) -> None:
    assert not passes(check_host, call(host=hosts), Names())
    assert not passes(check_host, call(host=hosts), Names(any_name=True))


@pytest.mark.parametrize("sites", [("same-origin", "cross-site"), ("cross-site", "none"), ("same-origin, cross-site",)])
def test_one_foreign_sec_fetch_site_among_several_is_enough(sites: tuple[str, ...]) -> None:
    assert not passes(check_origin, call(host="localhost", Sec_Fetch_Site=sites))


def test_two_origins_or_two_hosts_are_never_the_same_place() -> None:
    assert passes(check_origin, call(host="localhost", origin="http://localhost"))
    assert not passes(check_origin, call(host="localhost", origin=("http://localhost", "http://localhost")))
    assert not passes(check_origin, call(host=("localhost", "localhost"), origin="http://localhost"))


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("https://webui.example", "webui.example", True),
        ("https://webui.example", "webui.example:443", True),
        ("https://webui.example", "webui.example:80", False),
        ("http://webui.example:80", "webui.example", True),
        ("http://WEBUI.example.:80", "webui.example", True),
        ("http://[::1]:7860", "[::1]:7860", True),
        ("http://[::1]:7860", "[::2]:7860", False),
        ("ftp://webui.example", "webui.example", False),
        ("webui.example", "webui.example", False),
        ("null", "null", False),
    ],
)
def test_ports_that_are_left_out_are_those_of_the_scheme(origin: str, host: str, same: bool) -> None:
    assert passes(check_origin, call(host=host, origin=origin)) is same


@given(NAME)
def test_a_name_with_a_dot_passes_only_as_an_address_or_where_nobody_can_register_it(text: str) -> None:
    if not passes(check_host, call(host=text), Names()):
        return
    place = parse_place(text)
    assert place is not None
    if "." in place.name and not place.name.endswith((".local", ".localhost")):
        ipaddress.ip_address(place.name)


@given(NAME)
def test_a_place_is_read_as_a_browser_reads_it(text: str) -> None:
    place = parse_place(text)
    if place is None:
        return
    parts = urlsplit(f"http://{text.strip()}/")
    assert (parts.hostname or "").removesuffix(".").partition("%")[0] == place.name
    assert parts.port == place.port
    assert not parts.username
    assert parts.path == "/"


@given(NAME, NAME)
def test_an_origin_passes_only_with_the_hosts_own_name(origin: str, host: str) -> None:
    if passes(check_origin, call(host=host, origin=f"http://{origin}")):
        ours, theirs = urlsplit(f"http://{host.strip()}"), urlsplit(f"http://{origin.strip()}")
        assert (ours.hostname or "").rstrip(".") == (theirs.hostname or "").rstrip(".")
        assert (ours.port or 80) == (theirs.port or 80)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_headers(text: str) -> None:
    parse_place(text)
    clean_name(text)
    basic_pair(text)
    passes(check_host, call(host=text), Names())
    passes(check_origin, call(host=text, origin=text))


def test_two_authorization_headers_are_none() -> None:
    access = MemoryAccess(login=frozenset({"a:b"}))
    good = "Basic YTpi"
    assert passes(check_login, call(authorization=good), access)
    assert not passes(check_login, call(authorization=(good, good)), access)
    assert not passes(check_login, call(), access)
