"""Empty, wrong, away, without a key, blurred: each state says what is the matter and what to do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from civitdock.demo import faults
from civitdock.demo.faults import Match
from civitdock.demo.server import DemoCivitai
from civitdock.demo.wire import Gate
from tests.support.browser import Tab
from tests.support.contexts import Contexts
from tests.support.site import Site

SEARCH = Match(where="api", path="/api/v1/models")


@pytest.fixture
def everything(site: Site) -> Iterator[None]:
    """All levels are admitted, what is above PG-13 is blurred."""
    site.change(civitai_nsfw_level="X")
    yield
    site.change(civitai_nsfw_level="None")


@pytest.mark.once
def test_skeletons_stand_where_cards_will_be(tab: Tab, demo: DemoCivitai) -> None:
    gate = Gate()
    demo.faults.add(match=SEARCH, fault=faults.stall(gate))
    tab.open("cb=browse&q=Trap%20Size")
    expect(tab.find(".card-skeleton").first).to_be_visible()
    expect(tab.find(".results-count")).to_have_text("Searching …")
    gate.release()
    expect(tab.card("Trap Size Wrong")).to_be_visible()
    expect(tab.find(".card-skeleton")).to_have_count(0)


@pytest.mark.once
def test_nothing_found_offers_to_take_filters_away(tab: Tab) -> None:
    tab.open("cb=browse&q=Trap%20Pickle&type=VAE&base=Pony")
    expect(tab.find(".state-title")).to_have_text("No model fits")
    expect(tab.find(".state p")).to_have_text("No filter alone is to blame. Take several away:")
    tab.find(".state .chip", has_text="VAE").focus()
    tab.page.keyboard.press("Enter")
    expect(tab.find(".state .chip")).to_have_text(["Pony"])
    assert "body" not in tab.focused()
    tab.find(".state .chip", has_text="Pony").focus()
    tab.page.keyboard.press("Enter")
    expect(tab.card("Trap Pickle Clean")).to_be_visible()
    assert "scroller" in tab.focused()


@pytest.mark.once
def test_a_refused_search_says_why_and_offers_to_clear_it(tab: Tab) -> None:
    tab.tolerate("status of 422")
    tab.open("cb=browse&type=Nonsense")
    expect(tab.find(".state")).to_contain_text("expected one of")
    expect(tab.find(".state")).to_contain_text("Check filters")
    expect(tab.find(".state button", has_text="Try again")).to_have_count(0)
    tab.find(".state button", has_text="Clear the search").click()
    expect(tab.cards.first).to_be_visible()
    tab.page.evaluate("location.hash = 'cb=browse&type=Nonsense'")
    note = tab.find(".results-note")
    expect(note).to_contain_text("expected one of")
    expect(tab.cards.first).to_be_visible()
    note.get_by_role("button", name="Clear the search").click()
    expect(note.locator(".note-bad")).to_have_count(0)


@pytest.mark.once
def test_a_list_names_each_period_once(tab: Tab) -> None:
    tab.open()
    words = tab.find("select[aria-label=Period] option").all_inner_texts()
    assert len(words) == len(set(words)) > 3
    assert words[0] == "Week"


def test_an_emptied_page_asks_nothing_until_the_tab_is_back(tab: Tab, contexts: Contexts) -> None:
    """What a WebUI's "Reload UI" does: it empties the body and waits for the server."""
    contexts.spoil(tab.context)
    tab.page.clock.install()
    tab.open()
    expect(tab.cards.first).to_be_visible()
    tab.page.evaluate(
        """() => {
          window.kept = document.querySelector('civitdock-app');
          window.home = window.kept.parentElement;
          window.kept.remove();
        }"""
    )
    tab.page.wait_for_timeout(300)
    before = len(tab.requests)
    tab.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    tab.page.clock.fast_forward(60_000)
    tab.page.wait_for_timeout(300)
    assert [request.url for request in tab.requests[before:] if "civitdock" in request.url] == []
    with tab.page.expect_request("**/download-progress*"):
        tab.page.evaluate("window.home.append(window.kept)")
    expect(tab.cards.first).to_be_visible()


@pytest.mark.once
def test_blurred_pictures_are_not_fetched_until_revealed(tab: Tab, demo: DemoCivitai, everything: None) -> None:
    model = demo.catalogue.trap("mature-only")
    tab.open()
    tab.search(model.name)
    card = tab.card(model.name)
    expect(card.locator(".card-reveal")).to_be_visible()
    expect(card.locator("img")).to_have_count(0)
    card.locator(".card-reveal").click()
    card.locator("img.is-loaded").wait_for()
    expect(card.locator(".card-reveal")).to_be_hidden()
    card.locator(".card-open").focus()
    tab.page.keyboard.press("b")
    expect(card.locator("img")).to_have_count(0)


@pytest.mark.once
def test_without_a_key_the_download_says_what_it_needs(tab: Tab, demo: DemoCivitai) -> None:
    model = demo.catalogue.trap("login-required")
    tab.open()
    tab.search(model.name)
    drawer = tab.open_card(model.name)
    expect(drawer.locator(".drawer-main .note")).to_contain_text("No API key set")
    drawer.locator(".drawer-main button").first.click()
    tab.find(".dock-line").click()
    row = tab.find(".dock .job", has_text=model.name)
    expect(row).to_have_attribute("data-state", "failed")
    expect(row.locator(".job-error")).to_contain_text("API key")
    row.get_by_role("button", name="Enter an API key").click()
    expect(tab.find("#cd-key")).to_be_focused()


@pytest.mark.once
def test_a_pickle_that_may_run_programs_needs_a_yes(tab: Tab, site: Site, demo: DemoCivitai) -> None:
    model = demo.catalogue.trap("pickle-hidden")
    tab.open()
    tab.search(model.name)
    tab.open_card(model.name).locator(".drawer-main button").first.click()
    tab.find(".dock-line").click()
    row = tab.find(".dock .job", has_text=model.name)
    row.get_by_role("button", name="Download anyway").click()
    sure = tab.find("dialog.dialog[open]")
    expect(sure).to_contain_text("trapPickleHidden.pt")
    sure.get_by_role("button", name="Cancel").click()
    assert not (site.models / "embeddings" / "trapPickleHidden.pt").exists()
    row.get_by_role("button", name="Download anyway").click()
    tab.find("dialog.dialog[open] .button-danger").click()
    expect(tab.drawer.locator(".file-here").first).to_contain_text("Installed")


@pytest.mark.once
def test_while_civitai_is_away_old_answers_stay_usable(tab: Tab, site: Site, demo: DemoCivitai) -> None:
    tab.tolerate("the server responded with a status of 5", "ERR_CONNECTION_REFUSED")
    tab.open()
    tab.search("Trap Shared")
    expect(tab.card("Trap Shared Hash New")).to_be_visible()
    site.change(civitai_cache_hours=0)
    demo.stop()
    try:
        tab.page.reload()
        expect(tab.card("Trap Shared Hash New")).to_be_visible(timeout=40_000)
        expect(tab.find(".strip", has_text="from the cache")).to_be_visible()
        tab.search("never asked before")
        expect(tab.find(".note-bad, .state-title").first).to_contain_text("CivitAI", timeout=40_000)
    finally:
        demo.start()
        site.change(civitai_cache_hours=24)
    tab.find("button", has_text="Try again").first.click()
    expect(tab.find(".state-title")).to_have_text("No model fits", timeout=40_000)


def test_a_restart_of_the_server_under_the_open_page(tab: Tab, site: Site) -> None:
    tab.tolerate("ERR_CONNECTION", "ERR_EMPTY_RESPONSE", "ERR_INCOMPLETE", "status of 404", "WebSocket", "status of 5")
    tab.open()
    tab.search("Trap Pickle")
    expect(tab.card("Trap Pickle Clean")).to_be_visible()
    site.restart()
    tab.search("Trap Size")
    expect(tab.card("Trap Size Wrong")).to_be_visible(timeout=40_000)
    expect(tab.find(".strip")).to_have_count(0, timeout=20_000)


@pytest.mark.once
def test_a_check_page_in_place_of_an_answer_is_named(tab: Tab, demo: DemoCivitai) -> None:
    """The last one here: after it CivitDock asks nothing for a while."""
    tab.tolerate("the server responded with a status of 5")
    demo.faults.add(match=SEARCH, fault=faults.challenge(), times=None)
    tab.open("cb=browse&q=Trap%20Linked")
    expect(tab.find(".state-title")).to_have_text("CivitAI answers with a check page", timeout=40_000)
    expect(tab.find(".state button", has_text="Try again")).to_be_visible()
    expect(tab.find(".countdown")).to_contain_text("Next try in")
