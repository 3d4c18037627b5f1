"""What the page around the tab, its address and the device may do to it: style sheets of themes, plain http, touch."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import OpenTab
from tests.support.browser import Tab

#: What themes and other extensions put on the page, and worse.
HOSTILE = """
* { box-sizing: content-box; letter-spacing: 9px; word-spacing: 20px; text-transform: uppercase; text-indent: 30px;
    text-align: right; white-space: nowrap; font-style: italic; text-shadow: 0 0 4px red; }
button { all: unset; color: red !important; }
img { max-width: 12px !important; }
"""
LOOKS = [
    "boxSizing",
    "letterSpacing",
    "wordSpacing",
    "textTransform",
    "textIndent",
    "textAlign",
    "whiteSpace",
    "fontStyle",
    "textShadow",
    "color",
    "width",
    "height",
]
#: Everything a finger is meant for that is smaller than 24 by 24 CSS pixels (WCAG 2.2, 2.5.8), links in text aside.
SMALL_TARGETS = """() => {
  const root = document.querySelector('civitdock-app').shadowRoot;
  const target = element => {
    const own = element.getBoundingClientRect();
    const label = element.closest('label')?.getBoundingClientRect();
    return { width: Math.max(own.width, label?.width ?? 0), height: Math.max(own.height, label?.height ?? 0) };
  };
  return [...root.querySelectorAll('button, select, summary, input, [role=tab], [role=button]')]
    .filter(element => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
    .map(element => [target(element), element])
    .filter(([box]) => box.width > 1 && (box.width < 23.5 || box.height < 23.5))
    .map(([box, element]) => `${Math.round(box.width)}x${Math.round(box.height)} ${element.outerHTML.slice(0, 140)}`);
}"""


def _looks(tab: Tab) -> list[dict[str, str]]:
    script = """(elements, names) => elements.map(element => {
      const style = getComputedStyle(element);
      return Object.fromEntries(names.map(name => [name, style[name]]));
    })"""
    shown = tab.find(".header, .tab, .search-box, .filterbar button, .card-name")
    return list(shown.evaluate_all(script, LOOKS))


def test_style_sheets_of_the_page_leave_the_tab_as_it_is(tab: Tab) -> None:
    tab.open()
    expect(tab.cards.first).to_be_visible()
    before = _looks(tab)
    tab.page.add_style_tag(content=HOSTILE)
    assert tab.page.evaluate("getComputedStyle(document.querySelector('civitdock-app')).letterSpacing") == "9px"
    assert _looks(tab) == before


def test_a_theme_that_changes_under_the_open_page_is_followed(tab: Tab) -> None:
    tab.open()
    expect(tab.cards.first).to_be_visible()
    app = tab.page.locator("civitdock-app")
    for dark, theme in ((True, "dark"), (False, "light")):
        tab.page.evaluate("dark => document.body.classList.toggle('dark', dark)", dark)
        expect(app).to_have_attribute("data-theme", theme)


def test_a_phone_reaches_everything_by_touch(open_tab: OpenTab) -> None:
    tab = open_tab(380, 780, has_touch=True, is_mobile=True)
    tab.open()
    card = tab.cards.first
    expect(card).to_be_visible()
    assert tab.page.evaluate("matchMedia('(hover: none)').matches")
    for action in (".card-quick", ".card-check"):
        expect(card.locator(action).first).to_be_visible()
        assert card.locator(action).first.evaluate("element => getComputedStyle(element).opacity") == "1"
    assert tab.page.evaluate(SMALL_TARGETS) == []
    card.locator(".card-open").tap()
    expect(tab.drawer.locator(".file").first).to_be_visible()
    assert tab.page.evaluate(SMALL_TARGETS) == []
    assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.drawer.get_by_role("button", name="Close").tap()
    expect(tab.drawer).to_be_hidden()
    for view in ("Settings", "Downloads", "Library"):
        tab.find(f"[role=tab][aria-label^={view}]").tap()
        expect(tab.find(f".view.{view.lower()}")).to_be_visible()
        assert tab.page.evaluate(SMALL_TARGETS) == []
        assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


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
