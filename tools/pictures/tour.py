"""The tour: a model is searched, filtered, looked at, downloaded, found in the Library and used in txt2img."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image
from playwright.sync_api import Locator, expect

from tests.support.browser import Tab
from tools.pictures.camera import Camera
from tools.pictures.scene import MIB, Scene
from tools.pictures.store import Frame
from tools.pictures.studio import Studio, screen, settle

WIDTH, HEIGHT = 1280, 760
#: Bytes per second while the tour downloads over one connection, so that there is something to see.
PACE = 6 * MIB
#: One frame of a running download, and how many of those that were taken are shown.
PROGRESS_MS = 240
SHOWN_PROGRESS = 10
#: The last picture stays, since then the tour begins again.
END_MS = 2300


@dataclass(frozen=True)
class Set:
    """What every step of the tour works with."""

    studio: Studio
    scene: Scene
    tab: Tab
    camera: Camera


@dataclass(frozen=True)
class Step:
    """One step: the name of its still, the line below it, and what is done."""

    name: str
    caption: str
    play: Callable[[Set], None]


@dataclass(frozen=True)
class Tour:
    """The frames, and one still per step by its name."""

    frames: Sequence[Frame]
    stills: dict[str, Image.Image]


def search(on: Set) -> None:
    """Type a word."""
    on.camera.look()
    box = on.tab.find(".search-box")
    on.camera.click(box)
    on.camera.type(box, "lantern")
    box.press("Enter")
    expect(on.tab.find(".browse .results-count")).to_contain_text("result")
    on.camera.look(1300)


def narrow(on: Set) -> None:
    """Choose a type."""
    on.camera.click(on.tab.find(".filter-button", has_text="Type").first)
    on.camera.look(400)
    on.camera.click(on.tab.find(".popover-row", has_text="LoRA").first)
    on.camera.look(400)
    on.tab.page.keyboard.press("Escape")
    expect(on.tab.find(".filterbar .chip", has_text="LoRA")).to_be_visible()
    on.camera.look(1300)


def details(on: Set) -> None:
    """Open a card."""
    on.camera.click(on.tab.card(on.scene.wanted.name).locator(".card-open"))
    expect(on.tab.drawer.locator(".file").first).to_be_visible()
    on.camera.look(1600)


def choose_place(on: Set) -> None:
    """See where the file goes."""
    on.camera.click(on.tab.drawer.get_by_role("button", name="Download with options").first)
    dialog = _options(on)
    expect(dialog.locator(".target-where")).to_contain_text("safetensors")
    on.camera.look(400)
    folder = dialog.get_by_label("Sub-folder")
    on.camera.click(folder)
    on.camera.type(folder, "styles")
    expect(dialog.locator(".target-where")).to_contain_text("styles")
    on.camera.look(1700)


def download(on: Set) -> None:
    """Watch it come."""
    on.studio.site.change(civitai_connections_per_download=1)
    on.studio.demo.throttle = PACE
    on.camera.click(_options(on).get_by_role("button", name="Download"))
    expect(on.tab.find(".dock-summary")).to_contain_text("active")
    on.tab.drawer.get_by_role("button", name="Close").click()
    row = on.tab.find(".dock .job", has_text=on.scene.wanted.name)
    on.camera.click(on.tab.find(".dock-line"))
    done = row.locator(".job-state", has_text="Done")
    with on.camera.thinned(SHOWN_PROGRESS):
        while not done.is_visible() and not on.studio.is_idle():
            on.camera.glance(PROGRESS_MS)
    on.studio.demo.throttle = None
    expect(done).to_be_visible()
    expect(on.tab.card(on.scene.wanted.name).locator(".badge-installed")).to_be_visible()
    on.camera.look(1700)


def library(on: Set) -> None:
    """What is here, and what is new."""
    on.tab.find(".dock-line").press("Enter")
    on.camera.click(on.tab.find("[role=tab]", has_text="Library"))
    expect(on.tab.find(".local", has_text=on.scene.wanted.name).first).to_be_visible()
    expect(on.tab.find(".local", has_text="Update").first).to_be_visible()
    on.camera.look(1800)


def send(on: Set) -> None:
    """A picture of the model, with all it was made with, into txt2img."""
    on.camera.click(on.tab.find("[role=tab]", has_text="Browse"))
    on.camera.click(on.tab.card(on.scene.wanted.name).locator(".card-open"))
    expect(on.tab.drawer.locator(".file").first).to_be_visible()
    on.camera.click(on.tab.drawer.locator(".strip-picture").first)
    button = on.tab.find(".lightbox").get_by_role("button", name="Send to txt2img")
    expect(button).to_be_visible()
    on.camera.look(900)
    on.camera.click(button)


def generate(on: Set) -> None:
    """The WebUI's own tab, filled."""
    panel = on.tab.page.locator("#civitdock_sent_txt2img")
    expect(panel.get_by_role("status")).to_contain_text("Sent to txt2img", timeout=60_000)
    on.camera.look(900)
    on.camera.click(panel.get_by_role("button", name=f"Put {on.scene.wanted.name} into the prompt"))
    expect(on.tab.page.locator("#txt2img_prompt textarea")).to_have_value(re.compile("<lora:PaperLanternStyle"))
    on.camera.look(END_MS)


STEPS = (
    Step("search", "Search CivitAI without leaving your WebUI", search),
    Step("filter", "Narrow it down by type, base model or period", narrow),
    Step("details", "Versions, files, trigger words and pictures at a glance", details),
    Step("target", "See where the file goes before it does", choose_place),
    Step("download", "Download with live progress, checked byte for byte", download),
    Step("library", "Your Library knows what is here and what has an update", library),
    Step("send", "Send a picture's settings to txt2img", send),
    Step("done", "All as in the picture, its LoRA one click away: generate", generate),
)


def film(studio: Studio, scene: Scene) -> Tour:
    """Play all steps in a WebUI's page; raises `ValueError` where the page is no WebUI's."""
    if not studio.site.is_webui:
        raise ValueError("the tour needs the Gradio of a WebUI, since it ends in txt2img")
    studio.ask("download-history/clear", {})
    tab = studio.tab("dark", WIDTH, HEIGHT)
    tab.open("cb=browse", "__theme=dark")
    expect(tab.cards.nth(4)).to_be_visible()
    settle(tab)
    on = Set(studio, scene, tab, Camera(tab))
    stills = {}
    for step in STEPS:
        on.camera.say(step.caption)
        step.play(on)
        stills[f"tour-{step.name}"] = screen(tab)
    tab.context.close()
    return Tour(on.camera.frames, stills)


def _options(on: Set) -> Locator:
    return on.tab.find("dialog.dialog-options")
