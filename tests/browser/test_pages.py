"""Pages of results: where they begin, and asked for by a button where the setting or a failure wants it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from civitdock.demo import faults
from civitdock.demo.faults import Match
from civitdock.demo.server import DemoCivitai
from tests.support.browser import Tab

pytestmark = pytest.mark.once
GONE = "status of 404"  # a model of the demo has lost its pictures
SEEN = """cards => Object.fromEntries(cards.map(card => {
  const box = card.getBoundingClientRect();
  return [card.getAttribute('aria-posinset'), [Math.round(box.x), Math.round(box.y)]];
}))"""


def set_infinite(tab: Tab, on: bool) -> None:
    """The setting, as a person changes it."""
    tab.open("cb=settings")
    switch = tab.find("#cd-set-civitai_infinite_scroll")
    expect(switch).to_be_visible()
    with tab.page.expect_response(lambda answer: answer.request.method == "POST" and answer.url.endswith("/settings")):
        switch.set_checked(on)


def to_end(tab: Tab) -> None:
    tab.find(".browse .scroller").evaluate("box => { box.scrollTop = box.scrollHeight; }")


def test_a_page_says_where_it_begins_and_moves_nothing(tab: Tab, demo: DemoCivitai) -> None:
    tab.tolerate(GONE)
    tab.open("cb=browse&period=AllTime")
    expect(tab.cards.first).to_be_visible()
    to_end(tab)
    mark = tab.find(".grid-mark", has_text="Page 2")
    expect(mark).to_be_visible()
    first = tab.find('.card[aria-posinset="41"]')
    expect(first).to_be_visible()
    marked, card = mark.bounding_box(), first.bounding_box()
    assert marked is not None
    assert card is not None
    assert abs(marked["x"] - card["x"]) < 1
    assert abs(marked["y"] + marked["height"] / 2 - (card["y"] - 6)) < 1.5
    assert mark.get_attribute("aria-hidden") == "true"
    expect(tab.find(".results-count")).to_contain_text("so far")
    assert tab.findings() == []


def test_a_button_asks_for_more_where_the_setting_wants_it(tab: Tab, demo: DemoCivitai) -> None:
    tab.tolerate(GONE, "status of 503")
    set_infinite(tab, False)
    try:
        tab.open("cb=browse&period=AllTime&sort=Oldest")
        expect(tab.cards.first).to_be_visible()
        button = tab.find(".results-foot .button")
        to_end(tab)
        expect(button).to_have_text("Load more")
        assert tab.find(".card-skeleton").count() == 0
        expect(tab.find(".results-count")).to_have_text("40 results so far")
        before = tab.cards.evaluate_all(SEEN)
        button.focus()
        tab.page.keyboard.press("Enter")
        expect(tab.find(".results-count")).to_have_text("80 results so far")
        after = tab.cards.evaluate_all(SEEN)
        assert {at: after[at] for at in before if at in after} == {at: before[at] for at in before if at in after}
        assert "Load more" in tab.focused()
        assert len(set(tab.cards.evaluate_all("cards => cards.map(card => card.dataset.id)"))) == tab.cards.count()

        demo.faults.add(match=Match(path="/api/v1/models"), fault=faults.overloaded(), times=None)
        to_end(tab)
        button.click()
        expect(tab.find(".results-foot .note-bad")).to_be_visible()
        expect(button).to_have_text("Load more")
        demo.faults.clear()
        assert tab.findings() == []
    finally:
        set_infinite(tab, True)
