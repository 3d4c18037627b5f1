"""Which files a sync takes and what each needs; which version is an update."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from civitdock.domain.catalogue import Model, ModelFile, Version
from civitdock.domain.hashes import Hashes
from civitdock.domain.library import LocalModel, LocalState, ModelRoot, Update
from civitdock.domain.sync import (
    MAX_ERRORS,
    FoundFile,
    Need,
    Scope,
    Sync,
    SyncPlan,
    SyncRequest,
    SyncState,
    check_move,
    need,
    plan,
    update_for,
)
from civitdock.domain.times import parse_iso
from civitdock.errors import InvalidRequest, WrongState

ROOT = ModelRoot("LORA", Path("models/Lora").absolute())
FOUND = FoundFile(ROOT.path / "sub" / "a.safetensors", ROOT, 10, 20, 30)
ROW = LocalModel(
    FOUND.path, ROOT.path, "LORA", 10, 20, 30, LocalState.IDENTIFIED, Hashes(sha256="a" * 64), 1, 2,
    synced_at="2026-11-20T12:00:00Z",
)  # fmt: skip
SYNCED = parse_iso(ROW.synced_at) or 0.0


@pytest.mark.parametrize(
    ("row", "stale_before", "force", "wanted"),
    [
        (None, 0, False, Need.HASH),
        (replace(ROW, size_bytes=11), 0, False, Need.HASH),
        (replace(ROW, mtime_ns=21), 0, False, Need.HASH),
        (replace(ROW, inode=31), 0, False, Need.HASH),
        (replace(ROW, inode=0), 0, False, Need.NOTHING),
        (replace(ROW, hashes=Hashes()), 0, False, Need.HASH),
        (replace(ROW, state=LocalState.PENDING), 0, False, Need.LOOKUP),
        (replace(ROW, state=LocalState.UNKNOWN), 0, False, Need.LOOKUP),
        (replace(ROW, state=LocalState.INVALID, hashes=Hashes()), 0, False, Need.NOTHING),
        (replace(ROW, state=LocalState.INVALID, hashes=Hashes()), 0, True, Need.HASH),
        (ROW, SYNCED, False, Need.NOTHING),
        (ROW, SYNCED + 1, False, Need.DETAILS),
        (ROW, SYNCED, True, Need.DETAILS),
        (replace(ROW, synced_at=None), 0, False, Need.DETAILS),
    ],
)
def test_what_a_file_needs(row: LocalModel | None, stale_before: float, force: bool, wanted: Need) -> None:
    assert need(FOUND, row, stale_before, force) is wanted


def test_a_plan_counts_bulk_requests() -> None:
    known = [(FOUND, replace(ROW, model_id=number % 150), Need.DETAILS) for number in range(300)]
    new = [(FOUND, None, Need.HASH)] * 10_001
    assert plan([]) == SyncPlan(0, 0, 0)
    assert plan([(FOUND, ROW, Need.NOTHING)]) == SyncPlan(0, 0, 0)
    assert plan(known) == SyncPlan(300, 0, 2)
    assert plan(new) == SyncPlan(10_001, 100_010, 2 + 101)


def asks(request: SyncRequest, *types: str) -> bool:
    return Scope([request], [ROOT]).asks(FOUND, frozenset(types or ("LORA", "DoRA")))


def test_a_scope_takes_types_and_places() -> None:
    assert asks(SyncRequest())
    assert asks(SyncRequest(types=("DoRA", "VAE")))
    assert not asks(SyncRequest(types=("VAE",)))
    assert asks(SyncRequest(paths=("sub",)))
    assert asks(SyncRequest(paths=(FOUND.path.as_posix(),)))
    assert asks(SyncRequest(paths=(ROOT.path.as_posix(),)))
    assert not asks(SyncRequest(paths=("su",)))
    assert not asks(SyncRequest(types=("VAE",), paths=("sub",)))
    both = Scope([SyncRequest(types=("VAE",)), SyncRequest(paths=("sub",), force=True)], [ROOT])
    assert both.asks(FOUND, frozenset({"LORA"}))
    assert both.forces(FOUND, frozenset({"LORA"}))


@pytest.mark.parametrize("path", ["..", "../x", "sub/../../x", "/", "a\0b"])
def test_a_scope_stays_inside(path: str) -> None:
    with pytest.raises(InvalidRequest):
        Scope([SyncRequest(paths=(path,))], [ROOT])


def test_moves() -> None:
    check_move(SyncState.RUNNING, SyncState.PAUSED)
    check_move(SyncState.PAUSED, SyncState.RUNNING)
    for old in (SyncState.DONE, SyncState.FAILED, SyncState.CANCELLED):
        for new in SyncState:
            with pytest.raises(WrongState):
                check_move(old, new)


def test_errors_are_limited_and_printable() -> None:
    job = Sync("1")
    for number in range(MAX_ERRORS + 5):
        job = job.with_error(Path(f"caf\udce9{number}"), "x", "y")
    assert len(job.errors) == MAX_ERRORS
    job.errors[0]["path"].encode("utf-8")


def version(number: int, published: str | None, **changes: object) -> Version:
    made = Version(
        number, 1, f"v{number}", base_model="SDXL 1.0", published_at=published, files=(ModelFile(number, "a"),)
    )
    return replace(made, **changes)  # type: ignore[arg-type]


OLD = version(1, "2026-01-01T00:00:00Z")
NOW = parse_iso("2026-06-01T00:00:00Z") or 0.0


@pytest.mark.parametrize(
    ("others", "wanted"),
    [
        ([], None),
        ([version(2, "2026-02-01T00:00:00Z")], Update(2, "v2")),
        ([version(2, "2026-02-01T00:00:00Z"), version(3, "2026-03-01T00:00:00Z")], Update(3, "v3")),
        ([version(2, "2025-02-01T00:00:00Z")], None),
        ([version(2, "2026-02-01T00:00:00Z", base_model="Pony")], None),
        ([version(2, "2026-02-01T00:00:00Z", early_access_until="2026-07-01T00:00:00Z")], None),
        ([version(2, "2026-02-01T00:00:00Z", early_access_until="2026-05-01T00:00:00Z")], Update(2, "v2")),
        ([version(2, "2026-02-01T00:00:00Z", files=())], None),
        ([version(2, "2027-01-01T00:00:00Z")], None),
        ([version(2, None)], None),
    ],
)
def test_which_version_is_an_update(others: list[Version], wanted: Update | None) -> None:
    assert update_for(Model(1, "m", versions=(*others, OLD)), OLD, NOW) == wanted


def test_without_a_date_of_the_installed_version_nothing_is_newer() -> None:
    model = Model(1, "m", versions=(version(2, "2026-02-01T00:00:00Z"),))
    assert update_for(model, replace(OLD, published_at=None), NOW) is None
