"""Dark and light, small and large, and what a screen reader would stumble over."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from civitdock.demo.server import DemoCivitai
from tests.browser.conftest import OpenTab
from tests.support.browser import Tab

THEMES = ("light", "dark")


@pytest.mark.parametrize("theme", THEMES)
def test_the_theme_of_the_page_is_the_tabs(tab: Tab, theme: str) -> None:
    tab.open(query=f"__theme={theme}")
    expect(tab.cards.first).to_be_visible()
    text = _brightness(tab.find(".filterbar").evaluate("element => getComputedStyle(element).color"))
    assert text > 150 if theme == "dark" else text < 100


def test_the_components_of_the_named_endpoints_are_there_and_not_seen(tab: Tab) -> None:
    tab.open()
    expect(tab.cards.first).to_be_visible()
    endpoints = tab.page.locator("#civitdock_endpoints")
    expect(endpoints).to_be_hidden()
    assert endpoints.locator("button").count() == 4


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(tab: Tab, theme: str, demo: DemoCivitai) -> None:
    model = demo.catalogue.trap("multi-file")
    tab.open(query=f"__theme={theme}")
    expect(tab.cards.first).to_be_visible()
    assert tab.findings() == []
    tab.search(model.name)
    tab.open_card(model.name)
    assert tab.findings() == []
    tab.page.keyboard.press("Escape")
    tab.find(".header-help").click()
    expect(tab.find("dialog.dialog-help")).to_be_visible()
    assert tab.findings() == []
    tab.page.keyboard.press("Escape")
    for view in ("Settings", "Downloads"):
        tab.find("[role=tab]", has_text=view).click()
        expect(tab.find(f".view.{view.lower()}")).to_be_visible()
        if view == "Settings":
            expect(tab.find(".field").nth(3)).to_be_visible()
        assert tab.findings() == []


def test_everything_fits_a_phone(open_tab: OpenTab, demo: DemoCivitai) -> None:
    model = demo.catalogue.trap("multi-file")
    tab = open_tab(380, 780, has_touch=True)
    tab.open()
    expect(tab.cards.first).to_be_visible()
    assert _overflow(tab) == []
    tab.search(model.name)
    tab.open_card(model.name)
    assert tab.drawer.evaluate("drawer => drawer.matches(':modal')"), "on a phone the details cover the page"
    assert _overflow(tab) == []
    tab.drawer.get_by_role("button", name="Close").click()
    for view in ("Settings", "Downloads", "Library"):
        tab.find(f"[role=tab][aria-label^={view}]").click()
        expect(tab.find(f".view.{view.lower()}")).to_be_visible()
        assert _overflow(tab) == []


def test_nothing_is_left_empty_below_the_tabs_of_the_page(tab: Tab) -> None:
    tab.open()
    expect(tab.cards.first).to_be_visible()
    gap = tab.page.evaluate(
        """() => document.querySelector('civitdock-app').getBoundingClientRect().top
               - document.querySelector('#tabs :is([role=tablist], .tab-nav)').getBoundingClientRect().bottom"""
    )
    assert 0 <= gap < 4


@pytest.mark.once
def test_pictures_do_not_move_the_page(tab: Tab) -> None:
    tab.open()
    expect(tab.cards.first).to_be_visible()
    before = tab.cards.evaluate_all("cards => cards.map(card => card.getBoundingClientRect().top)")
    tab.page.wait_for_function(
        """() => [...document.querySelector('civitdock-app').shadowRoot.querySelectorAll('.card img')]
                 .some(image => image.complete && image.naturalWidth > 0)"""
    )
    assert tab.cards.evaluate_all("cards => cards.map(card => card.getBoundingClientRect().top)") == before


@pytest.mark.once
def test_reduced_motion_plays_no_video(open_tab: OpenTab, demo: DemoCivitai) -> None:
    model = demo.catalogue.trap("video-first")
    for motion, videos in (("reduce", 0), ("no-preference", 1)):
        tab = open_tab(reduced_motion=motion)
        tab.open()
        tab.search(model.name)
        tab.card(model.name).hover()
        tab.card(model.name).locator("img.is-loaded").wait_for()
        if videos:
            expect(tab.card(model.name).locator("video")).to_have_count(videos)
        assert tab.card(model.name).locator("video").count() == videos


def _brightness(color: str) -> float:
    return (
        sum(float(part) for part in re.findall(r"[\d.]+", color)[:3]) / 3 * (255 if color.startswith("color(") else 1)
    )


def _overflow(tab: Tab) -> list[str]:
    """Elements that stick out of the window to the right and can be seen there."""
    script = """() => {
      const root = document.querySelector('civitdock-app').shadowRoot;
      const wide = window.innerWidth + 1;
      const clipped = element => {
        for (let at = element.parentElement; at; at = at.parentElement) {
          const style = getComputedStyle(at);
          if (style.overflowX !== 'visible' && at.getBoundingClientRect().right <= wide) return true;
        }
        return false;
      };
      return [...root.querySelectorAll('*')]
        .filter(element => element.checkVisibility())
        .filter(element => element.getBoundingClientRect().right > wide && !clipped(element))
        .map(element => element.outerHTML.slice(0, 120));
    }"""
    return list(tab.page.evaluate(script))
