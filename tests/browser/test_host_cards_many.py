"""A page of 5,000 of the host's cards: one question for all of them, and only what is on the screen is touched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from civitdock.adapters.sqlite.index import SqliteModelStore, open_index
from civitdock.demo.server import DemoCivitai
from civitdock.domain.library import LocalModel, LocalState, Update
from tests.support.browser import Tab
from tests.support.site import QUIET, Site, standalone_fits
from tests.support.webui.process import Order, WebUi, build
from tests.support.webui.variants import available

CARDS = 5000
#: Several screens of cards; far from 5,000.
MOST_MARKS = 80


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, demo_of_module: DemoCivitai, pytestconfig: pytest.Config
) -> Iterator[Site]:
    """A WebUI with 5,000 LoRAs that are known already."""
    if standalone_fits():
        pytest.skip("there is no WebUI with cards")
    variant = available(pytestconfig.getoption("--pin-set"))[0]
    root = build(tmp_path_factory.mktemp("many") / variant.name, variant)
    _fill(root)
    variables = {"CIVITAI_API_URL": demo_of_module.api_base, "CIVITAI_PAGE_URL": demo_of_module.page_base, **QUIET}
    host = WebUi(root, Order(variant, ("--api",), variables))
    yield Site(host, host.models)
    host.stop()


def _fill(root: Path) -> None:
    folder = root / "models" / "Lora"
    folder.mkdir(parents=True)
    rows = []
    for number in range(CARDS):
        path = folder / f"lora {number:04}.safetensors"
        path.write_bytes(b"x")
        rows.append(
            LocalModel(
                path=path,
                root=folder,
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
        )
    (root / "civitdock").mkdir()
    with_index = open_index(root / "civitdock")
    SqliteModelStore(with_index).put_all(rows)
    with_index.close()


def marks(page: Page) -> int:
    return page.locator(".civitdock-mark").count()


def test_one_question_for_all_cards_and_few_of_them_are_touched(tab: Tab) -> None:
    page = tab.open("").page
    cards = page.locator("#txt2img_lora_cards > .card")
    expect(cards).to_have_count(CARDS)
    page.locator("#txt2img_lora_cards").scroll_into_view_if_needed()
    expect(page.locator("#txt2img_lora_cards .civitdock-mark").first).to_be_attached()
    assert 0 < marks(page) < MOST_MARKS
    most = page.evaluate(
        """async () => {
          const list = document.querySelector('#txt2img_lora_cards');
          const frame = () => new Promise(done => requestAnimationFrame(done));
          let most = 0;
          for (let at = 0; at <= list.scrollHeight; at += list.scrollHeight / 30) {
            list.scrollTop = at;
            await frame();
            await frame();
            await frame();
            most = Math.max(most, document.querySelectorAll('.civitdock-mark').length);
          }
          return most;
        }"""
    )
    assert 0 < most < MOST_MARKS
    last = cards.nth(CARDS - 1)
    last.scroll_into_view_if_needed()
    last.hover()
    expect(last.locator(".civitdock-mark .prompt")).to_be_visible()
    assert marks(page) < MOST_MARKS
    assert page.locator("#txt2img_lora_cards > .civitdock-covered").count() == CARDS / 10
    asked = [one.url for one in tab.requests if re.search(r"civitdock/api/cards", one.url)]
    assert len(asked) == 1


def test_the_hosts_sorting_costs_no_question_and_cards_out_of_sight_have_no_marks(tab: Tab) -> None:
    page = tab.open("").page
    page.locator("#txt2img_lora_cards").scroll_into_view_if_needed()
    expect(page.locator("#txt2img_lora_cards .civitdock-mark").first).to_be_attached()
    last = page.locator("#txt2img_lora_cards > .card").last.get_attribute("data-name")
    page.evaluate(
        """() => {
          const list = document.querySelector('#txt2img_lora_cards');
          const cards = [...list.querySelectorAll('.card')].reverse();
          list.replaceChildren();
          list.append(...cards);
        }"""
    )
    first = page.locator("#txt2img_lora_cards > .card").first
    expect(first).to_have_attribute("data-name", str(last))
    first.hover()
    expect(first.locator(".civitdock-mark .prompt")).to_be_visible()
    assert marks(page) < MOST_MARKS
    assert len([one for one in tab.requests if "civitdock/api/cards" in one.url]) == 1
    page.evaluate("switch_to_img2img()")
    expect(page.locator("#txt2img_lora_cards .civitdock-mark")).to_have_count(0)


def test_facts_of_5000_cards_are_a_small_answer(site: Site) -> None:
    answer = site.api().get("civitdock/api/cards")
    assert len(answer.json()["cards"]) == CARDS
    assert len(answer.content) < 100 * CARDS
