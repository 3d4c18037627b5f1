"""The Downloads panel and the choices before a download, each as one journey."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Route, expect

from civitdock.demo import faults
from civitdock.demo.catalogue import DemoModel
from civitdock.demo.contents import tensor_blob
from civitdock.demo.faults import Match
from civitdock.demo.server import DemoCivitai
from civitdock.demo.wire import Gate
from tests.support.browser import Tab
from tests.support.site import TAB_HEADERS, Site

API = "civitdock/api/"


@pytest.fixture
def gate(site: Site, demo: DemoCivitai) -> Iterator[Gate]:
    """One download at a time, and those of this file's own storage names wait here."""
    gate = Gate()
    fault = faults.gated(gate, 1)
    demo.faults.add(match=Match(where="storage", regex="heldLora"), fault=fault, times=None)
    site.change(civitai_parallel_downloads=1)
    yield gate
    gate.release()
    site.change(civitai_parallel_downloads=2)


def test_the_queue_is_put_in_order_by_key_menu_and_drag(tab: Tab, site: Site, demo: DemoCivitai, gate: Gate) -> None:
    first = _model(demo, "Held First", "heldLora1")
    _download(site, first)
    gate.wait_reached()
    names = ["Waits A", "Waits B", "Waits C", "Waits D"]
    for name in names:
        _download(site, _model(demo, name, name.replace(" ", "")))
    tab.open("cb=downloads", "__theme=dark")
    queue = tab.find("[data-group=queued] .job-name")
    expect(queue).to_have_text(names)
    assert tab.findings() == []
    queue.nth(3).focus()
    tab.page.keyboard.press("Alt+ArrowUp")
    expect(queue).to_have_text(["Waits A", "Waits B", "Waits D", "Waits C"])
    expect(tab.find(".notices [role=status] p").last).to_have_text("Waits D is number 3 of 4 in the queue.")
    assert "Waits D" in tab.focused(), "the row that moved keeps the focus"
    tab.page.keyboard.press("ArrowDown")
    assert "Waits C" in tab.focused()
    tab.page.keyboard.press("ArrowUp")
    for _ in range(4):  # as fast as a held key
        tab.page.keyboard.press("Alt+ArrowUp")
    expect(queue).to_have_text(["Waits D", "Waits A", "Waits B", "Waits C"])
    _menu(tab, "Waits C", "First")
    expect(queue).to_have_text(["Waits C", "Waits D", "Waits A", "Waits B"])
    _menu(tab, "Waits D", "Last")
    expect(queue).to_have_text(["Waits C", "Waits A", "Waits B", "Waits D"])
    _drag(tab, _row(tab, "Waits A"), _row(tab, "Waits D"))
    expect(queue).to_have_text(["Waits C", "Waits B", "Waits D", "Waits A"])
    _menu(tab, "Waits A", "High priority")
    wanted = ["Waits A", "Waits C", "Waits B", "Waits D"]
    expect(queue).to_have_text(wanted)
    tab.page.reload()
    expect(queue).to_have_text(wanted)
    tab.find("button", has_text="Pause all").click()
    expect(tab.find("[data-group=paused] .job")).to_have_count(5)
    expect(tab.find(".dock-summary")).to_have_text("5 paused")
    tab.find("button", has_text="Resume all").click()
    gate.release()
    for name in ["Held First", *names]:
        expect(_row(tab, name).locator(".job-state")).to_contain_text("Done")


def test_keys_go_on_working_when_a_row_changes_its_group(tab: Tab, site: Site, demo: DemoCivitai, gate: Gate) -> None:
    """What was pressed is gone from the row: the button in its place has the focus, then the row of its place."""
    _download(site, _model(demo, "Held Focus", "heldLora2"))
    gate.wait_reached()
    _download(site, _model(demo, "Held Behind", "heldLora3"))
    tab.open("cb=downloads")
    row = _row(tab, "Held Focus")
    row.get_by_role("button", name="Pause").focus()
    tab.page.keyboard.press("Enter")
    expect(tab.find("[data-group=paused] .job")).to_have_count(1)
    expect(row.get_by_role("button", name="Resume")).to_be_focused()
    row.get_by_role("button", name="Cancel").focus()
    tab.page.keyboard.press("Enter")
    expect(row.locator(".job-state")).to_contain_text("Cancelled")
    assert "Held Focus" in tab.focused()
    tab.find("button", has_text="Clear all").focus()
    tab.page.keyboard.press("Enter")
    expect(row).to_have_count(0)
    assert "scroller" in tab.focused()


def test_a_taken_name_ends_in_a_choice(tab: Tab, site: Site, demo: DemoCivitai) -> None:
    model = _model(demo, "Taken Name", "takenName")
    folder = site.models / "Lora"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "takenName.safetensors").write_bytes(b"the user's own")
    _download(site, model, on_conflict="fail")
    tab.open("cb=downloads")
    row = _row(tab, model.name)
    row.get_by_role("button", name="Choose what to do").click()
    dialog = tab.find("dialog.dialog-conflict")
    expect(dialog).to_contain_text("takenName.safetensors")
    assert tab.findings() == []
    dialog.get_by_label("Save it under another name").first.check()
    expect(dialog.get_by_role("button", name="Download")).to_be_disabled()
    dialog.locator("input[type=text]").fill("mine")
    dialog.get_by_role("button", name="Download").click()
    expect(row.locator(".job-state")).to_contain_text("Done")
    assert (folder / "mine.safetensors").exists()
    assert (folder / "takenName.safetensors").read_bytes() == b"the user's own"


def test_chosen_cards_are_planned_fetched_found_again_and_cleared(tab: Tab, site: Site, demo: DemoCivitai) -> None:
    here = _model(demo, "Batch One", "batchOne")
    _download(site, here)
    ended = {"version_id": here.published[0].id, "state": "done"}
    jobs = f"{API}download-progress?since=0"
    site.api().until(lambda: any(ended.items() <= job.items() for job in site.api().get(jobs).json()["jobs"]))
    for name in ("Batch Two", "Batch Three"):
        _model(demo, name, name.replace(" ", ""))
    tab.open()
    tab.search("Batch")
    expect(tab.cards).to_have_count(3)
    tab.cards.first.locator(".card-open").focus()
    tab.page.keyboard.press("Space")
    tab.page.keyboard.press("Control+a")
    bar = tab.find(".browse .selection")
    expect(bar).to_contain_text("3 chosen")
    expect(bar).to_contain_text(re.compile(r"1 here already · into Lora · [\d.,]+ \w+ free"))
    bar.get_by_role("button", name="Download").click()
    plan = tab.find("dialog.dialog-batch")
    expect(plan.locator(".plan-file[data-state=new]")).to_have_count(2)
    expect(plan.locator(".plan-file[data-state=installed]")).to_contain_text("batchOne.safetensors")
    expect(plan.locator(".plan-volume")).to_contain_text("free")
    assert tab.findings() == []
    plan.get_by_role("button", name="Download 2 files").click()
    expect(bar).to_be_hidden()
    tab.find("[role=tab]", has_text="Downloads").click()
    history = tab.find(".history .job")
    expect(history.filter(has_text="Batch")).to_have_count(3)
    tab.find(".history-find").fill("Batch T")
    expect(history).to_have_count(2)
    tab.find(".history").get_by_role("button", name="Clear what is shown").click()
    expect(history).to_have_count(0)
    tab.find(".toast button", has_text="Undo").click()
    expect(history).to_have_count(2)
    _menu(tab, "Batch Two", "Remove from the list")
    expect(history).to_have_count(1)
    with tab.page.expect_response("**/download-history/clear"):
        tab.find(".toast").get_by_role("button", name="Dismiss").last.click()
    tab.page.reload()
    expect(history.first).to_be_visible()
    expect(history.filter(has_text="Batch Two")).to_have_count(0)
    assert (site.models / "Lora" / "BatchTwo.safetensors").exists(), "files stay"


def test_options_show_where_the_file_goes_before_it_does(tab: Tab, site: Site, demo: DemoCivitai) -> None:
    model = _model(demo, "Chosen Place", "chosenPlace")
    (site.models / "Lora" / "styles").mkdir(parents=True, exist_ok=True)
    tab.open()
    tab.search(model.name)
    expect(tab.card(model.name)).to_be_visible()
    tab.card(model.name).locator(".card-open").focus()
    tab.page.keyboard.press("Shift+D")
    dialog = tab.find("dialog.dialog-options")
    expect(dialog.locator(".target-where")).to_contain_text("chosenPlace.safetensors")
    options = dialog.locator("datalist option").evaluate_all("all => all.map(one => one.value)")
    assert "styles" in options
    assert tab.findings() == []
    folder = dialog.get_by_label("Sub-folder")
    expect(folder).to_have_value("")  # the folder of the type, so what is typed here is below it
    folder.press_sequentially("styles/ink")
    dialog.get_by_label("File name").fill("renamed")
    expect(dialog.locator(".target-where")).to_contain_text("renamed.safetensors")
    dialog.get_by_label("Priority").select_option("high")
    dialog.get_by_role("button", name="Download").click()
    expect(tab.card(model.name).locator(".badge-installed")).to_be_visible()
    assert (site.models / "Lora" / "styles" / "ink" / "renamed.safetensors").exists()
    tab.card(model.name).locator(".card-open").focus()
    tab.page.keyboard.press("Shift+D")
    expect(dialog.locator(".target-path")).to_contain_text("It is here already")
    expect(dialog.get_by_role("button", name="Download")).to_be_disabled()


def test_another_try_shows_the_jobs_own_place_from_the_first_moment(tab: Tab, site: Site, demo: DemoCivitai) -> None:
    model = _model(demo, "Own Place", "ownPlace")
    broken = demo.faults.add(match=Match(where="storage", regex="ownPlace"), fault=faults.corrupt(), times=None)
    (site.models / "Lora" / "styles" / "ink").mkdir(parents=True, exist_ok=True)
    _download(site, model, folder=str(site.models / "Lora" / "styles" / "ink"), filename="ownName")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    tab.page.route("**/download-target*", hold)
    tab.open("cb=downloads")
    expect(tab.find("[data-group=failed] .job", has_text=model.name)).to_be_visible()
    row = _row(tab, model.name)
    expect(row.locator(".job-percent")).not_to_have_text("100 %")
    _menu(tab, model.name, "Try again with options …")
    dialog = tab.find("dialog.dialog-options")
    expect(dialog.locator(".target-path")).to_contain_text("Looking where it goes")
    expect(dialog.get_by_label("Sub-folder")).to_have_value("styles/ink")
    expect(dialog.get_by_label("File name")).to_have_value("ownName")
    held[0].continue_()
    expect(dialog.locator(".target-where")).to_contain_text("/styles/ink/ownName.safetensors")
    expect(dialog.get_by_label("Sub-folder")).to_have_value("styles/ink")
    assert tab.findings() == []
    demo.faults.remove(broken)
    dialog.get_by_role("button", name="Try again").click()
    expect(row.locator(".job-state")).to_contain_text("Done")
    assert (site.models / "Lora" / "styles" / "ink" / "ownName.safetensors").exists()


def test_what_waits_for_civitai_can_be_told_to_try_now(tab: Tab, site: Site, demo: DemoCivitai) -> None:
    model = _model(demo, "Waits Long", "waitsLong")
    down = demo.faults.add(match=Match(where="storage", regex="waitsLong"), fault=faults.rate_limited(240), times=None)
    _download(site, model)
    tab.open("cb=downloads")
    row = _row(tab, model.name)
    expect(row.locator(".job-state")).to_contain_text("next try in")
    demo.faults.remove(down)
    _menu(tab, model.name, "Try now")
    expect(row.locator(".job-state")).to_contain_text("Done")


def _model(demo: DemoCivitai, name: str, stem: str) -> DemoModel:
    return demo.catalogue.add(name, tensor_blob(stem, "lora", "sd1", name), file_name=f"{stem}.safetensors")


def _download(site: Site, model: DemoModel, **more: object) -> None:
    body = {"version_id": model.published[0].id, **more}
    answer = site.api().post(f"{API}download", body, headers=TAB_HEADERS)
    assert answer.status_code == 202, answer.text


def _row(tab: Tab, name: str) -> Locator:
    return tab.find(".downloads .job", has=tab.page.locator(".job-name", has_text=name))


def _menu(tab: Tab, name: str, entry: str) -> None:
    _row(tab, name).get_by_role("button", name=f"More for {name}").click()
    tab.find("[role=menu]").get_by_text(entry, exact=True).click()


def _drag(tab: Tab, row: Locator, below: Locator) -> None:
    """By its grip to behind another row."""
    row.hover()
    grip = row.locator(".job-grip").bounding_box()
    target = below.bounding_box()
    assert grip
    assert target
    mouse = tab.page.mouse
    mouse.move(grip["x"] + 8, grip["y"] + 20)
    mouse.down()
    mouse.move(grip["x"] + 8, target["y"] + target["height"] - 10, steps=8)
    mouse.up()
