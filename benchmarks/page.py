"""The tab in Chromium for the benchmarks: a long catalogue, a page to scroll, and what a browser tells of it."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Playwright

from civitdock.demo.contents import tensor_blob
from civitdock.demo.server import DemoCivitai
from tests.support.browser import FLAGS, chromium_path
from tests.support.isolation import is_loopback

#: Cards that the tab asks for at a time (`PAGE_SIZE` of the tab).
PER_PAGE = 40
WINDOW = {"width": 1400, "height": 900}

#: Counts shifts of the layout that no person brought about, and tasks that keep the page from answering (> 50 ms).
WATCH = """
localStorage.setItem('civitdock.welcomed', '1');
window.seen = {shift: 0, shifts: [], longest: 0};
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) {
    window.seen.shift += entry.value;
    const place = box => `${Math.round(box.top)}+${Math.round(box.height)}`;
    const words = ({node, previousRect, currentRect}) =>
      `${node?.className ?? '?'} from ${place(previousRect)} to ${place(currentRect)}`;
    window.seen.shifts.push(entry.sources.map(words).join(', '));
  }
}).observe({type: 'layout-shift', buffered: true});
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) window.seen.longest = Math.max(window.seen.longest, entry.duration);
}).observe({type: 'longtask'});
"""

#: Scrolls so many pixels in every frame down to the end and answers the time of each frame in milliseconds.
SCROLL = """async ([inside, step, most]) => {
  const root = document.querySelector('civitdock-app')?.shadowRoot ?? document;
  const box = inside ? root.querySelector(inside) : document.scrollingElement;
  const frame = () => new Promise(done => requestAnimationFrame(done));
  box.scrollTop = 0;
  await frame();
  await frame();
  window.seen.longest = 0;
  const times = [];
  let last = await frame();
  while (times.length < most && box.scrollTop + box.clientHeight < box.scrollHeight - 2) {
    box.scrollTop += step;
    const now = await frame();
    times.push(now - last);
    last = now;
  }
  return {times, longest: window.seen.longest};
}"""

#: Goes to the end again and again until there are so many cards.
LOAD = """async wanted => {
  const root = document.querySelector('civitdock-app').shadowRoot;
  const box = root.querySelector('.browse .scroller');
  const frame = () => new Promise(done => requestAnimationFrame(done));
  const total = () => Number(root.querySelector('.card:not(.card-skeleton)')?.getAttribute('aria-setsize') ?? 0);
  const until = performance.now() + 300_000;
  while (total() < wanted) {
    if (performance.now() > until) throw new Error(`only ${total()} cards`);
    box.scrollTop = box.scrollHeight;
    await frame();
  }
  return total();
}"""


@dataclass(frozen=True)
class Frames:
    """How scrolling went: milliseconds of each frame, and of the longest task."""

    times: list[float]
    longest: float

    @property
    def worst(self) -> float:
        """The time that 95 of 100 frames stay below."""
        return sorted(self.times)[int(len(self.times) * 0.95)]

    @property
    def late(self) -> float:
        """Per cent of the frames that took the time of two at 60 Hz."""
        return 100 * sum(time > 1000 / 30 for time in self.times) / len(self.times)


def chromium(play: Playwright) -> Browser:
    """A headless Chromium; raises `FileNotFoundError`."""
    path = chromium_path()
    if path is None:
        raise FileNotFoundError("Chromium is not installed")
    return play.chromium.launch(executable_path=path, args=FLAGS)


def open_page(browser: Browser, url: str, foreign: list[str] | None = None) -> Page:
    """A page in a browser of its own; requests to other machines are written into `foreign`."""
    page = browser.new_context(viewport=WINDOW).new_page()  # type: ignore[arg-type]
    page.add_init_script(WATCH)
    if foreign is not None:
        page.on("request", lambda request: None if _is_here(request.url) else foreign.append(request.url))
    page.goto(url)
    return page


def scroll(page: Page, inside: str, step: int, most: int) -> Frames:
    """Scroll a box, the whole document where it is empty, by `step` pixels a frame for at most so many frames."""
    found = page.evaluate(SCROLL, [inside, step, most])
    return Frames(found["times"], found["longest"])


def lengthen(demo: DemoCivitai, cards: int) -> None:
    """Put so many further models with pictures into the demo; all have the same small file."""
    catalogue, builder = demo.catalogue, demo.catalogue.builder
    content = tensor_blob("many", "lora", "sdxl", "Many")
    for number in range(cards):
        model = builder.model(f"Many {number:05}", "LORA")
        builder.version(model, "v1.0", "SDXL 1.0", [builder.file(f"many{number}.safetensors", content, primary=True)])
        catalogue.register(model)


def load_cards(page: Page, pages: int) -> int:
    """Scroll to the end until so many pages of cards are there; answers how many cards."""
    return int(page.evaluate(LOAD, pages * PER_PAGE))


@contextmanager
def served(body: bytes) -> Iterator[str]:
    """The address of a page with this HTML."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _is_here(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("data", "blob", "about") or is_loopback(parts.hostname or "-")
