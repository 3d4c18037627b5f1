"""What no real folder has: ten thousand moves, a locked host, an operation that runs for long or fails in part."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenTab
from tests.support.browser import Tab
from tests.support.fake_filing import FakeFiling, local, move, path_of

MANY = 10_000
#: Ten times what a person shall wait for the plan, for slow machines.
OPEN_S = 10.0

BUSY = {
    "path": "/models/Lora/model_1.safetensors",
    "code": "file_busy",
    "message": "Another program has this file open.",
    "hint": "Close it and try again.",
}


def _library(tab: Tab, theme: str = "light") -> Tab:
    tab.open("cb=library", query=f"__theme={theme}")
    expect(tab.find(".library:not([data-busy]) .local:not(.local-skeleton)").first).to_be_visible()
    return tab


def _head(tab: Tab, name: str) -> Locator:
    return tab.find(".library-head").get_by_role("button", name=name)


@pytest.mark.once
def test_ten_thousand_moves_are_a_few_lines_at_a_time(tab: Tab) -> None:
    items = [local(number) for number in range(MANY)]
    fake = FakeFiling(items, moves=[move(item) for item in items]).attach(tab.page)
    _library(tab)
    _head(tab, "Move or organise").click()
    dialog = tab.find("dialog.dialog-filing")
    start = time.monotonic()
    expect(dialog.get_by_role("button", name="Move 30,000 files")).to_be_enabled()
    assert time.monotonic() - start < OPEN_S
    rows = dialog.locator(".check-row")
    expect(rows.first).to_contain_text(f"{MANY:,} models")
    assert rows.count() < 60
    rows.first.locator("input").focus()
    tab.page.keyboard.press("End")
    expect(dialog.locator(f".check-row[aria-posinset='{MANY + 1}'] input")).to_be_focused()
    assert rows.count() < 60
    tab.page.keyboard.press("Space")
    expect(dialog.get_by_role("button", name="Move 29,997 files")).to_be_enabled()
    tab.page.keyboard.press("Home")
    assert rows.first.locator("input").evaluate("box => box.indeterminate")
    tab.page.keyboard.press("Space")
    expect(dialog.get_by_role("button", name="Move 30,000 files")).to_be_enabled()
    assert fake.posts == [], "nothing moves before the button"
    dialog.get_by_role("button", name="Move 30,000 files").click()
    expect(dialog).to_have_count(0)
    assert sum(len(body["moves"]) for _, body in fake.posts) == MANY
    expect(tab.find(".toast")).to_contain_text("10,000 have moved")


@pytest.mark.once
def test_what_stays_is_taken_or_unknown_says_why_and_is_not_chosen(tab: Tab) -> None:
    items = [local(number) for number in range(5)]
    moves = [
        move(items[0]),
        move(items[1], other_volume=True),
        move(items[2], action="taken", target="/models/Lora/Pony/model_2-3.safetensors", reason="Another is there."),
        move(items[3], action="taken", target=None, reason="The same content lies there already."),
        move(items[4], action="unknown", target=None, reason="Nothing says where it belongs."),
    ]
    fake = FakeFiling(items, moves=moves, free=10).attach(tab.page)
    _library(tab)
    _head(tab, "Move or organise").click()
    dialog = tab.find("dialog.dialog-filing")
    expect(dialog.get_by_role("button", name="Move 6 files")).to_be_enabled()
    expect(dialog).to_contain_text("1 model goes to another drive")
    expect(dialog).to_contain_text("more than the 10 B that are free")
    row = dialog.locator(".check-row:not(.check-head)")
    expect(row.filter(has_text="model_1")).to_contain_text("will be copied")
    expect(row.filter(has_text="model_2")).to_contain_text("as model_2-3.safetensors · with 2 more files · Another is")
    expect(row.filter(has_text="model_2").locator("input")).not_to_be_checked()
    expect(row.filter(has_text="model_3")).to_contain_text("The same content lies there already.")
    expect(row.filter(has_text="model_3").locator("input")).to_have_count(0)
    dialog.locator(".checklist").evaluate("list => list.scrollTo(0, list.scrollHeight)")
    expect(row.filter(has_text="model_4")).to_contain_text("Nothing says where it belongs.")
    dialog.locator(".checklist").evaluate("list => list.scrollTo(0, 0)")
    row.filter(has_text="model_1").locator("input").uncheck()
    row.filter(has_text="model_2").locator("input").check()
    dialog.get_by_role("button", name="Move 6 files").click()
    expect(dialog).to_have_count(0)
    [(_, body)] = fake.posts
    assert [one["target"] for one in body["moves"]] == [moves[0]["target"], moves[2]["target"]]


@pytest.mark.once
def test_a_locked_host_says_why_and_nothing_leaves_the_list(tab: Tab) -> None:
    tab.tolerate("status of 403")
    items = [local(number) for number in range(3)]
    FakeFiling(items, moves=[move(item) for item in items], locked=True).attach(tab.page)
    _library(tab)
    lines = tab.find(".local:not(.local-skeleton)")
    lines.first.locator(".local-open").focus()
    tab.page.keyboard.press("Delete")
    tab.find("dialog.dialog").get_by_role("button", name="Move to trash").click()
    expect(tab.find(".toast-bad")).to_contain_text("locked such changes")
    expect(tab.find(".toast-bad")).to_contain_text("--enable-insecure-extension-access")
    expect(lines).to_have_count(3)
    _head(tab, "Move or organise").click()
    dialog = tab.find("dialog.dialog-filing")
    dialog.get_by_role("button", name="Move 9 files").click()
    expect(dialog.locator(".note-warn")).to_contain_text("--enable-insecure-extension-access")
    expect(dialog.get_by_role("button", name="Move 9 files")).to_be_focused()


@pytest.mark.once
def test_what_stayed_is_told_by_file_here_and_in_the_trash(tab: Tab) -> None:
    items = [local(number) for number in range(3)]
    fake = FakeFiling(items, state="partial", errors=[BUSY]).attach(tab.page)
    _library(tab)
    tab.find(".local-open").first.focus()
    tab.page.keyboard.press("Control+a")
    bar = tab.find(".selection")
    bar.get_by_role("button", name="Move to trash").click()
    dialog = tab.find("dialog.dialog")
    expect(dialog).to_contain_text("Move 3 models to the trash?")
    expect(dialog).to_contain_text("/models/Lora")
    expect(dialog).to_contain_text("2.9 MB")
    dialog.get_by_role("button", name="Move to trash").click()
    expect(tab.find(".toast-bad")).to_contain_text("Not everything could be moved to the trash")
    expect(tab.find(".toast-bad")).to_contain_text("Another program has this file open.")
    assert fake.posts == [("local-models/delete", {"paths": [path_of(item) for item in items]})]
    panel = tab.find(".filing")
    expect(panel).to_contain_text("1 file stayed where it was")
    panel.locator("summary").click()
    expect(panel.locator(".filing-places")).to_contain_text("model_1.safetensors")
    expect(panel.locator(".filing-places")).to_contain_text("Close it and try again.")
    _head(tab, "Trash and moves").click()
    line = tab.find("dialog.dialog-filing .filing-line")
    expect(line).to_contain_text("model_0.safetensors and 2 more")
    expect(line).to_contain_text("Partly in the trash")
    line.get_by_role("button", name="Undo").click()
    expect(line).to_contain_text("Put back")
    expect(line.get_by_role("button", name="Undo")).to_have_count(0)
    tab.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


@pytest.mark.once
def test_where_nothing_went_it_is_not_called_partly_gone(tab: Tab) -> None:
    fake = FakeFiling([local(0)], state="partial", errors=[BUSY]).attach(tab.page)
    place = {
        "path": path_of(local(0)),
        "target": "/models/Lora/.civitdock-trash/op1/model_0.safetensors.civitdock-trash",
    }
    fake.operations.append(fake.operation("delete", [place], files_done=0, can_undo=False))
    _library(tab)
    _head(tab, "Trash and moves").click()
    expect(tab.find("dialog.dialog-filing .filing-line")).to_contain_text("Nothing was moved")


@pytest.mark.once
def test_what_runs_is_followed_over_a_reload_and_then_undone(tab: Tab) -> None:
    fake = FakeFiling([local(number) for number in range(3)], state="running").attach(tab.page)
    moves = [{"path": path_of(item), "target": f"/models/Lora/x/{item['path']}"} for item in fake.items]
    fake.operations = [fake.operation("move", moves)]
    _library(tab)
    panel = tab.find(".filing")
    expect(panel).to_contain_text("Moving")
    expect(panel.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "33")
    tab.page.reload()
    expect(panel).to_contain_text("3 of 9 files")
    tab.find(".local-open").first.focus()
    fake.operations[0].update(state="done", files_done=9, can_undo=True)
    expect(tab.find(".toast")).to_contain_text("3 have moved")
    expect(panel).to_be_hidden()
    tab.page.keyboard.press("Control+z")
    expect(tab.find(".toast")).to_contain_text("3 are where they were")
    assert [name for name, _ in fake.posts] == ["file-operations/op1/undo"]


@pytest.mark.once
def test_duplicates_are_found_and_name_their_other_places(tab: Tab) -> None:
    items = [local(number) for number in range(5)]
    items[3] = local(3, sha256=items[1]["sha256"], root="/models/Lora/old")
    FakeFiling(items).attach(tab.page)
    _library(tab)
    tab.find(".library .filterbar").get_by_role("button", name="State", exact=True).click()
    tab.find(".popover").get_by_label("Duplicate (2)").check()
    tab.page.keyboard.press("Escape")
    rows = tab.find(".local:not(.local-skeleton)")
    expect(rows.locator(".local-title")).to_have_text(["Model 1", "Model 3"])
    expect(rows.first.locator(".badge-duplicate")).to_have_text("Duplicate")
    rows.first.locator(".local-open").click()
    details = tab.find("dialog.drawer-local")
    expect(details).to_contain_text(re.compile("another place too, where it takes 977 kB"))
    details.get_by_role("button", name="/models/Lora/old/model_3.safetensors").click()
    expect(details.locator(".drawer-title")).to_have_text("Model 3")


@pytest.mark.once
def test_a_plan_that_does_not_come_can_be_asked_for_again(tab: Tab) -> None:
    tab.tolerate("Failed to load resource")
    items = [local(number) for number in range(3)]
    fake = FakeFiling(items, moves=[move(item) for item in items]).attach(tab.page)
    _library(tab)
    tab.page.route("**/organise/plan", lambda route: route.abort())
    _head(tab, "Move or organise").click()
    dialog = tab.find("dialog.dialog-filing")
    expect(dialog.locator(".note-warn")).to_contain_text("CivitDock does not answer")
    expect(dialog.get_by_role("button", name="Move", exact=True)).to_be_disabled()
    tab.page.unroute("**/organise/plan")
    fake.attach(tab.page)
    dialog.get_by_role("button", name="Try again").click()
    expect(dialog.get_by_role("button", name="Move 9 files")).to_be_enabled()


@pytest.mark.once
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 380])
def test_axe_finds_nothing_in_the_dialogs(open_tab: OpenTab, theme: str, width: int) -> None:
    tab = open_tab(width, 900)
    items = [local(number) for number in range(8)]
    moves = [move(item) for item in items[:5]]
    moves += [move(items[5], action="taken"), move(items[6], action="unknown", target=None, reason="Unclear.")]
    gone = {"root": "/models/Lora", "type": "LORA", "size_bytes": 3000, "stem": "gone"}
    orphans = [{"path": "/models/Lora/gone.civitai.info", **gone}, {"path": "/models/Lora/gone.preview.png", **gone}]
    fake = FakeFiling(items, moves=moves, orphans=orphans, state="partial", errors=[BUSY]).attach(tab.page)
    fake.trash = {"files": 12, "size_bytes": 3_400_000_000}
    fake.operations = [fake.operation("delete", [{"path": path_of(items[0]), "target": "/models/trash/a"}])]
    _library(tab, theme)
    assert tab.findings() == []
    dialog = tab.find("dialog.dialog-filing")
    _head(tab, "Move or organise").click()
    expect(dialog.locator(".check-row").first).to_be_visible()
    dialog.get_by_label("Into a folder").check()
    expect(dialog.get_by_role("button", name="Move 15 files")).to_be_enabled()
    assert tab.findings() == []
    tab.page.keyboard.press("Escape")
    tab.find(".orphans-line").get_by_role("button").click()
    expect(dialog).to_be_visible()
    assert tab.findings() == []
    tab.page.keyboard.press("Escape")
    _head(tab, "Trash and moves").click()
    dialog.locator("summary").first.click()
    assert tab.findings() == []
    dialog.get_by_role("button", name="Empty trash").click()
    question = tab.find("dialog.dialog").last
    expect(question).to_contain_text("This is final")
    assert tab.findings() == []
    width_of = tab.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width_of <= 0, "nothing may be wider than the page"
