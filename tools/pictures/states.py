"""Pictures of what the tab says when something is to be said: empty, wrong, away, covered; dark and light."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

from PIL import Image
from playwright.sync_api import expect

from civitdock.demo import faults
from civitdock.demo.contents import tensor_blob
from civitdock.demo.faults import Match
from civitdock.demo.wire import Gate
from tests.support.browser import Tab
from tests.support.webui.process import WebUi
from tools.pictures.panels import THEMES
from tools.pictures.scene import Scene
from tools.pictures.studio import Studio, screen, settle

WIDTH, HEIGHT = 1280, 720
SEARCH = Match(where="api", path="/api/v1/models")
#: KiB that no disk has.
TOO_LARGE_KB = 5e13


@dataclass(frozen=True)
class State:
    """One picture: its name, the page, what must have appeared there, and what the world is like meanwhile."""

    name: str
    fragment: str
    shown: Callable[[Tab], None]
    world: Callable[[Studio], AbstractContextManager[None]] = lambda _studio: nullcontext()
    visited: bool = True


@contextmanager
def waiting(studio: Studio) -> Iterator[None]:
    """CivitAI does not answer yet."""
    gate = Gate()
    studio.demo.faults.add(match=SEARCH, fault=faults.stall(gate), times=None)
    yield
    studio.demo.faults.clear()


@contextmanager
def limited(studio: Studio) -> Iterator[None]:
    """CivitAI has had enough for a minute."""
    studio.demo.faults.add(match=SEARCH, fault=faults.rate_limited(90), times=None)
    yield
    studio.demo.faults.clear()


@contextmanager
def every_level(studio: Studio) -> Iterator[None]:
    """All levels are admitted, what is above PG-13 is blurred."""
    studio.site.change(civitai_nsfw_level="X")
    yield
    studio.site.change(civitai_nsfw_level="None")


@contextmanager
def busy(studio: Studio) -> Iterator[None]:
    """The WebUI generates, and a download waits for it."""
    host = studio.site.api()
    assert isinstance(host, WebUi)
    studio.site.change(civitai_pause_while_generating=True)
    host.ask("job", name="txt2img")
    model = studio.demo.catalogue.add("Patient Glade Style", tensor_blob("patient", "lora", "sd1", "x"))
    studio.ask("download", {"version_id": model.versions[0].id})
    yield
    host.ask("job", name="")
    studio.site.change(civitai_pause_while_generating=False)
    host.until(studio.is_idle)


@contextmanager
def full(studio: Studio) -> Iterator[None]:
    """A download that no disk has room for has failed."""
    model = studio.demo.catalogue.add("Vast Canyon Style", tensor_blob("vast", "lora", "sd1", "x"))
    model.versions[0].files[0].size_kb = TOO_LARGE_KB
    studio.download(model.versions[0].id)
    yield


def _says(selector: str, words: str = "") -> Callable[[Tab], None]:
    def shown(tab: Tab) -> None:
        expect(tab.find(selector).first).to_contain_text(words, timeout=40_000)

    return shown


def _opened(name: str, words: str) -> Callable[[Tab], None]:
    def shown(tab: Tab) -> None:
        tab.open_card(name)
        expect(tab.drawer).to_contain_text(words)

    return shown


def _welcomed(tab: Tab) -> None:
    expect(tab.find(".first")).to_be_visible()
    expect(tab.cards.nth(3)).to_be_visible()


def _cut_off(tab: Tab) -> None:
    expect(tab.cards.nth(3)).to_be_visible()
    settle(tab)
    tab.page.route("**/civitdock/api/**", lambda route: route.abort())
    expect(tab.find(".strip-is-link")).to_be_visible(timeout=40_000)


#: The last leaves CivitDock asking nothing for a while.
STATES = (
    State("first-visit", "cb=browse", _welcomed, visited=False),
    State("loading", "cb=browse&q=brook", _says(".card-skeleton"), waiting),
    State("empty", "cb=browse&q=lantern&type=VAE&base=Pony", _says(".state-title", "No model fits")),
    State("no-key", "cb=browse&q=Trap%20Login%20Required", _opened("Trap Login Required", "No API key set")),
    State("early-access", "cb=browse&q=Trap%20Early%20Access", _opened("Trap Early Access", "2099")),
    State("blurred", "cb=browse&q=Trap%20Mature%20Only", _says(".card-reveal"), every_level),
    State("disk-full", "cb=downloads", _says(".job-error", "free"), full),
    State("busy", "cb=downloads", _says(".job-state", "generating"), busy),
    State("away", "cb=browse", _cut_off),
    State("limited", "cb=browse&q=glade", _says(".countdown", "Next try in"), limited),
)


def take(studio: Studio, _scene: Scene) -> dict[str, Image.Image]:
    """Every picture by its name, such as `state-empty-dark`."""
    taken = {}
    for state in STATES:
        with state.world(studio):
            for theme in THEMES:
                tab = studio.tab(theme, WIDTH, HEIGHT, visited=state.visited)
                tab.open(state.fragment, f"__theme={theme}")
                state.shown(tab)
                settle(tab)
                taken[f"state-{state.name}-{theme}"] = screen(tab)
                tab.context.close()
    return taken
