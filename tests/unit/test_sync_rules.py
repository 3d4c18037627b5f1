"""Which files a sync takes and what each needs; when to ask again."""

from __future__ import annotations

from pathlib import Path

import pytest

from civitdock.domain.hashes import Hashes
from civitdock.domain.library import LocalModel, LocalState, ModelRoot
from civitdock.domain.rescan import Mark, Moment, Seen, forced, is_same, need_of, next_ask
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
    plan,
)
from civitdock.domain.times import iso, parse_iso
from civitdock.errors import InvalidRequest, WrongState

ROOT = ModelRoot("LORA", Path("models/Lora").absolute())
FOUND = FoundFile(ROOT.path / "sub" / "a.safetensors", ROOT, 10, 20, 30)
ROW = LocalModel(
    FOUND.path, ROOT.path, "LORA", 10, 20, 30, LocalState.IDENTIFIED, Hashes(sha256="a" * 64), 1, 2,
    synced_at="2026-11-20T12:00:00Z",
)  # fmt: skip
SYNCED = parse_iso(ROW.synced_at) or 0.0


SEEN = Seen(b"a", 10, 20, 30)
MARK = Mark(b"a", 10, 20, 30, "identified", ROW.synced_at, None, 0)


@pytest.mark.parametrize(
    ("mark", "wanted"),
    [
        (MARK, True),
        (MARK._replace(size_bytes=11), False),
        (MARK._replace(mtime_ns=21), False),
        (MARK._replace(inode=31), False),
        (MARK._replace(inode=0), True),
    ],
)
def test_when_a_file_counts_as_unchanged(mark: Mark, wanted: bool) -> None:
    assert is_same(SEEN, mark) is wanted


@pytest.mark.parametrize(
    ("mark", "now", "forced_need", "wanted"),
    [
        (MARK, 0.0, Need.DETAILS, Need.NOTHING),
        (MARK, 3601.0, Need.DETAILS, Need.DETAILS),
        (MARK, -1.0, Need.DETAILS, Need.DETAILS),  # the clock was set back
        (MARK._replace(synced_at=None), 0.0, Need.DETAILS, Need.DETAILS),
        (MARK._replace(ask_after=iso(SYNCED + 4000)), 3601.0, Need.DETAILS, Need.NOTHING),
        (MARK._replace(ask_after=iso(SYNCED + 4000)), 4000.0, Need.DETAILS, Need.DETAILS),
        (MARK._replace(state="pending"), 0.0, Need.LOOKUP, Need.LOOKUP),
        (MARK._replace(state="invalid"), 0.0, Need.HASH, Need.NOTHING),
        (MARK._replace(state="unknown"), 0.0, Need.LOOKUP, Need.LOOKUP),
        (MARK._replace(state="unknown", ask_after=iso(SYNCED + 5)), 0.0, Need.LOOKUP, Need.NOTHING),
        (MARK._replace(state="unknown", ask_after=iso(SYNCED + 5)), 5.0, Need.LOOKUP, Need.LOOKUP),
        (MARK._replace(state="unknown", ask_after="2999-01-01T00:00:00Z"), 0.0, Need.LOOKUP, Need.LOOKUP),
    ],
)
def test_what_an_unchanged_file_needs(mark: Mark, now: float, forced_need: Need, wanted: Need) -> None:
    assert need_of(mark, Moment.at(SYNCED + now, 3600.0)) is wanted
    assert forced(mark) is forced_need


def test_the_time_to_ask_again_grows_up_to_a_limit() -> None:
    times = [parse_iso(next_ask(asks, 0.0)) or 0.0 for asks in range(1, 12)]
    assert times == sorted(times)
    assert times[0] == 6 * 3600
    assert times[-1] == times[5] == 30 * 86_400


def test_a_plan_counts_bulk_requests() -> None:
    assert plan(0, 0, 0, [], 0) == SyncPlan(0, 0, 0)
    assert plan(0, 0, 0, range(150), 300) == SyncPlan(300, 0, 2)
    assert plan(10_001, 100_010, 0, [], 0) == SyncPlan(10_001, 100_010, 2 + 101)


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
