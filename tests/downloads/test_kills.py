"""kill -9 at random moments of the whole way, from the wish to the final name."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from civitdock.adapters.transfer.resume import read_resume
from civitdock.demo.contents import large_tensor_blob
from civitdock.demo.records import DemoVersion
from civitdock.demo.server import DemoCivitai
from civitdock.domain.downloads import State
from civitdock.domain.transfers import ResumeData
from tests.adapters.transfer.conftest import Knobs
from tests.downloads.stage import Stage
from tests.support.clock import FakeClock
from tests.support.zygote import Zygote

MIB = 1024 * 1024
KILLS = 60


def add(demo: DemoCivitai, number: int) -> DemoVersion:
    blob = large_tensor_blob(f"killed {number}", "lora", "sd1", "killed", 9 * MIB)
    return demo.catalogue.add(f"Killed {number}", blob, file_name=f"killed{number}.safetensors").versions[0]


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    started = Zygote("tests.downloads.child")
    yield started
    started.close()


def run_and_kill(zygote: Zygote, folder: Path, demo: DemoCivitai, versions: list[DemoVersion], seconds: float) -> None:
    """Let a queue in a process of its own run for so long after its wishes are taken, then kill it."""
    with zygote.run(str(folder), demo.api_base, *(str(version.id) for version in versions)) as lines:
        for line in lines:
            if line == "submitted":
                break
        threading.Event().wait(seconds)


def check(folder: Path, versions: list[DemoVersion]) -> int:
    """Nothing wrong has a final name, and what the parts claim is true; answers how many files are finished."""
    blobs = {f"killed{number}.safetensors": one.files[0].blob for number, one in enumerate(versions)}
    finished = 0
    for path in (folder / "models").rglob("*"):
        if path.name in blobs:
            assert path.read_bytes() == blobs[path.name].read()
            finished += 1
        elif path.name.endswith(".civitdock-part"):
            blob, resume, content = (
                blobs[path.name.removesuffix(".civitdock-part")],
                _resume_of(path),
                path.read_bytes(),
            )
            for start, stop in resume.kept(len(content), resume.source, resume.expected) if resume else ():
                assert content[start:stop] == b"".join(blob.pieces(start, stop))
    return finished


def _resume_of(part: Path) -> ResumeData | None:
    return read_resume(part.with_name(part.name + ".json"))


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.timeout(400)
def test_whatever_the_moment_nothing_is_lost_and_nothing_wrong_gets_a_name(
    make_demo: Callable[..., DemoCivitai], tmp_path: Path, clock: FakeClock, zygote: Zygote
) -> None:
    demo, dice = make_demo(throttle=12 * MIB), random.Random("moments")
    versions: list[DemoVersion] = []
    finished = 0
    for _ in range(KILLS):
        if finished == len(versions):
            versions += [add(demo, len(versions)), add(demo, len(versions) + 1)]
        run_and_kill(zygote, tmp_path, demo, versions[finished:], dice.uniform(0.0, 0.9))
        finished = check(tmp_path, versions)
    last = Stage(demo, tmp_path, clock, Knobs({"civitai_api_url": demo.api_base}))
    try:
        last.service.start()
        for job in last.service.progress(0).jobs:
            last.wait(job, State.DONE)
    finally:
        last.close()
    assert check(tmp_path, versions) == len(versions)
    # A kill in the look whether a folder can be written leaves an empty file of ours, which a sync takes away.
    files = [path for path in (tmp_path / "models").rglob("*") if path.is_file()]
    left = sorted(path.name for path in files if path.stat().st_size or not path.name.startswith(".civitdock-"))
    assert left == sorted(f"killed{number}.safetensors" for number in range(len(versions)))
