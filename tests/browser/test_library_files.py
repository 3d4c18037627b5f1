"""The Library on real files: synced, looked at, put right, restored."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from civitdock.demo.contents import tensors
from civitdock.demo.server import DemoCivitai
from tests.browser.conftest import OpenTab
from tests.support.browser import Tab
from tests.support.shelf import HOSTILE, NOTES, Shelf, fill
from tests.support.site import TAB_HEADERS, Site

API = "civitdock/api/"


@pytest.fixture(scope="module")
def shelf(site: Site, demo_of_module: DemoCivitai) -> Shelf:
    """Model folders whose first sync has ended."""
    found = fill(site.models, demo_of_module)
    _sync(site)
    return found


def _sync(site: Site, **body: object) -> None:
    answer = site.api().post(f"{API}sync-metadata", body, headers=TAB_HEADERS)
    assert answer.status_code == 202, answer.text

    def ended() -> str | None:
        job = site.api().get(f"{API}sync-progress").json()["job"]
        return None if job["state"] in ("queued", "running") else str(job["state"])

    assert site.api().until(ended) == "done"


def _library(tab: Tab, theme: str = "light") -> Tab:
    tab.open("cb=library", query=f"__theme={theme}")
    expect(tab.find(".library:not([data-busy]) .local:not(.local-skeleton)").first).to_be_visible()
    return tab


def _row(tab: Tab, path: Path) -> Locator:
    return tab.find(".local", has=tab.page.locator(".local-file", has_text=path.name))


def _details(tab: Tab, path: Path) -> Locator:
    tab.find(".local-find").fill(path.stem)
    expect(tab.find(".library .results-count")).to_have_text(re.compile("^1 of "))  # the rows stay where they are now
    _row(tab, path).locator(".local-open").click()
    details = tab.find("dialog.drawer-local")
    expect(details.locator(".file-facts, .facts").first).to_contain_text(path.name)
    return details


def test_sync_all_models_identifies_what_is_new(tab: Tab, shelf: Shelf, demo: DemoCivitai) -> None:
    fresh = shelf.current.with_name("fresh.safetensors")
    content = tensors("fresh", "lora", "sd1", "Fresh")
    fresh.write_bytes(content)
    demo.catalogue.add("Fresh Lora", content, file_name=fresh.name)
    _library(tab)
    expect(_row(tab, fresh)).to_have_count(0)
    tab.find(".library-head").get_by_role("button", name="Sync All Models").click()
    tab.find(".local-find").fill("fresh")
    expect(_row(tab, fresh).locator(".local-state")).to_contain_text("Identified")
    expect(_row(tab, fresh).locator(".local-title")).to_have_text("Fresh Lora")
    tab.find(".local-find").fill("")
    for path, words in ((shelf.unknown, "Unknown"), (shelf.invalid, "Invalid"), (shelf.misplaced, "Wrong folder")):
        expect(_row(tab, path).locator(".local-state")).to_contain_text(words)


@pytest.mark.once
def test_an_update_is_told_in_both_views_ignored_and_told_again(tab: Tab, shelf: Shelf) -> None:
    name, step = shelf.outdated_model.name, "→ " + shelf.outdated_model.published[0].name
    tab.open()
    tab.search(f"https://civitai.com/models/{shelf.outdated_model.id}")
    expect(tab.card(name).locator(".badge-update")).to_contain_text(step)
    tab.page.keyboard.press("Escape")
    tab.find("[role=tab]", has_text="Library").click()
    details = _details(tab, shelf.outdated)
    expect(_row(tab, shelf.outdated).locator(".badge-update")).to_contain_text(step)
    details.get_by_role("button", name="Ignore this version").click()
    expect(details.locator(".offer")).to_contain_text("Ignored")
    expect(_row(tab, shelf.outdated).locator(".badge-update")).to_have_count(0)
    tab.find(".toast").get_by_role("button", name="Undo").click()
    expect(_row(tab, shelf.outdated).locator(".badge-update")).to_be_visible()
    with tab.page.expect_response("**/updates?**"):
        details.get_by_role("button", name="Ignore this model").click()
    tab.find("[role=tab]", has_text="Browse").click()
    expect(tab.card(name).locator(".badge-update")).to_have_count(0)
    expect(tab.card(name).locator(".badge-installed")).to_be_visible()
    tab.find("[role=tab]", has_text="Library").click()
    with tab.page.expect_response("**/updates?**"):
        _details(tab, shelf.outdated).get_by_role("button", name="Stop ignoring").click()
    tab.find("[role=tab]", has_text="Browse").click()
    expect(tab.card(name).locator(".badge-update")).to_be_visible()


@pytest.mark.once
def test_what_failed_is_told_by_file_and_tried_again(tab: Tab, shelf: Shelf, demo: DemoCivitai) -> None:
    blocked = shelf.current.with_name("blocked.safetensors")
    content = tensors("blocked", "lora", "sd1", "Blocked")
    blocked.write_bytes(content)
    demo.catalogue.add("Blocked Lora", content, file_name=blocked.name)
    obstacle = blocked.with_suffix(".json")
    obstacle.mkdir()
    _library(tab)
    tab.find(".library-head").get_by_role("button", name="Sync All Models").click()
    panel = tab.find(".sync")
    expect(panel.locator("summary")).to_contain_text("with a problem")
    panel.locator("summary").click()
    expect(panel.locator(".sync-list")).to_contain_text(blocked.as_posix())
    expect(panel.locator(".sync-counts")).to_contain_text("1 failed")
    obstacle.rmdir()
    panel.get_by_role("button", name="Retry failed").click()
    expect(tab.find(".toast", has_text="Sync finished")).to_contain_text("1 identified")
    expect(panel).to_be_hidden()
    assert "scroller" in tab.focused(), "keys must go on working"
    assert json.loads(obstacle.read_text(encoding="utf-8"))["civitai"]["model_name"] == "Blocked Lora"


@pytest.mark.once
def test_filters_by_type_base_state_folder_and_text(tab: Tab, shelf: Shelf) -> None:
    _library(tab)
    filters = tab.find(".library .filterbar")
    rows = tab.find(".local:not(.local-skeleton) .local-file")

    def choose(label: str, value: str) -> None:
        filters.get_by_role("button", name=label, exact=True).click()
        tab.find(".popover").get_by_label(value).check()
        tab.page.keyboard.press("Escape")

    choose("State", "Wrong folder or type")
    expect(rows).to_have_text([shelf.misplaced.name])
    filters.get_by_role("button", name="Clear all").click()
    choose("Type", "LoCon")
    expect(rows).to_have_text([shelf.unknown.name])
    filters.get_by_role("button", name="Clear all").click()
    filters.get_by_label("Folder", exact=True).select_option((shelf.deep.parent.parent).as_posix())
    expect(rows).to_have_text([shelf.deep.name])
    filters.get_by_role("button", name="Clear all").click()
    choose("Base model", "SDXL 1.0")
    expect(_row(tab, shelf.hostile)).to_be_visible()
    expect(_row(tab, shelf.unknown)).to_have_count(0)
    tab.find(".local-find").fill("brücke 橋")
    expect(tab.find(".state")).to_contain_text("Clear the filters")
    tab.find(".state").get_by_role("button", name="Clear the filters").click()
    tab.find(".local-find").fill("brücke 橋")
    expect(rows).to_have_text([shelf.deep.name])


@pytest.mark.once
def test_the_words_of_a_stranger_are_suggestions_and_only_text(open_tab: OpenTab, shelf: Shelf) -> None:
    tab = open_tab(permissions=["clipboard-read", "clipboard-write"])
    details = _details(_library(tab), shelf.unknown)
    expect(details).to_contain_text("Suggested trigger words")
    expect(details).to_contain_text("LoCon")
    expect(details.locator(".chip-word").first).to_have_text("mytoken")
    details.locator(".chip-word", has_text="<img").click()
    expect(tab.find(".toast")).to_contain_text("Copied")
    assert tab.page.evaluate("navigator.clipboard.readText()") == HOSTILE
    tab.page.keyboard.press("Escape")
    details = _details(tab, shelf.hostile)
    expect(details.locator(".drawer-title")).to_have_text(HOSTILE)
    expect(details.locator(".chip-word").first).to_have_text(HOSTILE)
    tab.page.keyboard.press("Escape")
    tab.find("[aria-label='Cards']").click()
    expect(tab.find(".local-card .card-name").first).to_have_text(HOSTILE)
    assert tab.page.evaluate("window.hurt") is None


@pytest.mark.once
def test_a_misplaced_file_says_where_it_belongs(tab: Tab, shelf: Shelf) -> None:
    details = _details(_library(tab), shelf.misplaced)
    expect(details.locator(".note-misplaced")).to_contain_text("VAE")
    expect(details.locator(".note-misplaced")).to_contain_text("/VAE")
    tab.page.keyboard.press("Escape")
    expect(_details(tab, shelf.current).locator(".note-misplaced")).to_have_count(0)


@pytest.mark.once
def test_a_model_is_restored_after_a_question(tab: Tab, site: Site, shelf: Shelf) -> None:
    sidecar = shelf.noted.with_suffix(".json")
    before = {"notes": NOTES, "description": NOTES}
    assert json.loads(sidecar.read_text(encoding="utf-8"))["civitai"]
    assert list(shelf.noted.parent.glob("noted.preview.*"))
    details = _details(_library(tab), shelf.noted)
    ask = details.get_by_role("button", name="Restore what it was before")
    ask.click()
    dialog = tab.find("dialog.dialog")
    expect(dialog).to_contain_text("The model file is not touched")
    dialog.get_by_role("button", name="Cancel").click()
    assert "Restore" in tab.focused()
    ask.click()
    with tab.page.expect_response("**/restore") as answered:
        dialog.get_by_role("button", name="Restore").click()
    assert answered.value.json() == {"files": 2, "errors": []}
    expect(tab.find(".toast")).to_contain_text("2 files are what they were before")
    assert json.loads(sidecar.read_text(encoding="utf-8")) == before
    assert not list(shelf.noted.parent.glob("noted.preview.*"))
    ask.click()
    dialog.get_by_role("button", name="Restore").click()
    expect(tab.find(".toast")).to_contain_text("nothing to take back")
    _sync(site, paths=[str(shelf.noted)], force=True)


@pytest.mark.once
def test_what_came_from_other_tools_is_told(tab: Tab, shelf: Shelf) -> None:
    _library(tab)
    tab.find(".library").get_by_role("button", name="What was taken from other tools").click()
    dialog = tab.find("dialog.dialog-migration")
    expect(dialog).to_contain_text("foreign.civitai.info: model name, base model, trigger words")
    dialog.get_by_label("Find a model").fill("no such")
    expect(dialog).to_contain_text("0 models")
    dialog.get_by_label("Find a model").fill("")
    tab.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    details = _details(tab, shelf.foreign)
    expect(details.locator(".drawer-title")).to_have_text("Gone from CivitAI")


@pytest.mark.once
def test_a_server_that_is_away_leaves_the_list(tab: Tab, shelf: Shelf) -> None:
    tab.tolerate("Failed to load resource")
    _library(tab)
    tab.page.route("**/civitdock/api/**", lambda route: route.abort())
    tab.find(".library-head").get_by_role("button", name="Sync All Models").click()
    expect(tab.find(".toast-bad")).to_contain_text("CivitDock does not answer")
    expect(tab.find(".strip").first).to_be_visible()
    expect(_row(tab, shelf.current)).to_be_visible()
    tab.page.unroute("**/civitdock/api/**")
    expect(tab.find(".strip").first).to_be_hidden()
    tab.find(".local-find").fill(shelf.current.stem)
    expect(_row(tab, shelf.current)).to_be_visible()


@pytest.mark.once
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 380])
def test_axe_finds_nothing_in_what_the_library_says(open_tab: OpenTab, shelf: Shelf, theme: str, width: int) -> None:
    tab = _library(open_tab(width, 900), theme)
    assert tab.findings() == []
    for path in (shelf.misplaced, shelf.unknown, shelf.outdated, shelf.noted):
        _details(tab, path)
        assert tab.findings() == [], path.name
        tab.page.keyboard.press("Escape")
    tab.find(".library").get_by_role("button", name="What was taken from other tools").click()
    expect(tab.find("dialog.dialog-migration")).to_be_visible()
    assert tab.findings() == []


@pytest.mark.once
def test_deleted_files_leave_the_list(tab: Tab, shelf: Shelf) -> None:
    gone = shelf.current.with_name("gone soon.safetensors")
    shutil.copyfile(shelf.unknown, gone)
    _library(tab)
    tab.find(".library-head").get_by_role("button", name="Sync All Models").click()
    expect(_row(tab, gone)).to_be_visible()
    gone.unlink()
    tab.find(".library-head").get_by_role("button", name="Sync All Models").click()
    expect(_row(tab, gone)).to_have_count(0)


@pytest.mark.once
def test_many_are_chosen_by_keys_synced_again_and_updated(tab: Tab, shelf: Shelf) -> None:
    """The last one here: the update is no news after it."""
    _library(tab)
    tab.find(".local-open").first.focus()
    tab.page.keyboard.press("Control+a")
    count = tab.find(".local:not(.local-skeleton)").count()
    bar = tab.find(".selection")
    expect(bar.locator(".selection-words")).to_contain_text(f"{count} chosen")
    with tab.page.expect_request("**/sync-metadata") as asked:
        bar.get_by_role("button", name="Sync again").click()
    body = asked.value.post_data_json
    assert body
    assert body["force"]
    assert len(body["paths"]) == count
    expect(tab.find(".library-head").get_by_role("button", name="Sync All Models")).to_be_enabled()
    bar.get_by_role("button", name="Download 1 update").click()
    with tab.page.expect_request("**/downloads/batch") as wanted:
        tab.find("dialog.dialog-batch").get_by_role("button", name="Download 1 file").click()
    order = wanted.value.post_data_json
    assert order
    assert [item["version_id"] for item in order["items"]] == [shelf.outdated_model.published[0].id]
    expect(_row(tab, shelf.outdated).locator(".badge-update")).to_have_count(0)
    expect(_row(tab, shelf.outdated).locator(".local-state")).to_contain_text("Identified")
    tab.find(".local-open").first.focus()
    tab.page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
