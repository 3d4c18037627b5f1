"""One Chromium for the session, one running page per module, an empty browser context per test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from civitdock.demo.server import DemoCivitai
from tests.support.browser import FLAGS, WAIT_MS, Tab, chromium_path
from tests.support.contexts import Contexts
from tests.support.secondtry import begin_anew
from tests.support.site import Site, start_site
from tests.support.webui.variants import available

OpenTab = Callable[..., Tab]


def pytest_runtest_setup(item: pytest.Item) -> None:
    begin_anew(item)


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


@pytest.fixture(scope="module")
def contexts(chromium: Browser, site: Site) -> Iterator[Contexts]:
    """The browser contexts of this module's page."""
    own = Contexts(chromium, site.url.rstrip("/"))
    yield own
    own.close()


@pytest.fixture
def open_tab(contexts: Contexts, site: Site, demo: DemoCivitai) -> Iterator[OpenTab]:
    """Makes tabs in empty browser contexts (arguments of `new_context`), of which only the cache may be filled; checks
    at the end that none had an error that the test did not announce, and that none asked another machine."""
    tabs: list[Tab] = []

    def make(width: int = 1400, height: int = 900, **more: object) -> Tab:
        context = contexts.take(viewport={"width": width, "height": height}, **more)
        tabs.append(Tab(context, site.url))
        return tabs[-1]

    yield make
    troubles = [line for tab in tabs for line in tab.troubles()]
    for tab in tabs:
        tab.leave()
    contexts.take_back()
    assert troubles == []


@pytest.fixture
def tab(open_tab: OpenTab) -> Tab:
    """One tab of desktop size, not opened yet."""
    return open_tab()
