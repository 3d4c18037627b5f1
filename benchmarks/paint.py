"""100 cards on the screen: our tab in the standalone page, against the same cards sent as a `gr.HTML` update."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.machine import child
from benchmarks.table import Row, alternate
from civitdock.demo.server import DemoCivitai
from civitdock.demo.storage import IMAGE_ROOT
from tests.support.browser import FLAGS, chromium_path
from tests.support.standalone import Standalone

CARDS = 100
BUDGET_MS = 50
RIVAL = "click to 100 cards by gr.HTML"
ALIVE = "civitdock-app .card:not(.card-skeleton)"
#: The usual window, and one in which 100 cards of our smallest size are alive at once.
WINDOWS = ((1400, 900), (2560, 1600))
#: More than the tab keeps of searches that were left (`searcher.mjs`), so that each is asked for anew.
SEARCHES = tuple(
    f"sort={sort}&period=AllTime{hide}"
    for hide in ("", "&hide=1")
    for sort in ("Most Downloaded", "Newest", "Most Liked", "Highest Rated", "Most Discussed", "Most Collected")
)

#: Asks for a hundred cards and notes when an answer is here as a whole.
WATCH = """
localStorage.setItem('civitdock.density', window.innerWidth > 2000 ? '0' : '2');
localStorage.setItem('civitdock.welcomed', '1');
const plain = window.fetch;
window.fetch = async (url, options) => {
  if (!String(url).endsWith('/search')) return plain(url, options);
  const body = JSON.stringify({...JSON.parse(options.body), limit: 100});
  const answer = await plain(url, {...options, body});
  const text = await answer.text();
  window.answeredAt ||= performance.now();  // the next page may follow at once
  return new Response(text, {status: answer.status, headers: answer.headers});
};
"""

#: Changes the search through the address, waits for the new cards and two frames; answers both times.
OURS = """async search => {
  const root = document.querySelector('civitdock-app').shadowRoot;
  const old = root.querySelector('.card');
  const cards = () => root.querySelectorAll('.card:not(.card-skeleton)').length;
  const frame = () => new Promise(done => requestAnimationFrame(done));
  await new Promise(done => setTimeout(done, 500));
  window.answeredAt = 0;
  const start = performance.now();
  window.location.hash = `cb=browse&${encodeURI(search)}`;
  while (!window.answeredAt || !cards() || old.isConnected) await frame();  // all are made in one go
  const placed = performance.now();
  await frame();
  await frame();
  const end = performance.now();
  return {placed: placed - window.answeredAt, painted: end - window.answeredAt, afterClick: end - start};
}"""

THEIRS = """async () => {
  const frame = () => new Promise(done => requestAnimationFrame(done));
  const mark = () => document.querySelector('#cards [data-update]')?.dataset.update ?? '';
  const before = mark();
  const start = performance.now();
  document.querySelector('button#show, #show button').click();
  while (mark() === before || document.querySelectorAll('#cards figure').length < 100) await frame();
  await frame();
  await frame();
  return performance.now() - start;
}"""


def measure(rounds: int) -> list[Row]:
    """From the answer (or the click) to the second frame after the cards are in the page."""
    path = chromium_path()
    if path is None:
        raise FileNotFoundError("Chromium is not installed")
    with tempfile.TemporaryDirectory(prefix="civitdock-") as name, DemoCivitai() as demo, sync_playwright() as play:
        folder = Path(name)
        browser = play.chromium.launch(executable_path=path, args=FLAGS)
        pictures = {"PICTURES": " ".join(_pictures(demo))}
        variables = {"CIVITAI_API_URL": demo.api_base, "CIVITAI_PAGE_URL": demo.page_base, "CIVITAI_AUTO_SYNC": "0"}
        with (
            Standalone(folder, (), variables) as program,
            child("benchmarks.gradio_child", folder / "rival", pictures) as rival,
        ):
            theirs = f"http://127.0.0.1:{rival.port}/"
            rows = [row for window in WINDOWS for row in _rows(browser, program.url, theirs, (window, rounds))]
        browser.close()
    return rows


def _rows(browser: Browser, our_url: str, their_url: str, how: tuple[tuple[int, int], int]) -> list[Row]:
    (width, height), rounds = how
    ours, theirs = _our_page(browser, our_url, width, height), _their_page(browser, their_url, width, height)
    alive = min(CARDS, ours.locator(ALIVE).count())
    placed: list[float] = []
    painted: list[float] = []
    turn = iter(range(10_000))

    def our_click() -> float:
        result = ours.evaluate(OURS, SEARCHES[next(turn) % len(SEARCHES)])
        placed.append(result["placed"])
        painted.append(result["painted"])
        return float(result["afterClick"])

    def their_click() -> float:
        return float(theirs.evaluate(THEIRS))

    for _ in range(3):
        our_click(), their_click()
    for values in (placed, painted):
        values.clear()
    mine, rival = alternate(rounds * 3, our_click, their_click)
    for page in (ours, theirs):
        page.context.close()
    note = f"{width}x{height}, {alive} cards alive"
    return [
        Row("answer with 100 cards, in the page", statistics.median(placed), "ms", RIVAL, rival, note=note),
        Row("answer with 100 cards, painted", statistics.median(painted), "ms", RIVAL, rival, BUDGET_MS, note=note),
        Row("click to 100 cards, painted", mine, "ms", RIVAL, rival, note=note),
    ]


def _pictures(demo: DemoCivitai) -> list[str]:
    """Pictures at the width that a small card takes."""
    images = [image for _, image in demo.catalogue.images() if image.level == 1][:CARDS]
    return [f"{demo.image_base}{IMAGE_ROOT}{image.uuid}/width=320/{image.uuid}.jpeg" for image in images]


def _our_page(browser: Browser, url: str, width: int, height: int) -> Page:
    page = browser.new_context(viewport={"width": width, "height": height}).new_page()
    page.add_init_script(WATCH)
    page.goto(f"{url}#cb=browse&sort=Oldest&period=AllTime")
    page.locator(ALIVE).nth(10).wait_for(state="attached", timeout=60_000)
    return page


def _their_page(browser: Browser, url: str, width: int, height: int) -> Page:
    page = browser.new_context(viewport={"width": width, "height": height}).new_page()
    page.goto(url)
    page.locator("#show").first.wait_for(timeout=60_000)
    return page
