"""One Chromium for the session, one running page per module, one fresh browser context per test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from civitdock.demo.server import DemoCivitai
from tests.support.browser import FLAGS, WAIT_MS, Tab, chromium_path
from tests.support.site import Site, start_site
from tests.support.webui.variants import available

OpenTab = Callable[..., Tab]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium."""
    path = chromium_path()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is missing")
        pytest.skip("Chromium is missing")
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, demo_of_module: DemoCivitai, pytestconfig: pytest.Config
) -> Iterator[Site]:
    """The page of this module, on the demo CivitAI."""
    variant = available(pytestconfig.getoption("--pin-set"))[0]
    running = start_site(tmp_path_factory.mktemp("site"), demo_of_module, variant)
    yield running
    running.stop()


@pytest.fixture
def open_tab(chromium: Browser, site: Site, demo: DemoCivitai) -> Iterator[OpenTab]:
    """Makes tabs in browser contexts of their own (arguments of `new_context`); checks at the end that none had an
    error that the test did not announce, and that none asked another machine for anything."""
    tabs: list[Tab] = []

    def make(width: int = 1400, height: int = 900, **more: object) -> Tab:
        context = chromium.new_context(viewport={"width": width, "height": height}, **more)  # type: ignore[arg-type]
        tabs.append(Tab(context, site.url))
        return tabs[-1]

    yield make
    troubles = [line for tab in tabs for line in tab.troubles()]
    for tab in tabs:
        tab.context.close()
    assert troubles == []


@pytest.fixture
def tab(open_tab: OpenTab) -> Tab:
    """One tab of desktop size, not opened yet."""
    return open_tab()
