"""Ways there and back: between the views, by the browser's Back, and out of the details."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from civitdock.demo.server import DemoCivitai
from tests.browser.conftest import OpenTab
from tests.support.browser import Tab
from tests.support.site import TAB_HEADERS, Site

#: A list of several screens.
ALL = "cb=browse&period=AllTime"
WEIGHTS = b"\x02\x00\x00\x00\x00\x00\x00\x00{}"
PLACE = """() => {
  const root = document.querySelector('civitdock-app').shadowRoot;
  const scroller = root.querySelector('.scroller');
  return [root.activeElement?.closest('.card')?.dataset.id ?? root.activeElement?.textContent, scroller.scrollTop];
}"""


def test_by_keyboard_to_another_view_and_back_to_the_same_card(tab: Tab) -> None:
    keyboard = tab.open(ALL).page.keyboard
    expect(tab.cards.nth(12)).to_be_visible()
    tab.cards.first.locator(".card-open").focus()
    for _ in range(5):
        keyboard.press("ArrowDown")
    keyboard.press("ArrowRight")
    place = tab.page.evaluate(PLACE)
    assert place[1] > 500
    for letter, view in (("l", "library"), ("b", "browse"), ("s", "settings"), ("b", "browse")):
        keyboard.press("g")
        keyboard.press(letter)
        expect(tab.find(f".view.{view}")).to_be_visible()
        if view == "browse":
            assert tab.page.evaluate(PLACE) == place


def test_a_library_that_never_came_says_so_in_words_that_hold(tab: Tab) -> None:
    tab.tolerate("Failed to load resource")
    tab.open(ALL)
    expect(tab.cards.first).to_be_visible()
    tab.page.route("**/civitdock/api/**", lambda route: route.abort())
    tab.page.route("**/local-models*", lambda route: None)  # neither an answer nor an end
    tab.find("[role=tab]").filter(has_text="Library").click()
    strip = tab.find(".strip-is-link")
    expect(strip).to_contain_text("What has been loaded stays usable.")
    state = tab.find(".view.library .state")
    expect(state.locator(".state-title")).to_have_text("Your models have not been loaded yet")
    expect(state).to_contain_text("once CivitDock is back")
    expect(tab.find(".view.library .local-skeleton")).to_have_count(0)
    assert tab.findings() == []
    words = tab.find(".view.library .results-count")
    expect(words).to_be_empty()
    tab.page.unroute_all()
    expect(words).to_have_text(re.compile(r"^\d+ models?$"))  # by itself
    expect(tab.find(".view.library")).not_to_contain_text("have not been loaded yet")


@pytest.fixture
def file_here(site: Site, demo: DemoCivitai) -> str:
    """The title of a model file in the Library."""
    name = "Navigation Lora"
    demo.catalogue.add(name, WEIGHTS, file_name="navigationLora.safetensors")
    path = site.models / "Lora" / "navigationLora.safetensors"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(WEIGHTS)
    api = site.api()
    assert api.post("civitdock/api/sync-metadata", {}, headers=TAB_HEADERS).status_code == 202
    api.until(lambda: api.get("civitdock/api/sync-progress").json()["job"]["state"] == "done")
    return name


def test_back_leads_through_searches_views_and_details_without_asking_again(tab: Tab, demo: DemoCivitai) -> None:
    name = demo.catalogue.trap("multi-file").name
    page = tab.open(ALL).page
    expect(tab.cards.nth(12)).to_be_visible()
    tab.cards.first.locator(".card-open").focus()
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    place = page.evaluate(PLACE)
    start, length = page.url, page.evaluate("history.length")
    tab.search(name)
    expect(tab.cards).to_have_count(1)
    found = page.url
    tab.open_card(name)
    opened = page.url
    page.keyboard.press("g")
    page.keyboard.press("s")
    expect(tab.find(".view.settings")).to_be_visible()
    assert page.evaluate("history.length") == length + 3
    asked = _searches(tab)
    page.go_back()
    expect(tab.find(".view.browse")).to_be_visible()
    expect(tab.drawer).to_be_visible()
    assert page.url == opened
    page.go_back()
    expect(tab.drawer).to_be_hidden()
    assert page.url == found
    tab.card(name).locator(".card-open").focus()
    page.go_back()
    expect(tab.cards.nth(1)).to_be_visible()
    assert page.url == start
    assert page.evaluate(PLACE) == place
    expect(tab.find(".search-box")).to_have_value("")
    page.go_forward()
    expect(tab.cards).to_have_count(1)
    assert page.url == found
    expect(tab.find(".search-box")).to_have_value(name)
    assert _searches(tab) == asked, "results that are still held are not asked for"


def test_details_that_are_closed_leave_nothing_to_go_back_through(tab: Tab) -> None:
    page = tab.open(ALL).page
    expect(tab.cards.nth(3)).to_be_visible()
    start, length = page.url, page.evaluate("history.length")
    for _ in range(3):
        tab.cards.first.locator(".card-open").click()
        expect(tab.drawer.locator(".drawer-title")).to_be_focused()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Escape")
        expect(tab.drawer).to_be_hidden()
        page.wait_for_url(start)
    assert page.evaluate("history.length") == length + 1
    tab.cards.first.locator(".card-open").click()
    expect(tab.drawer).to_be_visible()
    tab.find("select[aria-label=Period]").select_option("Year")
    page.wait_for_url("**period=Year**")
    expect(tab.drawer).to_be_visible()
    tab.drawer.get_by_role("button", name="Close").click()
    expect(tab.drawer).to_be_hidden()
    assert "period=Year" in page.url
    page.go_back()
    page.wait_for_url(start)
    expect(tab.drawer).to_be_hidden()


def test_what_is_typed_is_one_step_and_a_filter_is_none(tab: Tab) -> None:
    tab.tolerate("Failed to load resource")  # a picture that is not there, among the models with traps
    page = tab.open(ALL).page
    expect(tab.cards.first).to_be_visible()
    start, length = page.url, page.evaluate("history.length")
    box = tab.find(".search-box")
    for word in ("tra", "trap", "trap pickle"):
        box.fill(word)
        page.wait_for_url(f"**q={word.replace(' ', '%20')}**")
    box.press("Enter")
    tab.find("select[aria-label=Period]").select_option("Year")
    page.wait_for_url("**period=Year**")
    assert page.evaluate("history.length") == length + 1
    page.go_back()
    page.wait_for_url(start)
    expect(tab.cards.nth(3)).to_be_visible()
    box.fill("harb")
    page.wait_for_url("**q=harb**")
    box.fill("")
    page.wait_for_url(start)


def test_back_on_a_phone_closes_the_sheet(open_tab: OpenTab) -> None:
    tab = open_tab(390, 780)
    page = tab.open(ALL).page
    start = page.url
    tab.cards.first.locator(".card-open").click()
    expect(tab.find("dialog.drawer:modal")).to_be_visible()
    page.go_back()
    expect(tab.drawer).to_be_hidden()
    assert page.url == start
    page.go_forward()
    expect(tab.find("dialog.drawer:modal")).to_be_visible()
    tab.drawer.locator(".strip-picture").first.click()
    expect(tab.find("dialog.lightbox")).to_be_visible()
    page.go_back()
    expect(tab.find("dialog:modal")).to_have_count(0)
    assert page.url == start
    tab.cards.first.locator(".card-open").click()
    expect(tab.drawer).to_be_visible()


def test_back_and_forward_know_the_details_of_a_file(tab: Tab, file_here: str) -> None:
    page = tab.open("cb=library").page
    line = tab.find(".local:not(.local-skeleton)", has_text=file_here)
    line.locator(".local-open").click()
    details = tab.find("dialog.drawer-local")
    title = details.locator(".drawer-title")
    expect(title).to_have_text(file_here)
    details.get_by_role("button", name="Model details").click()
    expect(tab.find("dialog.drawer:not(.drawer-local)")).to_be_visible()
    page.go_back()
    expect(title).to_have_text(file_here)
    page.go_back()
    expect(details).to_have_count(0)
    page.go_forward()
    expect(title).to_have_text(file_here)
    page.reload()
    expect(title).to_have_text(file_here)
    page.keyboard.press("Escape")
    expect(details).to_have_count(0)
    assert page.url.endswith("#cb=library")


def test_back_brings_our_tab_to_the_front_only_while_it_is_there(tab: Tab, site: Site) -> None:
    if not site.is_webui:
        pytest.skip("there are no other tabs")
    page = tab.open(ALL).page
    tab.find("[role=tab]", has_text="Downloads").click()
    length = page.evaluate("history.length")
    buttons = page.locator("#tabs button:visible")
    buttons.filter(has_text="txt2img").first.click()
    expect(tab.find(".app")).to_be_hidden()
    page.wait_for_url(lambda url: "cb=" not in url)
    page.go_back()
    page.wait_for_url(lambda url: "cb=" not in url)
    expect(tab.find(".app")).to_be_hidden()
    assert page.evaluate("history.length") == length
    buttons.filter(has_text="CivitAI Browser").first.click()
    expect(tab.find(".view.downloads")).to_be_visible()
    page.wait_for_url("**#cb=downloads&**")


def test_what_a_link_opened_closes_with_the_next_search_and_what_a_person_opened_stays(
    tab: Tab, demo: DemoCivitai
) -> None:
    model = demo.catalogue.trap("multi-file")
    page = tab.open(ALL).page
    expect(tab.cards.nth(3)).to_be_visible()
    start = page.url
    tab.search(f"{demo.page_base}/models/{model.id}")
    expect(tab.drawer.locator(".drawer-title")).to_have_text(model.name)
    page.go_back()
    expect(tab.drawer).to_be_hidden()
    assert page.url == start
    page.go_forward()
    expect(tab.drawer.locator(".drawer-title")).to_have_text(model.name)
    page.go_back()
    tab.search(str(model.id))
    expect(tab.drawer.locator(".drawer-title")).to_have_text(model.name)
    tab.search("Trap Pickle")
    expect(tab.drawer).to_be_hidden()
    expect(tab.cards).to_have_count(3)
    tab.cards.first.locator(".card-open").click()
    expect(tab.drawer).to_be_visible()
    tab.search("harbor")
    expect(tab.find(".results-count")).not_to_have_text("Searching …")
    expect(tab.drawer).to_be_visible()


def _searches(tab: Tab) -> int:
    """How many lists were asked for; their further pages come with scrolling."""
    asked = [request.post_data_json for request in tab.requests if request.url.endswith("/search")]
    return sum(not body.get("cursor") for body in asked)
