"""Where things stand close together: nothing covers another, nothing is pushed into a line of its own."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenTab

#: The cards whose box to choose them lies on one of their pills.
COVERED = """cards => cards.filter(card => {
  const box = card.querySelector('.card-check').getBoundingClientRect();
  return [...card.querySelectorAll('.pill')].some(pill => {
    const at = pill.getBoundingClientRect();
    return at.left < box.right && at.right > box.left && at.top < box.bottom && at.bottom > box.top;
  });
}).map(card => card.querySelector('.card-name').textContent)"""
#: As many numbers on the tabs as there can be.
NUMBERS = "counts => counts.forEach(count => { count.hidden = false; count.textContent = '12'; })"


@pytest.mark.once
def test_the_box_to_choose_a_card_covers_none_of_its_pills(open_tab: OpenTab) -> None:
    tab = open_tab(width=380, height=800)
    tab.open("cb=browse&q=Workflow")
    expect(tab.cards.nth(1)).to_be_visible()
    assert tab.cards.evaluate_all(COVERED) == []


@pytest.mark.once
def test_numbers_on_the_tabs_of_a_phone_push_nothing_into_another_line(open_tab: OpenTab) -> None:
    tab = open_tab(width=380, height=800, locale="de-DE")
    tab.open("cb=settings")
    tab.find(".tab:not(:first-child, :last-child) .tab-count").evaluate_all(NUMBERS)
    tabs, keys = tab.find(".tabs").bounding_box(), tab.find(".header-help").bounding_box()
    assert tabs is not None
    assert keys is not None
    assert keys["y"] < tabs["y"] + tabs["height"]
    assert tab.page.evaluate("document.documentElement.scrollWidth") == 380
