"""Makes the README's pictures: `python -m tools.screenshots` in an environment with playwright and Chromium.

The standalone program runs on the demo catalogue in a temporary folder, so the pictures are the same wherever they
are made, up to fonts. They are stored with a small palette and never grow beyond 250 KB.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
for _path in (ROOT, ROOT / "extension"):
    if str(_path) not in sys.path:
        sys.path.insert(0, str(_path))

from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, expect, sync_playwright  # noqa: E402

from tests.support.browser import FLAGS, Tab, chromium_path  # noqa: E402
from tests.support.standalone import Standalone  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
WIDTH, HEIGHT = 1400, 900
LARGEST_BYTES = 250_000
#: How much of the error of a 256-colour palette is dithered; less makes smaller files.
STRENGTHS = (1.0, 0.75, 0.6, 0.45, 0.3, 0.0)
#: Downloads that are made before the pictures, so that they show marks.
INSTALLED = 2

PICTURES_LOADED = """() => {
  const root = document.querySelector('civitdock-app').shadowRoot;
  const seen = [...root.querySelectorAll('img')].filter(image => {
    const box = image.getBoundingClientRect();
    return box.bottom > 0 && box.top < window.innerHeight && box.right > 0 && box.left < window.innerWidth;
  });
  return seen.length > 0 && seen.every(image => image.complete && image.classList.contains('is-loaded'));
}"""


#: Downloads the first models of the catalogue, where there is one an older version, and syncs them.
FILL_LIBRARY = """async count => {
  const ask = async (path, body) => {
    const send = body && {method: 'POST', headers: {'Content-Type': 'application/json', 'X-CivitDock': '1'},
                          body: JSON.stringify(body)};
    return (await fetch('/civitdock/api/' + path, send || {})).json();
  };
  const until = async (path, isDone) => {
    while (!isDone(await ask(path))) await new Promise(done => setTimeout(done, 300));
  };
  const found = await ask('search', {types: ['LORA', 'Checkpoint', 'TextualInversion', 'VAE'], limit: count});
  for (const [index, card] of found.items.entries()) {
    const {versions} = await ask('model/' + card.id);
    const same = versions.filter(version => version.base_model === versions[0].base_model && version.files.length);
    await ask('download', {version_id: same.at(index % 3 ? 0 : -1).id});
  }
  const open = new Set(['queued', 'resolving', 'downloading', 'verifying', 'moving']);
  await until('download-progress?since=0', answer => answer.jobs.every(job => !open.has(job.state)));
  const {job} = await ask('sync-metadata', {force: true});
  await until('sync-progress', answer => answer.job.id === job.id && answer.job.state === 'done');
}"""
#: Files in the picture of the Library.
LOCAL = 18


@dataclass(frozen=True)
class Shot:
    """One picture: its name, the page's theme, and how to get there."""

    name: str
    theme: str
    prepare: Callable[[Tab], None]


def browse(tab: Tab) -> None:
    """The grid, some models installed."""
    tab.open("cb=browse", "__theme=dark")
    expect(tab.cards.nth(8)).to_be_visible()
    for index in range(1, 1 + INSTALLED):
        tab.cards.nth(index).hover()
        tab.cards.nth(index).locator(".card-quick").click()
    expect(tab.find(".badge-installed")).to_have_count(INSTALLED, timeout=60_000)
    expect(tab.find(".toast")).to_have_count(0, timeout=30_000)


def details(tab: Tab) -> None:
    """The details of a model that is not here yet, beside the grid."""
    tab.open("cb=browse", "__theme=light")
    expect(tab.cards.nth(8)).to_be_visible()
    tab.cards.nth(0).locator(".card-open").click()
    expect(tab.drawer.locator(".file").first).to_be_visible()


def library(tab: Tab) -> None:
    """What is here, one of them in an older version."""
    tab.open("cb=browse", "__theme=dark")
    expect(tab.cards.nth(8)).to_be_visible()
    tab.page.evaluate(FILL_LIBRARY, LOCAL)
    tab.open("cb=library", "__theme=dark")
    expect(tab.find(".is-news")).to_be_visible()
    expect(tab.find(".local-open").nth(9)).to_be_visible()


SHOTS = (
    Shot("browse-dark", "dark", browse),
    Shot("details-light", "light", details),
    Shot("library-dark", "dark", library),
)


def take(browser: Browser, url: str, shot: Shot) -> bytes:
    """The PNG of one shot."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT},
        reduced_motion="reduce",
        color_scheme="dark" if shot.theme == "dark" else "light",
        locale="en-GB",
        timezone_id="UTC",
    )
    tab = Tab(context, url)
    tab.page.add_init_script("localStorage.setItem('civitdock.welcomed', '1')")
    shot.prepare(tab)
    tab.page.mouse.move(WIDTH - 2, HEIGHT - 2)
    tab.page.wait_for_function(PICTURES_LOADED)
    tab.page.evaluate("document.fonts.ready")
    tab.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    png = tab.page.screenshot(animations="disabled", caret="hide")
    context.close()
    return png


def reduced(png: bytes) -> bytes:
    """The same picture in 256 colours, dithered as much as the size allows; raises `ValueError` where none fits."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    palette = picture.quantize(256, method=Image.Quantize.MEDIANCUT, kmeans=3)
    flat = picture.quantize(palette=palette, dither=Image.Dither.NONE).convert("RGB")
    file = io.BytesIO()
    for strength in STRENGTHS:
        mixed = Image.blend(flat, picture, strength)
        file = io.BytesIO()
        mixed.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(file, "PNG", optimize=True)
        if file.tell() <= LARGEST_BYTES:
            return file.getvalue()
    raise ValueError(f"even without dithering it needs {file.tell()} bytes")


def main() -> int:
    """Make every picture; answers the exit code."""
    path = chromium_path()
    if path is None:
        print("Chromium is missing.", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="civitdock-") as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        with Standalone(Path(folder), ["--demo"]) as program:
            for shot in SHOTS:
                picture = reduced(take(browser, program.url, shot))
                (FOLDER / f"{shot.name}.png").write_bytes(picture)
                print(f"{shot.name}.png: {len(picture) // 1000} KB")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
