"""Where pictures are made: a page with our tab on the demo CivitAI, and browsers that always look the same."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from civitdock.demo.server import DemoCivitai
from tests.support.browser import FLAGS, Tab, chromium_path
from tests.support.site import TAB_HEADERS, Site, start_site
from tests.support.webui.variants import available

API = "civitdock/api/"
OPEN_STATES = {"queued", "resolving", "downloading", "verifying", "moving"}

#: The pictures on the screen are there, or known not to come.
PICTURES_LOADED = """() => {
  const root = document.querySelector('civitdock-app').shadowRoot;
  const seen = [...root.querySelectorAll('img')].filter(image => {
    const box = image.getBoundingClientRect();
    return box.width > 0 && box.bottom > 0 && box.top < window.innerHeight && box.right > 0
      && box.left < window.innerWidth;
  });
  const here = image => image.naturalWidth > 0 && (image.classList.contains('is-loaded') || !image.closest('.media'));
  return seen.every(image => image.complete && here(image));
}"""
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


class ChromiumMissing(Exception):
    """There is no browser to take pictures with."""


@dataclass(frozen=True)
class Studio:
    """A demo, a page on it, and a browser."""

    demo: DemoCivitai
    site: Site
    browser: Browser

    def tab(self, theme: str, width: int, height: int, visited: bool = True) -> Tab:
        """A tab in a fresh browser, that has been here before unless told otherwise; nothing in it moves by itself."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            color_scheme="dark" if theme == "dark" else "light",
            locale="en-GB",
            timezone_id="UTC",
        )
        tab = Tab(context, self.site.url)
        if visited:
            tab.page.add_init_script("localStorage.setItem('civitdock.welcomed', '1')")
        return tab

    def ask(self, path: str, body: object | None = None) -> Any:
        """What a route of the tab answers; POST with a body, else GET."""
        caller = self.site.api()
        answer = caller.get(API + path) if body is None else caller.post(API + path, body, headers=TAB_HEADERS)
        answer.raise_for_status()
        return answer.json()

    def download(self, *version_ids: int) -> None:
        """Download versions and wait until all are here."""
        for version_id in version_ids:
            self.ask("download", {"version_id": version_id})
        self.site.api().until(self.is_idle, 60)

    def is_idle(self) -> bool:
        """Whether no download is under way."""
        return all(job["state"] not in OPEN_STATES for job in self.ask("download-progress?since=0")["jobs"])

    def sync(self) -> None:
        """Sync everything, versions that are newer included."""
        job = self.ask("sync-metadata", {"force": True})["job"]

        def ended() -> bool:
            last = self.ask("sync-progress")["job"]
            return bool(last["id"] == job["id"] and last["state"] == "done")

        self.site.api().until(ended, 60)


@contextmanager
def studio(folder: Path) -> Iterator[Studio]:
    """A studio for as long as the block lasts; raises `ChromiumMissing`."""
    path = chromium_path()
    if path is None:
        raise ChromiumMissing("Chromium is missing.")
    with DemoCivitai() as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        site = start_site(folder, demo, available(None)[-1])
        try:
            yield Studio(demo, site, browser)
        finally:
            site.stop()
            browser.close()


def settle(tab: Tab) -> None:
    """Wait until pictures and fonts are there and drawn."""
    tab.page.wait_for_function(PICTURES_LOADED)
    tab.page.evaluate("document.fonts.ready")
    tab.page.evaluate(TWO_FRAMES)


def screen(tab: Tab) -> Image.Image:
    """What the page shows now."""
    png = tab.page.screenshot(animations="disabled", caret="hide")
    return Image.open(io.BytesIO(png)).convert("RGB")
