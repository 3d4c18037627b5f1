"""What other code and other hands do to an open page: themes, a finger on a small screen, a second browser tab."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Route, expect

from civitdock.demo import faults
from civitdock.demo.contents import tensor_blob
from civitdock.demo.faults import Match
from civitdock.demo.server import DemoCivitai
from civitdock.demo.wire import Gate
from tests.browser.conftest import OpenTab
from tests.support.browser import Tab
from tests.support.shelf import fill
from tests.support.site import TAB_HEADERS, Site

#: What themes of hosts do at their worst: rules for every element and tag, large type, colours by force.
HOSTILE = """
* {box-sizing: content-box !important; letter-spacing: .3em; word-spacing: 1em; text-transform: uppercase;
   text-align: right; text-indent: 20px; text-shadow: 0 0 3px red; line-height: 3; user-select: none}
html, body, div {font-size: 28px; font-style: italic; white-space: pre}
button {all: unset; color: red !important}
img, svg {max-width: 10px !important; opacity: .2}
input, label, ul, li, a {display: block !important; margin: 30px !important; color: red !important}
"""
#: Where things are and how they look, of what a person works with.
MEASURE = """elements => elements.map(element => {
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const says = ['letterSpacing', 'wordSpacing', 'textTransform', 'textAlign', 'textIndent', 'textShadow', 'fontSize',
                'fontStyle', 'lineHeight', 'whiteSpace', 'color', 'backgroundColor'];
  return [element.className, Math.round(box.width), Math.round(box.height), ...says.map(name => style[name])];
})"""
PARTS = ".header, .search-box, .tab, .filterbar, .filter-button, .card, .card-name, .card-quick, .grid, .dock-line"
#: A finger needs so many CSS pixels (WCAG 2.2, 2.5.8).
FINGER = 24


@pytest.fixture(scope="module")
def marked(site: Site, demo_of_module: DemoCivitai) -> str:
    """The selector of a card of the WebUI's own that has our buttons."""
    if not site.is_webui:
        pytest.skip("there is no WebUI with cards")
    shelf = fill(site.models, demo_of_module)
    site.change(civitai_card_buttons=True)
    assert site.api().post("civitdock/api/sync-metadata", {}, headers=TAB_HEADERS).status_code == 202
    site.api().until(lambda: site.api().get("civitdock/api/sync-progress").json()["job"]["state"] == "done")
    site.restart()
    return f"#txt2img_lora_cards > .card[data-name='{shelf.hostile.stem}']"


def test_a_theme_for_every_element_changes_nothing_in_the_tab(tab: Tab, demo: DemoCivitai) -> None:
    tab.open()
    expect(tab.cards.first).to_be_visible()
    tab.page.mouse.move(0, 0)
    tab.page.add_style_tag(content="civitdock-app {width: 1200px !important}")
    before = tab.find(PARTS).evaluate_all(MEASURE)
    tab.page.add_style_tag(content=HOSTILE)
    assert tab.find(PARTS).evaluate_all(MEASURE)[: len(before)] == before
    tab.search(demo.catalogue.trap("multi-file").name)
    drawer = tab.open_card(demo.catalogue.trap("multi-file").name)
    expect(drawer.locator(".drawer-title")).to_have_css("text-transform", "none")
    assert tab.findings() == []


def test_dark_and_light_change_under_the_open_page(tab: Tab) -> None:
    tab.open()
    expect(tab.cards.first).to_be_visible()
    bar = tab.find(".filterbar")
    colours = []
    for dark in (True, False, True):
        tab.page.evaluate("dark => document.body.classList.toggle('dark', dark)", dark)
        expect(tab.page.locator("civitdock-app")).to_have_attribute("data-theme", "dark" if dark else "light")
        colours.append(bar.evaluate("element => getComputedStyle(element).color"))
    assert colours[0] == colours[2] != colours[1]
    assert tab.findings() == []


def test_a_theme_for_every_element_leaves_the_buttons_on_the_hosts_cards(tab: Tab, marked: str) -> None:
    tab.open("")
    card = tab.page.locator(marked)
    mark = card.locator(".civitdock-mark")

    def near() -> list[list[object]]:
        card.scroll_into_view_if_needed()
        expect(mark).to_be_attached()
        card.hover()
        expect(mark.locator(".details")).to_be_visible()
        return list(mark.locator("button, a").evaluate_all(MEASURE))

    before = near()
    tab.page.add_style_tag(content=HOSTILE)
    tab.page.mouse.move(0, 0)
    assert near() == before
    mark.locator(".details").press("Enter")
    expect(tab.find(".drawer-local")).to_be_visible()


def test_words_that_come_late_stand_on_the_hosts_cards_all_the_same(tab: Tab, marked: str) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    words = re.compile(r"/lang/en\b")
    tab.page.route(words, hold, times=1)
    with tab.page.expect_request(words):
        tab.open("")
    tab.page.locator(marked).scroll_into_view_if_needed()
    expect(tab.page.locator(marked)).to_be_in_viewport()
    held[0].continue_()
    more = tab.page.locator(f"{marked} .civitdock-mark .more")
    expect(more).to_have_attribute("aria-label", re.compile("hostile"))


def test_a_finger_reaches_everything_on_a_small_screen(open_tab: OpenTab, demo: DemoCivitai) -> None:
    name = "Touched Lora"
    demo.catalogue.add(name, tensor_blob("touched", "lora", "sd1", name), file_name="touchedLora.safetensors")
    tab = open_tab(380, 780, has_touch=True, is_mobile=True)
    tab.open()
    tab.search(name)
    card = tab.card(name)
    for part in (".card-quick", ".card-check"):
        expect(card.locator(part)).not_to_have_css("background-color", "rgba(0, 0, 0, 0)")
    assert _small(tab) == []
    card.locator(".card-check").tap()
    expect(tab.find(".browse .selection")).to_contain_text("1 chosen")
    assert _small(tab) == []
    card.locator(".card-check").tap()
    expect(tab.find(".browse .selection")).to_be_hidden()
    card.locator(".card-open").tap()
    expect(tab.drawer.locator(".file").first).to_be_visible()
    assert _small(tab) == []
    assert _sideways(tab) == 0
    tab.drawer.get_by_role("button", name="Close").tap()
    expect(tab.drawer).to_be_hidden()
    card.locator(".card-quick").tap()
    expect(card.locator(".badge-installed")).to_be_visible()
    for view in ("Library", "Downloads", "Settings", "Browse"):
        tab.find(f"[role=tab][aria-label^={view}]").tap()
        expect(tab.find(f".view.{view.lower()}")).to_be_visible()
        assert _sideways(tab) == 0, view
        assert _small(tab) == [], view


def test_a_finger_reaches_the_buttons_on_the_hosts_cards(open_tab: OpenTab, marked: str) -> None:
    tab = open_tab(380, 780, has_touch=True, is_mobile=True)
    tab.open("")
    tab.page.locator(marked).scroll_into_view_if_needed()
    mark = tab.page.locator(f"{marked} .civitdock-mark")
    expect(mark.locator(".more")).to_have_css("opacity", "1")
    mark.locator(".more").tap()
    expect(mark.locator(".details")).to_be_visible()
    for button in mark.locator("button, a").all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= FINGER
    mark.locator(".details").tap()
    expect(tab.find(".drawer-local")).to_be_visible()


def test_two_browser_tabs_share_downloads_and_settings_but_not_filters(
    open_tab: OpenTab, site: Site, demo: DemoCivitai
) -> None:
    name = "Shared Lora"
    content = tensor_blob("shared", "lora", "sd1", name)
    demo.catalogue.add(name, content, file_name="sharedLora.safetensors")
    gate = Gate()
    demo.faults.add(match=Match(where="storage", regex="sharedLora"), fault=faults.gated(gate, content.size // 2))
    one = open_tab()
    two = _beside(one)
    one.open()
    one.search(name)
    two.open()
    two.search("Trap Pickle")
    expect(two.cards).to_have_count(3)
    _quick(one.card(name))
    gate.wait_reached()
    _to_front(two)
    expect(two.find(".dock-summary")).to_have_text("1 active")
    gate.release()
    two.find("[role=tab]", has_text="Downloads").click()
    expect(two.find(".downloads .job", has_text=name).locator(".job-state")).to_contain_text("Done")
    two.find("[role=tab]", has_text="Settings").click()
    try:
        two.find("#cd-set-civitai_nsfw_blur").select_option("Mature")
        expect(two.find(".toast").first).to_contain_text("saved")
        _to_front(one)
        expect(one.card(name).locator(".badge-installed")).to_be_visible()
        one.find("[role=tab]", has_text="Settings").click()
        expect(one.find("#cd-set-civitai_nsfw_blur")).to_have_value("Mature")
        _to_front(two)
        two.find("#cd-set-civitai_nsfw_blur").select_option("X")
        expect(two.find(".toast").first).to_contain_text("saved")
        _to_front(one)
        expect(one.find("#cd-set-civitai_nsfw_blur")).to_have_value("X")
    finally:
        site.change(civitai_nsfw_blur="Soft")
    for tab, words in ((one, name), (two, "Trap Pickle")):
        tab.page.reload()
        expect(tab.find(".search-box")).to_have_value(words)


def _beside(tab: Tab) -> Tab:
    """A second browser tab of the same person: it shares storage and cookies."""
    return Tab(tab.context, tab.base)


def _quick(card: Locator) -> None:
    card.hover()
    card.locator(".card-quick").click()


def _to_front(tab: Tab) -> None:
    """A person chooses this browser tab; a headless browser shows all at once and says nothing of it."""
    tab.page.bring_to_front()
    tab.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def _sideways(tab: Tab) -> int:
    """By how many pixels the page can be scrolled to the side."""
    return int(tab.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def _small(tab: Tab) -> list[str]:
    """What can be pressed in the tab and is smaller than a finger; links within a text may be, by the standard."""
    script = """least => {
      const root = document.querySelector('civitdock-app').shadowRoot;
      const can = 'button, select, a, [role=button], [role=tab], input:not([type=hidden])';
      return [...root.querySelectorAll(can)]
        .filter(element => element.checkVisibility({opacityProperty: true, visibilityProperty: true}))
        .filter(element => !element.closest('p, .description'))
        .map(element => ({element, box: (element.closest('label') ?? element).getBoundingClientRect()}))
        .filter(({box}) => box.width > 0 && (box.width < least || box.height < least))
        .map(({element, box}) => `${box.width}x${box.height} ${element.outerHTML.slice(0, 140)}`);
    }"""
    tab.settle()
    return [re.sub(r"\s+", " ", line) for line in tab.page.evaluate(script, FINGER)]


def test_what_lies_over_the_page_hides_it_under_a_theme_whose_blocks_are_transparent(tab: Tab) -> None:
    """As Forge's dark theme is."""
    tab.open()
    expect(tab.cards.first).to_be_visible()
    tab.page.add_style_tag(content="body, body.dark { --block-background-fill: transparent !important; }")
    tab.page.keyboard.press("?")
    dialog = tab.find("dialog[open]")
    expect(dialog).to_be_visible()
    assert _is_opaque(tab, "dialog[open]")
    tab.page.keyboard.press("Escape")
    tab.find(".filterbar button").first.click()
    assert _is_opaque(tab, ".popover")


def _is_opaque(tab: Tab, selector: str) -> bool:
    color = tab.find(selector).first.evaluate("element => getComputedStyle(element).backgroundColor")
    return str(color).startswith("rgb(")
