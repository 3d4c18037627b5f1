"""What authors write must not run in the page, and nothing may be asked of other machines."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from civitdock.demo.server import DemoCivitai
from tests.support.browser import Tab

NO_ATTACK = """() => [window, ...Array.from({length: window.length}, (_, index) => window[index])]
  .every(frame => frame.demoAttack === undefined)"""


@pytest.mark.parametrize(
    "trap",
    [
        "description-hostile",
        *(
            pytest.param(name, marks=pytest.mark.once)
            for name in ("model-name-markup", "name-rtl", "name-control", "odd-words")
        ),
    ],
)
def test_hostile_texts_stay_texts(tab: Tab, demo: DemoCivitai, trap: str) -> None:
    model = demo.catalogue.trap(trap)
    tab.open()
    tab.search(str(model.id))
    card = tab.find(f".card[data-id='{model.id}']")
    card.locator(".card-open").click()
    expect(tab.drawer.locator(".drawer-title")).to_have_text(model.name.strip(), use_inner_text=False)
    expect(tab.drawer.locator(".version").first).to_be_visible()
    for button in tab.drawer.locator("summary").all():
        button.click()
    tab.drawer.locator(".drawer-body").evaluate("body => { body.scrollTop = body.scrollHeight; }")
    assert tab.page.evaluate(NO_ATTACK)
    assert tab.page.evaluate("document.title") != "XSS"


@pytest.mark.once
def test_the_hostile_description_is_shown_without_its_teeth(tab: Tab, demo: DemoCivitai) -> None:
    model = demo.catalogue.trap("description-hostile")
    tab.open(f"cb=browse&m={model.id}")
    frame = tab.drawer.locator("iframe.description-frame").first
    expect(frame).to_be_visible()
    assert "allow-scripts" not in (frame.get_attribute("sandbox") or "")
    inside = frame.content_frame.locator("body")
    expect(inside).to_contain_text("Read me")
    teeth = "script, iframe, object, embed, form, base, meta[http-equiv=refresh], [onclick], [onerror], [style]"
    assert inside.locator(teeth).count() == 0
    links = inside.locator("a[href]").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert all(urlsplit(link).scheme in ("https", "http") for link in links), links
    assert "https://example.org/" in links
    assert frame.bounding_box() is not None


def test_only_this_machine_is_asked(tab: Tab, demo: DemoCivitai) -> None:
    """The tab's own requests go to its page and, for pictures, to the CivitAI that is set; none carries a referrer."""
    model = demo.catalogue.trap("description-hostile")
    tab.empty_cache()
    tab.open()
    tab.search(model.name)
    tab.open_card(model.name)
    tab.drawer.locator(".strip-picture img.is-loaded").first.wait_for()
    origins = {f"{parts.scheme}://{parts.netloc}" for parts in (urlsplit(one.url) for one in tab.requests)}
    here = tab.base.rstrip("/")
    foreign = {origin for origin in origins if origin.startswith("http") and "127.0.0.1" not in origin}
    assert {here, demo.image_base} <= origins
    assert all("font" in origin or "cdn" in origin for origin in foreign), "only Gradio's own fonts and scripts"
    pictures = [one.headers for one in demo.requests if one.where == "image"]
    assert pictures
    assert [headers for headers in pictures if "referer" in headers] == []


@pytest.mark.once
def test_state_changes_are_posts_with_our_header(tab: Tab) -> None:
    tab.open()
    tab.search("Trap Pickle")
    expect(tab.card("Trap Pickle Clean")).to_be_visible()
    ours = [one for one in tab.requests if "/civitdock/api/" in one.url]
    assert ours
    posts = [one for one in ours if one.method == "POST"]
    assert posts
    assert all(one.headers.get("x-civitdock") == "1" for one in posts)
    assert {one.method for one in ours} == {"GET", "POST"}
