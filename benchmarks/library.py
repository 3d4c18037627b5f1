"""A library of 10,000 models opened in the tab, against the bare list of the same files as a page of links."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

import requests
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.jobs import Routes
from benchmarks.page import served
from benchmarks.rescan import FILES, fill_library
from benchmarks.table import Row, alternate
from civitdock.demo.server import DemoCivitai
from tests.support.browser import FLAGS, chromium_path
from tests.support.standalone import Standalone

RIVAL = "a static page with a link per file"
BUDGET_MS = 1000
MOST_ALIVE = 100

#: Goes from Browse to the Library and waits until all rows are counted and two frames are painted.
OPEN = """async wanted => {
  const root = document.querySelector('civitdock-app').shadowRoot;
  const frame = () => new Promise(done => requestAnimationFrame(done));
  const start = performance.now();
  window.location.hash = 'cb=library';
  const counted = () => root.querySelector('.library .results-count')?.textContent.startsWith(wanted);
  while (!counted() || !root.querySelector('.local-open')) await frame();
  await frame();
  await frame();
  return performance.now() - start;
}"""
PAINTED = """async () => {
  const frame = () => new Promise(done => requestAnimationFrame(done));
  await frame();
  await frame();
  return performance.now();
}"""


def measure(rounds: int) -> list[Row]:
    """The first opening of a page loads every row; the rows then stay in the page."""
    path = chromium_path()
    if path is None:
        raise FileNotFoundError("Chromium is not installed")
    with tempfile.TemporaryDirectory(prefix="civitdock-") as name, DemoCivitai() as demo, sync_playwright() as play:
        models = Path(name) / "models"
        fill_library(models / "Lora", FILES)
        variables = {"CIVITAI_API_URL": demo.api_base, "CIVITAI_PAGE_URL": demo.page_base, "CIVITAI_AUTO_SYNC": "0"}
        browser = play.chromium.launch(executable_path=path, args=FLAGS)
        with (
            Standalone(Path(name), ("--models-dir", str(models)), variables) as program,
            served(_links(models)) as rival,
        ):
            Routes(int(program.url.rsplit(":", 1)[1].rstrip("/"))).sync()
            alive: list[int] = []
            ours, theirs = alternate(
                rounds, partial(_open, browser, program.url, alive), partial(_load, browser, rival)
            )
            answer = requests.get(f"{program.url}civitdock/api/local-models?limit=1000", timeout=60)
        browser.close()
    note = f"{max(alive)} rows alive (at most {MOST_ALIVE}); a page of 1,000 rows is {len(answer.content) // 1024} KiB"
    return [Row(f"library of {FILES:,} models opened", ours, "ms", RIVAL, theirs, BUDGET_MS, note=note)]


def _open(browser: Browser, url: str, alive: list[int]) -> float:
    page = _page(browser)
    page.add_init_script("localStorage.setItem('civitdock.welcomed', '1')")
    page.goto(f"{url}#cb=browse")
    page.locator("civitdock-app .card:not(.card-skeleton)").first.wait_for(timeout=60_000)
    took = float(page.evaluate(OPEN, f"{FILES:,}"))
    alive.append(page.locator("civitdock-app .local-open").count())
    page.context.close()
    return took


def _load(browser: Browser, url: str) -> float:
    page = _page(browser)
    page.goto(url)
    took = float(page.evaluate(PAINTED))
    page.context.close()
    return took


def _page(browser: Browser) -> Page:
    return browser.new_context(viewport={"width": 1400, "height": 900}).new_page()


def _links(models: Path) -> bytes:
    """A page that lists every file, ready made."""
    lines = [f'<li><a href="{path.name}">{path.name}</a></li>' for path in sorted(models.rglob("*.safetensors"))]
    return f"<!doctype html><title>files</title><ul>{''.join(lines)}</ul>".encode()
