"""Everything by keyboard, and nothing of it reaching the host."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from civitdock.demo.server import DemoCivitai
from tests.support.browser import Tab
from tests.support.site import Site


def test_from_slash_to_an_installed_file(tab: Tab, site: Site, demo: DemoCivitai) -> None:
    name = "Keyboard Lora"
    demo.catalogue.add(name, b"\x02\x00\x00\x00\x00\x00\x00\x00{}", file_name="keyboardLora.safetensors")
    keyboard = tab.open().page.keyboard
    expect(tab.cards.first).to_be_visible()
    tab.find(".app").click(position={"x": 4, "y": 4})
    tab.cards.first.locator(".card-open").focus()
    keyboard.press("/")
    assert "search-box" in tab.focused()
    tab.page.keyboard.type(name)
    keyboard.press("Enter")
    expect(tab.cards).to_have_count(1)
    tab.card(name).locator(".card-open").focus()
    keyboard.press("Enter")
    expect(tab.drawer.locator(".drawer-title")).to_have_text(name)
    expect(tab.drawer.locator(".file").first).to_be_visible()
    keyboard.press("d")
    expect(tab.drawer.locator(".file-here").first).to_contain_text("Installed")
    assert (site.models / "Lora" / "keyboardLora.safetensors").exists()
    keyboard.press("Escape")
    expect(tab.drawer).to_be_hidden()
    assert "card-open" in tab.focused(), "focus must come back to the card"


@pytest.mark.once
def test_arrows_walk_the_grid_and_the_list_is_one_tab_stop(tab: Tab) -> None:
    tab.open()
    expect(tab.cards.nth(12)).to_be_visible()
    places = tab.cards.evaluate_all("cards => cards.map(card => card.style.transform)")
    columns = sum(place.endswith(", 0px)") for place in places)
    assert columns > 2
    tab.cards.first.locator(".card-open").focus()
    tab.page.keyboard.press("ArrowRight")
    assert _place(tab) == "2"
    tab.page.keyboard.press("ArrowDown")
    assert _place(tab) == str(2 + columns)
    tab.page.keyboard.press("Home")
    assert _place(tab) == "1"
    assert tab.find(".card-open[tabindex='0']").count() == 1
    tab.page.keyboard.press("End")
    tab.page.wait_for_function("last => last > 20", arg=int(_place(tab)))


@pytest.mark.once
def test_question_mark_lists_the_keys_and_escape_closes_it(tab: Tab) -> None:
    tab.open()
    tab.cards.first.locator(".card-open").focus()
    tab.page.keyboard.press("?")
    expect(tab.find("dialog.dialog-help")).to_be_visible()
    assert tab.find(".dialog-help kbd").count() > 10
    tab.page.keyboard.press("Escape")
    expect(tab.find("dialog.dialog-help")).to_have_count(0)
    assert "card-open" in tab.focused()


@pytest.mark.once
def test_g_and_a_letter_change_the_view(tab: Tab) -> None:
    tab.open()
    tab.cards.first.locator(".card-open").focus()
    for letter, view in (("s", "settings"), ("d", "downloads"), ("b", "browse")):
        tab.page.keyboard.press("g")
        tab.page.keyboard.press(letter)
        expect(tab.find(f".view.{view}")).to_be_visible()
        tab.find("[role=tab][aria-selected=true]").focus()


@pytest.mark.once
def test_escape_closes_one_layer_at_a_time(tab: Tab, demo: DemoCivitai) -> None:
    model = demo.catalogue.trap("many-images")
    tab.open()
    tab.search(model.name)
    tab.open_card(model.name).locator(".strip-picture").first.click()
    lightbox = tab.find("dialog.lightbox")
    expect(lightbox).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(lightbox).to_have_count(0)
    expect(tab.drawer).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(tab.drawer).to_be_hidden()


def test_keys_in_the_tab_do_not_reach_the_host(tab: Tab) -> None:
    """The hosts' handlers of Escape and Ctrl+Enter throw in a tab without their buttons (`ui.md 4`, rule 15)."""
    tab.open()
    tab.page.evaluate(
        "() => { window.heard = []; document.addEventListener('keydown', event => window.heard.push(event.key)); }"
    )
    for target in (tab.find(".search-box"), tab.cards.first.locator(".card-open")):
        target.focus()
        for keys in ("Escape", "Control+Enter", "Alt+Enter", "a"):
            tab.page.keyboard.press(keys)
    assert tab.page.evaluate("window.heard") == []
    tab.page.evaluate("document.activeElement.blur()")
    tab.page.keyboard.press("Shift")
    assert tab.page.evaluate("window.heard") == ["Shift"], "the host's own keys must still arrive"


def test_a_card_with_the_focus_hands_it_on_where_other_results_come(tab: Tab) -> None:
    tab.open("cb=browse&period=AllTime")
    first = tab.cards.first
    name = first.locator(".card-name").inner_text()
    tab.cards.nth(2).locator(".card-open").focus()
    tab.page.evaluate("window.location.hash = 'cb=browse&period=AllTime&sort=Oldest'")
    expect(tab.cards.first).not_to_contain_text(name)
    expect(tab.cards.first.locator(".card-open")).to_be_focused()


def test_keys_work_on_a_fresh_page_and_only_those_are_kept_from_the_host(tab: Tab) -> None:
    keyboard = tab.open().page.keyboard
    expect(tab.cards.first).to_be_visible()
    tab.page.evaluate(
        """() => {
          document.activeElement.blur();
          window.heard = [];
          for (const kind of ['keydown', 'keyup'])
            document.addEventListener(kind, event => window.heard.push(`${kind} ${event.key}`));
        }"""
    )
    keyboard.press("x")
    keyboard.press("?")
    expect(tab.find("dialog.dialog-help")).to_be_visible()
    keyboard.press("Escape")
    expect(tab.find("dialog.dialog-help")).to_have_count(0)
    tab.page.evaluate("document.activeElement.blur()")
    keyboard.press("/")
    assert "search-box" in tab.focused()
    expect(tab.find(".search-box")).to_have_value("")
    assert tab.page.evaluate("window.heard") == ["keydown x", "keyup x"]


def test_keys_stay_the_hosts_in_its_fields_and_while_the_tab_is_hidden(tab: Tab, site: Site) -> None:
    tab.open()
    tab.page.evaluate(
        """() => {
          window.heard = [];
          document.addEventListener('keydown', event => window.heard.push(event.key));
          const field = document.body.appendChild(document.createElement('input'));
          field.id = 'hosts-field';
          field.focus();
        }"""
    )
    tab.page.keyboard.type("/?")
    expect(tab.page.locator("#hosts-field")).to_have_value("/?")
    tab.page.evaluate("""() => {
      document.activeElement.blur();
      document.querySelector('civitdock-app').parentElement.style.display = 'none';
    }""")
    tab.page.keyboard.press("/")
    assert tab.page.evaluate("window.heard") == ["/", "?", "/"]
    assert "search-box" not in tab.focused()


def _place(tab: Tab) -> str:
    script = """() => document.querySelector('civitdock-app').shadowRoot.activeElement
                        ?.closest('.card')?.getAttribute('aria-posinset')"""
    return str(tab.page.evaluate(script))


def test_a_card_keeps_the_focus_when_its_download_button_goes(tab: Tab, demo: DemoCivitai) -> None:
    name = "Focus Lora"
    demo.catalogue.add(name, b"\x02\x00\x00\x00\x00\x00\x00\x00{}", file_name="focusLora.safetensors")
    tab.open(f"cb=browse&q={name.replace(' ', '%20')}")
    card = tab.card(name)
    card.locator(".card-open").focus()
    card.locator(".card-quick").press("Enter")
    expect(card.locator(".card-quick")).to_be_hidden()
    expect(card.locator(".card-open")).to_be_focused()


@pytest.mark.once
def test_enter_chooses_the_first_of_what_was_looked_for(tab: Tab) -> None:
    tab.open()
    tab.find(".filter-button", has_text="Base model").click()
    expect(tab.find(".popover-find:focus")).to_be_visible()
    tab.page.keyboard.type("pony")
    tab.page.keyboard.press("Enter")
    expect(tab.find(".chip", has_text="Pony")).to_be_visible()
    expect(tab.find(".popover-find:focus")).to_be_visible()
    tab.page.keyboard.type("sdxl")
    tab.page.keyboard.press("Enter")
    expect(tab.find(".chip", has_text="SDXL").first).to_be_visible()
