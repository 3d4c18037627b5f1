"""From a word to a file in the model folder, as a person does it."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from civitdock.demo import faults
from civitdock.demo.contents import large_tensor_blob, tensor_blob
from civitdock.demo.faults import Match
from civitdock.demo.server import DemoCivitai
from civitdock.demo.wire import Gate
from tests.support.browser import Tab
from tests.support.site import Site

INSTALLED = "Installed"


def test_the_tab_mounts_and_shows_models(tab: Tab) -> None:
    tab.open()
    expect(tab.cards.first).to_be_visible()
    tab.page.wait_for_function("n => n > 0", arg=tab.cards.count())
    tabs = [text.strip() for text in tab.find("[role=tab]").all_inner_texts()]
    assert [name.split("\n")[0] for name in tabs] == ["Browse", "Library", "Missing", "Downloads", "Settings"]


def test_a_click_on_the_hosts_tab_leads_here(tab: Tab, site: Site) -> None:
    tab.open(fragment="")
    if site.is_webui:
        tab.page.locator("#tabs button", has_text="CivitAI Browser").last.click()
    expect(tab.find(".search-box")).to_be_visible()


def test_a_word_finds_cards_with_pictures(tab: Tab) -> None:
    tab.open()
    tab.search("Trap Pickle")
    expect(tab.card("Trap Pickle Clean")).to_be_visible()
    expect(tab.card("Trap Pickle Hidden")).to_be_visible()
    expect(tab.cards).to_have_count(3)
    tab.page.wait_for_function(
        """() => [...document.querySelector('civitdock-app').shadowRoot.querySelectorAll('.card img')]
                 .filter(image => image.complete && image.naturalWidth > 0).length >= 2"""
    )
    assert "q=Trap%20Pickle" in tab.page.url


def test_download_moves_and_ends_installed(tab: Tab, site: Site, demo: DemoCivitai) -> None:
    name = "Journey Lora"
    content = tensor_blob("journey", "lora", "sd1", name)
    demo.catalogue.add(name, content, file_name="journeyLora.safetensors", trained_words=["journeyword"])
    gate = Gate()
    demo.faults.add(match=Match(where="storage", regex="journeyLora"), fault=faults.gated(gate, content.size // 2))
    tab.open()
    tab.search(name)
    drawer = tab.open_card(name)
    drawer.locator(".drawer-main button").first.click()
    gate.wait_reached()
    expect(tab.card(name).locator(".badge-active")).to_contain_text("%")
    expect(tab.find(".dock-summary")).to_have_text("1 active")
    tab.find(".dock-line").click()
    row = tab.find(".dock .job", has_text=name)
    expect(row.locator("[role=progressbar]")).to_be_visible()
    gate.release()
    expect(row.locator(".job-state")).to_have_text("Done · verified by SHA-256")
    expect(tab.card(name).locator(".badge-installed")).to_have_text(INSTALLED)
    expect(drawer.locator(".file-here").first).to_contain_text(INSTALLED)
    expect(drawer.locator(".file-path")).to_contain_text("journeyLora.safetensors")
    folder = site.models / "Lora"
    assert (folder / "journeyLora.safetensors").read_bytes() == content.read()
    sidecar = json.loads((folder / "journeyLora.json").read_text(encoding="utf-8"))
    assert sidecar["activation text"] == "journeyword"
    assert sidecar["civitai"]["model_name"] == name
    assert [path.name for path in folder.glob("journeyLora.preview.*")] == ["journeyLora.preview.jpg"]
    assert not list(folder.glob("*.civitdock-part*"))


@pytest.mark.once
def test_pause_resume_cancel_and_retry(tab: Tab, site: Site, demo: DemoCivitai) -> None:
    name = "Paused Lora"
    whole = large_tensor_blob("paused", "lora", "sd1", name, 3_000_000)
    demo.catalogue.add(name, whole, file_name="pausedLora.safetensors")
    demo.faults.add(match=Match(where="storage", regex="pausedLora"), fault=faults.slow(300_000), times=None)
    tab.open()
    tab.search(name)
    tab.card(name).hover()
    tab.card(name).locator(".card-quick").click()
    tab.find(".dock-line").click()
    row = tab.find(".dock .job", has_text=name)
    expect(row.locator(".job-state")).to_have_text("Downloading")
    row.get_by_role("button", name=f"Pause {name}").click()
    expect(row.locator(".job-state")).to_have_text("Paused")
    expect(tab.card(name).locator(".badge")).to_have_text("Paused")
    row.get_by_role("button", name=f"Resume {name}").click()
    expect(row.locator(".job-state")).to_have_text("Downloading")
    row.get_by_role("button", name=f"Cancel {name}").click()
    expect(tab.card(name).locator(".badge")).to_have_count(0)
    tab.find("[role=tab]", has_text="Downloads").click()
    row = tab.find(".downloads .job", has_text=name)
    expect(row.locator(".job-state")).to_have_text("Cancelled")
    site.api().until(lambda: not list((site.models / "Lora").glob("pausedLora*")), 10)
    demo.faults.clear()
    row.get_by_role("button", name=f"Try {name} again").click()
    expect(row.locator(".job-state")).to_contain_text("Done")
    assert (site.models / "Lora" / "pausedLora.safetensors").read_bytes() == whole.read()


@pytest.mark.once
def test_a_download_of_an_earlier_visit_shows_its_picture(tab: Tab, site: Site, demo: DemoCivitai) -> None:
    name = "Pictured Lora"
    demo.catalogue.add(name, tensor_blob("pictured", "lora", "sd1", name), file_name="picturedLora.safetensors")
    tab.open()
    tab.search(name)
    tab.card(name).hover()
    tab.card(name).locator(".card-quick").click()
    expect(tab.card(name).locator(".badge-installed")).to_be_visible()
    tab.open("cb=downloads", "__theme=dark")
    row = tab.find(".downloads .job", has_text=name)
    row.locator(".job-thumb img.is-loaded").wait_for()


def test_reload_restores_view_and_details(tab: Tab, demo: DemoCivitai) -> None:
    model = demo.catalogue.trap("update-chain")
    tab.open()
    tab.search(model.name)
    drawer = tab.open_card(model.name)
    drawer.locator(".version").nth(1).click()
    second = drawer.locator(".version").nth(1).locator(".version-name").inner_text()
    tab.page.reload()
    expect(tab.find(".search-box")).to_have_value(model.name)
    expect(tab.drawer.locator(".drawer-title")).to_have_text(model.name)
    expect(tab.drawer.locator(".version[aria-current=true] .version-name")).to_have_text(second)
    tab.page.keyboard.press("Escape")
    expect(tab.drawer).to_be_hidden()
    tab.find("[role=tab]", has_text="Settings").click()
    tab.page.reload()
    expect(tab.find(".settings")).to_be_visible()


@pytest.mark.once
def test_scrolling_brings_the_next_page_and_keeps_few_cards_alive(tab: Tab) -> None:
    tab.tolerate("status of 404")  # a model of the demo has lost its pictures
    tab.open("cb=browse&period=AllTime")
    expect(tab.cards.first).to_be_visible()
    tab.page.wait_for_function(
        """() => {
          const root = document.querySelector('civitdock-app').shadowRoot;
          const box = root.querySelector('.browse .scroller');
          box.scrollTop = box.scrollHeight;
          return [...root.querySelectorAll('.card')].some(card => Number(card.getAttribute('aria-posinset')) > 80);
        }"""
    )
    positions = tab.cards.evaluate_all("cards => cards.map(card => Number(card.getAttribute('aria-posinset')))")
    assert max(positions) > 80
    assert len(positions) < 100
