"""Zip archives that the user wants unpacked: beside themselves, checked like downloads, and never at their cost."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from civitdock.adapters.files.disk import LocalDisk
from civitdock.demo.server import DemoCivitai
from civitdock.domain.downloads import Download, State, Unsafe, Wish
from civitdock.errors import CivitDockError, UnsafeFile, WrongState
from civitdock.services.downloads.runner import NO_ARCHIVE
from civitdock.services.downloads.unpack import NOT_DESCRIBED
from tests.downloads.conftest import OpenStage
from tests.downloads.stage import Stage, wait_until
from tests.support.archives import HOSTILE_PICKLE, PICKLE, TENSORS, encrypted, zipped

pytestmark = pytest.mark.timeout(60)
PAGE = b"<!doctype html><html>"
PACK = zipped(("ink/a.safetensors", TENSORS), ("ink/words.txt", b"red, blue"), ("__MACOSX/._a", b"x"))
INSIDE = {"LORA/pack/ink/a.safetensors": TENSORS, "LORA/pack/ink/words.txt": b"red, blue"}


def wish_of(demo: DemoCivitai, content: bytes, name: str = "pack.zip", **fields: object) -> Wish:
    version = demo.catalogue.add(f"Archive {name}", content, file_name=name).versions[0]
    return Wish(version.id, **{"unpack": True, **fields})  # type: ignore[arg-type]


def code_of(stage: Stage, job: Download, unsafe: Unsafe = Unsafe.REFUSE) -> str:
    with pytest.raises(CivitDockError) as failure:
        stage.service.unpack(job.id, unsafe)
    return failure.value.code


def leftovers(stage: Stage) -> list[Path]:
    return [path for path in (stage.folder / "models").rglob("*") if path.name.startswith(".civitdock")]


def test_a_wished_archive_is_unpacked_beside_itself(stage: Stage, demo: DemoCivitai) -> None:
    job = stage.fetch(wish_of(demo, PACK))
    assert stage.files() == {"LORA/pack.zip": PACK, **INSIDE}
    assert job.unpacked is not None
    assert job.unpacked.folder == str(stage.root() / "pack")
    assert job.unpacked.files == ("ink/a.safetensors", "ink/words.txt")
    assert [each.name for each in job.unpacked.skipped] == ["__MACOSX/._a"]
    assert job.waiting is None
    zip_arrival, member = stage.greeter.seen
    assert zip_arrival.file is not None
    assert (member.path, member.file) == (stage.root() / "pack" / "ink" / "a.safetensors", None)
    assert (member.version.id, member.root.type) == (job.version_id, "LORA")
    assert member.hashes.sha256 == LocalDisk().sha256(member.path)
    assert leftovers(stage) == []


def test_without_the_wish_it_stays_packed_until_asked(stage: Stage, demo: DemoCivitai) -> None:
    job = stage.fetch(wish_of(demo, PACK, unpack=False))
    assert stage.files() == {"LORA/pack.zip": PACK}
    done = stage.service.unpack(job.id)
    assert stage.files() == {"LORA/pack.zip": PACK, **INSIDE}
    assert (done.state, done.waiting) == (State.DONE, None)
    assert done.unpacked is not None
    assert stage.service.unpack(job.id).unpacked == done.unpacked
    assert stage.files() == {"LORA/pack.zip": PACK, **INSIDE}


def test_a_later_wish_unpacks_what_is_installed_without_fetching_it_again(stage: Stage, demo: DemoCivitai) -> None:
    wish = wish_of(demo, PACK)
    stage.fetch(Wish(wish.version_id))
    job = stage.fetch(wish)
    assert job.unpacked is not None
    assert INSIDE.items() <= stage.files().items()
    assert len(demo.asked(where="storage")) == 1
    assert stage.service.submit(wish).id == job.id


def test_what_was_unpacked_outlives_the_program(open_stage: OpenStage, demo: DemoCivitai) -> None:
    stage = open_stage()
    stage.service.start()
    job = stage.fetch(wish_of(demo, PACK))
    later = stage.again()
    later.service.start()
    try:
        assert later.job(job.id).unpacked == job.unpacked
    finally:
        later.close()


def test_a_taken_folder_is_never_touched(stage: Stage, demo: DemoCivitai) -> None:
    for name in ("PACK", "pack"):
        (stage.root() / name).mkdir(parents=True, exist_ok=True)
    (stage.root() / "pack" / "mine.txt").write_text("mine")
    wish = wish_of(demo, PACK)
    job = stage.fetch(wish)
    assert job.unpacked is not None
    assert job.unpacked.folder == str(stage.root() / f"pack-{wish.version_id}")
    assert os.listdir(stage.root() / "pack") == ["mine.txt"]
    assert (stage.root() / f"pack-{wish.version_id}" / "ink" / "a.safetensors").read_bytes() == TENSORS


MIXED = zipped(
    ("good.safetensors", TENSORS),
    ("clean.pt", PICKLE),
    ("evil.ckpt", HOSTILE_PICKLE),
    ("hidden.txt", b"\x80\x04" + HOSTILE_PICKLE),
    ("page.safetensors", PAGE),
    ("cut.safetensors", TENSORS[:-4] + b"x" * 40),
    ("message.pt", b'{"error": "no"}'),
    ("empty.safetensors", b""),
    ("inner.zip", zipped(("evil.ckpt", HOSTILE_PICKLE))),
    ("deep/evil.bin", HOSTILE_PICKLE),
)


def test_members_pass_the_guards_of_downloads(stage: Stage, demo: DemoCivitai) -> None:
    job = stage.fetch(wish_of(demo, MIXED))
    assert job.unpacked is not None
    assert set(job.unpacked.files) == {"good.safetensors", "clean.pt", "inner.zip"}
    assert {each.name: each.reason.split(",")[0] for each in job.unpacked.skipped} == {
        "evil.ckpt": "This file can run code when it is loaded: os.system.",
        "hidden.txt": "This file can run code when it is loaded: os.system.",
        "deep/evil.bin": "This file can run code when it is loaded: os.system.",
        "page.safetensors": "The file is a web page",
        "cut.safetensors": "The safetensors header of cut.safetensors is broken.",
        "message.pt": "A JSON message came instead of the file.",
        "empty.safetensors": "The file is empty.",
    }
    assert any(warning.startswith("Not unpacked: evil.ckpt") for warning in job.warnings)
    below = stage.root() / "pack"
    assert sorted(path.name for path in below.rglob("*")) == ["clean.pt", "good.safetensors", "inner.zip"]


def test_the_users_yes_lets_pickles_through_but_no_web_pages(stage: Stage, demo: DemoCivitai) -> None:
    job = stage.fetch(wish_of(demo, MIXED))
    again = stage.service.unpack(job.id, Unsafe.ALLOW)
    assert again.unpacked is not None
    assert again.unpacked.folder.endswith(f"pack-{job.version_id}")
    assert "evil.ckpt" in again.unpacked.files
    assert "page.safetensors" not in again.unpacked.files


def test_an_archive_of_nothing_but_danger_offers_the_users_yes(stage: Stage, demo: DemoCivitai) -> None:
    job = stage.fetch(wish_of(demo, zipped(("evil.ckpt", HOSTILE_PICKLE)), unpack=False))
    assert code_of(stage, job) == UnsafeFile.code
    assert leftovers(stage) == []
    assert not (stage.root() / "pack").exists()


def test_without_civitais_clean_scan_no_pickle_comes_out(stage: Stage, demo: DemoCivitai) -> None:
    wish = wish_of(demo, zipped(("a.safetensors", TENSORS), ("clean.pt", PICKLE)))
    version = demo.catalogue.version(wish.version_id)
    assert version is not None
    version.files[0].pickle_scan = "Pending"
    job = stage.fetch(wish)
    assert job.unpacked is not None
    assert job.unpacked.files == ("a.safetensors",)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (encrypted("a.safetensors"), "encrypted_archive"),
        (PACK[:-30], "broken_archive"),
        (zipped(("../a.safetensors", TENSORS)), "unsafe_archive"),
        (zipped(("a.bin", b"\0" * 80_000_000)), "unsafe_archive"),
        (zipped(("page.safetensors", PAGE)), "broken_archive"),
    ],
    ids=["encrypted", "broken", "traversal", "bomb", "useless"],
)
def test_a_failure_costs_no_archive(stage: Stage, demo: DemoCivitai, content: bytes, code: str) -> None:
    job = stage.fetch(wish_of(demo, content))
    assert job.state is State.DONE
    assert job.unpacked is None
    assert job.error is None
    assert any(warning.startswith("The archive was not unpacked: ") for warning in job.warnings)
    assert stage.files() == {"LORA/pack.zip": content}
    assert leftovers(stage) == []
    assert code_of(stage, job) == code
    assert stage.files() == {"LORA/pack.zip": content}


def test_too_little_space_is_noticed_first(stage: Stage, demo: DemoCivitai, monkeypatch: pytest.MonkeyPatch) -> None:
    job = stage.fetch(wish_of(demo, PACK, unpack=False))
    monkeypatch.setattr(stage.disk, "free_bytes", lambda _folder: 64 * 1024 * 1024)
    assert code_of(stage, job) == "disk_full"
    assert stage.files() == {"LORA/pack.zip": PACK}


def test_only_a_finished_archive_that_is_here_can_be_unpacked(stage: Stage, demo: DemoCivitai) -> None:
    other = stage.fetch(wish_of(demo, TENSORS, "one.safetensors"))
    assert NO_ARCHIVE in other.warnings
    assert code_of(stage, other) == "wrong_state"
    job = stage.fetch(wish_of(demo, PACK, unpack=False))
    (stage.root() / "pack.zip").unlink()
    assert code_of(stage, job) == "not_found"
    assert code_of(stage, Download("nobody", Wish(1))) == "not_found"


def test_civitai_is_not_needed(stage: Stage, demo: DemoCivitai, monkeypatch: pytest.MonkeyPatch) -> None:
    job = stage.fetch(wish_of(demo, zipped(("a.safetensors", TENSORS), ("b.pt", PICKLE)), unpack=False))

    def gone(*_arguments: object) -> object:
        raise CivitDockError

    monkeypatch.setattr(stage.service._unpacker._means.resolver, "target", gone)
    done = stage.service.unpack(job.id)
    assert done.unpacked is not None
    assert done.unpacked.files == ("a.safetensors",)
    assert NOT_DESCRIBED in done.warnings


class SlowDisk(LocalDisk):
    """Lets the test act while a member is being checked, that is between the members."""

    def __init__(self) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()

    def head(self, path: Path) -> bytes:
        if path.suffix == ".txt":
            self.reached.set()
            assert self.go_on.wait(30)
        return super().head(path)


SLOW = zipped(("first.txt", b"x"), ("second.safetensors", TENSORS))


def test_an_unpacking_can_be_cancelled_and_leaves_nothing(open_stage: OpenStage, demo: DemoCivitai) -> None:
    disk = SlowDisk()
    stage = open_stage(disk=disk)
    stage.service.start()
    job = stage.service.submit(wish_of(demo, SLOW))
    assert disk.reached.wait(30)
    waiting = stage.job(job.id).waiting
    assert waiting is not None
    assert waiting.reason == "unpacking"
    stage.service.cancel(job.id)
    disk.go_on.set()
    done = stage.wait(job)
    assert done.waiting is None
    assert any("cancelled" in warning for warning in done.warnings)
    assert stage.files() == {"LORA/pack.zip": SLOW}
    assert leftovers(stage) == []
    assert [folder.name for folder in stage.root().iterdir()] == ["pack.zip"]


def test_a_second_wish_at_the_same_time_is_refused_and_a_cancel_answers_the_first(
    open_stage: OpenStage, demo: DemoCivitai
) -> None:
    disk = SlowDisk()
    stage = open_stage(disk=disk)
    stage.service.start()
    job = stage.fetch(wish_of(demo, SLOW, unpack=False))
    failures: list[CivitDockError] = []

    def ask() -> None:
        try:
            stage.service.unpack(job.id)
        except CivitDockError as error:
            failures.append(error)

    thread = threading.Thread(target=ask)
    disk.reached.clear()
    thread.start()
    assert disk.reached.wait(30)
    assert code_of(stage, job) == "wrong_state"
    stage.service.cancel(job.id)
    disk.go_on.set()
    thread.join(30)
    assert [type(error) for error in failures] == [WrongState]
    assert stage.files() == {"LORA/pack.zip": SLOW}
    assert stage.job(job.id).state is State.DONE


def test_a_stop_in_the_middle_leaves_nothing_and_the_next_run_unpacks(open_stage: OpenStage, demo: DemoCivitai) -> None:
    disk = SlowDisk()
    stage = open_stage(disk=disk)
    stage.service.start()
    job = stage.service.submit(wish_of(demo, SLOW))
    assert disk.reached.wait(30)
    closing = threading.Thread(target=stage.close)
    closing.start()
    wait_until(stage.service._unpacker._stopping.is_set)
    disk.go_on.set()
    closing.join(30)
    assert stage.files() == {"LORA/pack.zip": SLOW}
    assert leftovers(stage) == []
    later = open_stage()
    later.service.start()
    done = later.wait(job)
    assert done.unpacked is not None
    assert done.unpacked.folder == str(stage.root() / "pack")
    assert len(demo.asked(where="storage")) == 1


def test_a_crash_after_the_name_was_given_leads_to_no_second_copy(open_stage: OpenStage, demo: DemoCivitai) -> None:
    stage = open_stage()
    stage.service.start()
    job = stage.fetch(wish_of(demo, PACK))
    before = stage.files()
    stage.close()
    later = open_stage()
    with later.state.write() as connection:
        connection.execute(
            "UPDATE download SET state = 'moving', finished = 0, job = json_set(job, '$.state', 'moving') WHERE id = ?",
            (job.id,),
        )
    later.service.start()
    done = later.wait(job)
    assert done.unpacked == job.unpacked
    assert later.files() == before
    assert later.greeter.seen[-1].hashes.sha256


def test_what_a_killed_unpacking_left_goes_after_a_day(tmp_path: Path) -> None:
    left = tmp_path / ".civitdock-0123456789ab.tmp"
    (left / "ink").mkdir(parents=True)
    (left / "ink" / "a.safetensors").write_bytes(TENSORS)
    LocalDisk().prepare_folder(tmp_path)
    assert left.exists()
    os.utime(left, (1, 1))
    LocalDisk().prepare_folder(tmp_path)
    assert os.listdir(tmp_path) == []
