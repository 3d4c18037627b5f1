"""The gallery, the creator's other models, and going through the results, in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from civitdock.demo.server import DemoCivitai
from tests.support.browser import Tab


@pytest.mark.once
def test_the_gallery_comes_when_it_is_seen_and_goes_on_to_its_end(tab: Tab, demo: DemoCivitai) -> None:
    model = demo.catalogue.trap("many-images")
    tab.open()
    tab.search(model.name)
    drawer = tab.open_card(model.name)
    expect(drawer.locator(".version").first).to_be_visible()
    drawer.locator(".gallery-part").scroll_into_view_if_needed()
    tiles = drawer.locator(".gallery .strip-picture")
    expect(tiles).to_have_count(24)
    more = drawer.locator(".gallery-part .button")
    more.focus()
    tab.page.keyboard.press("Enter")
    expect(tiles).to_have_count(30)
    expect(more).to_be_hidden()
    expect(tiles.nth(24)).to_be_focused()
    tab.page.keyboard.press("Enter")
    expect(tab.find("dialog.lightbox .lightbox-position")).to_have_text("25 / 30")
    tab.page.keyboard.press("Escape")
    expect(tiles.nth(24)).to_be_focused()

    other = drawer.locator(".other").first
    other.scroll_into_view_if_needed()
    name = other.locator(".other-name").inner_text()
    assert tab.findings() == []
    other.click()
    expect(drawer.locator(".drawer-title")).to_have_text(name)


@pytest.mark.once
def test_next_goes_through_the_results_beyond_the_page_that_is_here(tab: Tab) -> None:
    tab.open("cb=browse&period=AllTime")
    tab.cards.first.locator(".card-open").click()
    drawer = tab.drawer
    title = drawer.locator(".drawer-title")
    expect(drawer.get_by_role("button", name="Previous model")).to_be_disabled()
    names = []
    for _ in range(45):  # a page has 40
        names.append(title.inner_text())
        tab.page.keyboard.press("ArrowRight")
        expect(title).not_to_have_text(names[-1])
    assert len(set(names)) > 40
    tab.page.keyboard.press("ArrowLeft")
    expect(title).to_have_text(names[-1])
