"""Several connections for one file: how many there are, what each brings, and what a kill leaves."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from civitdock.adapters.clock import SystemClock
from civitdock.adapters.transfer.http import HttpTransfers
from civitdock.adapters.transfer.resume import ResumeFile
from civitdock.demo import faults
from civitdock.demo.blobs import PatternBlob
from civitdock.demo.faults import Fault, Match
from civitdock.demo.server import DemoCivitai
from civitdock.demo.wire import LoggedRequest, Request, Wire
from civitdock.domain.hashes import Hashes
from civitdock.domain.transfers import PART_SUFFIX, REDIRECTS, Progress
from civitdock.errors import DiskFull, NotFound
from civitdock.ports import TransferStopped
from tests.adapters.transfer.conftest import MIB, Knobs, Rig, Vault
from tests.support.clock import FakeClock

SIZE, PER_CONNECTION = 28 * MIB, 7 * MIB


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
        faults.header("Content-Range", "bytes 5-9/28"),
        faults.challenge(),
        faults.not_found(),
        faults.archived(),
        faults.region_blocked(),
        faults.redirect_loop(),
        faults.redirect("http://10.0.0.1/file"),
        faults.redirect("http://example.org/file"),
    ],
    ids=[
        "ignored",
        "416",
        "429",
        "503",
        "reset",
        "another etag",
        "wrong range",
        "web page",
        "404",
        "410",
        "451",
        "circles",
        "private address",
        "plain http",
    ],
)
def test_a_server_that_objects_to_more_keeps_its_one(wide: Rig, fault: Fault) -> None:
    rule = wide.demo.faults.add(match=FURTHER, fault=fault, times=None)
    wide.fetch()
    check(wide)
    assert rule.hits >= 1
    assert len([line for line in storage(wide) if line.sent > MIB]) <= 2
    answered = [line for line in storage(wide) if line.status not in REDIRECTS]
    # Those that were tried at once each object, then nobody asks again; what may be the network is tried a few times.
    assert len(answered) <= (8 if fault.wire == Wire() else 16)


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
def test_wrong_bytes_in_one_segment_show_in_the_hash(wide: Rig) -> None:
    wide.demo.faults.add(match=FURTHER, fault=faults.corrupt(20 * MIB), times=None)
    fetched = wide.fetch()
    assert fetched.size_bytes == SIZE
    assert fetched.hashes.sha256 != wide.order().expected.sha256


@pytest.mark.once
def test_a_slow_segment_is_not_waited_for(wide: Rig) -> None:
    rule = wide.demo.faults.add(match=FURTHER, fault=faults.slow(100_000), times=1)
    clock = SystemClock()
    began = clock.monotonic()
    wide.fetch()
    check(wide)
    assert rule.hits == 1
    assert clock.monotonic() - began < 20  # alone its four mebibytes would take 42 seconds


@pytest.mark.once
def test_what_is_on_disk_is_hashed_beside_the_running_transfer(wide: Rig) -> None:
    with pytest.raises(TransferStopped):
        wide.fetch(stop=wide.stop_after(SIZE // 2))
    gate = faults.Gate()
    wide.demo.faults.add(match=Match(where="storage"), fault=faults.gated(gate, 0), times=None)
    seen: list[int] = []

    def stop() -> str | None:
        seen.append(wide.reported[-1].done if wide.reported else 0)
        return None

    fetcher = threading.Thread(target=lambda: wide.fetch(stop=stop), daemon=True)
    fetcher.start()
    gate.wait_reached()  # it asks for the rest although nothing was read again yet
    gate.release()
    fetcher.join(60)
    assert not fetcher.is_alive()
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


@pytest.mark.once
def test_a_single_connection_that_stalls_is_asked_for_again_before_its_time_out(wide: Rig) -> None:
    wide.knobs.values["civitai_connections_per_download"] = 1
    gate = faults.Gate()
    wide.demo.faults.add(match=Match(where="storage"), fault=faults.gated(gate, 20 * MIB), times=1)
    clock = SystemClock()
    began = clock.monotonic()
    wide.fetch()
    assert clock.monotonic() - began < 25  # the time-out alone is 30 seconds
    check(wide)
    gate.release()


@pytest.mark.once
@pytest.mark.timeout(20)
def test_a_stop_is_heard_while_nothing_comes(wide: Rig) -> None:
    wide.knobs.values["civitai_connections_per_download"] = 1
    gate, asked = faults.Gate(), threading.Event()
    wide.demo.faults.add(match=Match(where="storage"), fault=faults.gated(gate, MIB), times=None)
    ended: list[str] = []

    def fetch() -> None:
        with pytest.raises(TransferStopped):
            wide.fetch(stop=lambda: "paused" if asked.is_set() else None)
        ended.append("stopped")

    fetcher = threading.Thread(target=fetch, daemon=True)
    fetcher.start()
    gate.wait_reached()
    asked.set()
    fetcher.join(10)  # the time-out alone is 30 seconds
    assert ended == ["stopped"]
    gate.release()


class Pair:
    """Two transfers from one capped line: which bytes each had at the moment the first one ended."""

    def __init__(self, rig: Rig, transfers: HttpTransfers) -> None:
        self._rig = rig
        self._transfers = transfers
        self.done = [0, 0]
        self.at_end: tuple[int, int] | None = None

    def run(self, connections: tuple[int, int]) -> None:
        threads = [threading.Thread(target=self._one, args=(number, connections[number])) for number in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

    def _one(self, number: int, connections: int) -> None:
        knobs = Knobs({**self._rig.knobs.values, "civitai_connections_per_download": connections})
        order = replace(self._rig.order(), part_path=self._rig.folder / f"{number}{PART_SUFFIX}")

        def report(progress: Progress) -> None:
            self.done[number] = progress.done

        own = HttpTransfers(knobs, self._rig.vault, SystemClock(), "civitdock-tests/1")
        own._throttle = self._transfers._throttle
        own.fetch(order, report, lambda: None)
        self.at_end = self.at_end or (self.done[0], self.done[1])


@pytest.mark.once
def test_the_limit_is_shared_by_downloads_and_not_by_connections(wide: Rig) -> None:
    wide.knobs.values["civitai_bandwidth_limit"] = 14 * 1024
    pair = Pair(wide, wide.transfers)
    pair.run((1, 4))
    assert pair.at_end is not None
    assert min(pair.at_end) > 0.7 * SIZE


@pytest.mark.parametrize(("generates", "least"), [(True, 3.0), (False, 0.0)])
def test_a_generating_host_has_a_limit_of_its_own(rig: Rig, generates: bool, least: float) -> None:
    rig.knobs.values["civitai_generating_limit"] = 512
    rig.transfers = HttpTransfers(rig.knobs, rig.vault, rig.clock, "civitdock-tests/1", lambda: generates)
    began = rig.clock.monotonic()
    rig.fetch()
    assert least <= rig.clock.monotonic() - began <= 2 * least


@pytest.mark.once
@pytest.mark.timeout(60)
def test_resume_data_that_cannot_be_written_ends_the_transfer_and_not_only_a_helper(
    wide: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ResumeFile.note
    full = threading.Event()

    def note(file: ResumeFile, start: int, stop: int) -> None:
        if full.is_set() and threading.current_thread().name == "civitdock-segment":
            raise DiskFull
        whole(file, start, stop)

    monkeypatch.setattr(ResumeFile, "note", note)

    def stop() -> str | None:
        if wide.reported and wide.reported[-1].done > SIZE // 3:
            full.set()
        return None

    with pytest.raises(DiskFull):
        wide.fetch(stop=stop)
    assert wide.part.exists()
