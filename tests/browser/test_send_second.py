"""Hires fix and refiner of a picture go into the WebUI, and on Forge what a checkpoint needs beside it is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from civitdock.demo.contents import Blob, tensor_blob
from civitdock.demo.server import DemoCivitai
from tests.support.browser import Tab
from tests.support.site import TAB_HEADERS, Site

API = "civitdock/api/"
BASE = {"prompt": "a tram", "sampler": "Euler a", "steps": 25, "cfgScale": 6.5, "seed": 77, "Size": "832x1216"}
FILES = ("clip_l.safetensors", "t5xxl_fp16.safetensors", "ae.safetensors")


@pytest.fixture
def webui(site: Site) -> Site:
    """The page, where it is a WebUI's."""
    if not site.is_webui:
        pytest.skip("there is no WebUI to send to")
    return site


def checkpoint(family: str, name: str, kind: str = "checkpoint") -> Blob:
    return tensor_blob(f"second:{name}", kind, family, name)


def place(site: Site, files: Mapping[str, Blob]) -> None:
    """Put files below the models folder, and let CivitDock and the WebUI see them."""
    for path, content in files.items():
        target = site.models / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.read())
    assert site.api().post(f"{API}sync-metadata", {}, headers=TAB_HEADERS).status_code == 202
    site.api().until(lambda: site.api().get(f"{API}sync-progress").json()["job"]["state"] == "done")
    site.restart()


def send(tab: Tab, demo: DemoCivitai, name: str, base_model: str, meta: dict[str, object]) -> None:
    """Send the picture of a model that has these generation data."""
    owner = demo.catalogue.add(name, checkpoint("sdxl", name, "lora"), base_model=base_model)
    picture = replace(demo.catalogue.models[0].versions[0].images[0], meta={**BASE, **meta}, level=1)
    owner.versions[0].images[:] = [picture]
    tab.open()
    tab.search(name)
    tab.open_card(name).locator(".strip-picture").first.click()
    tab.find(".lightbox").get_by_role("button", name="Send to txt2img").click()


def shown(page: Page, element: str) -> str:
    field = page.locator(f"#{element}")
    number = field.locator("input[type=number]")
    return (number if number.count() else field.locator("textarea, input").first).input_value()


def test_hires_fix_and_refiner_go_into_their_fields(
    webui: Site, open_tab: Callable[..., Tab], demo: DemoCivitai
) -> None:
    tab = open_tab()
    second, refiner = checkpoint("sdxl", "second"), checkpoint("sdxl", "refiner")
    for name, content in (("Second", second), ("Refiner", refiner)):
        demo.catalogue.add(name, content, type_name="Checkpoint", base_model="SDXL 1.0")
    place(
        webui,
        {"Stable-diffusion/sub/second here.safetensors": second, "Stable-diffusion/refiner here.safetensors": refiner},
    )
    meta = {
        "Denoising strength": "0.4",
        "Hires upscale": "1.5",
        "Hires checkpoint": f"theirs [{second.digests().sha256[:10].lower()}]",
        "Hires sampler": "DPM++ 2M",
        "Hires schedule type": "Karras",
        "Hires prompt": "a sharp tram, rain",
        "Hires negative prompt": "soft",
        "Refiner": f"theirs too [{refiner.digests().sha256[:10].lower()}]",
        "Refiner switch at": "0.75",
    }
    send(tab, demo, "Second Pass", "SDXL 1.0", meta)
    panel = tab.page.locator("#civitdock_sent_txt2img")
    expect(panel.get_by_role("status")).to_contain_text("Sent to txt2img: ", timeout=60_000)
    # Classic has no scheduler for the second pass; what Forge says of its preset is not held against the picture.
    has_scheduler = tab.page.locator("#hr_scheduler").count() == 1
    missing = [] if has_scheduler else ["Hires scheduler: this WebUI has no field for Karras"]
    expect(panel.locator(".sent-list li").filter(has_not_text="Preset: ")).to_have_text(missing)
    wanted = {"hr_checkpoint": "second here", "hr_sampler": "DPM++ 2M"}
    wanted |= {"hr_scheduler": "Karras"} if has_scheduler else {}
    assert {name: shown(tab.page, name) for name in wanted} == wanted
    assert (shown(tab.page, "hires_prompt"), shown(tab.page, "hires_neg_prompt")) == ("a sharp tram, rain", "soft")
    assert shown(tab.page, "txt2img_checkpoint").startswith("refiner here")
    assert float(shown(tab.page, "txt2img_switch_at")) == 0.75
    for switch in ("txt2img_hr-checkbox", "txt2img_enable-checkbox"):
        expect(tab.page.locator(f"#{switch} input")).to_be_checked()

    again = open_tab()
    send(again, demo, "Other Pass", "SDXL 1.0", {**meta, "Refiner": "nobody has this"})
    said = again.page.locator("#civitdock_sent_txt2img .sent-list li").filter(has_not_text="Preset: ")
    expect(said).to_have_text([*missing, "Refiner: nobody has this is not installed here"], timeout=60_000)
    expect(again.page.locator("#txt2img_enable-checkbox input")).not_to_be_checked()


def test_scales_and_modules_of_hires_fix_go_where_the_webui_has_fields(
    webui: Site, open_tab: Callable[..., Tab], demo: DemoCivitai
) -> None:
    tab = open_tab()
    place(webui, {"VAE/second vae.safetensors": tensor_blob("second:vae", "vae", "sdxl", "second vae")})
    meta = {
        "Denoising strength": "0.4",
        "Hires upscale": "1.5",
        "Hires CFG Scale": "4.5",
        "Hires Distilled CFG Scale": "3",
        "Hires Module 1": "second vae",
    }
    send(tab, demo, "Third Pass", "SDXL 1.0", meta)
    panel = tab.page.locator("#civitdock_sent_txt2img")
    status, said = panel.get_by_role("status"), panel.locator(".sent-list li")
    if tab.page.locator("#hr_vae_te").count() == 0:
        expect(status).to_have_text("Sent to txt2img: 3 things are not as in the picture", timeout=60_000)
        expect(said).to_have_text(
            [
                "Hires VAE / text encoders: this WebUI has no field for second vae",
                "Hires CFG scale: this WebUI has no field for 4.5",
                "Hires distilled CFG scale: this WebUI has no field for 3",
            ]
        )
        return
    expect(status).to_have_text("Sent to txt2img: everything as in the picture", timeout=60_000)
    assert [float(shown(tab.page, f"txt2img_hr_{name}")) for name in ("cfg", "distilled_cfg")] == [4.5, 3]
    expect(tab.page.locator("#hr_vae_te .token")).to_have_text(["second vae.safetensors"])

    again = open_tab()
    send(again, demo, "Bare Pass", "SDXL 1.0", {**meta, "Hires Module 1": "Built-in"})
    expect(again.page.locator("#civitdock_sent_txt2img").get_by_role("status")).to_have_text(
        "Sent to txt2img: everything as in the picture", timeout=60_000
    )
    expect(again.page.locator("#hr_vae_te .token")).to_have_count(0)


def test_text_encoders_that_a_picture_does_not_name_are_chosen_on_forge(
    webui: Site, open_tab: Callable[..., Tab], demo: DemoCivitai
) -> None:
    tab = open_tab()
    if webui.api().get(f"{API}send/held").json()["preset"] is None:
        pytest.skip("this WebUI has no presets")
    flux, sdxl = checkpoint("flux", "flux", "diffusion"), checkpoint("sdxl", "plain")
    demo.catalogue.add("Flux Checkpoint", flux, type_name="Checkpoint", base_model="Flux.1 D")
    demo.catalogue.add("Plain Checkpoint", sdxl, type_name="Checkpoint", base_model="SDXL 1.0")
    place(
        webui,
        {
            "Stable-diffusion/flux.safetensors": flux,
            "Stable-diffusion/plain.safetensors": sdxl,
            "VAE/ae.safetensors": tensor_blob("second:ae", "vae", "flux", "ae"),
            "text_encoder/clip_l.safetensors": tensor_blob("second:clip", "text-encoder", "sd1", "clip"),
            "text_encoder/t5xxl_fp16.safetensors": tensor_blob("second:t5", "text-encoder", "flux", "t5"),
        },
    )
    send(tab, demo, "Flux Picture", "Flux.1 D", {"Model hash": flux.digests().sha256[:10]})
    panel = tab.page.locator("#civitdock_sent_txt2img")
    expect(panel.get_by_role("status")).to_have_text("Sent to txt2img: everything as in the picture", timeout=60_000)
    # Where another test has left this preset, nothing is said of it.
    said = panel.locator(".sent-list li").last
    expect(said).to_have_text(f"VAE / text encoders: {', '.join(FILES)}, since Flux.1 D needs clip_l, t5xxl, ae")
    held = webui.api().get(f"{API}send/held").json()
    assert (held["preset"], sorted(held["modules"])) == ("flux", sorted(FILES))

    library, other = open_tab().open("cb=library"), open_tab().open("cb=library")
    last = use_as_checkpoint(library, "Plain Checkpoint")
    expect(last).to_have_text("VAE / text encoders: nothing, since a checkpoint for SDXL 1.0 brings its own")
    held = webui.api().get(f"{API}send/held").json()
    assert (held["checkpoint"], held["preset"], held["modules"]) == ("plain.safetensors", "xl", [])

    # This window still shows the preset of before, the very one that it has to choose now.
    last = use_as_checkpoint(other, "Flux Checkpoint")
    expect(last).to_have_text(f"VAE / text encoders: {', '.join(FILES)}, since Flux.1 D needs clip_l, t5xxl, ae")
    held = webui.api().get(f"{API}send/held").json()
    assert (held["checkpoint"], held["preset"]) == ("flux.safetensors", "flux")


def use_as_checkpoint(tab: Tab, name: str) -> Locator:
    """Choose a checkpoint in the library; answers the last line of what is said of it."""
    tab.find(".local-find").fill(name)
    row = tab.find(".local:not(.local-skeleton)")
    expect(row).to_have_count(1)
    row.locator(".local-open").click()
    tab.find("dialog.drawer-local").get_by_role("button", name="Use as checkpoint").click()
    panel = tab.page.locator("#civitdock_sent_txt2img")
    expect(panel.get_by_role("status")).to_have_text(f"{name} is the checkpoint now", timeout=60_000)
    return panel.locator(".sent-list li").last
