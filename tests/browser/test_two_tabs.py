"""Two pages on one program, and a page under an address that browsers do not call secure."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from civitdock.demo.server import DemoCivitai
from tests.browser.conftest import OpenTab
from tests.support.browser import FLAGS, Tab, chromium_path
from tests.support.site import Site

#: A name as in a home network: plain http under it is no secure context, unlike under localhost.
LAN_NAME = "webui.lan"


def test_a_download_begun_in_one_tab_shows_in_the_other_and_searches_stay_apart(
    open_tab: OpenTab, demo: DemoCivitai
) -> None:
    model = demo.catalogue.trap("multi-file")
    one, other = open_tab(), open_tab()
    one.open()
    other.open()
    one.search(model.name)
    expect(one.card(model.name)).to_be_visible()
    one.card(model.name).hover()
    one.card(model.name).locator(".card-quick").click()
    other.find("[role=tab]", has_text="Downloads").click()
    expect(other.find(".job", has_text=model.name).first).to_be_visible()
    expect(other.find(".search-box")).to_have_value("")


def test_plain_http_in_the_home_network_loads_the_tab_and_its_pictures(chromium: Browser, site: Site) -> None:
    site.change(civitai_allowed_hosts=LAN_NAME)
    rules = f"--host-resolver-rules=MAP {LAN_NAME} 127.0.0.1"
    browser = chromium.browser_type.launch(executable_path=chromium_path(), args=[*FLAGS, rules])
    try:
        tab = Tab(browser.new_context(), site.url.replace("127.0.0.1", LAN_NAME).replace("localhost", LAN_NAME))
        tab.open()
        expect(tab.cards.first).to_be_visible()
        assert tab.page.evaluate("[isSecureContext, 'clipboard' in navigator, 'randomUUID' in crypto]") == [False] * 3
        tab.page.wait_for_function(
            """() => [...document.querySelector('civitdock-app').shadowRoot.querySelectorAll('.card img')]
                     .some(image => image.complete && image.naturalWidth > 0)"""
        )
        assert tab.troubles() == []
    finally:
        browser.close()
        site.change(civitai_allowed_hosts="")
