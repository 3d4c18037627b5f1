"""Taking real files away, organising them and undoing it, as a person does it in the Library."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from civitdock.demo.contents import tensors
from civitdock.demo.server import DemoCivitai
from tests.support.browser import Tab
from tests.support.site import TAB_HEADERS, Site

API = "civitdock/api/"
TRASH = ".civitdock-trash"


def _sync(site: Site) -> None:
    answer = site.api().post(f"{API}sync-metadata", {}, headers=TAB_HEADERS)
    assert answer.status_code == 202, answer.text

    def ended() -> str | None:
        job = site.api().get(f"{API}sync-progress").json()["job"]
        return None if job["state"] in ("queued", "running") else str(job["state"])

    assert site.api().until(ended) == "done"


@pytest.fixture(scope="module")
def trees(demo_of_module: DemoCivitai) -> dict[str, bytes]:
    """Three LoRAs that CivitAI knows, by the name of their file."""
    found = {name: tensors(name, "lora", "sdxl", name) for name in ("alder", "birch", "cedar")}
    for name, content in found.items():
        demo_of_module.catalogue.add(f"Tree {name}", content, file_name=f"{name}.safetensors", base_model="SDXL 1.0")
    return found


@pytest.fixture
def lora(site: Site, trees: dict[str, bytes]) -> Iterator[Path]:
    """A folder with them and their metadata files; taken apart after the test."""
    folder = site.models / "Lora"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in trees.items():
        (folder / f"{name}.safetensors").write_bytes(content)
    _sync(site)
    assert (folder / "alder.json").exists()
    yield folder
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    site.change(civitai_folder_templates="")
    _sync(site)


def _library(tab: Tab) -> Tab:
    tab.open("cb=library")
    expect(tab.find(".library:not([data-busy]) .local:not(.local-skeleton)")).to_have_count(3)
    return tab


def _row(tab: Tab, name: str) -> Locator:
    return tab.find(".local", has=tab.page.locator(".local-file", has_text=name))


def _names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def _agree(tab: Tab, words: str) -> None:
    tab.find("dialog.dialog").last.get_by_role("button", name=words).click()


@pytest.mark.once
def test_a_model_goes_to_the_trash_with_what_belongs_to_it_and_comes_back(tab: Tab, lora: Path) -> None:
    before = _names(lora)
    _library(tab)
    _row(tab, "birch").locator(".local-open").click()
    tab.find("dialog.drawer-local").get_by_role("button", name="Move to trash").click()
    question = tab.find("dialog.dialog")
    expect(question).to_contain_text("Move Tree birch to the trash?")
    expect(question).to_contain_text(f"{TRASH} in {lora.as_posix()}")
    going = [name for name in before if name.startswith("birch")]
    expect(question).to_contain_text(f"{len(going)} files go there in all.")
    question.get_by_role("button", name="Cancel").click()
    assert "Move to trash" in tab.focused()
    tab.find("dialog.drawer-local").get_by_role("button", name="Move to trash").click()
    _agree(tab, "Move to trash")
    expect(_row(tab, "birch")).to_have_count(0)
    expect(tab.find(".toast")).to_contain_text("birch.safetensors is in the trash")
    expect(tab.find("dialog.drawer-local")).to_have_count(0)
    expect(_row(tab, "cedar").locator(".local-open")).to_be_focused()
    assert not [name for name in _names(lora) if name.startswith("birch")]
    tab.page.keyboard.press("Control+z")
    expect(tab.find(".toast")).to_contain_text("birch.safetensors is where it was")
    expect(_row(tab, "birch").locator(".local-state")).to_contain_text("Identified")
    assert _names(lora) == before


@pytest.mark.once
def test_what_another_page_moved_meanwhile_is_seen_once_it_is_acted_on(tab: Tab, site: Site, lora: Path) -> None:
    _library(tab)
    gone = site.api().post(
        f"{API}local-models/delete", {"paths": [str(lora / "birch.safetensors")]}, headers=TAB_HEADERS
    )
    tab.tolerate("404")
    _row(tab, "birch").locator(".local-open").focus()
    tab.page.keyboard.press("Delete")
    _agree(tab, "Move to trash")
    expect(tab.find(".toast")).to_contain_text("birch.safetensors is no longer there.")
    expect(_row(tab, "birch")).to_have_count(0)
    _row(tab, "cedar").locator(".local-open").focus()
    tab.page.keyboard.press("Delete")
    _agree(tab, "Move to trash")
    expect(tab.find(".toast")).to_contain_text("cedar.safetensors is in the trash")
    for operation in site.api().get(f"{API}file-operations").json()["operations"][:2]:
        answer = site.api().post(f"{API}file-operations/{operation['id']}/undo", {}, headers=TAB_HEADERS)
        assert answer.status_code == 202, answer.text
    assert gone.status_code == 202
    tab.tolerate("409")
    tab.page.keyboard.press("Control+z")
    expect(tab.find(".toast")).to_contain_text("This operation cannot be undone now.")
    expect(tab.find(".local:not(.local-skeleton)")).to_have_count(3)


@pytest.mark.once
def test_many_are_deleted_by_keys_and_come_back_from_the_list_of_operations(tab: Tab, lora: Path) -> None:
    before = _names(lora)
    _library(tab)
    _row(tab, "alder").locator(".local-open").focus()
    tab.page.keyboard.press("Space")
    tab.page.keyboard.press("Shift+ArrowDown")
    tab.page.keyboard.press("Delete")
    expect(tab.find("dialog.dialog")).to_contain_text("Move 2 models to the trash?")
    _agree(tab, "Move to trash")
    expect(tab.find(".local:not(.local-skeleton) .local-file")).to_have_text(["cedar.safetensors"])
    expect(_row(tab, "cedar").locator(".local-open")).to_be_focused()
    expect(tab.find(".toast")).to_contain_text("2 are in the trash")
    tab.page.reload()
    expect(tab.find(".local:not(.local-skeleton) .local-file")).to_have_text(["cedar.safetensors"])
    tab.find(".library-head").get_by_role("button", name="Trash and moves").click()
    dialog = tab.find("dialog.dialog-filing")
    line = dialog.locator(".filing-line").first
    expect(line).to_contain_text(re.compile("(alder|birch).safetensors and 1 more"))
    line.get_by_role("button", name="Undo").click()
    expect(line).to_contain_text("Put back")
    tab.page.keyboard.press("Escape")
    expect(tab.find(".local:not(.local-skeleton)")).to_have_count(3)
    assert _names(lora) == before


@pytest.mark.once
def test_files_move_into_a_folder_only_after_the_plan_was_agreed_to(tab: Tab, lora: Path) -> None:
    before = _names(lora)
    _library(tab)
    _row(tab, "alder").locator(".local-open").focus()
    tab.page.keyboard.press("Control+a")
    tab.find(".selection").get_by_role("button", name="Move or organise").click()
    dialog = tab.find("dialog.dialog-filing")
    expect(dialog).to_contain_text("Nothing has to move")
    dialog.get_by_label("Into a folder").check()
    dialog.get_by_label("Sub-folder").fill("trees/old")
    expect(dialog.locator(".check-head")).to_contain_text("To Lora / trees / old")
    expect(dialog.locator(".check-row:not(.check-head)")).to_have_count(3)
    assert _names(lora) == before
    dialog.locator(".check-row", has_text="cedar").locator("input").uncheck()
    start = dialog.get_by_role("button", name=re.compile("Move [0-9]+ files"))
    moved = [name for name in before if not name.startswith("cedar")]
    expect(start).to_have_text(f"Move {len(moved)} files")
    start.click()
    expect(tab.find(".toast")).to_contain_text("2 have moved")
    expect(_row(tab, "alder").locator(".local-folder")).to_have_text("Lora / trees / old")
    assert _names(lora) == {f"trees/old/{name}" for name in moved} | (before - set(moved))
    tab.find(".toast").get_by_role("button", name="Undo").click()
    expect(_row(tab, "alder").locator(".local-folder")).to_have_text("Lora")
    assert _names(lora) == before
    assert not (lora / "trees").exists()


@pytest.mark.once
def test_the_details_follow_a_file_to_where_the_template_says(tab: Tab, site: Site, lora: Path) -> None:
    site.change(civitai_folder_templates="LORA = {base_model}")
    _library(tab)
    _row(tab, "alder").locator(".local-open").click()
    details = tab.find("dialog.drawer-local")
    details.get_by_role("button", name="Move …").click()
    dialog = tab.find("dialog.dialog-filing")
    expect(dialog.locator(".check-head")).to_contain_text("To Lora / SDXL 1.0")
    dialog.get_by_role("button", name=re.compile("Move [0-9]+ files")).click()
    expect(tab.find(".toast")).to_contain_text("alder.safetensors has moved")
    expect(details.locator(".facts").first).to_contain_text("SDXL 1.0")
    expect(details.locator(".drawer-title")).to_have_text("Tree alder")
    tab.page.keyboard.press("Escape")
    tab.find(".library-head").get_by_role("button", name="Move or organise").click()
    expect(dialog.get_by_role("button", name=re.compile("Move [0-9]+ files"))).to_be_enabled()
    expect(dialog.locator(".check-row", has_text="alder")).to_contain_text("SDXL 1.0")
    expect(dialog.locator(".check-row", has_text="alder").locator("input")).to_have_count(0)


@pytest.mark.once
def test_a_misplaced_file_is_moved_to_where_its_content_belongs(tab: Tab, site: Site, lora: Path) -> None:
    wrong = lora / "actually a vae.safetensors"
    wrong.write_bytes(tensors("misplaced", "vae", "sdxl", "a vae"))
    _sync(site)
    tab.open("cb=library")
    _row(tab, wrong.name).locator(".local-open").click()
    tab.find("dialog.drawer-local").get_by_role("button", name="Move it there").click()
    dialog = tab.find("dialog.dialog-filing")
    expect(dialog.locator(".check-head")).to_contain_text("To VAE")
    dialog.get_by_role("button", name=re.compile("Move [0-9]+ file")).click()
    expect(tab.find(".toast")).to_contain_text("actually a vae.safetensors has moved")
    expect(tab.find("dialog.drawer-local .note-misplaced")).to_have_count(0)
    assert not wrong.exists()
    [found] = site.models.rglob(wrong.name)
    assert found.parent.name == "VAE"
    tab.find(".toast").get_by_role("button", name="Undo").click()
    expect(tab.find(".toast")).to_contain_text("is where it was")
    assert wrong.exists()


@pytest.mark.once
def test_metadata_without_a_model_can_go_and_come_back(tab: Tab, lora: Path) -> None:
    left = lora / "gone.civitai.info"
    left.write_text(json.dumps({"id": 1, "model": {"name": "Gone"}}), encoding="utf-8")
    picture = lora / "holiday.png"
    picture.write_bytes(b"mine")
    _library(tab)
    line = tab.find(".orphans-line")
    expect(line).to_contain_text("1 metadata file without a model")
    line.get_by_role("button", name="Show").click()
    dialog = tab.find("dialog.dialog-filing")
    expect(dialog.locator(".check-row:not(.check-head)")).to_have_count(1)
    expect(dialog).to_contain_text("gone.civitai.info")
    dialog.get_by_role("button", name="Move 1 file to the trash").click()
    expect(line).to_be_hidden()
    assert not left.exists()
    assert picture.exists()
    assert "body" not in tab.focused(), "keys must go on working"
    tab.find(".toast").get_by_role("button", name="Undo").click()
    expect(line).to_be_visible()
    assert left.exists()


@pytest.mark.once
def test_an_emptied_trash_is_final_and_says_so_first(tab: Tab, lora: Path) -> None:
    _library(tab)
    _row(tab, "alder").locator(".local-open").focus()
    tab.page.keyboard.press("Delete")
    _agree(tab, "Move to trash")
    expect(tab.find(".toast")).to_contain_text("is in the trash")
    trashed = [name for name in _names(lora) if name.startswith(TRASH)]
    assert trashed
    tab.find(".library-head").get_by_role("button", name="Trash and moves").click()
    dialog = tab.find("dialog.dialog-filing")
    expect(dialog).to_contain_text(f"Trash: {len(trashed)} file")
    dialog.get_by_role("button", name="Empty trash").click()
    question = tab.find("dialog.dialog").last
    expect(question).to_contain_text("This is final")
    question.get_by_role("button", name="Cancel").click()
    assert [name for name in _names(lora) if name.startswith(TRASH)] == trashed
    dialog.get_by_role("button", name="Empty trash").click()
    _agree(tab, "Delete for good")
    expect(tab.find(".toast").last).to_contain_text("deleted for good")
    expect(dialog).to_contain_text("Trash: 0 files")
    expect(dialog.locator(".filing-line").first).to_contain_text("Deleted for good")
    expect(dialog.locator(".filing-line").first.get_by_role("button", name="Undo")).to_have_count(0)
    assert not [name for name in _names(lora) if name.startswith(TRASH) and "alder" in name]


@pytest.mark.once
def test_browse_knows_what_was_deleted(tab: Tab, lora: Path) -> None:
    tab.open()
    tab.search("Tree alder")
    expect(tab.card("Tree alder").locator(".badge-installed")).to_be_visible()
    tab.find("[role=tab]", has_text="Library").click()
    _row(tab, "alder").locator(".local-open").focus()
    tab.page.keyboard.press("Delete")
    _agree(tab, "Move to trash")
    expect(tab.find(".toast")).to_contain_text("is in the trash")
    tab.find("[role=tab]", has_text="Browse").click()
    expect(tab.card("Tree alder").locator(".badge-installed")).to_have_count(0)
    expect(tab.card("Tree alder")).to_be_visible()
