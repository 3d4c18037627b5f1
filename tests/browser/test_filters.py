"""Filters for early access, checkpoints and file formats, as a person uses them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from civitdock.demo.server import DemoCivitai
from tests.support.browser import Tab

pytestmark = pytest.mark.once


def test_filters_are_chosen_kept_and_named_when_nothing_is_found(tab: Tab, demo: DemoCivitai) -> None:
    tab.tolerate("status of 404")  # a model of the demo has lost its pictures
    tab.open("cb=browse&period=AllTime")
    expect(tab.cards.first).to_be_visible()
    more = tab.find(".filter-button", has_text="More")
    more.focus()
    tab.page.keyboard.press("Enter")
    assert tab.focused().startswith("check")
    tab.page.keyboard.press("ArrowDown")
    tab.find(".more-filters label", has_text="Merges").click()
    tab.find(".more-filters label", has_text="SafeTensor").click()
    expect(more).to_have_text("More3")
    assert tab.findings() == []
    tab.page.keyboard.press("Escape")
    assert "More" in tab.focused()
    chips = tab.find(".filterbar .chip")
    expect(chips).to_have_text(["Period: All time", "Early access: Hide", "Checkpoints: Merges", "Format: SafeTensor"])
    for part in ("early=hide", "kind=Merge", "format=SafeTensor"):
        assert part in tab.page.url
    expect(tab.find(".pill-type").first).to_have_text("Checkpoint")
    assert set(tab.find(".card .pill-type").all_text_contents()) == {"Checkpoint"}
    assert tab.findings() == []

    tab.page.reload()
    expect(chips).to_have_count(4)
    expect(tab.cards.first).to_be_visible()

    tab.open("cb=browse&period=AllTime&format=Core%20ML&early=only")
    expect(tab.find(".state-title")).to_be_visible()
    # Each is left out once by itself: those that help stay, the most helpful one first, and how much each brings.
    offered = tab.find(".state .chips li")
    expect(offered).to_have_count(1)
    expect(offered).to_have_text(re.compile(r"Format: Core ML\s*\d+ found"))
    assert tab.findings() == []
    offered.locator(".chip").click()
    expect(tab.card(demo.catalogue.trap("early-access").name)).to_be_visible()


def test_keys_take_one_chip_after_the_other_away(tab: Tab) -> None:
    tab.tolerate("status of 404")
    tab.open("cb=browse&period=AllTime&type=LORA&type=Checkpoint&kind=Merge")
    chips = tab.find(".filterbar .chip")
    expect(chips).to_have_text(["LoRA", "Checkpoint", "Period: All time", "Checkpoints: Merges"])
    chips.nth(1).focus()
    for left in (["LoRA", "Period: All time", "Checkpoints: Merges"], ["LoRA", "Checkpoints: Merges"], ["LoRA"], []):
        tab.page.keyboard.press("Enter")
        expect(chips).to_have_text(left)
    assert "filter-button" in tab.focused(), "at last the filters themselves"


def test_the_filters_fit_a_phone(open_tab: object) -> None:
    tab: Tab = open_tab(width=380, height=760)  # type: ignore[operator]
    tab.tolerate("status of 404")
    tab.open("cb=browse&period=AllTime&kind=Merge&format=GGUF&early=hide")
    expect(tab.find(".filterbar .chip").first).to_be_visible()
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 380
    tab.find(".filter-button", has_text="More").click()
    expect(tab.find(".more-filters label", has_text="Merges").locator("input")).to_be_checked()
    box = tab.find(".more-filters").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 380
    assert tab.findings() == []
