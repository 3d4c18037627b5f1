"""Pictures of every part of the tab, dark and light."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image
from playwright.sync_api import expect

from tests.support.browser import Tab
from tools.pictures.scene import Scene
from tools.pictures.studio import Studio, screen, settle

WIDTH, HEIGHT = 1280, 800
THEMES = ("dark", "light")


@dataclass(frozen=True)
class Shot:
    """One picture: its name, and how to get there from an opened page."""

    name: str
    prepare: Callable[[Tab, Scene], None]
    fragment: str = "cb=browse&period=AllTime"


def browse(tab: Tab, _scene: Scene) -> None:
    """The grid."""
    expect(tab.cards.nth(8)).to_be_visible()


def choices(tab: Tab, _scene: Scene) -> None:
    """A filter, open."""
    expect(tab.cards.nth(8)).to_be_visible()
    tab.find(".filter-button", has_text="Base model").click()
    expect(tab.find(".popover-row").first).to_be_visible()


def details(tab: Tab, scene: Scene) -> None:
    """A model's details."""
    tab.search(scene.wanted.name)
    tab.open_card(scene.wanted.name)


def options(tab: Tab, scene: Scene) -> None:
    """Where a file goes."""
    details(tab, scene)
    tab.drawer.get_by_role("button", name="Download with options").first.click()
    expect(tab.find("dialog.dialog-options .target-where")).to_contain_text("safetensors")


def lightbox(tab: Tab, scene: Scene) -> None:
    """A picture with its generation data."""
    details(tab, scene)
    tab.drawer.locator(".strip-picture").first.click()
    expect(tab.find(".lightbox .lightbox-send")).to_be_visible()


def library(tab: Tab, _scene: Scene) -> None:
    """What is here."""
    expect(tab.find(".local", has_text="Update").first).to_be_visible()


def local_details(tab: Tab, scene: Scene) -> None:
    """A file that is here."""
    library(tab, scene)
    tab.find(".local", has_text=scene.outdated.name).locator(".local-open").first.click()
    expect(tab.find("dialog.drawer-local .facts").first).to_be_visible()


def organise(tab: Tab, scene: Scene) -> None:
    """The plan before anything moves."""
    library(tab, scene)
    tab.find(".library-head").get_by_role("button", name="Move or organise").click()
    dialog = tab.find("dialog[open]")
    dialog.get_by_role("radio", name="Into a folder").check()
    dialog.locator("input[type=text]").first.fill("style/paper")
    expect(dialog.get_by_role("button", name="Move ").last).to_be_enabled()


def missing(tab: Tab, scene: Scene) -> None:
    """What a picture needs: here, to be had, unknown."""
    stems = [model.versions[0].files[0].name.rpartition(".")[0] for model in (scene.wanted, scene.checkpoint)]
    tab.find(".missing-text").fill(
        f"paper lantern, a harbor at night <lora:{stems[0]}:0.8> <lora:somebodys_own_mix:0.3>\n"
        "Negative prompt: blurry\n"
        f"Steps: 28, Sampler: Euler a, CFG scale: 6, Seed: 1234567, Size: 832x1216, Model: {stems[1]}"
    )
    tab.find(".missing").get_by_role("button", name="Look", exact=True).click()
    expect(tab.find(".missing-row").nth(2)).to_be_visible()


def downloads(tab: Tab, _scene: Scene) -> None:
    """The queue and what came."""
    expect(tab.find(".history .job").first).to_be_visible()


def settings(tab: Tab, _scene: Scene) -> None:
    """The settings."""
    expect(tab.find(".field").nth(3)).to_be_visible()


SHOTS = (
    Shot("browse", browse),
    Shot("filters", choices),
    Shot("details", details),
    Shot("options", options),
    Shot("lightbox", lightbox),
    Shot("library", library, "cb=library"),
    Shot("local", local_details, "cb=library"),
    Shot("organise", organise, "cb=library"),
    Shot("missing", missing, "cb=missing"),
    Shot("downloads", downloads, "cb=downloads"),
    Shot("settings", settings, "cb=settings"),
)


def take(studio: Studio, scene: Scene) -> dict[str, Image.Image]:
    """Every picture by its name, such as `library-dark`."""
    taken = {}
    for theme in THEMES:
        for shot in SHOTS:
            tab = studio.tab(theme, WIDTH, HEIGHT)
            tab.open(shot.fragment, f"__theme={theme}")
            shot.prepare(tab, scene)
            tab.page.mouse.move(WIDTH - 2, HEIGHT - 2)
            settle(tab)
            taken[f"{shot.name}-{theme}"] = screen(tab)
            tab.context.close()
    return taken
