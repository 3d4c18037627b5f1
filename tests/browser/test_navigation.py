"""Ways there and back: between the views, by the browser's Back, and out of the details."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from civitdock.demo.server import DemoCivitai
from tests.support.browser import Tab
from tests.support.site import Site

#: A list of several screens.
ALL = "cb=browse&period=AllTime"
PLACE = """() => {
  const root = document.querySelector('civitdock-app').shadowRoot;
  const scroller = root.querySelector('.scroller');
  return [root.activeElement?.closest('.card')?.dataset.id ?? root.activeElement?.textContent, scroller.scrollTop];
}"""


def test_by_keyboard_to_another_view_and_back_to_the_same_card(tab: Tab) -> None:
    keyboard = tab.open(ALL).page.keyboard
    expect(tab.cards.nth(12)).to_be_visible()
    tab.cards.first.locator(".card-open").focus()
    for _ in range(5):
        keyboard.press("ArrowDown")
    keyboard.press("ArrowRight")
    place = tab.page.evaluate(PLACE)
    assert place[1] > 500
    for letter, view in (("l", "library"), ("b", "browse"), ("s", "settings"), ("b", "browse")):
        keyboard.press("g")
        keyboard.press(letter)
        expect(tab.find(f".view.{view}")).to_be_visible()
        if view == "browse":
            assert tab.page.evaluate(PLACE) == place


def test_a_library_that_never_came_says_so_in_words_that_hold(tab: Tab) -> None:
    tab.tolerate("Failed to load resource")
    tab.open(ALL)
    expect(tab.cards.first).to_be_visible()
    tab.page.route("**/civitdock/api/**", lambda route: route.abort())
    tab.page.route("**/local-models*", lambda route: None)  # neither an answer nor an end
    tab.find("[role=tab]").filter(has_text="Library").click()
    strip = tab.find(".strip-is-link")
    expect(strip).to_contain_text("What has been loaded stays usable.")
    state = tab.find(".view.library .state")
    expect(state.locator(".state-title")).to_have_text("Your models have not been loaded yet")
    expect(state).to_contain_text("once CivitDock is back")
    expect(tab.find(".view.library .local-skeleton")).to_have_count(0)
    assert tab.findings() == []
    tab.page.unroute_all()
    strip.get_by_role("button", name="Try now").click()
    expect(state.locator(".state-title")).to_have_text("No models here yet")
