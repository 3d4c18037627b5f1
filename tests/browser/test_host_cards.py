"""CivitDock on the WebUI's own model cards: what a person can do there, and what it costs a page of 5,000."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from civitdock.demo.records import DemoModel
from civitdock.demo.server import DemoCivitai
from tests.support.browser import Tab
from tests.support.shelf import fill
from tests.support.site import TAB_HEADERS, Site

API = "civitdock/api/"
SETTINGS = {
    "civitai_card_buttons": True,
    "civitai_card_blur": True,
    "civitai_nsfw_level": "None",
    "civitai_nsfw_blur": "Soft",
}


@dataclass(frozen=True)
class Deck:
    """Two files with a card each: one with trigger words, one that is older than CivitAI's."""

    words: Path
    outdated: Path
    outdated_model: DemoModel


@pytest.fixture(scope="module")
def deck(site: Site, demo_of_module: DemoCivitai) -> Deck:
    """The cards of a synced library."""
    if not site.is_webui:
        pytest.skip("there is no WebUI with cards")
    shelf = fill(site.models, demo_of_module)
    answer = site.api().post(f"{API}sync-metadata", {}, headers=TAB_HEADERS)
    assert answer.status_code == 202, answer.text
    site.api().until(lambda: site.api().get(f"{API}sync-progress").json()["job"]["state"] == "done")
    site.restart()
    return Deck(shelf.hostile, shelf.outdated, shelf.outdated_model)


@pytest.fixture
def page(tab: Tab, site: Site, deck: Deck) -> Iterator[Page]:
    """The WebUI's txt2img with its cards, our tab not in front."""
    site.change(**SETTINGS)
    tab.open("")
    yield tab.page
    site.change(**SETTINGS)


def card(page: Page, path: Path, tab: str = "txt2img") -> Locator:
    """The host's card of a LoRA."""
    return page.locator(f"#{tab}_lora_cards > .card[data-name='{path.stem}']")


def mark(page: Page, path: Path, tab: str = "txt2img") -> Locator:
    """What we put on it; its shadow root is open."""
    return card(page, path, tab).locator(".civitdock-mark")


def near(page: Page, path: Path, tab: str = "txt2img") -> Locator:
    """The same once the pointer is on the card and the buttons are there."""
    card(page, path, tab).scroll_into_view_if_needed()
    expect(mark(page, path, tab)).to_be_attached()
    card(page, path, tab).hover()
    expect(mark(page, path, tab).locator(".details")).to_be_visible()
    return mark(page, path, tab)


def prompt(page: Page, tab: str = "txt2img") -> Locator:
    return page.locator(f"#{tab}_prompt textarea")


def asked(tab: Tab, what: str) -> list[str]:
    """The requests that went to one of our routes."""
    return [one.url for one in tab.requests if re.search(rf"civitdock/api/{what}(\?|$)", one.url)]


def test_trigger_words_go_into_the_prompt_of_the_cards_own_tab_and_the_card_is_not_clicked(
    page: Page, deck: Deck
) -> None:
    near(page, deck.words).locator(".prompt").click()
    expect(prompt(page)).to_have_value(re.compile("onerror"))
    expect(prompt(page)).not_to_have_value(re.compile("<lora:"))
    expect(prompt(page, "img2img")).to_have_value("")
    expect(page.locator(".civitdock-layer .toast")).to_contain_text("txt2img")
    assert page.evaluate("window.hurt") is None


def test_the_card_of_the_other_tab_writes_into_the_other_prompt(page: Page, deck: Deck) -> None:
    expect(prompt(page)).to_be_visible()
    page.evaluate("switch_to_img2img()")
    near(page, deck.words, "img2img").locator(".prompt").click()
    expect(prompt(page, "img2img")).to_have_value(re.compile("onerror"))
    expect(prompt(page)).to_have_value("")


def test_a_click_beside_our_buttons_is_the_hosts(page: Page, deck: Deck) -> None:
    near(page, deck.words)
    card(page, deck.words).locator(".name").click()
    expect(prompt(page)).to_have_value(f"<lora:{deck.words.stem}:1>")


def test_details_open_in_our_tab(page: Page, tab: Tab, deck: Deck) -> None:
    near(page, deck.words).locator(".details").click()
    expect(tab.find(".drawer-local")).to_be_visible()
    expect(tab.find(".drawer-local")).to_contain_text(deck.words.name)
    expect(prompt(page)).to_have_value("")


def test_the_update_says_its_step_and_opens_that_version(page: Page, tab: Tab, deck: Deck) -> None:
    new, old = deck.outdated_model.published[:2]
    card(page, deck.outdated).scroll_into_view_if_needed()
    badge = mark(page, deck.outdated).locator(".update")
    expect(badge).to_have_text(f"{old.name} → {new.name}")
    badge.click()
    expect(tab.drawer).to_be_visible()
    expect(tab.drawer.locator(".drawer-title")).to_have_text(deck.outdated_model.name)
    expect(page).to_have_url(re.compile(rf"m={deck.outdated_model.id}&v={new.id}"))


def test_civitai_opens_by_ids_and_learns_nothing_of_us(page: Page, deck: Deck) -> None:
    link = near(page, deck.outdated).locator("a.page")
    expect(link).to_have_attribute("href", re.compile(rf"/models/{deck.outdated_model.id}\?modelVersionId=\d+$"))
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    expect(link).to_have_attribute("target", "_blank")


def test_another_picture_becomes_the_preview_of_this_card_alone_and_can_be_taken_back(
    page: Page, tab: Tab, deck: Deck, site: Site
) -> None:
    place = next(deck.outdated.parent.glob(f"{deck.outdated.stem}.preview.*"))
    before = place.read_bytes()
    near(page, deck.outdated).locator(".preview").click()
    choices = page.locator(".civitdock-layer dialog .preview-choice")
    expect(choices.first).to_be_visible()
    tab.requests.clear()
    choices.nth(1).click()
    expect(page.locator(".civitdock-layer .toast")).to_contain_text(deck.outdated.stem)
    assert place.read_bytes() != before
    image = card(page, deck.outdated).locator("img.preview")
    expect(image).to_have_count(1)
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=image.element_handle())
    shown = [unquote(url) for url in asked(tab, "local-preview") if "path=" in url]
    assert shown
    assert all(deck.outdated.as_posix() in url for url in shown)
    page.locator(".civitdock-layer .toast button", has_text="Undo").click()
    expect(page.locator(".civitdock-layer .toast")).to_contain_text("as it was")
    assert place.read_bytes() == before


def test_a_pointer_that_was_there_first_gets_the_buttons_too(page: Page, deck: Deck) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    facts = re.compile(r"civitdock/api/cards(\?|$)")
    page.route(facts, hold, times=1)
    with page.expect_request(facts):
        page.reload()
    card(page, deck.words).scroll_into_view_if_needed()
    card(page, deck.words).hover()
    held[0].continue_()
    expect(mark(page, deck.words)).to_have_class(re.compile("is-open"))


def test_keys_alone_reach_every_button(page: Page, deck: Deck) -> None:
    card(page, deck.words).scroll_into_view_if_needed()
    more = mark(page, deck.words).locator(".more")
    expect(more).to_have_attribute("aria-expanded", "false")
    more.focus()
    expect(more).to_have_attribute("aria-expanded", "true")
    seen = []
    for _ in range(4):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                "document.activeElement.shadowRoot?.activeElement?.className ?? document.activeElement.tagName"
            )
        )
    assert seen == ["prompt", "details", "page", "preview"]
    mark(page, deck.words).locator(".prompt").focus()
    page.keyboard.press("Enter")
    expect(prompt(page)).to_have_value(re.compile("onerror"))
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(more).to_have_attribute("aria-expanded", "false")


def test_axe_finds_nothing_on_our_marks_and_in_the_choice(page: Page, deck: Deck) -> None:
    near(page, deck.outdated)
    source = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    page.evaluate(source)
    look = "where => axe.run({include: where}, {resultTypes: ['violations']}).then(found => found.violations)"
    assert page.evaluate(look, [[".civitdock-mark"]]) == []
    mark(page, deck.outdated).locator(".preview").click()
    expect(page.locator(".civitdock-layer dialog .preview-choice").first).to_be_visible()
    assert page.evaluate(look, [[".civitdock-layer"]]) == []


def test_a_picture_above_the_level_is_covered_until_a_key_or_a_click_reveals_it(
    page: Page, tab: Tab, site: Site, deck: Deck
) -> None:
    covered = page.locator("#txt2img_lora_cards > .card.civitdock-covered")
    page.route("**/civitdock/api/cards", _all_adult)
    tab.open("")
    card(page, deck.words).scroll_into_view_if_needed()
    picture = card(page, deck.words).locator("img.preview")
    expect(picture).to_have_css("filter", re.compile("blur"))
    card(page, deck.words).hover()
    expect(picture).to_have_css("filter", re.compile("blur"))
    before = covered.count()
    mark(page, deck.words).locator(".reveal").focus()
    page.keyboard.press("Enter")
    expect(picture).to_have_css("filter", "none")
    expect(covered).to_have_count(before - 1)
    assert tab.focused().startswith("reveal Cover")
    page.keyboard.press("Enter")
    expect(picture).to_have_css("filter", re.compile("blur"))
    expect(prompt(page)).to_have_value("")


def _all_adult(route: object) -> None:
    answer = route.fetch()  # type: ignore[attr-defined]
    found = answer.json()
    for line in found["cards"]:
        line[5] = 16
    route.fulfill(json=found)  # type: ignore[attr-defined]


def test_the_hosts_refresh_draws_new_cards_and_they_have_buttons_again_without_another_question(
    page: Page, tab: Tab, deck: Deck
) -> None:
    near(page, deck.words)
    page.evaluate("document.querySelector('#txt2img_lora_cards > .card').dataset.old = '1'")
    (deck.words.parent / "came later.safetensors").write_bytes(b"new")
    page.locator("#txt2img_lora_extra_refresh_internal").evaluate("button => button.click()")
    expect(page.locator("#txt2img_lora_cards > .card[data-old]")).to_have_count(0)
    page.mouse.move(0, 0)
    near(page, deck.words).locator(".prompt").click()
    expect(prompt(page)).to_have_value(re.compile("onerror"))
    assert len(asked(tab, "cards")) == 1


def test_switched_off_nothing_is_asked_and_the_cards_are_the_hosts(
    page: Page, tab: Tab, site: Site, deck: Deck
) -> None:
    near(page, deck.words)
    site.change(civitai_card_buttons=False, civitai_card_blur=False)
    tab.requests.clear()
    tab.open("")
    card(page, deck.words).hover()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".civitdock-mark, .civitdock-covered")).to_have_count(0)
    assert asked(tab, "cards") == []


def test_cards_of_a_form_we_do_not_know_stay_as_they_are(page: Page, tab: Tab, deck: Deck) -> None:
    near(page, deck.words)
    page.evaluate(
        """() => {
          const frame = document.querySelector('#txt2img_lora_cards_html');
          const strange = document.createElement('div');
          strange.className = 'extra-network-cards';
          for (const text of ['<i class="card"></i>', '<p class="card" data-name></p>', '<b data-name="?"></b>']) {
            const one = document.createElement('template');
            one.innerHTML = text;
            strange.append(one.content);
          }
          strange.id = 'strange';
          document.querySelector('#txt2img_lora_cards').replaceWith(strange);
          window.before = strange.innerHTML;
        }"""
    )
    page.wait_for_timeout(400)
    assert page.evaluate("document.querySelector('#strange').innerHTML === window.before")
    assert tab.errors == []
