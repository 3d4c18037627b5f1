"""How much the page moves by itself while it fills, and whom it asks beside its own machine."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.page import chromium, open_page, scroll
from benchmarks.table import Row
from civitdock.demo.server import DemoCivitai
from tests.support.standalone import Standalone

#: In thousandths, of which browsers call up to 100 good. Ours shall not move at all.
MOST_SHIFT = 1
SETTLED_MS = 2500
TAKE = """() => {
  const {shift, shifts} = window.seen;
  window.seen.shift = 0;
  window.seen.shifts = [];
  return {shift, shifts};
}"""


def measure(rounds: int) -> list[Row]:
    """A cold Browse, scrolled; details; Library; Settings. The same each time, so it is run once."""
    del rounds
    foreign: list[str] = []
    with tempfile.TemporaryDirectory(prefix="civitdock-") as name, DemoCivitai() as demo, sync_playwright() as play:
        variables = {"CIVITAI_API_URL": demo.api_base, "CIVITAI_PAGE_URL": demo.page_base, "CIVITAI_AUTO_SYNC": "0"}
        browser = chromium(play)
        with Standalone(Path(name), (), variables) as program:
            page = open_page(browser, f"{program.url}#cb=browse&period=AllTime", foreign)
            page.locator("civitdock-app .card:not(.card-skeleton)").first.wait_for(timeout=60_000)
            page.wait_for_timeout(SETTLED_MS)
            rows = [_row("Browse, from nothing to pictures", page)]
            scroll(page, ".browse .scroller", 120, 120)
            page.wait_for_timeout(SETTLED_MS)
            rows.append(_row("Browse, scrolled", page))
            page.locator("civitdock-app .card-open").nth(2).click()
            page.locator("civitdock-app dialog.drawer .file").first.wait_for()
            page.wait_for_timeout(SETTLED_MS)
            rows.append(_row("details", page))
            for view in ("library", "downloads", "settings"):
                page.evaluate(f"window.location.hash = 'cb={view}'")
                page.wait_for_timeout(SETTLED_MS)
                rows.append(_row(view.capitalize(), page))
        browser.close()
    asked = f"first: {foreign[0]}" if foreign else ""
    return [*rows, Row("requests to other machines", len(foreign), "requests", most=1, note=asked)]


def _row(what: str, page: Page) -> Row:
    """The shift since the last look."""
    seen = page.evaluate(TAKE)
    return Row(
        f"layout shift: {what}", 1000 * seen["shift"], "/1000", most=MOST_SHIFT, note="; ".join(seen["shifts"])[:120]
    )
