"""Browse beyond one word: chips from the search box, recent searches, saved filters, the way back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from civitdock.demo.server import DemoCivitai
from tests.support.browser import Tab

pytestmark = pytest.mark.once


def test_search_box_history_saved_filters_and_the_way_back(tab: Tab, demo: DemoCivitai) -> None:
    tab.tolerate("status of 404")  # a model of the demo has lost its pictures
    tab.open("cb=browse&period=AllTime")
    expect(tab.cards.first).to_be_visible()
    box, scroller, chips = tab.find(".search-box"), tab.find(".browse .scroller"), tab.find(".filterbar .chip")

    model = demo.catalogue.trap("update-chain")
    tab.search(f"sky https://civitai.red/models/{model.id}")
    expect(box).to_have_value("sky")
    expect(tab.find(".filterbar .chip", has_text=f"Model {model.id}")).to_be_visible()
    expect(tab.drawer.locator(".drawer-title")).to_have_text(model.name)
    tab.page.keyboard.press("Escape")
    tab.find(".filterbar .chip", has_text=f"Model {model.id}").click()
    expect(chips).to_have_count(1)
    assert "q=sky" in tab.page.url
    tab.search("")

    tab.find(".filter-button", has_text="Saved filters").click()
    tab.find(".sets input").fill("of all times")
    tab.find(".sets-form .button").click()
    tab.find(".filterbar .chip").click()
    expect(chips).to_have_count(0)
    tab.find(".filter-button", has_text="Saved filters").click()
    assert tab.findings() == []
    tab.find(".sets .recent-row").click()
    expect(tab.find(".filterbar .chip")).to_have_text("Period: All time")

    expect(tab.cards.first).to_be_visible()
    for _ in range(3):
        before = scroller.evaluate("box => { const h = box.scrollHeight; box.scrollTop = h; return h; }")
        tab.page.wait_for_function(
            "before => document.querySelector('civitdock-app').shadowRoot"
            ".querySelector('.browse .scroller').scrollHeight > before",
            arg=before,
        )
    place = _first_place(tab)
    assert place > 40

    box.focus()
    expect(tab.find(".search-recent")).to_be_visible()
    assert tab.findings() == []
    tab.page.keyboard.press("ArrowDown")
    tab.page.keyboard.press("Enter")
    expect(box).to_have_value("sky")
    expect(tab.drawer.locator(".drawer-title")).to_have_text(model.name)
    tab.page.keyboard.press("Escape")
    tab.find(".results-note .link-button").click()
    expect(box).to_have_value("")
    _wait_for_place(tab, place)

    tab.page.reload()
    tab.find(".results-note .link-button").click()
    _wait_for_place(tab, place)


def test_choosing_cards_leaves_them_where_they_are(tab: Tab) -> None:
    tab.tolerate("status of 404")
    tab.open("cb=browse&period=AllTime")
    card = tab.cards.nth(3)
    expect(card).to_be_visible()
    before = card.bounding_box()
    for chosen in ("2 chosen", None):
        for index in (1, 3):
            tab.cards.nth(index).locator(".card-check input").click(force=True)
        bar = tab.find(".browse .selection")
        expect(bar).to_contain_text(chosen) if chosen else expect(bar).to_be_hidden()
        assert card.bounding_box() == before


#: The number of the first card that is wholly on screen.
_FIRST_PLACE = """() => {
  const cards = [...document.querySelector('civitdock-app').shadowRoot.querySelectorAll('.browse .card')];
  if (!cards.length) return -1;
  const top = cards[0].closest('.scroller').getBoundingClientRect().top;
  const seen = cards.filter(card => card.getBoundingClientRect().top >= top - 2);
  return Math.min(...seen.map(card => Number(card.getAttribute('aria-posinset'))));
}"""


def _first_place(tab: Tab) -> int:
    return int(tab.page.evaluate(_FIRST_PLACE))


def _wait_for_place(tab: Tab, place: int) -> None:
    """The drawer that closes gives its width back to the grid a frame later."""
    tab.page.wait_for_function(f"place => ({_FIRST_PLACE})() === place", arg=place)
