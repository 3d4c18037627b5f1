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
