"""Pictures through this program: fetched once, kept up to a size, shown while CivitAI is away."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from civitdock.adapters.files.picture_cache import PictureCache
from civitdock.demo.faults import Match, not_found, reset, stall, truncate
from civitdock.demo.server import DemoCivitai
from civitdock.demo.wire import Gate
from civitdock.domain.shown_pictures import media_type, tag_of
from civitdock.errors import CivitaiDown
from civitdock.services.pictures import PictureService
from tests.library.support import FixedSettings
from tests.support.memory_pictures import NoPictures
from tests.support.picture_stage import PictureStage, picture_stage

IMAGES = Match(where="image")
MIB = 1024 * 1024


@pytest.fixture
def stage(tmp_path: Path, demo: DemoCivitai) -> Iterator[PictureStage]:
    with picture_stage(tmp_path, demo) as running:
        yield running


def asked(stage: PictureStage) -> int:
    return len(stage.demo.asked(where="image"))


def test_a_picture_is_fetched_once_and_then_comes_from_the_disk(stage: PictureStage) -> None:
    url = stage.addresses(1)[0]
    first, second = stage.get(url), stage.get(url)
    assert first.status_code == second.status_code == 200
    assert first.content == second.content
    assert (asked(stage), len(stage.kept())) == (1, 1)


def test_another_width_is_another_picture(stage: PictureStage) -> None:
    image = stage.images()[0]
    small, large = stage.get(stage.address(image, "width=96")), stage.get(stage.address(image, "width=450"))
    assert small.headers["ETag"] != large.headers["ETag"]
    assert len(small.content) < len(large.content)


def test_a_browser_that_has_it_gets_no_bytes_and_nobody_is_asked(stage: PictureStage) -> None:
    url = stage.addresses(1)[0]
    answer = stage.get(url)
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Cache-Control"].startswith("private")
    again = stage.get(url, If_None_Match=f'"other", {answer.headers["ETag"]}')
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", answer.headers["ETag"])
    assert asked(stage) == 1
    assert stage.get(url, If_None_Match='"other"').status_code == 200


def test_a_player_gets_the_part_it_asks_for(stage: PictureStage) -> None:
    url = stage.addresses(1)[0]
    whole = stage.get(url).content
    part = stage.get(url, Range="bytes=10-19")
    assert (part.status_code, part.content) == (206, whole[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
    rest = stage.get(url, Range="bytes=10-")
    assert (rest.status_code, rest.content) == (206, whole[10:])
    for strange in ("bytes=20-10", f"bytes={len(whole)}-", "bytes=-5", "bytes=0-1,4-5", "lines=1-2", "bytes=x-"):
        answer = stage.get(url, Range=strange)
        assert (answer.status_code, answer.content) == (200, whole)


def test_two_at_once_for_one_picture_fetch_it_once(stage: PictureStage) -> None:
    gate, url = Gate(), stage.addresses(1)[0]
    stage.demo.faults.add(match=IMAGES, fault=stall(gate), times=None)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(stage.get, url)
        gate.wait_reached()
        others = [pool.submit(stage.get, url) for _ in range(2)]
        gate.release()
        answers = [each.result(timeout=10) for each in (first, *others)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert asked(stage) == 1


class HeldHost:
    """A picture host that fails once it is let go."""

    def __init__(self) -> None:
        self.asked = 0
        self.reached = threading.Event()
        self.gate = threading.Event()

    def fetch(self, url: str) -> bytes:
        self.asked += 1
        self.reached.set()
        self.gate.wait(timeout=10)
        raise CivitaiDown(f"No answer for {url}.")


class BrokenShelf(NoPictures):
    """A shelf with a fault in its code."""

    def get(self, tag: str) -> bytes | None:
        raise ZeroDivisionError(tag)


def test_who_waits_for_a_picture_that_fails_is_told_so_and_the_next_one_tries_again() -> None:
    held = HeldHost()
    service = PictureService(held, NoPictures(), FixedSettings({"civitai_pictures": "local"}))
    url = "https://image.civitai.com/x/u/width=450/1.jpeg"
    with ThreadPoolExecutor(2) as pool:
        asking = [pool.submit(service.fetch, url)]
        assert held.reached.wait(timeout=10)
        asking.append(pool.submit(service.fetch, url))
        held.gate.set()
        for each in asking:
            with pytest.raises(CivitaiDown):
                each.result(timeout=10)
    before = held.asked
    with pytest.raises(CivitaiDown):
        service.fetch(url)
    assert held.asked == before + 1


def test_a_fault_of_ours_leaves_nobody_waiting() -> None:
    held = HeldHost()
    service = PictureService(held, BrokenShelf(), FixedSettings({"civitai_pictures": "local"}))
    url = "https://image.civitai.com/x/u/width=450/1.jpeg"
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            service.fetch(url)
    assert held.asked == 0


@pytest.mark.parametrize("fault", [truncate(200), reset(200)], ids=["cut", "reset"])
def test_a_picture_that_breaks_off_is_not_kept(stage: PictureStage, fault: object) -> None:
    stage.demo.faults.add(match=IMAGES, fault=fault, times=None)  # type: ignore[arg-type]
    status, code = stage.refused(stage.addresses(1)[0])
    assert (status, code) in ((503, "offline"), (503, "civitai_down"))
    assert stage.kept() == []
    stage.demo.faults.clear()
    assert stage.get(stage.addresses(1)[0]).status_code == 200


def test_a_kept_connection_that_the_host_has_just_closed_costs_no_picture(stage: PictureStage) -> None:
    stage.demo.faults.add(match=IMAGES, fault=reset(), times=1)
    assert stage.get(stage.addresses(1)[0]).status_code == 200


def test_a_picture_that_is_gone_is_not_found(stage: PictureStage) -> None:
    stage.demo.faults.add(match=IMAGES, fault=not_found(), times=None)
    assert stage.refused(stage.addresses(1)[0]) == (404, "not_found")


def test_without_civitai_what_was_seen_is_still_shown(stage: PictureStage) -> None:
    seen, unseen = stage.addresses(2)
    content = stage.get(seen).content
    stage.demo.faults.add(match=IMAGES, fault=reset(0), times=None)
    assert stage.get(seen).content == content
    assert stage.refused(unseen)[0] == 503


def test_without_room_pictures_are_shown_and_none_is_kept(stage: PictureStage) -> None:
    stage.get(stage.addresses(1)[0])
    stage.host.stored["civitai_picture_cache_mib"] = 0
    for url in stage.addresses(3):
        assert stage.get(url).status_code == 200
    assert stage.kept() == []


# --- the cache alone -----------------------------------------------------------------------------


def put(cache: PictureCache, folder: Path, name: str, used_at: int, room: int = 10 * MIB) -> Path:
    """A picture of 1000 bytes that was used at a time."""
    tag = tag_of(name)
    cache.put(tag, name.encode() * (1000 // len(name)), room)
    path = folder / tag[:2] / tag
    if path.exists():
        os.utime(path, (used_at, used_at))
    return path


def test_those_used_longest_ago_go_first(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path)
    paths = [put(cache, tmp_path, f"{number:04d}", 1000 + number) for number in range(10)]
    assert cache.get(tag_of("0000")) is not None  # used again: now the last to go
    put(cache, tmp_path, "last", 5000, room=6000)
    left = [number for number, path in enumerate(paths) if path.exists()]
    assert left == [0, 7, 8, 9]
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) <= 6000


def test_the_cap_counts_what_an_earlier_run_kept(tmp_path: Path) -> None:
    first = PictureCache(tmp_path)
    old = [put(first, tmp_path, f"{number:04d}", 1000 + number) for number in range(5)]
    put(PictureCache(tmp_path), tmp_path, "last", 5000, room=3500)
    assert [path.exists() for path in old[:3]] == [False, False, False]
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) <= 3500


def test_what_a_crash_left_is_cleared_and_never_shown(tmp_path: Path) -> None:
    path = put(PictureCache(tmp_path), tmp_path, "kept", 1000)
    unfinished = path.with_name(".civitdock-0123456789ab.tmp")
    unfinished.write_bytes(b"half")
    for damaged in (path.read_bytes()[:-10], b"", b"\0" * 1004):
        path.write_bytes(damaged)
        assert PictureCache(tmp_path).get(tag_of("kept")) is None
        assert not path.exists()
    put(PictureCache(tmp_path), tmp_path, "next", 1000)
    assert not unfinished.exists()


def test_a_picture_larger_than_the_cap_leaves_the_others(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path)
    path = put(cache, tmp_path, "kept", 1000)
    cache.put(tag_of("huge"), b"x" * 5000, 2000)
    assert cache.get(tag_of("huge")) is None
    assert path.exists()


def test_a_folder_that_cannot_be_used_costs_nothing_but_the_keeping(tmp_path: Path) -> None:
    blocked = tmp_path / "pictures"
    blocked.write_bytes(b"no folder")
    cache = PictureCache(blocked)
    cache.put(tag_of("a"), b"content", MIB)
    assert cache.get(tag_of("a")) is None


def test_many_threads_keep_within_the_cap(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path)
    start = threading.Barrier(4)

    def work(worker: int) -> None:
        start.wait(timeout=10)
        for number in range(40):
            name = f"{worker}{number:03d}"
            cache.put(tag_of(name), name.encode() * 250, 20_000)
            cache.get(tag_of(name))

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work, worker) for worker in range(4)]:
            done.result(timeout=30)
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) <= 20_000


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBP", "image/webp"),
        (b"RIFF\0\0\0\0WAVE", None),
        (b"\0\0\0\x20ftypisom", "video/mp4"),
        (b"\0\0\0\x20ftypavif", "image/avif"),
        (b"\x1a\x45\xdf\xa3\x01\x42\x82\x84webm", "video/webm"),
        (b"\x1a\x45\xdf\xa3\x01\x42\x82\x88matroska", None),
        (b"<svg", None),
    ],
)
def test_what_bytes_are(head: bytes, kind: str | None) -> None:
    assert media_type(head) == kind
