"""Several connections for one file: how many there are, what each brings, and what a kill leaves."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from civitdock.adapters.clock import SystemClock
from civitdock.adapters.transfer.http import HttpTransfers
from civitdock.demo import faults
from civitdock.demo.blobs import PatternBlob
from civitdock.demo.faults import Fault, Match
from civitdock.demo.server import DemoCivitai
from civitdock.demo.wire import LoggedRequest, Request
from civitdock.domain.hashes import Hashes
from civitdock.errors import NotFound
from civitdock.ports import TransferStopped
from tests.adapters.transfer.conftest import MIB, Knobs, Rig, Vault
from tests.support.clock import FakeClock

SIZE, PER_CONNECTION = 28 * MIB, 7 * MIB
REPO = Path(__file__).resolve().parents[3]


def is_further(request: Request) -> bool:
    return request.concurrent > 1


FURTHER = Match(where="storage", when=is_further)


@pytest.fixture
def wide(make_demo: Callable[..., DemoCivitai], tmp_path: Path, clock: FakeClock) -> Iterator[Rig]:
    """A large file at a storage that caps each connection, on the real clock."""
    demo = make_demo(throttle=PER_CONNECTION)
    rig = Rig(demo, tmp_path, clock, Knobs({"civitai_api_url": demo.api_base}), Vault())
    rig.transfers = HttpTransfers(rig.knobs, rig.vault, SystemClock(), "civitdock-tests/1 (+https://example.org)")
    rig.use(PatternBlob("wide", SIZE, head=b"\x10\0\0\0\0\0\0\0{}"))
    yield rig
    demo.faults.clear()


def storage(rig: Rig) -> list[LoggedRequest]:
    rig.demo.wait_idle()
    return rig.demo.asked(where="storage")


def most_at_once(rig: Rig) -> int:
    return max(line.concurrent for line in storage(rig))


def check(rig: Rig) -> None:
    """The part is the file, the hash is its hash."""
    wanted = rig.file.blob.read()
    assert hashlib.sha256(rig.content()).digest() == hashlib.sha256(wanted).digest()


def test_a_capped_server_is_asked_over_several_connections(wide: Rig) -> None:
    fetched = wide.fetch()
    check(wide)
    assert fetched.hashes.sha256 == hashlib.sha256(wide.content()).hexdigest()
    assert fetched.size_bytes == SIZE
    assert most_at_once(wide) in (4, 5)  # one that was left early counts until the server sees it
    asked = storage(wide)
    assert sum(line.sent > MIB for line in asked) >= 4
    assert max(line.sent for line in asked) < SIZE * 0.7
    assert all(line.headers["if-range"].startswith('"') for line in asked[1:])
    assert all("authorization" not in line.headers for line in asked)
    assert len(wide.demo.asked(where="api")) == 1
    done = [progress.done for progress in wide.reported]
    assert done == sorted(done)
    assert done[-1] == SIZE


@pytest.mark.parametrize("count", [1, 2])
def test_the_setting_is_the_most(wide: Rig, count: int) -> None:
    wide.knobs.values["civitai_connections_per_download"] = count
    wide.fetch()
    check(wide)
    assert most_at_once(wide) in {1: (1,), 2: (2, 3)}[count]


def test_a_small_file_comes_over_one(wide: Rig) -> None:
    wide.use(PatternBlob("small", 8 * MIB - 1), "small.safetensors")
    wide.fetch()
    check(wide)
    assert most_at_once(wide) == 1


def test_a_file_without_validator_and_hash_comes_over_one(wide: Rig) -> None:
    wide.use(PatternBlob("loose", 12 * MIB), "loose.safetensors")
    wide.demo.faults.add(match=Match(where="storage"), fault=_no_validator(), times=None)
    wide.fetch(Hashes())
    check(wide)
    assert most_at_once(wide) == 1


def _no_validator() -> Fault:
    first, second = faults.header("ETag", None).edit, faults.header("Last-Modified", None).edit
    assert first is not None
    assert second is not None
    return Fault(edit=lambda answer: second(first(answer)))


@pytest.mark.once
@pytest.mark.parametrize(
    "fault",
    [
        faults.ignore_range(),
        faults.refuse_range(),
        faults.respond(429, b""),
        faults.overloaded(),
        faults.reset(),
        faults.header("ETag", '"another"'),
    ],
    ids=["ignored", "416", "429", "503", "reset", "another etag"],
)
def test_a_server_that_objects_to_more_keeps_its_one(wide: Rig, fault: Fault) -> None:
    rule = wide.demo.faults.add(match=FURTHER, fault=fault, times=None)
    wide.fetch()
    check(wide)
    assert rule.hits >= 1
    assert len([line for line in storage(wide) if line.sent > MIB]) <= 2
    assert len(storage(wide)) <= 8  # those that were tried at once each object, then nobody asks again


@pytest.mark.parametrize("fault", [faults.reset(MIB), faults.truncate(MIB)])
def test_a_segment_that_breaks_is_asked_again(wide: Rig, fault: Fault) -> None:
    wide.demo.faults.add(match=FURTHER, fault=fault, times=2)
    wide.fetch()
    check(wide)


def test_an_expired_address_is_asked_anew_for_all(wide: Rig) -> None:
    wide.demo.faults.add(match=FURTHER, fault=faults.expired_url(), times=1)
    wide.fetch()
    check(wide)
    assert most_at_once(wide) in (4, 5)  # one that was left early counts until the server sees it
    assert len(wide.demo.asked(where="api")) == 2


def test_a_file_that_changes_on_the_way_is_never_mixed(wide: Rig) -> None:
    new = PatternBlob("wide two", SIZE - 5)

    def stop() -> str | None:
        if len(wide.demo.asked(where="storage")) >= 3:
            wide.file.served = new
        return None

    fetched = wide.fetch(stop=stop)
    # Whoever got all answers before the change has the old file, else all of the new one: never a mixture.
    found = hashlib.sha256(wide.content()).hexdigest()
    assert found in {hashlib.sha256(each.read()).hexdigest() for each in (wide.file.blob, new)}
    assert fetched.hashes.sha256 == found


def test_a_stopped_transfer_fetches_only_what_is_missing(wide: Rig) -> None:
    with pytest.raises(TransferStopped):
        wide.fetch(stop=wide.stop_after(SIZE // 2))
    kept = json.loads(wide.resume.read_text())["ranges"]
    there = sum(stop - start for start, stop in kept)
    assert len(kept) > 1
    assert there >= SIZE // 2
    before = len(storage(wide))
    wide.knobs.values["civitai_connections_per_download"] = 1
    wide.fetch()
    check(wide)
    assert sum(line.sent for line in storage(wide)[before:]) <= SIZE - there + 64 * 1024


def test_gaps_without_a_hash_are_resumed_from_flushed_bytes(wide: Rig) -> None:
    with pytest.raises(TransferStopped):
        wide.fetch(Hashes(), stop=wide.stop_after(SIZE // 2))
    assert json.loads(wide.resume.read_text())["format"] == 2
    wide.fetch(Hashes())
    check(wide)


@pytest.mark.once
def test_a_stalled_segment_is_given_to_another(wide: Rig) -> None:
    gate = faults.Gate()
    rule = wide.demo.faults.add(match=FURTHER, fault=faults.gated(gate, MIB), times=1)
    wide.fetch()
    assert rule.hits == 1
    check(wide)
    gate.release()


def test_an_error_of_the_first_connection_ends_all(wide: Rig) -> None:
    def lead_only(request: Request) -> bool:
        return "range" not in request.headers

    wide.demo.faults.add(match=Match(where="storage", when=lead_only), fault=faults.respond(404, b""), times=None)
    with pytest.raises(NotFound):
        wide.fetch()
    assert list(wide.folder.glob("*.civitdock*")) == []


def test_the_limit_counts_for_all_connections(wide: Rig) -> None:
    wide.knobs.values["civitai_bandwidth_limit"] = 8 * 1024
    clock = SystemClock()
    began = clock.monotonic()
    wide.fetch()
    check(wide)
    assert clock.monotonic() - began >= 0.8 * (SIZE / (8 * MIB) - 0.5)


CHILD = """
import sys
from pathlib import Path
from civitdock.adapters.clock import SystemClock
from civitdock.adapters.transfer.http import HttpTransfers
from civitdock.domain.hashes import Hashes
from civitdock.domain.transfers import TransferOrder
from tests.adapters.transfer.conftest import Knobs, Vault

api, url, part, sha, size = sys.argv[1:]
transfers = HttpTransfers(Knobs({"civitai_api_url": api}), Vault(), SystemClock(), "civitdock-tests/1")
def report(progress):
    print(progress.done, flush=True)
transfers.fetch(TransferOrder(url, Path(part), Hashes(sha256=sha), int(size)), report, lambda: None)
"""


@pytest.mark.once
@pytest.mark.parametrize("moment", [7 * MIB, 13 * MIB, 20 * MIB, 26 * MIB])
def test_a_kill_costs_at_most_a_mebibyte_per_connection(wide: Rig, moment: int) -> None:
    order = wide.order()
    command = [sys.executable, "-c", CHILD, wide.demo.api_base, order.url, str(wide.part)]
    process = subprocess.Popen(
        [*command, str(order.expected.sha256), str(SIZE)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(REPO / "extension"), str(REPO)))},
        stdout=subprocess.PIPE,
        text=True,
    )
    reported = 0
    try:
        assert process.stdout is not None
        for line in process.stdout:
            reported = int(line)
            if reported >= moment:
                break
    finally:
        process.kill()
        process.wait(20)
        if process.stdout is not None:
            process.stdout.close()
    before = len(storage(wide))
    wide.fetch()
    check(wide)
    again = sum(line.sent for line in storage(wide)[before:])
    assert again <= SIZE - reported + 4 * MIB + 4 * MIB  # what is sent but not read counts at the server's side
    first = wide.reported[0].done
    assert first >= reported - 4 * MIB
