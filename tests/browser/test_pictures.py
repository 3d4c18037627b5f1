"""Who is asked for pictures: CivitAI's hosts alone, or where the setting says so nobody but the page's own server."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from civitdock.demo.server import DemoCivitai
from tests.support.browser import Tab
from tests.support.site import Site

pytestmark = pytest.mark.once
OVERLAP = """() => {
  const loads = performance.getEntriesByType('resource').filter(({name}) => name.includes('/civitdock/api/picture?'));
  const at = loads.map(({startTime}) =>
    loads.filter(other => other.startTime <= startTime && startTime < other.responseEnd).length);
  return [Math.max(...at), loads.length];
}"""
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>'
GONE = "status of 404"  # a model of the demo has lost its pictures


@pytest.fixture
def strange(demo: DemoCivitai) -> Iterator[DemoCivitai]:
    """A demo in which the pictures of every other LoRA lie on a stranger's host."""
    loras = [model for model in demo.catalogue.models if model.type == "LORA"]
    images = [image for model in loras[::2] for version in model.versions for image in version.images]
    for image in images:
        image.extra["url"] = f"https://tracker.example/x/{image.uuid}/width=450/{image.id}.jpeg"
    yield demo
    for image in images:
        del image.extra["url"]


def choose(tab: Tab, way: str) -> None:
    """The setting, as a person changes it."""
    tab.open("cb=settings")
    select = tab.find("#cd-set-civitai_pictures")
    expect(select).to_be_visible()
    assert tab.findings() == []
    with tab.page.expect_response(lambda answer: answer.request.method == "POST" and answer.url.endswith("/settings")):
        select.select_option(way)
    tab.page.goto("about:blank")  # another fragment alone would not load the page anew


def look_around(tab: Tab) -> set[str]:
    """Browse, scroll, open a model with its gallery; the origins that were asked from the first page on."""
    tab.page.goto("about:blank")
    tab.requests.clear()
    tab.open("cb=browse&period=AllTime&type=LORA&sort=Oldest")
    expect(tab.cards.first).to_be_visible()
    tab.page.wait_for_function(
        "() => [...document.querySelector('civitdock-app').shadowRoot.querySelectorAll('.card img')]"
        ".filter(image => image.complete && image.naturalWidth > 0).length > 3"
    )
    assert tab.find(".card:not(:has(img))").count() > 0
    tab.find(".browse .scroller").evaluate("box => { box.scrollTop = 1200; }")
    tab.find(".card:has(img)").nth(8).locator(".card-open").click()
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
    strange.wait_idle()
    before = len(strange.asked(where="image"))
    try:
        assert look_around(tab) - gradio == {own}
        pictures = [request for request in tab.requests if "/civitdock/api/picture?" in request.url]
        assert len(pictures) > 3
        assert look_around(tab) - gradio == {own}
        fetched = [line.path for line in strange.asked(where="image")[before:] if line.status == 200]
        assert len(fetched) == len(set(fetched)), "what was seen once comes from the disk"
    finally:
        choose(tab, "direct")


def test_at_most_four_pictures_are_under_way(tab: Tab, demo: DemoCivitai) -> None:
    tab.tolerate(GONE)
    choose(tab, "local")
    tab.page.add_init_script("performance.setResourceTimingBufferSize(2000)")  # the tab's modules nearly fill it
    try:
        tab.open("cb=browse&period=AllTime&type=Checkpoint")
        tab.page.wait_for_function(
            "() => [...document.querySelector('civitdock-app').shadowRoot.querySelectorAll('.card img')]"
            ".filter(image => image.complete && image.naturalWidth > 0).length > 7"
        )
        most, count = tab.page.evaluate(OVERLAP)
        assert count > 7
        assert most <= 4
    finally:
        choose(tab, "direct")


def test_pictures_in_descriptions_come_the_same_way(tab: Tab, site: Site, demo: DemoCivitai) -> None:
    """What CivitAI's own host has is asked of the page's server, which the test answers for; a stranger's goes."""
    model = demo.catalogue.add("Pictured words", b"words with pictures")
    model.description = (
        "<p>Before <img src='https://image.civitai.com/x/1/width=450'>"
        "<img src='https://tracker.example/b.png'> and after.</p>"
    )
    theirs = "**/civitdock/api/picture?url=https%3A%2F%2Fimage.civitai.com%2F*"
    tab.page.route(theirs, lambda route: route.fulfill(body=DOT, content_type="image/svg+xml"))
    site.change(civitai_pictures="local", civitai_nsfw_level="X")
    try:
        tab.open(f"cb=browse&m={model.id}")
        inside = tab.drawer.locator("iframe.description-frame").first.content_frame
        expect(inside.locator("body")).to_contain_text("Before and after.")
        expect(inside.locator("img")).to_have_js_property("naturalWidth", 7)
        assert tab.foreign == []
    finally:
        site.change(civitai_pictures="direct", civitai_nsfw_level="None")
