"""What a WebUI does under an open page: it dies and comes back, wants a login, hides behind a proxy or plain http."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from civitdock.demo import faults
from civitdock.demo.contents import tensor_blob
from civitdock.demo.faults import Match
from civitdock.demo.server import DemoCivitai
from civitdock.demo.wire import Gate
from tests.support.browser import HOME_NAME, Tab
from tests.support.site import QUIET
from tests.support.webui.process import Order, WebUi, build
from tests.support.webui.proxy import PrefixProxy
from tests.support.webui.variants import available

Start = Callable[..., WebUi]
Visit = Callable[[str], Tab]
AWAY = ("ERR_", "status of 404", "status of 5", "WebSocket", "Connection errored", "Failed to fetch", "NetworkError")
LOGIN = {"username": "ann", "password": "pw1"}


@pytest.fixture
def start(tmp_path: Path, demo: DemoCivitai, pytestconfig: pytest.Config) -> Iterator[Start]:
    """Starts the host of this Gradio with flags; it ends with the test."""
    variant = available(pytestconfig.getoption("--pin-set"))[0]
    with ExitStack() as ends:

        def begin(*flags: str) -> WebUi:
            variables = {"CIVITAI_API_URL": demo.api_base, "CIVITAI_PAGE_URL": demo.page_base, **QUIET}
            host = WebUi(build(tmp_path / variant.name, variant), Order(variant, ("--api", *flags), variables))
            ends.callback(host.stop)
            return host

        yield begin


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    """Makes a tab for an address; checks at the end that nothing went wrong that the test did not announce."""
    tabs: list[Tab] = []

    def make(url: str) -> Tab:
        tabs.append(Tab(chromium.new_context(viewport={"width": 1400, "height": 900}), url))
        return tabs[-1]

    yield make
    troubles = [line for tab in tabs for line in tab.troubles()]
    for tab in tabs:
        tab.context.close()
    assert troubles == []


def test_a_killed_host_comes_back_under_the_open_page(start: Start, visit: Visit, demo: DemoCivitai) -> None:
    name = "Survivor Lora"
    content = tensor_blob("survivor", "lora", "sd1", name)
    demo.catalogue.add(name, content, file_name="survivorLora.safetensors")
    gate = Gate()
    demo.faults.add(match=Match(where="storage", regex="survivorLora"), fault=faults.gated(gate, content.size // 2))
    host = start()
    tab = visit(host.url)
    tab.tolerate(*AWAY)
    tab.open()
    tab.search(name)
    tab.card(name).hover()
    tab.card(name).locator(".card-quick").click()
    gate.wait_reached()
    host.stop()
    strip = tab.find(".strip-is-link")
    expect(strip).to_contain_text("The connection to CivitDock is lost")
    expect(strip).to_contain_text(re.compile(r"Next try in \d+ s"))
    tab.find(".search-box").fill("words of a person")
    expect(tab.find(".state-title, .note-bad").first).to_be_visible()
    back = host.again()
    try:
        expect(strip).to_have_count(0, timeout=30_000)
        expect(tab.find(".search-box")).to_have_value("words of a person")
        expect(tab.find(".state-title")).to_have_text("No model fits", timeout=30_000)
        gate.release()
        tab.find("[role=tab]", has_text="Downloads").click()
        row = tab.find(".downloads .job", has_text=name)
        expect(row.locator(".job-state")).to_contain_text("Done", timeout=30_000)
        assert (back.models / "Lora" / "survivorLora.safetensors").read_bytes() == content.read()
    finally:
        back.stop()


def test_a_login_that_ends_is_told_and_another_browser_tab_brings_it_back(start: Start, visit: Visit) -> None:
    host = start("--gradio-auth", "ann:pw1")
    tab = visit(host.url)
    tab.tolerate("status of 401", *AWAY)
    _log_in(tab.context, host)
    tab.open()
    expect(tab.cards.first).to_be_visible()
    tab.context.clear_cookies()
    tab.find(".search-box").fill("Trap Pickle")
    strip = tab.find(".strip-is-link")
    expect(strip).to_contain_text("login to this WebUI has ended")
    with tab.context.expect_page() as opened:
        strip.get_by_role("button", name="Log in").click()
    other = opened.value
    expect(other.locator("input[type=password]")).to_be_visible()
    other.locator("input:not([type=password])").first.fill(LOGIN["username"])
    other.locator("input[type=password]").fill(LOGIN["password"])
    other.get_by_role("button", name="Login").click()
    expect(other.locator("#tabs")).to_be_visible()
    other.close()
    expect(strip).to_have_count(0)
    expect(tab.find(".search-box")).to_have_value("Trap Pickle")
    expect(tab.cards).to_have_count(3)


def test_behind_a_proxy_with_a_prefix(start: Start, visit: Visit, demo: DemoCivitai) -> None:
    host = start("--subpath", "sd")
    name = "Prefixed Lora"
    demo.catalogue.add(name, tensor_blob("prefixed", "lora", "sd1", name), file_name="prefixedLora.safetensors")
    with PrefixProxy("sd", host.url) as proxy:
        tab = visit(f"{proxy.url}/")
        tab.tolerate("WebSocket", "/assets/", "/favicon.ico")  # what Gradio asks for on its own account knows no prefix
        tab.open()
        expect(tab.find(".header")).to_have_css("display", "flex")
        tab.search(name)
        tab.card(name).locator("img.is-loaded").wait_for()
        tab.card(name).hover()
        tab.card(name).locator(".card-quick").click()
        expect(tab.card(name).locator(".badge-installed")).to_be_visible()
        tab.find("[role=tab]", has_text="Library").click()
        expect(tab.find(".view.library")).to_contain_text(name)
        ours = [one.url for one in tab.requests if "civitdock" in one.url]
        assert ours
        assert [url for url in ours if not url.startswith(f"{proxy.url}/")] == []


def test_over_plain_http_copying_works_and_nothing_fails(start: Start, visit: Visit, demo: DemoCivitai) -> None:
    host = start()
    tab = visit(host.url.replace("127.0.0.1", HOME_NAME))
    tab.open()
    assert tab.page.evaluate("[window.isSecureContext, typeof navigator.clipboard]") == [False, "undefined"]
    name = demo.catalogue.trap("multi-file").name
    tab.search(name)
    drawer = tab.open_card(name)
    drawer.get_by_role("button", name="Copy link").first.click()
    expect(tab.find(".toast").first).to_contain_text("Copied")
    tab.page.evaluate("document.body.prepend(Object.assign(document.createElement('textarea'), {id: 'elsewhere'}))")
    tab.page.locator("#elsewhere").press("Control+v")
    expect(tab.page.locator("#elsewhere")).to_have_value(re.compile(r"/models/\d+"))


def test_reload_ui_twice_under_the_open_page(start: Start, visit: Visit, demo: DemoCivitai) -> None:
    name = "Reloaded Lora"
    demo.catalogue.add(name, tensor_blob("reloaded", "lora", "sd1", name), file_name="reloadedLora.safetensors")
    host = start()
    tab = visit(host.url)
    tab.tolerate(*AWAY)
    tab.open()
    tab.search(name)
    expect(tab.card(name)).to_be_visible()
    for _ in range(2):
        host.reload()
    expect(tab.find(".strip")).to_have_count(0, timeout=30_000)
    expect(tab.find(".search-box")).to_have_value(name)
    tab.card(name).hover()
    tab.card(name).locator(".card-quick").click()
    expect(tab.card(name).locator(".badge-installed")).to_be_visible()
    tab.open()
    expect(tab.page.locator("civitdock-app")).to_have_count(1)
    expect(tab.cards.first).to_be_visible()


def _log_in(context: BrowserContext, host: WebUi) -> None:
    answer = context.request.post(f"{host.url}login", form=LOGIN)
    assert answer.ok, answer.text()
