"""The tab in German: from the setting and from the browser, complete on one whole way, and without sticking out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from civitdock.demo.server import DemoCivitai
from tests.browser.conftest import OpenTab
from tests.support.browser import Tab
from tests.support.site import Site

LANGUAGE = "#cd-set-civitai_language"
#: Words of our English texts that mean nothing in German.
ENGLISH = re.compile(
    r"\b(the|and|with|without|search|show|open|close|copy|model|models|file|files|setting|settings|library|queued|"
    r"paused|failed|done|cancel|retry|again|delete|remove|save|saved|key|pictures?|description|licence|words?|width|"
    r"folder|free|here|left|more|all|none|from|allowed|installed|installing|sync|newest|downloaded)\b",
    re.IGNORECASE,
)
#: What people wrote, or what names a thing outside our words: not ours to translate.
FOREIGN = (
    ".card, .drawer-title, .file-name, .file-tags, .file-path, .job-name, .job-file, .local-name, kbd, "
    ".template-path, .chips, .description, iframe, textarea, .toasts, .notices"
)


@pytest.fixture
def german(site: Site) -> Iterator[None]:
    """The setting says German."""
    site.change(civitai_language="de")
    yield
    site.change(civitai_language="auto")


def shown(place: Locator) -> list[str]:
    """The visible texts and the names for a screen reader inside a place, without those of other people."""
    script = """(place, foreign) => {
      const own = node => !(node.nodeType === 1 ? node : node.parentElement).closest(foreign);
      const walker = document.createTreeWalker(place, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
      const found = [];
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (!own(node)) continue;
        if (node.nodeType === 3) {
          if (node.parentElement.checkVisibility()) found.push(node.data.trim());
        } else if (node.checkVisibility())
          for (const name of ['aria-label', 'title', 'placeholder']) found.push(node.getAttribute(name) ?? '');
      }
      return found.filter(Boolean);
    }"""
    return list(place.evaluate(script, FOREIGN))


def english(place: Locator, name: str = "") -> list[str]:
    """The texts in which an English word stands; keys of settings, paths, addresses and a model's name do not count."""
    texts = (re.sub(r"\S*[_/{}]\S*", " ", text.replace(name, "")) for text in shown(place))
    return [text for text in texts if ENGLISH.search(text)]


def test_the_list_of_english_words_finds_them(tab: Tab) -> None:
    tab.open()
    expect(tab.cards.first).to_be_visible()
    assert english(tab.find(".app")) != []


@pytest.mark.usefixtures("german")
def test_one_whole_way_is_german(tab: Tab, demo: DemoCivitai) -> None:
    model = demo.catalogue.trap("multi-file")
    tab.open()
    app = tab.find(".app")
    expect(tab.cards.first).to_be_visible()
    assert tab.page.locator("civitdock-app").get_attribute("lang") == "de"
    assert english(app) == []
    assert tab.findings() == []
    tab.search(model.name)
    drawer = tab.open_card(model.name)
    expect(drawer.get_by_role("heading", name="Dateien")).to_be_visible()
    assert english(drawer, model.name) == []
    assert tab.findings() == []
    tab.page.keyboard.press("Shift+D")
    dialog = tab.find("dialog.dialog[open]")
    expect(dialog).to_contain_text("Wenn der Name vergeben ist")
    assert english(dialog, model.name) == []
    tab.page.keyboard.press("Escape")
    drawer.locator(".file button", has_text="Herunterladen").first.click()
    expect(drawer.locator(".file").first).to_contain_text("Installiert")
    tab.find("[role=tab]", has_text="Downloads").click()
    expect(tab.find(".view.downloads")).to_contain_text("geprüft mit SHA-256")
    assert english(tab.find(".view.downloads"), model.name) == []
    tab.find("[role=tab]", has_text="Bibliothek").click()
    expect(tab.find(".view.library .local-state").first).to_be_visible()
    assert english(tab.find(".view.library"), model.name) == []
    tab.find("[role=tab]", has_text="Einstellungen").click()
    expect(tab.find(LANGUAGE)).to_have_value("de")
    assert english(tab.find(".view.settings")) == []
    assert tab.findings() == []
    # CivitAI's own words where it knows no better ones are words, not names.
    tab.open("cb=browse&base=Other&format=Other")
    expect(tab.find(".filterbar .chip")).to_have_text(["Sonstige", "Format: Sonstige"])


@pytest.mark.once
@pytest.mark.parametrize(("setting", "browser"), [("auto", "de-AT"), ("de", "en-GB")])
def test_the_first_sight_is_german_already(open_tab: OpenTab, site: Site, setting: str, browser: str) -> None:
    site.change(civitai_language=setting)
    tab = open_tab(locale=browser)
    tab.page.add_init_script(
        """window.seen = [];
        const look = () => {
          const app = document.querySelector('civitdock-app')?.shadowRoot?.querySelector('.app');
          if (app) window.seen.push(app.querySelector('[role=tab]').textContent.trim());
          requestAnimationFrame(look);
        };
        look();"""
    )
    tab.open()
    site.change(civitai_language="auto")
    expect(tab.find("[role=tab]").first).to_have_text("Stöbern")
    assert set(tab.page.evaluate("window.seen")) == {"Stöbern"}


@pytest.mark.once
def test_only_the_language_in_use_is_loaded_and_an_unknown_one_is_english(open_tab: OpenTab) -> None:
    for locale, word, other in (("de-AT", "Stöbern", "/lang/en"), ("fr-FR", "Browse", "/lang/de")):
        tab = open_tab(locale=locale)
        tab.open()
        expect(tab.find("[role=tab]").first).to_have_text(word)
        assert [request.url for request in tab.requests if other in request.url] == []


def test_another_language_is_spoken_at_once_and_the_place_stays(tab: Tab, site: Site) -> None:
    tab.open("cb=settings")
    field = tab.find(LANGUAGE)
    field.focus()
    field.select_option("de")
    expect(tab.find("[role=tab][aria-selected=true]")).to_have_text("Einstellungen")
    expect(tab.find(LANGUAGE)).to_be_focused()
    expect(tab.find(".toast").first).to_contain_text("CivitDock spricht Deutsch")
    assert tab.findings() == []
    tab.find(LANGUAGE).select_option("auto")
    expect(tab.find("[role=tab][aria-selected=true]")).to_have_text("Settings")
    assert site.api().get("civitdock/api/settings").json()["civitai_language"] == "auto"


@pytest.mark.once
@pytest.mark.usefixtures("german")
def test_a_refusal_of_the_server_is_german(tab: Tab, demo: DemoCivitai) -> None:
    tab.tolerate("the server responded with a status of 4")
    tab.open("cb=settings")
    tab.find("#cd-key").fill("not-a-key")
    tab.find("#cd-key").press("Enter")
    expect(tab.find(".field-key .field-result[data-tone=bad]")).to_contain_text(
        "CivitAI nimmt den API-Schlüssel nicht an"
    )
    tab.find("button", has_text="Schlüssel entfernen").click()
    tab.find("dialog.dialog[open] .button-danger").click()
    expect(tab.find(".key-state")).to_have_text("Kein Schlüssel gesetzt")


@pytest.mark.usefixtures("german")
def test_german_fits_a_phone(open_tab: OpenTab, demo: DemoCivitai) -> None:
    model = demo.catalogue.trap("multi-file")
    tab = open_tab(380, 780, has_touch=True)
    tab.open()
    expect(tab.cards.first).to_be_visible()
    tab.search(model.name)
    tab.open_card(model.name)
    assert cut_off(tab) == []
    tab.drawer.get_by_role("button", name="Schließen").click()
    for name, view in (("Einstellungen", "settings"), ("Downloads", "downloads"), ("Bibliothek", "library")):
        tab.find(f"[role=tab][aria-label^={name}]").click()
        expect(tab.find(f".view.{view}")).to_be_visible()
        assert cut_off(tab) == []


def cut_off(tab: Tab) -> list[str]:
    """Buttons, labels and headings whose words are wider than they are."""
    script = """() => [...document.querySelector('civitdock-app').shadowRoot
      .querySelectorAll('button, label, h1, h2, h3, .tag, .badge, .field-text, .button')]
      .filter(one => one.checkVisibility() && !one.closest('.sr-only') && !one.matches('.sr-only'))
      .filter(one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')
      .map(one => one.outerHTML.slice(0, 160))"""
    return list(tab.page.evaluate(script))


STICKING_OUT = """() => {
  const root = document.querySelector('civitdock-app').shadowRoot;
  return [...root.querySelectorAll('.card')].filter(card => {
    const box = card.getBoundingClientRect();
    return [...card.querySelectorAll('.card-quick')].some(one => {
      const own = one.getBoundingClientRect();
      return own.right > box.right || own.bottom > box.bottom || own.left < box.left;
    });
  }).map(card => card.textContent);
}"""


def test_long_german_numbers_leave_the_button_in_its_card(open_tab: OpenTab, demo: DemoCivitai) -> None:
    tab = open_tab(1400, 900, locale="de-DE")
    tab.open("cb=browse&period=AllTime")
    expect(tab.cards.first).to_contain_text("Tsd.")
    assert tab.page.evaluate(STICKING_OUT) == []
    tab.cards.first.locator(".card-open").click()
    expect(tab.drawer).to_be_visible()
    assert tab.page.evaluate(STICKING_OUT) == []
