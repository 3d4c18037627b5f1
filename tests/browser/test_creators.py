"""Creators whose models somebody does not want to see: hidden from a card, from the details, and shown again."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from civitdock.demo.server import DemoCivitai
from tests.support.browser import Tab
from tests.support.site import Site

pytestmark = pytest.mark.once
GONE = "status of 404"  # a model of the demo has lost its pictures
SETTING = "#cd-set-civitai_hidden_creators"


@pytest.fixture
def creator(tab: Tab, demo: DemoCivitai) -> Iterator[str]:
    """Whoever made the first model; nobody is hidden afterwards."""
    tab.tolerate(GONE)
    tab.open("cb=browse&period=AllTime")
    by = tab.cards.first.locator(".card-by")
    expect(by).to_be_visible()
    yield by.inner_text()
    tab.open("cb=settings")
    field = tab.find(SETTING)
    expect(field).to_be_visible()
    if field.input_value():
        with tab.page.expect_response(lambda answer: answer.request.method == "POST"):
            field.fill("")
            field.blur()


def by(tab: Tab, creator: str) -> Locator:
    exactly = tab.page.locator(".card-by", has_text=re.compile(f"^{re.escape(creator)}$"))
    return tab.cards.filter(has=exactly)


def test_a_cards_menu_hides_its_creator_and_the_toast_brings_them_back(tab: Tab, creator: str) -> None:
    first = tab.cards.first
    name = first.locator(".card-name").inner_text()
    first.hover()
    first.locator(".card-more").click()
    tab.find(".menu").get_by_role("menuitem", name=f"Hide models by {creator}").click()
    expect(by(tab, creator)).to_have_count(0)
    expect(tab.cards.first).not_to_contain_text(name)
    toast = tab.find(".toast", has_text=f"Models by {creator} are hidden")
    toast.get_by_role("button", name="Undo").click()
    expect(tab.cards.first).to_contain_text(name)
    assert tab.findings() == []


def test_a_hidden_creator_stays_hidden_until_shown_again_in_the_details(tab: Tab, creator: str) -> None:
    tab.cards.first.locator(".card-open").click()
    drawer = tab.find(".drawer[open]")
    drawer.get_by_role("button", name=f"Hide models by {creator}").click()
    expect(by(tab, creator)).to_have_count(0)
    again = drawer.get_by_role("button", name=f"Show models by {creator} again")
    expect(again).to_be_focused()
    tab.page.reload()
    expect(tab.cards.first).to_be_visible()
    expect(by(tab, creator)).to_have_count(0)
    # Who asks for a creator means that one.
    tab.open(f"cb=browse&by={creator}&period=AllTime")
    expect(by(tab, creator).first).to_be_visible()
    tab.open("cb=settings")
    expect(tab.find(SETTING)).to_have_value(creator)
    assert tab.findings() == []


def test_the_menu_works_by_keys(tab: Tab, creator: str) -> None:
    first = tab.cards.first
    first.locator(".card-open").focus()
    more = first.locator(".card-more")
    more.focus()
    tab.page.keyboard.press("Enter")
    menu = tab.find(".menu")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    tab.page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(more).to_be_focused()
    tab.page.keyboard.press("Enter")
    tab.page.keyboard.press("End")
    tab.page.keyboard.press("Enter")
    expect(by(tab, creator)).to_have_count(0)
    expect(tab.find(".grid .card :focus")).to_have_count(1)


def test_who_was_hidden_on_another_page_stays_hidden(tab: Tab, site: Site, creator: str) -> None:
    site.change(civitai_hidden_creators="somebody_else")
    first = tab.cards.first
    first.hover()
    first.locator(".card-more").click()
    tab.find(".menu").get_by_role("menuitem", name=f"Hide models by {creator}").click()
    expect(tab.find(".toast", has_text=f"Models by {creator} are hidden")).to_be_visible()
    tab.open("cb=settings")
    expect(tab.find(SETTING)).to_have_value(re.compile(f"somebody_else.*{re.escape(creator)}"))
