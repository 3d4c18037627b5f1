"""The Settings view: saved at once, the key never shown."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from civitdock.demo.server import DemoCivitai
from tests.support.browser import Tab
from tests.support.site import Site

KEY = "demo-key"


@pytest.mark.once
def test_the_key_is_tested_masked_and_removed(tab: Tab, site: Site, demo: DemoCivitai) -> None:
    tab.open("cb=settings")
    field = tab.find("#cd-key")
    expect(tab.find(".key-state")).to_have_text("No key set")
    assert field.get_attribute("type") == "password"
    field.fill(KEY)
    tab.find("button", has_text="Save key").click()
    expect(tab.find(".field-key .field-result")).to_have_text("The key works. Signed in as demo.")
    expect(field).to_have_value("")
    expect(tab.find(".key-state")).to_have_text("A key is set")
    tab.page.reload()
    expect(tab.find(".key-state")).to_have_text("A key is set")
    assert KEY not in tab.page.content()
    assert KEY not in site.api().get("civitdock/api/settings").text
    tab.find("button", has_text="Test key").click()
    expect(tab.find(".field-key .field-result")).to_have_text("The key works. Signed in as demo.")
    tab.find("button", has_text="Remove key").click()
    tab.find("dialog.dialog[open] .button-danger").click()
    expect(tab.find(".key-state")).to_have_text("No key set")


@pytest.mark.once
def test_a_wrong_key_says_so(tab: Tab, site: Site) -> None:
    tab.tolerate("the server responded with a status of 4")
    tab.open("cb=settings")
    tab.find("#cd-key").fill("not-a-key")
    tab.find("#cd-key").press("Enter")
    result = tab.find(".field-key .field-result[data-tone=bad]")
    expect(result).to_contain_text("key")
    site.change(civitai_api_key="")


def test_a_setting_is_saved_at_once_and_can_be_undone(tab: Tab, site: Site) -> None:
    tab.open("cb=settings")
    tab.find("#cd-set-civitai_folder_templates").press_sequentially("LORA = {year}\nLORA = {what}")
    expect(tab.find(".template-line")).to_contain_text(re.compile(r"LoRA.*20\d\d"))
    expect(tab.find(".template-examples .job-error")).to_contain_text("Line 2")
    tab.page.reload()
    level = tab.find("#cd-set-civitai_nsfw_blur")
    expect(level).to_have_value("Soft")
    level.select_option("Mature")
    expect(tab.find(".toast").first).to_contain_text("saved")
    assert _stored(site, "civitai_nsfw_blur") == "Mature"
    tab.find(".toast button", has_text="Undo").click()
    expect(level).to_have_value("Soft")
    site.api().until(lambda: _stored(site, "civitai_nsfw_blur") == "Soft")


@pytest.mark.once
def test_an_impossible_value_is_refused_beside_its_field(tab: Tab, site: Site) -> None:
    tab.tolerate("the server responded with a status of 4")
    tab.open("cb=settings")
    field = tab.find("#cd-set-civitai_parallel_downloads")
    field.fill("99")
    field.press("Tab")
    expect(tab.find("#cd-set-civitai_parallel_downloads-error")).to_have_text(re.compile("1 .* 8"))
    assert _stored(site, "civitai_parallel_downloads") == 2
    field.fill("many")
    field.press("Tab")
    expect(tab.find("#cd-set-civitai_parallel_downloads-error")).not_to_be_empty()


def _stored(site: Site, key: str) -> object:
    return site.api().get("civitdock/api/settings").json()[key]
