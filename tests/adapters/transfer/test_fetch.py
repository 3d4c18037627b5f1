"""Fetching one file from the demo CivitAI: whole, resumed, broken off, replaced, refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from civitdock.demo import faults
from civitdock.demo.blobs import PatternBlob
from civitdock.demo.faults import Fault, Match, Ranges
from civitdock.demo.server import DemoCivitai
from civitdock.domain.hashes import Hashes
from civitdock.errors import (
    Archived,
    BadApiKey,
    ChallengePage,
    CivitaiDown,
    CivitDockError,
    DownloadDisabled,
    EarlyAccess,
    InvalidFile,
    NoApiKey,
    NotFound,
    NotWritable,
    Offline,
    RateLimited,
    RegionBlocked,
    Truncated,
    UnsafeRedirect,
)
from civitdock.ports import TransferStopped
from tests.adapters.transfer.conftest import MIB, Knobs, Rig, Vault
from tests.support.clock import FakeClock

STORAGE, API = Match(where="storage"), Match(where="api")


def whole(rig: Rig) -> bytes:
    return rig.file.blob.read()


def test_a_file_arrives_with_its_hashes(rig: Rig) -> None:
    rig.knobs.values |= {"civitai_hash_blake3": True, "civitai_hash_crc32": True}
    fetched = rig.fetch()
    true = rig.file.blob.digests()
    assert rig.content() == whole(rig)
    assert fetched.size_bytes == 3 * MIB
    assert fetched.hashes.sha256 == hashlib.sha256(whole(rig)).hexdigest()
    assert fetched.hashes.autov2 == fetched.hashes.sha256[:10]
    assert fetched.hashes.blake3 == true.blake3.lower()
    assert fetched.hashes.crc32 == true.crc32.lower()
    assert [progress.done for progress in rig.reported] == sorted(progress.done for progress in rig.reported)
    assert rig.reported[-1].done == rig.reported[-1].total == 3 * MIB


def test_requests_are_honest_and_the_key_goes_to_civitai_alone(rig: Rig) -> None:
    rig.vault.value = "demo-key"
    rig.fetch()
    api, storage = rig.demo.asked(where="api"), rig.demo.asked(where="storage")
    assert [line.headers.get("authorization") for line in api] == ["Bearer demo-key"]
    assert [line.headers.get("authorization") for line in storage] == [None]
    for line in (*api, *storage):
        assert line.headers["user-agent"].startswith("civitdock")
        assert line.headers["accept-encoding"] == "identity"
        assert "demo-key" not in line.query
    assert "demo-key" not in rig.resume.read_text()
    assert "X-Amz" not in rig.resume.read_text()


def test_a_netrc_entry_changes_nothing(rig: Rig, home: Path) -> None:
    (home / ".netrc").write_text("machine 127.0.0.1 login thief password secret\n")
    rig.fetch()
    assert all("authorization" not in line.headers for line in rig.demo.requests)


def test_a_stopped_transfer_goes_on_where_it_was(rig: Rig) -> None:
    with pytest.raises(TransferStopped, match="paused"):
        rig.fetch(stop=rig.stop_after(MIB))
    kept = rig.part.stat().st_size
    assert MIB <= kept < 3 * MIB
    fetched = rig.fetch()
    assert rig.content() == whole(rig)
    assert fetched.hashes.sha256 == hashlib.sha256(whole(rig)).hexdigest()
    assert rig.demo.asked(where="storage")[-1].headers["range"] == f"bytes={kept}-"
    assert rig.demo.asked(where="storage")[-1].headers["if-range"].startswith('"')


def test_a_complete_part_is_not_fetched_again(rig: Rig) -> None:
    rig.fetch()
    asked = len(rig.demo.requests)
    assert rig.fetch().hashes.sha256 == hashlib.sha256(whole(rig)).hexdigest()
    assert len(rig.demo.requests) == asked


@pytest.mark.parametrize("fault", [faults.truncate(MIB), faults.reset(MIB), faults.slow(50 * MIB)])
def test_a_broken_connection_is_taken_up_again(rig: Rig, fault: Fault) -> None:
    rig.demo.faults.add(match=STORAGE, fault=fault)
    rig.fetch()
    assert rig.content() == whole(rig)


def test_a_body_that_always_ends_early_is_truncated_and_keeps_its_part(rig: Rig) -> None:
    rig.demo.faults.add(match=STORAGE, fault=faults.truncate(0), times=None, skip=1)
    rig.demo.faults.add(match=STORAGE, fault=faults.truncate(MIB), times=1)
    with pytest.raises(Truncated):
        rig.fetch()
    assert 0 < rig.part.stat().st_size <= MIB
    rig.demo.faults.clear()
    rig.fetch()
    assert rig.content() == whole(rig)


def test_an_ignored_range_starts_over_cleanly(rig: Rig) -> None:
    with pytest.raises(TransferStopped):
        rig.fetch(stop=rig.stop_after(MIB))
    rig.demo.faults.add(match=STORAGE, fault=faults.ignore_range())
    rig.fetch()
    assert rig.content() == whole(rig)


def test_a_changed_file_starts_over(rig: Rig) -> None:
    with pytest.raises(TransferStopped):
        rig.fetch(stop=rig.stop_after(MIB))
    new = PatternBlob("another", 3 * MIB - 7)
    rig.file.served = new
    rig.fetch()
    assert rig.content() == new.read()


def test_416_is_the_end_only_where_the_sizes_agree(rig: Rig) -> None:
    with pytest.raises(TransferStopped):
        rig.fetch(stop=rig.stop_after(MIB))
    rig.demo.faults.add(match=STORAGE, fault=faults.refuse_range())
    rig.fetch()
    assert rig.content() == whole(rig)


def test_an_expired_address_is_asked_anew(rig: Rig) -> None:
    rig.demo.faults.add(match=STORAGE, fault=faults.truncate(MIB))
    rig.demo.faults.add(match=STORAGE, fault=faults.expired_url())
    rig.fetch()
    assert rig.content() == whole(rig)
    assert len(rig.demo.asked(where="api")) == 2


def test_another_storage_host_continues_the_part(
    make_demo: Callable[..., DemoCivitai], tmp_path: Path, clock: FakeClock
) -> None:
    demo = make_demo(storage_names=("127.0.0.1", "localhost"))
    rig = Rig(demo, tmp_path, clock, Knobs({"civitai_api_url": demo.api_base}), Vault())
    rig.demo.faults.add(match=STORAGE, fault=faults.truncate(MIB))
    rig.demo.faults.add(match=STORAGE, fault=faults.expired_url())
    rig.fetch()
    assert rig.content() == whole(rig)
    last = rig.demo.asked(where="storage")[-1]
    assert last.headers["host"].startswith("localhost")
    assert last.headers["range"] == f"bytes={MIB}-"
    assert "if-range" not in last.headers


def test_without_a_hash_only_flushed_bytes_of_the_same_address_are_kept(rig: Rig) -> None:
    with pytest.raises(TransferStopped):
        rig.fetch(Hashes(), stop=rig.stop_after(2 * MIB))
    synced = json.loads(rig.resume.read_text())["synced"]
    assert synced > MIB
    rig.fetch(Hashes())
    assert rig.content() == whole(rig)
    assert rig.demo.asked(where="storage")[-1].headers["range"] == f"bytes={synced}-"


def test_a_part_of_another_file_is_not_continued(rig: Rig) -> None:
    with pytest.raises(TransferStopped):
        rig.fetch(stop=rig.stop_after(MIB))
    rig.fetch(Hashes(sha256="0" * 64))
    assert "range" not in rig.demo.asked(where="storage")[-1].headers
    assert rig.content() == whole(rig)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', '{"format": 99, "source": "x"}', "\0\0\0"])
def test_broken_resume_data_means_starting_over(rig: Rig, text: str) -> None:
    rig.part.write_bytes(b"leftovers of something else")
    rig.resume.write_text(text)
    rig.fetch()
    assert rig.content() == whole(rig)


def test_a_body_without_length_is_accepted_where_a_hash_can_prove_it(rig: Rig) -> None:
    rig.demo.faults.add(match=STORAGE, fault=faults.no_length())
    assert rig.fetch().size_bytes == 3 * MIB
    assert rig.content() == whole(rig)


def test_a_body_of_unknown_length_without_a_hash_is_not_believed(rig: Rig) -> None:
    rig.file.served = PatternBlob("short", MIB)
    rig.demo.faults.add(match=STORAGE, fault=replace(faults.no_length(), ranges=Ranges.IGNORE), times=None)
    with pytest.raises(Truncated):
        rig.fetch(Hashes())


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.unauthorized("The creator of this asset requires you to be logged in to download it"), NoApiKey),
        (faults.unauthorized("The creator of this asset has disabled downloads on this file"), DownloadDisabled),
        (faults.early_access("2026-12-24T00:00:00.000Z"), EarlyAccess),
        (faults.early_access(None), EarlyAccess),
        (faults.forbidden(), DownloadDisabled),
        (faults.forbidden("You do not have access to download this file"), DownloadDisabled),
        (faults.not_found(), NotFound),
        (faults.archived(), Archived),
        (faults.region_blocked(), RegionBlocked),
        (faults.rate_limited(), RateLimited),
        (faults.rate_limited(7), RateLimited),
        (faults.challenge(), ChallengePage),
        (faults.challenge(403), ChallengePage),
        (faults.respond(500, {"error": "broken"}), CivitaiDown),
        (faults.overloaded(), CivitaiDown),
        (faults.reset(), CivitaiDown),
    ],
)
def test_what_civitai_refuses_is_named(rig: Rig, fault: Fault, error: type[CivitDockError]) -> None:
    rig.demo.faults.add(match=API, fault=fault, times=None)
    with pytest.raises(error) as caught:
        rig.fetch()
    assert caught.type is error
    assert list(rig.folder.iterdir()) == []


def test_details_of_refusals(rig: Rig) -> None:
    rig.demo.faults.add(match=API, fault=faults.early_access("2026-12-24T00:00:00.000Z"))
    with pytest.raises(EarlyAccess) as early:
        rig.fetch()
    assert early.value.until == "2026-12-24T00:00:00Z"
    rig.demo.faults.add(match=API, fault=faults.rate_limited(7))
    with pytest.raises(RateLimited) as limited:
        rig.fetch()
    assert limited.value.retry_after == 7
    rig.vault.value = "wrong-key"
    rig.version.require_auth = True
    with pytest.raises(BadApiKey):
        rig.fetch()


def test_a_passing_404_does_not_end_the_transfer(rig: Rig) -> None:
    rig.demo.faults.add(match=API, fault=faults.not_found(), times=2)
    rig.fetch()
    assert rig.content() == whole(rig)
    assert rig.clock.monotonic() >= 3


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.challenge(), ChallengePage),
        (faults.respond(200, b"<?xml version='1.0'?><Error/>", {"Content-Type": "application/xml"}), InvalidFile),
        (faults.respond(200, {"error": "quota"}), InvalidFile),
        (faults.respond(503, b""), CivitaiDown),
        (faults.gateway_error(524), ChallengePage),
        (faults.expired_url(), CivitaiDown),
        (faults.respond(429, b""), RateLimited),
        (faults.header("Content-Encoding", "gzip"), CivitDockError),
    ],
)
def test_a_storage_host_that_sends_something_else(rig: Rig, fault: Fault, error: type[CivitDockError]) -> None:
    rig.demo.faults.add(match=STORAGE, fault=fault, times=None)
    with pytest.raises(error):
        rig.fetch()
    assert list(rig.folder.iterdir()) == []


def test_an_error_page_in_the_middle_does_not_touch_the_part(rig: Rig) -> None:
    with pytest.raises(TransferStopped):
        rig.fetch(stop=rig.stop_after(MIB))
    kept = rig.content()
    rig.demo.faults.add(match=STORAGE, fault=faults.challenge(200), times=None)
    with pytest.raises(ChallengePage):
        rig.fetch()
    assert rig.content() == kept


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://evil.example/x",
        "http://b2.civitai.com/file/civitai-modelfiles/x",
        "https://b2.civitai.com:8443/file/civitai-modelfiles/x",
        "https://b2.civitai.com.evil.example/file/civitai-modelfiles/x",
        "file:///etc/passwd",
        "https://user:pw@b2.civitai.com/file/civitai-modelfiles/x",
        "https:///nohost",
        "https://[::1",
        "http://10.0.0.1/x",
    ],
)
def test_redirects_to_strangers_are_refused(rig: Rig, target: str) -> None:
    rig.demo.faults.add(match=API, fault=faults.redirect(target), times=None)
    with pytest.raises(UnsafeRedirect):
        rig.fetch()
    assert rig.demo.asked(where="storage") == []
    assert list(rig.folder.iterdir()) == []


def test_redirects_in_circles_end(rig: Rig) -> None:
    rig.demo.faults.add(match=API, fault=faults.redirect_loop(), times=None)
    with pytest.raises(UnsafeRedirect, match=r"127\.0\.0\.1"):
        rig.fetch()
    assert len(rig.demo.asked(where="api")) < 12


def test_no_server_is_offline(rig: Rig) -> None:
    rig.knobs.values["civitai_download_hosts"] = "civitai.invalid"
    url = "http://127.0.0.1:9/api/download/models/1?fileId=1"
    with pytest.raises(Offline):
        rig.fetch(url=url)
    with pytest.raises(Offline):
        rig.fetch(url="https://civitai.invalid/api/download/models/1")


def test_a_folder_that_vanishes_is_noticed(rig: Rig) -> None:
    def stop() -> str | None:
        if rig.reported:
            rig.part.unlink(missing_ok=True)
        return None

    with pytest.raises(NotWritable):
        rig.fetch(Hashes(), stop=stop)


def test_the_bandwidth_limit_holds_the_mean(rig: Rig) -> None:
    rig.knobs.values["civitai_bandwidth_limit"] = 512
    rig.fetch()
    assert 5 <= rig.clock.monotonic() <= 7.5
    assert rig.content() == whole(rig)


def test_discard_takes_part_and_resume_data_away(rig: Rig) -> None:
    rig.fetch()
    rig.transfers.discard(rig.part)
    assert list(rig.folder.iterdir()) == []
    rig.transfers.discard(rig.part)
