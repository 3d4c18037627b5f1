"""The first visit: from Gradio's page to the first cards, against the time until Gradio's own page was there."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.page import WINDOW, chromium
from benchmarks.table import Row, alternate
from civitdock.demo.server import DemoCivitai
from tests.support.standalone import Standalone

#: What a line adds to every answer, in milliseconds: none, a house with bad radio, a rented computer far away.
LINES_MS = (0, 50, 100)


def measure(rounds: int) -> list[Row]:
    """Each visit has an empty cache; the search's answer is in the server's cache from the first one on."""
    with tempfile.TemporaryDirectory(prefix="civitdock-") as name, DemoCivitai() as demo, sync_playwright() as play:
        variables = {"CIVITAI_API_URL": demo.api_base, "CIVITAI_PAGE_URL": demo.page_base, "CIVITAI_AUTO_SYNC": "0"}
        browser = chromium(play)
        with Standalone(Path(name), (), variables) as program:
            visits = [Visits(browser, program.url, line) for line in LINES_MS]
            visits[0].one()
            visits[0].gradios.clear()
            ours = alternate(rounds, *(visit.one for visit in visits))
        browser.close()
    return [visit.row(figure) for visit, figure in zip(visits, ours, strict=True)]


class Visits:
    """First visits over a line that takes so many milliseconds."""

    def __init__(self, browser: Browser, url: str, line_ms: int) -> None:
        self._browser = browser
        self._url = f"{url}#cb=browse&period=AllTime"
        self._line_ms = line_ms
        self._asked = 0
        self.gradios: list[float] = []

    def one(self) -> float:
        """Milliseconds from our element in Gradio's page to the first cards."""
        context = self._browser.new_context(viewport=WINDOW)  # type: ignore[arg-type]
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        network = context.new_cdp_session(page)
        network.send("Network.enable")
        limits = {"offline": False, "latency": self._line_ms, "downloadThroughput": -1, "uploadThroughput": -1}
        network.send("Network.emulateNetworkConditions", limits)
        start = time.perf_counter()
        page.goto(self._url)
        page.locator("civitdock-app").wait_for(state="attached", timeout=60_000)
        there = time.perf_counter()
        page.locator("civitdock-app .card:not(.card-skeleton)").first.wait_for(timeout=60_000)
        end = time.perf_counter()
        context.close()
        self._asked = sum("civitdock/static" in url for url in asked)
        self.gradios.append(1000 * (there - start))
        return 1000 * (end - there)

    def row(self, ours: float) -> Row:
        """The median of ours beside Gradio's."""
        theirs = sorted(self.gradios)[len(self.gradios) // 2]
        what = f"first visit over a line of {self._line_ms} ms: from Gradio's page to our cards"
        return Row(what, ours, "ms", "Gradio's page until then", theirs, note=f"{self._asked} files of the tab")
