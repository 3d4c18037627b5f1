"""The Library: what is here, found, chosen, synced and used in a prompt."""

from __future__ import annotations

import json
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Route, expect

from civitdock.demo.server import DemoCivitai
from tests.browser.conftest import OpenTab
from tests.support.browser import Tab

MANY = 10_000
#: Ten times what a person shall wait for the first lines, for slow machines.
OPEN_S = 10.0
WEIGHTS = b"\x02\x00\x00\x00\x00\x00\x00\x00{}"


def test_a_download_shows_up_and_can_be_synced_again(tab: Tab, demo: DemoCivitai) -> None:
    name = "Library Lora"
    demo.catalogue.add(name, WEIGHTS, file_name="libraryLora.safetensors")
    tab.open()
    tab.search(name)
    tab.open_card(name).locator(".main-action .button-primary").click()
    expect(tab.drawer.locator(".file-here").first).to_be_visible()
    tab.page.keyboard.press("Escape")
    tab.find("[role=tab]", has_text="Library").click()
    tab.find(".local-find").fill("library lora")
    row = tab.find(".local:not(.local-skeleton)")
    expect(row).to_have_count(1)
    expect(row.locator(".local-state")).to_contain_text("Identified")
    row.locator(".local-open").click()
    details = tab.find("dialog.drawer-local")
    expect(details.locator(".drawer-title")).to_have_text(name)
    expect(details).to_contain_text("libraryLora.safetensors")
    with tab.page.expect_request("**/sync-metadata") as asked:
        details.get_by_role("button", name="Sync again").click()
    body = asked.value.post_data_json
    assert body["force"]
    assert body["paths"][0].endswith("/Lora/libraryLora.safetensors")
    details.get_by_role("button", name="Model details").click()
    expect(tab.drawer.locator(".file").first).to_be_visible()
    tab.page.keyboard.press("Escape")
    assert "local-open" in tab.focused(), "focus must come back to the line"
    tab.page.reload()
    expect(tab.find(".local-find")).to_have_value("library lora")
    expect(row).to_have_count(1)
    everything = tab.find(".view.library").get_by_role("button", name="Sync All Models")
    everything.click()
    expect(tab.find(".toasts, .notices").get_by_text("Sync finished").first).to_be_visible()
    expect(everything).to_be_focused()


@pytest.mark.once
def test_ten_thousand_models_are_a_few_lines_at_a_time(tab: Tab) -> None:
    _with_many(tab)
    tab.open()
    lines = tab.find(".local:not(.local-skeleton)")
    start = time.monotonic()
    tab.find("[role=tab]", has_text="Library").click()
    expect(lines.first).to_be_visible()
    assert time.monotonic() - start < OPEN_S
    expect(tab.find(".library:not([data-busy])")).to_be_visible()
    expect(tab.find(".library .results-count")).to_have_text("10,000 models")
    lines.first.locator(".local-open").focus()
    for key, place in (("ArrowDown", 2), ("End", MANY), ("Home", 1)):
        tab.page.keyboard.press(key)
        expect(tab.find(f".local[aria-posinset='{place}']:has(.local-open:focus)")).to_be_visible()
        assert lines.count() < 100
        assert tab.find(".local-open[tabindex='0']").count() == 1
    tab.page.keyboard.press("Space")
    tab.page.keyboard.press("Shift+ArrowDown")
    expect(tab.find(".selection-words")).to_contain_text("2 chosen")
    tab.page.keyboard.press("Control+a")
    expect(tab.find(".selection-words")).to_contain_text("10,000 chosen")
    tab.page.keyboard.press("Escape")
    expect(tab.find(".selection")).to_be_hidden()
    tab.find(".local-find").fill("model 77")
    found = sum("77" in str(number) for number in range(MANY))
    expect(tab.find(".library .results-count")).to_have_text(f"{found} of 10,000 models")


def test_words_go_into_the_prompt_of_a_page_that_has_one(tab: Tab) -> None:
    _with_many(tab)
    tab.open("cb=library")
    tab.page.evaluate("document.querySelector('#txt2img_prompt')?.remove()")  # a WebUI's page has one
    line = tab.find(".local:not(.local-skeleton) .local-open").first
    line.click()
    details = tab.find("dialog.drawer-local")
    expect(details.locator(".drawer-title")).to_have_text("Model 0")
    send = details.get_by_role("button", name="Send to prompt")
    expect(send).to_have_count(0)
    tab.page.keyboard.press("Escape")
    tab.page.evaluate(
        """() => { const box = document.createElement('div'); box.id = 'txt2img_prompt';
                   const field = document.createElement('textarea'); field.value = 'a cat';
                   field.addEventListener('input', () => { window.heard = field.value; });
                   box.append(field); document.body.append(box); }"""
    )
    line.click()
    send.click()
    tab.page.wait_for_function("window.heard === 'a cat, <lora:model_0:1>, ink'")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, pytest.param(380, marks=pytest.mark.once)])
def test_axe_finds_nothing_in_the_library(open_tab: OpenTab, theme: str, width: int) -> None:
    tab = open_tab(width, 900)
    _with_many(tab)
    tab.open("cb=library", query=f"__theme={theme}")
    expect(tab.find(".library:not([data-busy]) .local").first).to_be_visible()
    expect(tab.find(".sync-phase")).to_have_text("Reading files")
    assert tab.findings() == []
    tab.find(".local-open").first.click()
    details = tab.find("dialog.drawer-local")
    expect(details.locator(".file-facts")).to_be_visible()
    assert tab.findings() == []


def _with_many(tab: Tab) -> None:
    """A library of 10,000 files, one with an update, and a sync that runs."""

    def answer(route: Route) -> None:
        url = urlsplit(route.request.url)
        name = url.path.rsplit("/", 1)[-1]
        at = int(parse_qs(url.query).get("cursor", ["0"])[0])
        after = str(at + 1000) if at + 1000 < MANY else None
        page = {"items": [_local(n) for n in range(at, at + 1000)], "next_cursor": after, "total": MANY}
        bodies = {"local-models": page, "updates": {"items": [_newer(0)], "next_cursor": None}}
        route.fulfill(content_type="application/json", body=json.dumps(bodies.get(name, {"job": _SYNC})))

    def empty(route: Route) -> None:
        route.fulfill(status=204)

    tab.page.route("**/civitdock/api/local-preview?**", empty)
    for name in ("local-models?**", "updates?**", "sync-progress"):
        tab.page.route(f"**/civitdock/api/{name}", answer)


def _local(number: int) -> dict[str, object]:
    return {
        "path": f"model_{number}.safetensors",
        "root": "/models/Lora",
        "type": "LORA",
        "name": f"model_{number}",
        "size_bytes": 1000 + number,
        "sha256": f"{number:064x}",
        "autov2": f"{number:010x}",
        "state": "identified",
        "model_id": number + 1,
        "version_id": number + 1,
        "model_name": f"Model {number}",
        "version_name": "v1",
        "base_model": "Pony",
        "trained_words": ["ink,"],
        "preview_url": None,
        "preview_nsfw_level": None,
        "update": None,
        "synced_at": None,
    }


def _newer(number: int) -> dict[str, object]:
    update = {
        "version_id": 99_999,
        "name": "v2",
        "base_model": "Pony",
        "published_at": None,
        "early_access_until": None,
    }
    rest = {"early_access": [], "other_base": [], "ignored": "none", "checked_at": "2026-01-01T00:00:00Z"}
    return {"local": _local(number), "update": update, **rest}


_SYNC = {
    "id": "one",
    "state": "running",
    "waiting": None,
    "phase": "hashing",
    "files_total": MANY,
    "files_done": 10,
    "bytes_total": 10**9,
    "bytes_done": 10**8,
    "matched": 9,
    "unmatched": 1,
    "invalid": 0,
    "failed": 0,
    "eta_s": 60,
    "errors": [],
}
