"""Who is asked for pictures: CivitAI's hosts alone, or where the setting says so nobody but the page's own server."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from civitdock.demo.server import DemoCivitai
from tests.support.browser import Tab

pytestmark = pytest.mark.once
GONE = "status of 404"  # a model of the demo has lost its pictures


@pytest.fixture
def strange(demo: DemoCivitai) -> DemoCivitai:
    """A demo in which the first picture of some models lies on a stranger's host."""
    for number, model in enumerate(demo.catalogue.models[:40]):
        images = model.versions[0].images if model.versions else []
        if images and number % 2:
            images[0].extra["url"] = f"https://tracker.example/{number}/x/width=450/1.jpeg"
    return demo


def choose(tab: Tab, way: str) -> None:
    """The setting, as a person changes it."""
    tab.open("cb=settings")
    select = tab.find("#cd-set-civitai_pictures")
    expect(select).to_be_visible()
    with tab.page.expect_response(lambda answer: answer.request.method == "POST" and answer.url.endswith("/settings")):
        select.select_option(way)


def look_around(tab: Tab) -> set[str]:
    """Browse, scroll, open a model with its gallery; the origins that were asked from the first page on."""
    tab.requests.clear()
    tab.open("cb=browse&period=AllTime&type=LORA&sort=Oldest")
    expect(tab.cards.first).to_be_visible()
    tab.page.wait_for_function(
        "() => [...document.querySelector('civitdock-app').shadowRoot.querySelectorAll('.card img')]"
        ".filter(image => image.complete && image.naturalWidth > 0).length > 3"
    )
    tab.find(".browse .scroller").evaluate("box => { box.scrollTop = 1200; }")
    tab.cards.nth(8).locator(".card-open").click()
    expect(tab.drawer.locator("img").first).to_be_visible()
    tab.page.wait_for_function(
        "() => [...document.querySelector('civitdock-app').shadowRoot.querySelectorAll('dialog.drawer img')]"
        ".some(image => image.complete && image.naturalWidth > 0)"
    )
    asked = {urlsplit(request.url) for request in tab.requests if not request.url.startswith(("data:", "blob:"))}
    return {f"{parts.scheme}://{parts.netloc}" for parts in asked if "gstatic" not in parts.netloc}


def test_only_the_picture_hosts_or_nobody_else_is_asked(tab: Tab, strange: DemoCivitai) -> None:
    tab.tolerate(GONE)
    own = "{0.scheme}://{0.netloc}".format(urlsplit(tab.base))
    gradio = {f"https://{name}" for name in ("fonts.googleapis.com", "cdnjs.cloudflare.com", "cdn.jsdelivr.net")}
    assert look_around(tab) - gradio == {own, strange.image_base}
    choose(tab, "local")
    try:
        assert look_around(tab) - gradio == {own}
        assert tab.findings() == []
        pictures = [request for request in tab.requests if "/civitdock/api/picture?" in request.url]
        assert len(pictures) > 3
        asked = len(strange.asked(where="image"))
        assert look_around(tab) - gradio == {own}
        assert len(strange.asked(where="image")) == asked, "what was seen once comes from the disk"
    finally:
        choose(tab, "direct")


def test_at_most_four_pictures_are_under_way(tab: Tab, demo: DemoCivitai) -> None:
    tab.tolerate(GONE)
    choose(tab, "local")
    try:
        under_way: list[int] = []
        running: set[object] = set()

        def begun(request: object) -> None:
            if "/civitdock/api/picture?" in getattr(request, "url", ""):
                running.add(request)
                under_way.append(len(running))

        tab.page.on("request", begun)
        tab.page.on("requestfinished", running.discard)
        tab.page.on("requestfailed", running.discard)
        tab.open("cb=browse&period=AllTime&type=Checkpoint")
        tab.page.wait_for_function(
            "() => [...document.querySelector('civitdock-app').shadowRoot.querySelectorAll('.card img')]"
            ".filter(image => image.complete && image.naturalWidth > 0).length > 7"
        )
        assert len(under_way) > 7
        assert max(under_way) <= 4
    finally:
        choose(tab, "direct")
