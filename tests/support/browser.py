"""Chromium for the tests, and the tab as a person uses it."""

from __future__ import annotations

import os
import re
import shutil
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, expect

from tests.support.isolation import is_loopback

#: A name in a home network: this machine, but over plain http no secure context.
HOME_NAME = "studio.local"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # No other machine can be found. Playwright's own way to refuse (`route`) turns the cache of modules off.
    f"--host-resolver-rules=MAP {HOME_NAME} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
#: What Gradio's own pages ask for on their own account, by host.
GRADIO_ASKS = {
    "fonts.googleapis.com",
    "fonts.gstatic.com",
    "cdnjs.cloudflare.com",
    "cdn.jsdelivr.net",
    "gradio-space-api-fetcher-v2.hf.space",
}
WAIT_MS = 15_000


def chromium_path() -> str | None:
    """The Chromium of this machine; `CIVITDOCK_CHROMIUM` names another."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    found = (path for name in names if (path := shutil.which(name)))
    return os.environ.get("CIVITDOCK_CHROMIUM") or next(found, None)


#: Waits for the tab's animations but those without end.
STILL = """async () => {
  const moving = document.querySelector('civitdock-app').shadowRoot.getAnimations();
  const ending = moving.filter(one => one.playState === 'running' && one.effect.getComputedTiming().endTime < Infinity);
  await Promise.all(ending.map(one => one.finished.catch(() => {})));
}"""


class Tab:
    """A browser page with our tab, and all that went wrong in it or left this machine."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.context = context
        self.base = base
        self.page: Page = context.new_page()
        self.page.set_default_timeout(WAIT_MS)
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.requests: list[Request] = []
        self._tolerated: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(f"page error: {error}"))
        self.page.on("console", self._on_console)
        context.on("request", self._on_request)

    # --- going there ---------------------------------------------------------------------------------------------

    def open(self, fragment: str = "cb=browse", query: str = "__theme=light") -> Tab:
        """Load the page with our tab in front and wait until it is drawn; an empty fragment leaves the host's tab."""
        self.page.goto(f"{self.base}?{query}#{fragment}" if fragment else f"{self.base}?{query}")
        if fragment:
            expect(self.find(".app")).to_be_visible(timeout=WAIT_MS)
        return self

    def empty_cache(self) -> None:
        """Have everything asked for anew, pictures too, that an earlier test of this module's page was given."""
        self.context.new_cdp_session(self.page).send("Network.clearBrowserCache")

    def leave(self) -> None:
        """Hear no more of the context, which others may get."""
        self.context.remove_listener("request", self._on_request)

    def find(self, selector: str, **filters: Any) -> Locator:
        """Elements of the tab; the open shadow root is looked through."""
        return self.page.locator("civitdock-app").locator(selector, **filters)

    @property
    def cards(self) -> Locator:
        """The cards on and around the screen."""
        return self.find(".card:not(.card-skeleton)")

    def card(self, name: str) -> Locator:
        """The card of a model, by its whole name."""
        shown = self.page.locator(".card-name", has_text=re.compile(f"^{re.escape(name)}$"))
        return self.find(".card", has=shown)

    def search(self, words: str) -> None:
        """Type into the search box and press Enter."""
        self.find(".search-box").fill(words)
        self.find(".search-box").press("Enter")

    def open_card(self, name: str) -> Locator:
        """Open the details of a model; answers the drawer once its files are there."""
        self.card(name).locator(".card-open").click()
        expect(self.drawer.locator(".file").first).to_be_visible(timeout=WAIT_MS)
        return self.drawer

    @property
    def drawer(self) -> Locator:
        """The details drawer."""
        return self.find("dialog.drawer")

    # --- looking at it -------------------------------------------------------------------------------------------

    def focused(self) -> str:
        """The class and label of what has focus, through the shadow root."""
        return str(
            self.page.evaluate(
                """() => {
                  let at = document.activeElement;
                  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
                  return `${at?.className} ${at?.getAttribute('aria-label') ?? at?.textContent ?? ''}`;
                }"""
            )
        )

    def loaded_pictures(self) -> int:
        """How many pictures of cards have real pixels."""
        script = "images => images.filter(image => image.complete && image.naturalWidth > 0).length"
        return int(self.cards.locator("img").evaluate_all(script))

    def settle(self) -> None:
        """Wait until nothing in our tab fades or slides any more: what does has other colours and sizes."""
        self.page.evaluate(STILL)

    def findings(self) -> list[str]:
        """What axe-core objects to in our tab, once it has settled."""
        source = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
        self.page.evaluate(source)
        self.settle()
        found = self.page.evaluate("axe.run('civitdock-app', {resultTypes: ['violations']})")
        return [
            f"{one['id']}: {node['target']} {node['failureSummary']}"
            for one in found["violations"]
            for node in one["nodes"]
        ]

    # --- what went wrong -----------------------------------------------------------------------------------------

    def tolerate(self, *parts: str) -> None:
        """Console lines that a test brings about itself, by a part of their text."""
        self._tolerated += parts

    def troubles(self) -> list[str]:
        """Errors that nobody brought about on purpose, and requests to other machines."""
        errors = [line for line in self.errors if not any(part in line for part in self._tolerated)]
        return errors + [f"asked {url}" for url in self.foreign]

    def _on_request(self, request: Request) -> None:
        self.requests.append(request)
        if not _is_here(request.url) and urlsplit(request.url).hostname not in GRADIO_ASKS:
            self.foreign.append(request.url)

    def _on_console(self, message: ConsoleMessage) -> None:
        source = message.location.get("url", "")
        gradios = any(name in message.text for name in GRADIO_ASKS)
        if message.type == "error" and not gradios and (not source or _is_here(source)):
            self.errors.append(f"console: {message.text} ({source})")


def _is_here(url: str) -> bool:
    parts = urlsplit(url)
    name = parts.hostname or "-"
    return parts.scheme in ("data", "blob", "about") or name == HOME_NAME or is_loopback(name)
