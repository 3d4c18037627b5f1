"""Fast scrolling through 50 pages of results and a Library of 10,000, against static pages of as many plain cards."""

from __future__ import annotations

import statistics
import tempfile
from functools import partial
from html import escape
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.jobs import Routes
from benchmarks.page import PER_PAGE, Frames, chromium, lengthen, load_cards, open_page, scroll, served
from benchmarks.rescan import FILES, fill_library
from benchmarks.table import Row, alternate
from civitdock.demo.server import DemoCivitai
from civitdock.demo.storage import IMAGE_ROOT
from tests.support.standalone import Standalone

PAGES = 50
#: Pixels in each frame: a screen in four frames, faster than anybody reads.
STEP = 220
#: Frames of one round.
FRAMES = 240
RIVAL = "a static page with as many plain cards"
RIVAL_ROWS = "a static page with as many plain rows"
STYLE = """<!doctype html><meta charset="utf-8"><title>plain</title><style>
  body { margin: 8px; font: 14px sans-serif; }
  ul { display: grid; grid-template-columns: repeat(6, 1fr); gap: 12px; margin: 0; padding: 0; list-style: none; }
  .card { aspect-ratio: 2 / 3; overflow: hidden; position: relative; background: #888; }
  .card img { width: 100%; height: 100%; object-fit: cover; }
  .card span { position: absolute; bottom: 0; }
  .row { height: 52px; border-bottom: 1px solid #ccc; }
</style>"""


def measure(rounds: int) -> list[Row]:
    """Ours and the plain page take turns; all cards are loaded before."""
    with tempfile.TemporaryDirectory(prefix="civitdock-") as name, DemoCivitai() as demo, sync_playwright() as play:
        lengthen(demo, PAGES * PER_PAGE)
        models = Path(name) / "models"
        fill_library(models / "Lora", FILES)
        variables = {"CIVITAI_API_URL": demo.api_base, "CIVITAI_PAGE_URL": demo.page_base, "CIVITAI_AUTO_SYNC": "0"}
        browser = chromium(play)
        with Standalone(Path(name), ("--models-dir", str(models)), variables) as program:
            Routes(int(program.url.rsplit(":", 1)[1].rstrip("/"))).sync()
            ours = open_page(browser, f"{program.url}#cb=browse&period=AllTime")
            ours.locator("civitdock-app .card:not(.card-skeleton)").first.wait_for(timeout=60_000)
            cards = load_cards(ours, PAGES)
            with served(_cards(demo, cards)) as address:
                theirs = open_page(browser, address)
                rows = _rows(f"{cards:,} cards", RIVAL, rounds, (ours, ".browse .scroller", theirs))
                theirs.context.close()
            ours.evaluate("window.location.hash = 'cb=library'")
            ours.locator("civitdock-app .local-open").first.wait_for(timeout=60_000)
            with served(_lines()) as address:
                theirs = open_page(browser, address)
                rows += _rows(f"{FILES:,} rows", RIVAL_ROWS, rounds, (ours, ".library .scroller", theirs))
        browser.close()
    return rows


def _rows(what: str, rival: str, rounds: int, pages: tuple[Page, str, Page]) -> list[Row]:
    ours, inside, theirs = pages
    mine: list[Frames] = []
    others: list[Frames] = []

    def run(page: Page, box: str, into: list[Frames]) -> float:
        into.append(scroll(page, box, STEP, FRAMES))
        return into[-1].worst

    worst = alternate(rounds, partial(run, ours, inside, mine), partial(run, theirs, "", others))
    late, longest = (
        [statistics.median(getattr(frames, name) for frames in which) for which in (mine, others)]
        for name in ("late", "longest")
    )
    nodes = theirs.evaluate("document.querySelectorAll('*').length")
    return [
        Row(f"{what}: frame that 95 % stay below", worst[0], "ms", rival, worst[1], note=f"{STEP} px a frame"),
        Row(f"{what}: frames over 33 ms", late[0], "%", rival, late[1]),
        Row(f"{what}: longest task", longest[0], "ms", rival, longest[1], note=f"plain page: {nodes:,} elements"),
    ]


def _cards(demo: DemoCivitai, count: int) -> bytes:
    """Plain cards with the pictures of the demo at the width that a card takes."""
    images = [image for _, image in demo.catalogue.images() if image.level == 1 and image.kind == "image"][:count]
    items = [
        f'<li class="card"><img loading="lazy" alt="" src="{demo.image_base}{IMAGE_ROOT}{image.uuid}/width=320/'
        f'{image.uuid}.jpeg"><span>Plain {number:05}<br>creator</span></li>'
        for number, image in enumerate(images)
    ]
    return f"{STYLE}<ul>{''.join(items)}</ul>".encode()


def _lines() -> bytes:
    """Plain lines with as many words as a row of the Library has."""
    words = ("model{0:06}", "model{0:06}.safetensors", "LoRA", "v1.0", "80 kB", "Unknown", "folder")
    lines = [
        f'<div class="row">{" ".join(f"<span>{escape(word.format(number))}</span>" for word in words)}</div>'
        for number in range(FILES)
    ]
    return f"{STYLE}{''.join(lines)}".encode()
