"""Missing: a picture or a text comes in, what it uses is listed, and what is missing is fetched after one yes."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from civitdock.demo import faults
from civitdock.demo.contents import tensor_blob
from civitdock.demo.faults import Match
from civitdock.demo.server import DemoCivitai
from civitdock.demo.wire import Gate
from tests.browser.conftest import OpenTab
from tests.browser.test_look import THEMES, _overflow
from tests.support.browser import Tab
from tests.support.site import TAB_HEADERS, Site
from tests.support.told_pictures import png

LINE = "Steps: 25, Sampler: Euler a, CFG scale: 6, Seed: 1, Size: 832x1216"
INFOTEXT = (
    "a lighthouse <lora:greenhouse_oil_sketch_style_v1.0:0.7> <lora:glacier_charcoal_style_v1.0:0.5> "
    "<lora:nobody_has_this:0.4> <lora:cathedral_ink_wash_style_v2.0:1> <lora:trapEarlyAccess_v10:1>\n"
    f"Negative prompt: blurry\n{LINE}, Model: canyonNeonMix_v20"
)
#: Puts a file into a drop or a paste, as a person's browser does.
SEND_FILE = """([kind, name, type, encoded]) => {
  const bytes = Uint8Array.from(atob(encoded), letter => letter.charCodeAt(0));
  const data = new DataTransfer();
  if (name) data.items.add(new File([bytes], name, { type }));
  else data.setData('text/plain', new TextDecoder().decode(bytes));
  const root = document.querySelector('civitdock-app').shadowRoot;
  const view = root.querySelector('.view.missing');
  const more = { bubbles: true, composed: true, cancelable: true };
  if (kind === 'drop') {
    view.dispatchEvent(new DragEvent('dragover', { dataTransfer: data, ...more }));
    view.dispatchEvent(new DragEvent('drop', { dataTransfer: data, ...more }));
  } else document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, ...more }));
}"""


def opened(tab: Tab, theme: str = "light") -> Tab:
    tab.open("cb=missing", query=f"__theme={theme}")
    expect(tab.find(".view.missing")).to_be_visible()
    return tab


def look(tab: Tab, text: str = INFOTEXT) -> None:
    tab.find(".missing-text").fill(text)
    tab.find(".missing").get_by_role("button", name="Look", exact=True).click()


def give(tab: Tab, kind: str, content: bytes, name: str = "", mime: str = "") -> None:
    tab.page.evaluate(SEND_FILE, [kind, name, mime, base64.b64encode(content).decode()])


def row(tab: Tab, name: str) -> Locator:
    return tab.find(".missing-row", has=tab.page.locator(".missing-name", has_text=re.compile(f"^{re.escape(name)}$")))


def group(tab: Tab, state: str) -> Locator:
    return tab.find(f".missing-group[data-group={state}] .missing-row")


def test_an_infotext_is_listed_by_what_is_known(tab: Tab) -> None:
    opened(tab)
    expect(tab.find(".missing .state-title")).to_have_text("What does this picture use?")
    look(tab)
    expect(tab.find(".missing").get_by_role("button", name="Look", exact=True)).to_be_focused()
    expect(tab.find(".missing-head .results-count")).to_have_text("4 found on CivitAI · 1 to choose · 1 unknown")
    found = row(tab, "greenhouse_oil_sketch_style_v1.0")
    expect(found).to_contain_text("LoRA · weight 0.7 · Illustrious")
    expect(found).to_contain_text("Greenhouse Oil Sketch Style")
    expect(found).to_contain_text("by its file name")
    expect(row(tab, "cathedral_ink_wash_style_v2.0")).to_contain_text("does not fit the checkpoint")
    early = row(tab, "trapEarlyAccess_v10")
    expect(early).to_contain_text("early access")
    expect(early.get_by_role("button", name="Download")).to_be_disabled()
    expect(row(tab, "nobody_has_this")).to_contain_text("finds no file and no model of this name")
    tab.page.reload()
    expect(tab.find(".view.missing")).to_be_visible()


@pytest.mark.once
def test_a_choice_counts_and_keeps_the_focus(tab: Tab) -> None:
    opened(tab)
    look(tab)
    everything = tab.find(".missing").get_by_role("button", name="Download all missing")
    expect(everything).to_contain_text("(3,")
    radio = row(tab, "glacier_charcoal_style_v1.0").get_by_role("radio").first
    radio.check()
    expect(everything).to_contain_text("(4,")
    expect(radio).to_be_checked()
    expect(radio).to_be_focused()


def test_everything_missing_is_fetched_after_one_yes(tab: Tab, site: Site, demo: DemoCivitai) -> None:
    names = [f"fetched_by_missing_{n}" for n in range(2)]
    for name in names:
        demo.catalogue.add(
            name.replace("_", " "), tensor_blob(name, "lora", "sd1", name), file_name=f"{name}.safetensors"
        )
    opened(tab)
    look(tab, "".join(f"<lora:{name}:1>" for name in names) + f"\n{LINE}")
    expect(group(tab, "found")).to_have_count(2)
    expect(tab.find("[role=tab][aria-label^=Missing] .tab-count")).to_have_text("2")
    before = len(demo.asked(where="storage"))
    tab.find(".missing").get_by_role("button", name="Download all missing").click()
    dialog = tab.find("dialog.dialog-batch")
    start = dialog.get_by_role("button", name=re.compile("^Download 2 files"))
    expect(start).to_be_enabled()
    assert len(demo.asked(where="storage")) == before, "nothing is fetched unasked"
    start.click()
    expect(group(tab, "here")).to_have_count(2)
    expect(row(tab, names[0])).to_contain_text(f"{names[0]}.safetensors")
    expect(tab.find(".missing").get_by_role("button", name="Download all missing")).to_have_count(0)
    row(tab, names[0]).get_by_role("button", name="Details").click()
    expect(tab.find("dialog.drawer-local")).to_contain_text(names[0])
    tab.page.go_back()
    expect(group(tab, "here")).to_have_count(2)  # the result is kept


@pytest.mark.once
def test_a_row_follows_its_download(tab: Tab, demo: DemoCivitai) -> None:
    name = "slow_for_missing"
    demo.catalogue.add(name, tensor_blob(name, "lora", "sd1", name), file_name=f"{name}.safetensors")
    opened(tab)
    look(tab, f"<lora:{name}:1>\n{LINE}")
    gate = Gate()
    demo.faults.add(match=Match(where="storage"), fault=faults.gated(gate, 1000), times=None)
    row(tab, name).get_by_role("button", name="Download").click()
    expect(row(tab, name).locator(".missing-state")).to_contain_text(re.compile("Queued|Resolving|Downloading"))
    gate.release()
    expect(group(tab, "here")).to_have_count(1)


@pytest.mark.once
def test_a_row_knows_when_its_file_is_taken_away_and_comes_back(tab: Tab, site: Site, demo: DemoCivitai) -> None:
    name = "taken_away_again"
    demo.catalogue.add(name, tensor_blob(name, "lora", "sd1", name), file_name=f"{name}.safetensors")
    opened(tab)
    give(tab, "drop", png(parameters=f"<lora:{name}:1>\n{LINE}"), "my picture.png", "image/png")
    row(tab, name).get_by_role("button", name="Download").click()
    expect(group(tab, "here")).to_have_count(1)
    row(tab, name).get_by_role("button", name="Details").click()
    tab.find("dialog.drawer-local").get_by_role("button", name="Move to trash").click()
    tab.find("dialog.dialog").get_by_role("button", name="Move to trash").click()
    undo = tab.find(".toast", has_text="in the trash").get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    tab.page.evaluate("location.hash = 'cb=missing'")
    expect(group(tab, "found")).to_have_count(1)
    expect(row(tab, name).get_by_role("button", name="Download")).to_be_enabled()
    undo.click()
    expect(group(tab, "here")).to_have_count(1)


@pytest.mark.once
def test_a_file_that_another_page_took_away_is_told_when_it_is_wanted(tab: Tab, site: Site, demo: DemoCivitai) -> None:
    tab.tolerate("404")
    name = "taken_by_another"
    demo.catalogue.add(name, tensor_blob(name, "lora", "sd1", name), file_name=f"{name}.safetensors")
    opened(tab)
    look(tab, f"<lora:{name}:1>\n{LINE}")
    row(tab, name).get_by_role("button", name="Download").click()
    expect(group(tab, "here")).to_have_count(1)
    path = row(tab, name).locator(".missing-path").text_content()
    answer = site.api().post("civitdock/api/local-models/delete", {"paths": [path]}, headers=TAB_HEADERS)
    assert answer.status_code == 202
    row(tab, name).get_by_role("button", name="Details").click()
    expect(group(tab, "found")).to_have_count(1)


@pytest.mark.once
def test_a_file_that_a_sync_finds_is_here(tab: Tab, site: Site, demo: DemoCivitai) -> None:
    name = "put_there_by_hand"
    blob = tensor_blob(name, "lora", "sd1", name)
    demo.catalogue.add(name, blob, file_name=f"{name}.safetensors")
    opened(tab)
    look(tab, f"<lora:{name}:1>\n{LINE}")
    expect(group(tab, "found")).to_have_count(1)
    roots = site.api().get("civitdock/api/status", headers=TAB_HEADERS).json()["roots"]
    folder = Path(next(root["path"] for root in roots if root["type"] == "LORA"))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.safetensors").write_bytes(blob.read(0, blob.size))
    tab.page.evaluate("location.hash = 'cb=library'")
    tab.find(".view.library").get_by_role("button", name="Sync").first.click()
    tab.page.evaluate("location.hash = 'cb=missing'")
    expect(group(tab, "here")).to_have_count(1)


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_a_picture_is_taken_and_shown(tab: Tab, kind: str) -> None:
    opened(tab)
    give(tab, kind, png(parameters=f"<lora:sameName:1>\n{LINE}"), "my picture.png", "image/png")
    expect(group(tab, "ambiguous")).to_have_count(1)
    expect(tab.find(".missing-shown")).to_contain_text("my picture.png")
    expect(tab.find(".missing-thumb")).to_be_visible()
    assert (
        tab.find(".missing-thumb").evaluate("async image => { await image.decode(); return image.naturalWidth; }") == 8
    )


@pytest.mark.once
def test_a_text_is_pasted_and_a_file_is_opened(tab: Tab) -> None:
    opened(tab)
    give(tab, "paste", f"<lora:sameName:1>\n{LINE}".encode())
    expect(group(tab, "ambiguous")).to_have_count(1)
    workflow = b'{"1": {"class_type": "VAELoader", "inputs": {"vae_name": "sharedVae.safetensors"}}}'
    with tab.page.expect_file_chooser() as chooser:
        tab.find(".missing").get_by_role("button", name="Open a file").click()
    chooser.value.set_files({"name": "workflow.json", "mimeType": "application/json", "buffer": workflow})
    expect(row(tab, "sharedVae")).to_contain_text("VAE")


@pytest.mark.once
def test_what_cannot_be_looked_into_says_why(tab: Tab) -> None:
    tab.tolerate("422")
    opened(tab)
    give(tab, "drop", png(), "empty.png", "image/png")
    expect(tab.find(".missing .state-title")).to_have_text("Nothing found in it")
    give(tab, "drop", b"no picture", "broken.png", "image/png")
    expect(tab.find(".missing .state")).to_contain_text("no picture that CivitDock can read")
    give(tab, "drop", b"MZ", "model.safetensors", "application/octet-stream")
    expect(tab.find(".missing .state")).to_contain_text("neither a picture nor a text")
    give(tab, "drop", bytes(33 * 1024 * 1024), "large.png", "image/png")
    expect(tab.find(".missing .state")).to_contain_text("larger than 32 MB")
    tab.find(".missing").get_by_role("button", name="Clear", exact=True).click()
    expect(tab.find(".missing .state-title")).to_have_text("What does this picture use?")


@pytest.mark.once
def test_while_civitai_is_away_that_is_said_and_can_be_tried_again(tab: Tab, demo: DemoCivitai) -> None:
    opened(tab)
    demo.faults.add(match=Match(where="api"), fault=faults.respond(500, "no"), times=None)
    look(tab, f"<lora:greenhouse_gouache_style_v1.0:1>\n{LINE}")
    expect(tab.find(".missing-away")).to_contain_text("CivitAI", timeout=40_000)
    expect(group(tab, "unknown")).to_have_count(1)
    demo.faults.clear()
    tab.find(".missing-away").get_by_role("button", name="Try again").click()
    expect(group(tab, "found")).to_have_count(1, timeout=40_000)


@pytest.mark.once
def test_the_name_of_something_unknown_is_searched_for(tab: Tab) -> None:
    opened(tab)
    look(tab, f"<lora:harbor_pastel:1>\n{LINE}")
    row(tab, "harbor_pastel").get_by_role("button", name="Search for this name").click()
    expect(tab.find(".search-box")).to_have_value("harbor_pastel")
    expect(tab.find(".view.browse")).to_be_visible()
    tab.page.go_back()
    expect(row(tab, "harbor_pastel")).to_be_visible()


def test_keys_lead_there_and_back(tab: Tab) -> None:
    tab.open()
    expect(tab.cards.first).to_be_visible()
    tab.cards.first.locator(".card-open").focus()
    tab.page.keyboard.press("g")
    tab.page.keyboard.press("m")
    expect(tab.find(".view.missing")).to_be_visible()
    assert "cb=missing" in tab.page.url
    tab.page.go_back()
    expect(tab.find(".view.browse")).to_be_visible()


def test_what_made_the_picture_goes_into_the_webui(tab: Tab, site: Site) -> None:
    opened(tab)
    look(tab, f"a red tram\nNegative prompt: fog\n{LINE}")
    send = tab.find(".missing").get_by_role("button", name="Send to txt2img")
    if not site.is_webui:
        expect(tab.find(".missing").get_by_role("button", name="Copy as infotext")).to_be_visible()
        expect(send).to_have_count(0)
        return
    send.click()
    expect(tab.page.locator("#txt2img_prompt textarea")).to_have_value("a red tram")


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_in_missing(tab: Tab, theme: str) -> None:
    opened(tab, theme)
    assert tab.findings() == []
    look(tab)
    expect(group(tab, "found").first).to_be_visible()
    assert tab.findings() == []


def test_missing_fits_a_phone(open_tab: OpenTab) -> None:
    tab = open_tab(380, 780, has_touch=True)
    opened(tab)
    assert _overflow(tab) == []
    look(tab)
    expect(group(tab, "found").first).to_be_visible()
    expect(group(tab, "found").first).to_be_in_viewport()
    assert tab.find(".missing .scroller").evaluate("one => one.scrollTop") > 100, "the result is seen, not the form"
    assert _overflow(tab) == []
    small = tab.find(".missing button:visible, .missing input.check").evaluate_all(
        "all => all.filter(one => Math.min(one.offsetHeight, one.offsetWidth) < 24 && !one.closest('label')).length"
    )
    assert small == 0


@pytest.mark.once
def test_a_route_of_the_tab_answers(site: Site) -> None:
    answer = site.api().post("civitdock/api/missing", {"text": INFOTEXT}, headers=TAB_HEADERS)
    assert answer.json()["totals"]["found"] == 4
