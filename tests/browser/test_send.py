"""A picture goes into the WebUI's own fields, and what it uses into the prompt."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Locator, Page, expect

from civitdock.demo.contents import tensor_blob
from civitdock.demo.server import DemoCivitai
from tests.support.browser import Tab
from tests.support.site import TAB_HEADERS, Site

API = "civitdock/api/"
FIELDS = {
    "prompt": "a tram, <lora:here:0.7>, rain",
    "neg_prompt": "blurry",
    "sampling": "Euler a",
    "scheduler": "Karras",
    "steps": "25",
    "width": "832",
    "height": "1216",
    "cfg_scale": "6.5",
    "seed": "77",
    "denoising_strength": "0.4",
    "hr_upscaler": "4x-AnimeSharp",
    "hr_scale": "1.5",
}


@dataclass(frozen=True)
class Sent:
    """The model whose picture is sent; the LoRA that is missing has `file`."""

    name: str
    file: str


@pytest.fixture
def webui(site: Site) -> Site:
    """The page, where it is a WebUI's."""
    if not site.is_webui:
        pytest.skip("there is no WebUI to send to")
    return site


@pytest.fixture
def alone(site: Site) -> Site:
    """The page, where there is no WebUI."""
    if site.is_webui:
        pytest.skip("there is a WebUI to send to")
    return site


@pytest.fixture
def sent(site: Site, demo: DemoCivitai) -> Sent:
    """A checkpoint, a VAE and a LoRA that are here, and a picture that uses these and another LoRA."""
    checkpoint = tensor_blob("send:checkpoint", "checkpoint", "sdxl", "send")
    lora = tensor_blob("send:lora", "lora", "sdxl", "send")
    owner = demo.catalogue.add("Sent Checkpoint", checkpoint, type_name="Checkpoint", base_model="SDXL 1.0")
    here = demo.catalogue.add("Here Lora", lora, base_model="SDXL 1.0")
    missing = demo.catalogue.add(
        "Missing Lora", tensor_blob("send:missing", "lora", "sd1", "x"), file_name="missing.safetensors"
    )
    for path, content in (
        ("Stable-diffusion/another.safetensors", tensor_blob("send:other", "checkpoint", "sd1", "x").read()),
        ("Stable-diffusion/sub/renamed.safetensors", checkpoint.read()),
        ("Lora/here.safetensors", lora.read()),
        ("VAE/good.safetensors", tensor_blob("send:vae", "vae", "sdxl", "x").read()),
    ):
        place = site.models / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    meta = {
        "prompt": "a tram, <lora:Theirs:0.7>, rain",
        "negativePrompt": "blurry",
        "sampler": "Euler a Karras",
        "steps": "25",
        "cfgScale": 6.5,
        "seed": 77,
        "Size": "832x1216",
        "clipSkip": 2,
        "Denoising strength": "0.4",
        "Hires upscale": "1.5",
        "Hires upscaler": "4x-AnimeSharp",
        "VAE": "good.safetensors",
        "Model hash": checkpoint.digests().sha256[:10],
        "resources": [{"type": "lora", "name": "Theirs", "hash": lora.digests().sha256[:10]}],
        "civitaiResources": [
            {"type": "checkpoint", "modelVersionId": owner.versions[0].id},
            {"type": "lora", "modelVersionId": missing.versions[0].id, "weight": 0.6},
        ],
    }
    picture = replace(demo.catalogue.models[0].versions[0].images[0], meta=meta, level=1)
    here.versions[0].images[:] = [picture]
    answer = site.api().post(f"{API}sync-metadata", {}, headers=TAB_HEADERS)
    assert answer.status_code == 202
    site.api().until(lambda: site.api().get(f"{API}sync-progress").json()["job"]["state"] == "done")
    if site.is_webui:
        site.restart()
    return Sent(here.name, "missing")


def lightbox(tab: Tab, sent: Sent) -> Locator:
    tab.open()
    tab.search(sent.name)
    tab.open_card(sent.name).locator(".strip-picture").first.click()
    found = tab.find(".lightbox")
    expect(found.locator(".lightbox-send")).to_be_visible()
    return found


def shown(page: Page, name: str) -> Locator:
    """What a field of the host shows."""
    field = page.locator(f"#txt2img_{name}")
    number = field.locator("input[type=number]")
    return number if number.count() else field.locator("textarea, input").first


def overrides(page: Page) -> list[str]:
    """Values of options that the picture overrides."""
    tokens = page.locator("#txt2img_override_settings .token").all_inner_texts()
    return [token.partition(": ")[2].strip() for token in tokens]


def test_a_picture_sets_the_webui_and_its_loras_are_one_click_away(webui: Site, tab: Tab, sent: Sent) -> None:
    lightbox(tab, sent).get_by_role("button", name="Send to txt2img").click()
    panel = tab.page.locator("#civitdock_sent_txt2img")
    expect(panel.get_by_role("status")).to_have_text("Sent to txt2img: everything as in the picture", timeout=60_000)
    for name, value in FIELDS.items():
        expect(shown(tab.page, name)).to_have_value(value)
    expect(tab.page.locator("#txt2img_hr-checkbox input")).to_be_checked()
    held = webui.api().get(f"{API}send/held").json()
    assert held["checkpoint"].replace("\\", "/") == "sub/renamed.safetensors"
    assert held["preset"] in ("xl", None)
    assert "good.safetensors" in (*held["modules"], *overrides(tab.page))

    prompt = tab.page.locator("#txt2img_prompt textarea")
    own = panel.get_by_role("button", name="Take Here Lora out of the prompt")
    expect(own).to_have_attribute("aria-pressed", "true")
    prompt.fill("a tram, <lora:here:1.2>, rain")  # the weight is the person's by now
    own.click()
    expect(prompt).to_have_value("a tram, rain")
    panel.get_by_role("button", name="Put Here Lora into the prompt").click()
    expect(prompt).to_have_value("a tram, rain, <lora:here:0.7>")

    panel.get_by_role("button", name="Download Missing Lora").click()
    put = panel.get_by_role("button", name="Put Missing Lora into the prompt")
    expect(put).to_contain_text("for SD 1.5")
    put.click()
    expect(prompt).to_have_value(f"a tram, rain, <lora:here:0.7>, <lora:{sent.file}:0.6>")
    assert (webui.models / "Lora" / f"{sent.file}.safetensors").exists()


def test_without_a_webui_a_picture_is_copied_and_shows_what_it_uses(alone: Site, tab: Tab, sent: Sent) -> None:
    assert not alone.is_webui
    box = lightbox(tab, sent)
    expect(box.get_by_role("button", name="Send to txt2img")).to_have_count(0)
    box.get_by_role("button", name="What it uses").click()
    expect(box.locator(".chip-resource")).to_have_count(4)
    box.get_by_role("button", name="Copy as infotext").click()
    expect(tab.page.locator("civitdock-app .toast", has_text="Copied")).to_be_visible()
