"""Nothing moves by itself: what comes late finds its place free (`ui.md 8`)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import OpenTab
from tests.support.browser import Tab
from tests.support.site import TAB_HEADERS, Site

pytestmark = pytest.mark.once
API = "civitdock/api/"

#: What the browser calls a shift of the layout, without those that Gradio's own waiting text brings about (0.00005).
WATCH = """window.shifts = [];
new PerformanceObserver(list => {
  const place = box => Math.round(box.top);
  for (const {value, sources} of list.getEntries())
    if (value > 0.001)
      window.shifts.push([value, ...sources.map(one => `${place(one.previousRect)} > ${place(one.currentRect)}`)]);
}).observe({type: 'layout-shift', buffered: true});"""
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"


@pytest.fixture(params=[(1400, 900), (380, 780)], ids=["desktop", "phone"])
def watched(request: pytest.FixtureRequest, open_tab: OpenTab) -> Callable[[], Tab]:
    """Makes a tab that notes what moves."""

    def make() -> Tab:
        width, height = request.param
        tab = open_tab(width, height)
        tab.page.add_init_script(WATCH)
        return tab

    return make


def _shifts(tab: Tab) -> object:
    tab.page.evaluate(TWO_FRAMES)
    return tab.page.evaluate("window.shifts")


def test_from_an_empty_page_to_pictures(watched: Callable[[], Tab]) -> None:
    tab = watched().open()
    expect(tab.cards.first.locator("img")).to_be_visible()
    assert _shifts(tab) == []


def test_a_library_with_news_of_a_sync_and_of_files_without_a_model(watched: Callable[[], Tab], site: Site) -> None:
    folder = site.models / "Lora"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "broken.safetensors").write_bytes(b"no model")
    (folder / "lonely.civitai.info").write_text('{"id": 5, "modelId": 4}', "utf-8")
    api = site.api()
    api.post(f"{API}sync-metadata", {"force": True}, headers=TAB_HEADERS)
    api.until(lambda: api.get(f"{API}sync-progress").json()["job"]["state"] == "done")
    tab = watched()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    tab.page.route("**/sync-progress", hold)
    tab.open("cb=library")
    row = tab.find(".local:not(.local-skeleton)").first
    row.wait_for(state="attached")
    held[0].continue_()
    expect(tab.find(".sync")).to_be_visible()
    expect(tab.find(".orphans-line")).to_be_visible()
    expect(row).to_be_visible()
    assert _shifts(tab) == []
