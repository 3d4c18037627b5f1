"""A page of 5,000 of the WebUI's own model cards with our buttons and covers, against the same page without them."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

import requests
from playwright.sync_api import Browser, CDPSession, sync_playwright

from benchmarks.table import Row, alternate
from civitdock.adapters.sqlite.index import SqliteModelStore, open_index
from civitdock.demo.server import DemoCivitai
from civitdock.domain.library import LocalModel, LocalState, Update
from tests.support.browser import FLAGS, chromium_path
from tests.support.site import TAB_HEADERS
from tests.support.standalone import Standalone

CARDS = 5000
RIVAL = "the same page without us"
MOST_RATIO = 1.15
MOST_MARKS = 80

#: The cards as hosts write them into their page, in both tabs (`hosts.md 7`); only txt2img is seen.
INSERT = """async ([root, count]) => {
  const looks = document.createElement('style');
  looks.textContent = `.extra-network-cards{height:800px;overflow:clip auto}
    .card{position:relative;display:inline-block;width:180px;height:240px;margin:8px;overflow:hidden;background:#555}
    .card .preview{position:absolute;width:100%;height:100%}
    .card .actions{position:absolute;bottom:0}`;
  const picture = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
  const card = (tab, number) => {
    const path = `${root}/lora ${number}.safetensors`;
    return `<div class="card" data-name="lora ${number}" data-sort-path="${path.toLowerCase()}" onclick="0">
      <img class="preview" loading="lazy" src="${picture}"><div class="button-row">
      <div class="copy-path-button card-button" data-clipboard-text="${path}"></div>
      <div class="metadata-button card-button"></div><div class="edit-button card-button"></div></div>
      <div class="actions"><div class="additional"><span class="hidden search_terms">${path}</span></div>
      <span class="name">lora ${number}</span><span class="description">words</span></div></div>`;
  };
  const page = tab => {
    const cards = Array.from({length: count}, (_, number) => card(tab, number)).join('');
    return `<div id="${tab}_lora_cards" class="extra-network-cards">${cards}</div>`;
  };
  const html = ['txt2img', 'img2img'].map(tab => [tab, page(tab)]);
  document.head.append(looks);
  document.body.replaceChildren(document.querySelector('gradio-app') ?? document.querySelector('civitdock-app'));
  let last = performance.now();
  const tasks = new PerformanceObserver(list => {
    for (const task of list.getEntries()) last = Math.max(last, task.startTime + task.duration);
  });
  tasks.observe({type: 'longtask'});
  const start = performance.now();
  for (const [tab, cards] of html) {
    const frame = document.createElement('div');
    frame.id = `${tab}_lora_cards_html`;
    frame.innerHTML = cards;
    frame.style.display = tab === 'txt2img' ? '' : 'none';
    document.body.prepend(frame);
  }
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  last = Math.max(last, performance.now());
  await new Promise(done => setTimeout(done, 2000));
  tasks.disconnect();
  return last - start;
}"""

SCROLL = """async () => {
  const list = document.querySelector('#txt2img_lora_cards');
  const frame = () => new Promise(done => requestAnimationFrame(done));
  let most = 0;
  for (let step = 0; step < 60; step += 1) {
    list.scrollTop = (list.scrollHeight * step) / 60;
    await frame();
    await frame();
    most = Math.max(most, document.querySelectorAll('.civitdock-mark').length);
  }
  return most;
}"""


def measure(rounds: int) -> list[Row]:
    """From the moment the host puts its cards up until nothing is left to do, and a way through all of them."""
    path = chromium_path()
    if path is None:
        raise FileNotFoundError("Chromium is not installed")
    with tempfile.TemporaryDirectory(prefix="civitdock-") as name, DemoCivitai() as demo, sync_playwright() as play:
        folder = Path(name)
        root = folder / "models" / "Lora"
        _fill(folder / "data", root)
        variables = {"CIVITAI_API_URL": demo.api_base, "CIVITAI_PAGE_URL": demo.page_base, "CIVITAI_AUTO_SYNC": "0"}
        browser = play.chromium.launch(executable_path=path, args=FLAGS)
        with Standalone(folder, ("--models-dir", str(folder / "models")), variables) as program:
            visits = [Visits(browser, program.url, root.as_posix(), with_us) for with_us in (True, False)]
            for visit in visits:
                visit.one()
                visit.forget()
            alternate(rounds, *(visit.one for visit in visits))
            answer = requests.get(f"{program.url}civitdock/api/cards", timeout=60)
        browser.close()
    ours, theirs = visits
    note = f"{ours.asked} request of {len(answer.content) // 1024} KiB, at most {ours.marks} cards touched at a time"
    what = f"{CARDS:,} host cards"
    return [
        _row(f"{what}: until the page is quiet", ours.interactive, theirs.interactive, note),
        _row(f"{what}: main thread until then", ours.arriving, theirs.arriving, ""),
        _row(f"{what}: main thread while scrolled through", ours.scrolling, theirs.scrolling, ""),
    ]


def _row(what: str, ours: list[float], theirs: list[float], note: str) -> Row:
    mine, other = (sorted(values)[len(values) // 2] for values in (ours, theirs))
    return Row(what, mine, "ms", RIVAL, other, most_ratio=MOST_RATIO, note=note)


class Visits:
    """Pages of one kind, each loaded anew, and what they took in milliseconds."""

    def __init__(self, browser: Browser, url: str, root: str, with_us: bool) -> None:
        self._browser = browser
        self._url = url
        self._root = root
        self._with_us = with_us
        self.asked = self.marks = 0
        self.forget()

    def forget(self) -> None:
        """The first visit only warms up."""
        self.interactive: list[float] = []
        self.arriving: list[float] = []
        self.scrolling: list[float] = []

    def one(self) -> float:
        """Load the page, let the host put its cards up, scroll through them."""
        wanted = {"civitai_card_buttons": self._with_us, "civitai_card_blur": self._with_us}
        requests.post(f"{self._url}civitdock/api/settings", json=wanted, headers=TAB_HEADERS, timeout=30)
        page = self._browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
        questions: list[str] = []
        page.on("request", lambda request: questions.append(request.url))
        page.goto(f"{self._url}#cb=downloads")
        page.locator("civitdock-app .app").wait_for(timeout=60_000)
        page.wait_for_load_state("networkidle")
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable")
        used = partial(_main_thread_ms, session)
        start = used()
        self.interactive.append(float(page.evaluate(INSERT, [self._root, CARDS])))
        arrived = used()
        self.marks = max(self.marks, int(page.evaluate(SCROLL)))
        self.arriving.append(arrived - start)
        self.scrolling.append(used() - arrived)
        self.asked = len([url for url in questions if url.endswith("civitdock/api/cards")])
        page.context.close()
        return self.arriving[-1]


def _main_thread_ms(session: CDPSession) -> float:
    """How long the page's main thread has worked since it is watched."""
    found = session.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in found if each["name"] == "TaskDuration")) * 1000


def _fill(data: Path, root: Path) -> None:
    """An index that knows every card; of ten one is to be covered, of seven one has an update."""
    data.mkdir(parents=True)
    root.mkdir(parents=True)
    database = open_index(data)
    SqliteModelStore(database).put_all(
        LocalModel(
            path=root / f"lora {number}.safetensors",
            root=root,
            type="LORA",
            size_bytes=1,
            state=LocalState.IDENTIFIED,
            model_id=number + 1,
            version_id=number + 10_000,
            version_name="v1",
            preview_level=16 if number % 10 == 0 else 1,
            trained_words=("word",),
            update=Update(number + 50_000, "v2") if number % 7 == 0 else None,
        )
        for number in range(CARDS)
    )
    database.close()
