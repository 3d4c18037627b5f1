"""What goes wrong: every failure has its code, nothing wrong stands under a final name, nothing is lost."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from civitdock.adapters.files.disk import LocalDisk
from civitdock.demo import faults
from civitdock.demo.blobs import PatternBlob
from civitdock.demo.faults import Fault, Match
from civitdock.demo.server import DemoCivitai
from civitdock.demo.wire import Request
from civitdock.domain.downloads import State, Unsafe, Wish
from civitdock.domain.transfers import PART_SUFFIX
from civitdock.errors import NotWritable
from tests.downloads.conftest import OpenStage
from tests.downloads.stage import Stage, wish_for

MIB = 1024 * 1024
HEAD = b"\x10\0\0\0\0\0\0\0{}              "
API, STORAGE = Match(where="api", path="/api/download/"), Match(where="storage")
LOGIN = "The creator of this asset requires you to be logged in to download it"
DISABLED = "The creator of this asset has disabled downloads on this file"


def final_files(stage: Stage) -> list[str]:
    return [name for name in stage.files() if "civitdock-part" not in name]


def code_of(stage: Stage, wish: Wish) -> str:
    error = stage.refuse(wish).error
    assert error is not None
    assert error.message
    assert error.hint
    return error.code


@pytest.mark.parametrize(
    ("match", "fault", "code"),
    [
        (API, faults.unauthorized(LOGIN), "no_api_key"),
        (API, faults.unauthorized(DISABLED), "download_disabled"),
        (API, faults.early_access("2026-12-24T00:00:00.000Z"), "early_access"),
        (API, faults.forbidden(), "download_disabled"),
        (API, faults.not_found(), "not_found"),
        (API, faults.archived(), "archived"),
        (API, faults.region_blocked(), "region_blocked"),
        (API, faults.redirect("https://files.example.net/x"), "unsafe_redirect"),
        (API, faults.redirect("http://192.168.1.1/x"), "unsafe_redirect"),
        (API, faults.redirect_loop(), "unsafe_redirect"),
        (STORAGE, faults.corrupt(), "hash_mismatch"),
        (STORAGE, faults.changed(), "hash_mismatch"),
        (STORAGE, faults.shortened(1000), "hash_mismatch"),
        (STORAGE, faults.truncate(500), "truncated"),
        (STORAGE, faults.respond(200, b"<?xml version='1.0'?><Error/>"), "invalid_file"),
        (STORAGE, faults.respond(200, {"error": "no"}), "invalid_file"),
    ],
)
def test_a_failure_says_which_and_leaves_no_final_name(
    stage: Stage, demo: DemoCivitai, match: Match, fault: Fault, code: str
) -> None:
    version = demo.catalogue.add("Faulty", PatternBlob("faulty", 4000, head=HEAD)).versions[0]
    if code == "truncated":
        demo.faults.add(match=STORAGE, fault=fault, times=1)
        fault = faults.truncate(0)
    demo.faults.add(match=match, fault=fault, times=None)
    job = stage.refuse(Wish(version.id))
    assert job.error is not None
    assert job.error.code == code
    assert final_files(stage) == []
    assert stage.greeter.seen == []
    kept = [len(content) for name, content in stage.files().items() if name.endswith(PART_SUFFIX)]
    assert job.bytes_done == sum(kept)


def test_after_a_failure_retry_brings_the_file(stage: Stage, demo: DemoCivitai) -> None:
    version = demo.catalogue.add("Second Try", PatternBlob("second", 3 * MIB)).versions[0]
    version.files[0].name = "second.bin.yaml"
    demo.faults.add(match=STORAGE, fault=faults.corrupt(), times=1)
    job = stage.refuse(Wish(version.id))
    assert job.error is not None
    assert job.error.code == "hash_mismatch"
    assert stage.files() == {}
    again = stage.wait_for(stage.service.retry(job.id), lambda seen: seen.state is not State.FAILED)
    stage.wait(again)
    assert final_files(stage) == ["LORA/second.bin.yaml"]


def test_a_file_that_its_creator_replaced_after_the_answer_was_cached_is_fetched_as_it_is_now(
    stage: Stage, demo: DemoCivitai
) -> None:
    version = demo.catalogue.add("Replaced", PatternBlob("old", 4000)).versions[0]
    version.files[0].name = "replaced.yaml"
    stage.service.stop()
    job = stage.service.submit(Wish(version.id))
    version.files[0].blob = PatternBlob("new", 5000)
    stage.service.start()
    done = stage.wait(job)
    assert done.verified_by == "sha256"
    assert [len(content) for content in stage.files().values()] == [5000]


def test_a_file_that_its_creator_replaces_on_the_way_is_fetched_as_it_is_now(stage: Stage, demo: DemoCivitai) -> None:
    version = demo.catalogue.add("Swapped", PatternBlob("old", 3 * MIB)).versions[0]
    version.files[0].name = "swapped.yaml"
    new, asked = PatternBlob("new", 3 * MIB - 5), [0]

    def replaced(_request: Request) -> bool:
        asked[0] += 1
        if asked[0] > 1:
            version.files[0].blob = new
        return False

    demo.faults.add(match=Match(where="storage", when=replaced), fault=faults.reset(), times=None)
    demo.faults.add(match=STORAGE, fault=faults.truncate(MIB), times=1)
    assert stage.fetch(Wish(version.id)).verified_by == "sha256"
    assert list(stage.files().values()) == [new.read()]


def test_a_wrong_key_is_told_from_a_missing_one(stage: Stage, demo: DemoCivitai) -> None:
    version = demo.catalogue.add("Login", PatternBlob("login", 4000), require_auth=True).versions[0]
    stage.vault.value = "wrong"
    assert code_of(stage, Wish(version.id)) == "bad_api_key"


def test_a_virus_found_by_civitai_is_not_even_fetched(stage: Stage, demo: DemoCivitai) -> None:
    assert code_of(stage, wish_for(demo, "virus-danger")) == "unsafe_file"
    assert demo.asked(where="storage") == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.safetensors", b"<!DOCTYPE html><html><body>hi</body></html>"),
        ("short.safetensors", b"\x08\0\0"),
        ("huge-header.safetensors", b"\xff\xff\xff\xff\xff\0\0\0{}"),
        ("nojson.safetensors", b"\x08\0\0\0\0\0\0\0notjson!"),
        ("list.safetensors", b"\x08\0\0\0\0\0\0\0[1, 2]  "),
        ("longer.safetensors", b"\x08\0\0\0\0\0\0\0{}      and more"),
        ("no.gguf", b"GGML whatever"),
        ("no.zip", b"Rar!"),
        ("empty.pt", b""),
    ],
)
def test_content_that_is_no_model_gets_no_name(stage: Stage, demo: DemoCivitai, name: str, content: bytes) -> None:
    version = demo.catalogue.add("No Model", content, file_name=name).versions[0]
    assert code_of(stage, Wish(version.id)) == "invalid_file"
    assert stage.files() == {}


def test_a_hidden_pickle_is_caught_and_goes_on_after_a_yes(stage: Stage, demo: DemoCivitai) -> None:
    wish = wish_for(demo, "pickle-hidden")
    job = stage.refuse(wish)
    assert job.error is not None
    assert job.error.code == "unsafe_file"
    assert final_files(stage) == []
    assert any(name.endswith(".civitdock-part") for name in stage.files())
    fetched = len(demo.asked(where="storage"))
    again = stage.service.submit(wish_for(demo, "pickle-hidden", unsafe=Unsafe.ALLOW))
    assert again.id == job.id
    stage.wait_for(again, lambda seen: seen.state is State.DONE)
    assert final_files(stage) == ["TextualInversion/trapPickleHidden.pt"]
    assert list(stage.files()) == final_files(stage)
    assert len(demo.asked(where="storage")) == fetched


def test_a_clean_pickle_passes_both_scans(stage: Stage, demo: DemoCivitai) -> None:
    stage.fetch(wish_for(demo, "pickle-clean"))
    assert final_files(stage) == ["TextualInversion/trapPickleClean.pt"]


def test_a_pickle_without_a_clean_scan_by_civitai_is_unsafe(stage: Stage, demo: DemoCivitai) -> None:
    demo.catalogue.trap("pickle-clean").versions[0].files[0].pickle_scan = "Pending"
    assert code_of(stage, wish_for(demo, "pickle-clean")) == "unsafe_file"
    assert code_of(stage, wish_for(demo, "pickle-danger")) == "unsafe_file"
    assert final_files(stage) == []


def test_a_file_without_hashes_is_marked_unverified(stage: Stage, demo: DemoCivitai) -> None:
    job = stage.fetch(wish_for(demo, "unscanned"))
    assert job.verified_by is None
    assert any("no hash" in warning for warning in job.warnings)
    assert job.sha256 == demo.catalogue.trap("unscanned").versions[0].files[0].blob.digests().sha256.lower()


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (faults.respond(500, {"error": "broken"}), "civitai_down"),
        (faults.challenge(), "challenge_page"),
        (faults.rate_limited(40), "rate_limited"),
        (faults.rate_limited(), "rate_limited"),
        (faults.overloaded(), "civitai_down"),
    ],
)
def test_what_passes_is_waited_for(open_stage: OpenStage, demo: DemoCivitai, fault: Fault, reason: str) -> None:
    stage = open_stage()
    version = demo.catalogue.add("Patient", PatternBlob("patient", 4000, head=HEAD)).versions[0]
    version.files[0].name = "patient.yaml"
    rule = demo.faults.add(match=API, fault=fault, times=None)
    stage.clock.hold()
    stage.service.start()
    job = stage.wait_for(stage.service.submit(Wish(version.id)), lambda seen: seen.waiting is not None)
    assert job.state is State.QUEUED
    assert job.waiting is not None
    assert job.waiting.reason == reason
    assert job.waiting.until is not None
    assert job.error is None
    demo.faults.remove(rule)
    stage.clock.await_waiters()
    stage.clock.advance(60)
    done = stage.wait(job)
    assert done.waiting is None
    assert final_files(stage) == ["LORA/patient.yaml"]


@pytest.mark.parametrize("asked", ["0", "999999999999", "Fri, 31 Dec 9999 23:59:59 GMT", "soon", None])
def test_the_wait_is_sensible_whatever_the_server_asks_for(
    open_stage: OpenStage, demo: DemoCivitai, asked: str | None
) -> None:
    stage = open_stage()
    version = demo.catalogue.add("Patient", PatternBlob("patient", 4000), file_name="patient.yaml").versions[0]
    demo.faults.add(match=API, fault=faults.rate_limited(asked), times=None)
    stage.clock.hold()
    stage.service.start()
    job = stage.service.submit(Wish(version.id))
    stage.wait_for(job, lambda seen: seen.waiting is not None)
    stage.clock.await_waiters()
    assert 15 <= stage.clock.waits[-1] <= 3600


def test_a_transfer_that_breaks_off_is_tried_again_later_without_the_user(stage: Stage, demo: DemoCivitai) -> None:
    blob = PatternBlob("later", 4000)
    version = demo.catalogue.add("Later", blob, file_name="later.yaml").versions[0]
    demo.faults.add(match=STORAGE, fault=faults.truncate(0), times=9)
    stage.fetch(Wish(version.id))
    assert stage.files() == {"LORA/later.yaml": blob.read()}
    assert 15 in stage.clock.waits


def test_without_civitai_a_wish_is_queued_and_goes_on_when_it_is_back(open_stage: OpenStage, demo: DemoCivitai) -> None:
    version = demo.catalogue.add("Offline", PatternBlob("offline", 4000)).versions[0]
    version.files[0].name = "offline.yaml"
    stage = open_stage()
    working = stage.knobs.values["civitai_api_url"]
    stage.knobs.values["civitai_api_url"] = "http://127.0.0.1:9/api/v1"
    stage.service.start()
    job = stage.service.submit(Wish(version.id))
    waiting = stage.wait_for(job, lambda seen: seen.waiting is not None).waiting
    assert waiting is not None
    assert waiting.reason == "offline"
    stage.knobs.values["civitai_api_url"] = working
    stage.wait(job)
    assert final_files(stage) == ["LORA/offline.yaml"]


class TinyDisk(LocalDisk):
    """The real disk, but ten bytes are free."""

    def free_bytes(self, folder: Path) -> int:
        return 10


def test_a_full_disk_is_found_before_the_first_byte(open_stage: OpenStage, demo: DemoCivitai) -> None:
    stage = open_stage(disk=TinyDisk())
    stage.service.start()
    assert code_of(stage, wish_for(demo, "multi-file", 0)) == "disk_full"
    assert demo.asked(where="storage") == []


@pytest.fixture
def small_files() -> Iterator[None]:
    """The system takes no file larger than 1 MiB: the nearest thing to a disk that fills up in the middle."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MIB, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("small_files")
def test_a_disk_that_fills_up_in_the_middle_keeps_the_part(stage: Stage, demo: DemoCivitai) -> None:
    version = demo.catalogue.add("Full", PatternBlob("full", 3 * MIB), file_name="full.yaml").versions[0]
    assert code_of(stage, Wish(version.id)) == "disk_full"
    assert final_files(stage) == []
    part = stage.files()["LORA/full.yaml.civitdock-part"]
    assert 0 < len(part) <= MIB
    assert version.files[0].blob.read(0, len(part)) == part


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_without_permission(stage: Stage, demo: DemoCivitai) -> None:
    stage.root("Checkpoint").mkdir(parents=True)
    stage.root("Checkpoint").chmod(0o500)
    assert code_of(stage, wish_for(demo, "multi-file", 0)) == "not_writable"
    stage.root("Checkpoint").chmod(0o700)


def test_a_file_where_the_folder_should_be(stage: Stage, demo: DemoCivitai) -> None:
    stage.root("Checkpoint").parent.mkdir(parents=True)
    stage.root("Checkpoint").write_text("in the way")
    assert code_of(stage, wish_for(demo, "multi-file", 0)) == "not_writable"
    assert stage.root("Checkpoint").read_text() == "in the way"


def test_a_type_without_any_folder_says_so(stage: Stage, demo: DemoCivitai) -> None:
    stage.host.types = ("LORA",)
    assert code_of(stage, wish_for(demo, "multi-file", 0)) == "not_writable"


def test_trouble_beside_the_file_fails_the_job_and_retry_finishes_it(stage: Stage, demo: DemoCivitai) -> None:
    stage.greeter.trouble = NotWritable("The sidecar cannot be written.")
    job = stage.refuse(wish_for(demo, "multi-file", 0))
    assert job.error is not None
    assert job.error.code == "not_writable"
    stage.greeter.trouble = None
    fetched = len(demo.asked(where="storage"))
    stage.wait_for(stage.service.retry(job.id), lambda seen: seen.state is State.DONE)
    assert len(demo.asked(where="storage")) == fetched
    assert len(stage.models.all()) == 1


def test_warnings_of_the_arrival_stand_on_the_job(stage: Stage, demo: DemoCivitai) -> None:
    stage.greeter.warnings = ("No picture could be had.",)
    assert stage.fetch(wish_for(demo, "multi-file", 0)).warnings == ("No picture could be had.",)


def test_a_name_taken_while_the_bytes_come(stage: Stage, demo: DemoCivitai) -> None:
    version = demo.catalogue.add("Race", PatternBlob("race", 2 * MIB)).versions[0]
    version.files[0].name = "race.yaml"
    gate = faults.Gate()
    demo.faults.add(match=STORAGE, fault=faults.gated(gate, MIB))
    job = stage.service.submit(Wish(version.id))
    gate.wait_reached()
    (stage.root() / "race.yaml").write_bytes(b"the user's own")
    gate.release()
    done = stage.wait(job)
    assert done.filename == f"race-{version.id}.yaml"
    assert (stage.root() / "race.yaml").read_bytes() == b"the user's own"
    assert sorted(stage.files()) == [f"LORA/race-{version.id}.yaml", "LORA/race.yaml"]
