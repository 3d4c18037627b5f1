"""The first visit, and what stands in the way of a download: early access, no room, a busy WebUI, a limit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from civitdock.demo import faults
from civitdock.demo.catalogue import DemoModel
from civitdock.demo.contents import tensor_blob
from civitdock.demo.faults import Match
from civitdock.demo.server import DemoCivitai
from tests.support.browser import Tab
from tests.support.site import Site
from tests.support.webui.process import WebUi

#: KiB that no disk has.
TOO_LARGE_KB = 5e13


@pytest.fixture
def generating(site: Site) -> Iterator[WebUi]:
    """A WebUI that generates, and for which downloads wait."""
    host = site.api()
    if not isinstance(host, WebUi):
        pytest.skip("there is no WebUI that generates")
    site.change(civitai_pause_while_generating=True)
    host.ask("job", name="txt2img")
    yield host
    host.ask("job", name="")
    site.change(civitai_pause_while_generating=False)


@pytest.mark.once
def test_the_first_visit_shows_models_and_what_to_try_until_it_is_dismissed(tab: Tab) -> None:
    tab.open("cb=browse")
    first = tab.find(".first")
    expect(first).to_contain_text("Find a model")
    expect(tab.cards.first).to_be_visible()
    first.get_by_role("button", name="landscape").click()
    expect(tab.find(".search-box")).to_have_value("landscape")
    expect(first).to_be_hidden()
    tab.search("")
    first.get_by_role("button", name="Dismiss").click()
    expect(first).to_be_hidden()
    tab.page.reload()
    expect(tab.cards.first).to_be_visible()
    expect(first).to_be_hidden()


@pytest.mark.once
def test_early_access_says_until_when(tab: Tab, demo: DemoCivitai) -> None:
    model = demo.catalogue.trap("early-access")
    tab.open()
    tab.search(model.name)
    expect(tab.card(model.name).locator(".badge", has_text="EA")).to_be_visible()
    expect(tab.open_card(model.name).locator(".note-early")).to_contain_text("2099")


@pytest.mark.once
def test_no_room_is_said_before_and_in_the_row(tab: Tab, site: Site, demo: DemoCivitai) -> None:
    model = _model(demo, "Too Large Lora", "tooLargeLora")
    model.versions[0].files[0].size_kb = TOO_LARGE_KB
    tab.open()
    tab.search(model.name)
    tab.card(model.name).locator(".card-open").focus()
    tab.page.keyboard.press("Space")
    tab.find(".browse .selection").get_by_role("button", name="Download").click()
    plan = tab.find("dialog.dialog-batch")
    expect(plan.locator(".note-warn")).to_contain_text("free")
    plan.get_by_role("button", name="Cancel").click()
    tab.open_card(model.name).locator(".drawer-main button").first.click()
    tab.find(".dock-line").click()
    row = tab.find(".dock .job", has_text=model.name)
    expect(row).to_have_attribute("data-state", "failed")
    expect(row.locator(".job-error")).to_contain_text("free")
    expect(row.get_by_role("button", name="Choose another folder")).to_be_visible()
    assert not list((site.models / "Lora").glob("tooLargeLora*"))


def test_a_busy_webui_lets_downloads_wait_and_says_so(generating: WebUi, tab: Tab, demo: DemoCivitai) -> None:
    model = _model(demo, "Patient Lora", "patientLora")
    tab.open()
    tab.search(model.name)
    tab.card(model.name).hover()
    tab.card(model.name).locator(".card-quick").click()
    tab.find(".dock-line").click()
    row = tab.find(".dock .job", has_text=model.name)
    expect(row.locator(".job-state")).to_contain_text("until the WebUI has finished generating")
    generating.ask("job", name="")
    expect(row.locator(".job-state")).to_contain_text("Done")


@pytest.mark.once
def test_too_many_questions_are_counted_down(tab: Tab, demo: DemoCivitai) -> None:
    """The last one here: after it CivitDock asks nothing for a while."""
    tab.tolerate("the server responded with a status of 4")
    demo.faults.add(match=Match(where="api", path="/api/v1/models"), fault=faults.rate_limited(90), times=None)
    tab.open("cb=browse&q=Trap%20Size")
    expect(tab.find(".countdown")).to_contain_text("Next try in", timeout=40_000)
    before = tab.find(".countdown").inner_text()
    expect(tab.find(".countdown")).not_to_have_text(before)
    expect(tab.find(".state button", has_text="Try again")).to_be_visible()
    assert tab.findings() == []


def _model(demo: DemoCivitai, name: str, stem: str) -> DemoModel:
    return demo.catalogue.add(name, tensor_blob(stem, "lora", "sd1", name), file_name=f"{stem}.safetensors")
