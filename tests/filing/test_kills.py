"""kill -9 in the middle of moving, deleting and undoing: no byte is lost, and what is done can be undone."""

from __future__ import annotations

import json
import os
import random
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from civitdock.domain.filing import ENDED, Operation, State
from civitdock.domain.library import LocalModel
from tests.filing.child import desk_of
from tests.support.zygote import Zygote

MODELS, KILLS = 60, 12


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    started = Zygote("tests.filing.child")
    yield started
    started.close()


def made(home: Path) -> tuple[list[Path], Counter[bytes]]:
    """Models with a sidecar and a preview each, in the index; every content is another."""
    _desk, host, models = desk_of(home, far=False)
    root = host.root("LORA").path
    paths = [root / "a" / f"m{number}.safetensors" for number in range(MODELS)]
    paths[0].parent.mkdir(parents=True)
    for path in paths:
        for suffix in (".safetensors", ".json", ".preview.png"):
            path.with_suffix(suffix).write_bytes((path.stem + suffix).encode() * 2000)
        found = path.stat()
        models.put(LocalModel(path, root, "LORA", found.st_size, found.st_mtime_ns, found.st_ino))
    return paths, contents(home)


def contents(home: Path) -> Counter[bytes]:
    """Every content below the model folders, except what is no file of the user's."""
    files = [path for path in (home / "models").rglob("*") if path.is_file() and ".civitdock-part" not in path.name]
    return Counter(path.read_bytes() for path in files)


def run_and_kill(zygote: Zygote, home: Path, far: str, verb: str, argument: str, seconds: float) -> None:
    with zygote.run(str(home), far, verb, argument) as lines:
        for line in lines:
            if line == "ready":
                break
        threading.Event().wait(seconds)


def settled(home: Path, far: str) -> tuple[Operation, ...]:
    """What the next start makes of it."""
    desk = desk_of(home, far == "far")[0]
    desk.operations.start()
    try:
        for _ in range(400):
            found = desk.operations.overview().operations
            if all(each.state in ENDED for each in found):
                return found
            threading.Event().wait(0.02)
        raise AssertionError(found)
    finally:
        desk.operations.stop()


def undone(home: Path, operation: Operation) -> Operation:
    desk = desk_of(home, far=False)[0]
    desk.operations.start()
    try:
        found = desk.operations.undo(operation.id)
        for _ in range(20):
            if found.state in ENDED:
                return found
            found = desk.operations._answer(operation.id)
        raise AssertionError(found)
    finally:
        desk.operations.stop()


def check(home: Path, paths: list[Path], before: Counter[bytes]) -> None:
    """Nothing is lost, nothing is there twice, and what belongs together lies together."""
    now = contents(home)
    assert set(now) == set(before), "a byte was lost or changed"
    assert now == before, "a file is there twice"
    assert not [path for path in (home / "models").rglob("*") if ".civitdock-part" in path.name]
    for path in paths:
        three = [path.with_suffix(suffix).exists() for suffix in (".safetensors", ".json", ".preview.png")]
        assert len(set(three)) == 1, path


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.parametrize(("verb", "far"), [("delete", "near"), ("move", "near"), ("move", "far")])
@pytest.mark.timeout(300)
def test_whatever_the_moment_no_byte_is_lost(tmp_path: Path, zygote: Zygote, verb: str, far: str) -> None:
    dice = random.Random(f"{verb} {far}")
    seen: Counter[State] = Counter()
    for number in range(KILLS):
        home = tmp_path / str(number)
        home.mkdir()
        paths, before = made(home)
        wanted = [str(path) for path in paths]
        moves = [(path, path.replace("/a/", "/b/c/")) for path in wanted]
        run_and_kill(zygote, home, far, verb, json.dumps(wanted if verb == "delete" else moves), dice.uniform(0, 0.25))
        found = settled(home, far)
        check(home, paths, before)
        if not found:
            continue  # killed before anything was journaled, so nothing has moved
        (operation,) = found
        seen[operation.state] += 1
        assert operation.state in (State.DONE, State.PARTIAL)
        gone = sum(not path.exists() for path in paths)
        assert operation.files_done == 3 * gone
        if operation.state is State.PARTIAL:
            assert {error.code for _path, error in operation.errors} == {"interrupted"}
        if not gone:
            assert not operation.can_undo
            continue
        run_and_kill(zygote, home, far, "undo", operation.id, dice.uniform(0, 0.15))
        (operation,) = settled(home, far)
        check(home, paths, before)
        if operation.can_undo:
            assert undone(home, operation).state is State.UNDONE
        assert all(path.exists() for path in paths)
        assert desk_of(home, far=False)[2].get(paths[0]) is not None, "the index has it where it lies"
    assert seen[State.PARTIAL], "no kill came in the middle: the test tells nothing"
