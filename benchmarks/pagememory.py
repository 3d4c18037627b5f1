"""What the page holds after 50 pages of results, against the same page after 5; garbage is collected before each."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.machine import MIB
from benchmarks.page import PER_PAGE, chromium, lengthen, load_cards, open_page
from benchmarks.table import Row
from civitdock.demo.server import DemoCivitai
from tests.support.standalone import Standalone

FEW, MANY = 5, 50
#: Elements do not grow with the list; what is known of each card may, by so much for 45 pages.
MOST_NODES_RATIO = 1.25
MOST_MORE_MIB = 20
RIVAL = f"the same page after {FEW} pages"


@dataclass(frozen=True)
class Held:
    """The JavaScript heap in MiB, DOM nodes and event listeners of a page."""

    heap: float
    nodes: float
    listeners: float


def measure(rounds: int) -> list[Row]:
    """One run: what a page holds is no matter of chance. No rival but itself."""
    del rounds
    with tempfile.TemporaryDirectory(prefix="civitdock-") as name, DemoCivitai() as demo, sync_playwright() as play:
        lengthen(demo, MANY * PER_PAGE)
        variables = {"CIVITAI_API_URL": demo.api_base, "CIVITAI_PAGE_URL": demo.page_base, "CIVITAI_AUTO_SYNC": "0"}
        browser = chromium(play)
        with Standalone(Path(name), (), variables) as program:
            page = open_page(browser, f"{program.url}#cb=browse&period=AllTime")
            page.locator("civitdock-app .card:not(.card-skeleton)").first.wait_for(timeout=60_000)
            load_cards(page, FEW)
            few = _held(page)
            cards = load_cards(page, MANY)
            many = _held(page)
        browser.close()
    more = many.heap - few.heap
    note = f"{few.heap:.1f} MiB and then {many.heap:.1f} MiB, {1024 * more / (cards - FEW * PER_PAGE):.1f} KiB a card"
    ratio = MOST_NODES_RATIO
    return [
        Row(f"DOM nodes after {MANY} pages", many.nodes, "nodes", RIVAL, few.nodes, most_ratio=ratio),
        Row(f"listeners after {MANY} pages", many.listeners, "listeners", RIVAL, few.listeners, most_ratio=ratio),
        Row(f"JavaScript heap, more after {MANY} pages", more, "MiB", most=MOST_MORE_MIB, note=note),
    ]


def _held(page: Page) -> Held:
    """At the top of the list, so that as much is on the screen each time."""
    page.evaluate("document.querySelector('civitdock-app').shadowRoot.querySelector('.browse .scroller').scrollTop = 0")
    page.wait_for_timeout(1500)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    for _ in range(3):
        devtools.send("HeapProfiler.collectGarbage")
    found = {each["name"]: each["value"] for each in devtools.send("Performance.getMetrics")["metrics"]}
    devtools.detach()
    return Held(found["JSHeapUsedSize"] / MIB, found["Nodes"], found["JSEventListeners"])
