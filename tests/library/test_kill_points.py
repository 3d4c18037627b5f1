"""kill -9 at every step that reaches the disk: what is there parses, nothing is half, the next run does the rest."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from civitdock.demo.server import DemoCivitai
from civitdock.domain.sync import SyncState
from tests.library.bench import Library, sidecar
from tests.library.test_survival import REPO, check_whole, fill
from tests.support.clock import FakeClock

pytestmark = [pytest.mark.timeout(120), pytest.mark.once, pytest.mark.slow]
MINE = '{"notes": "mine", "x": 1}'

#: Runs the child of `test_survival` and dies just before or after the n-th call that makes something durable.
DYING = """
import os, signal, sys, threading
name, when, left = sys.argv[1], sys.argv[2], [int(sys.argv[3])]
real, lock = getattr(os, name), threading.Lock()

def call(*arguments, **named):
    with lock:
        left[0] -= 1
        if left[0] == 0 and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*arguments, **named)
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

setattr(os, name, call)
from tests.library.child import main
main(*sys.argv[4:])
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("name", "count"), [("fsync", 1), ("fsync", 4), ("replace", 1), ("replace", 2), ("replace", 5)]
)
def test_killed_at_a_step(
    demo: DemoCivitai, tmp_path: Path, clock: FakeClock, name: str, when: str, count: int
) -> None:
    library = Library(demo, tmp_path, clock)
    paths = fill(library, demo, 3)
    for path in paths:
        path.with_suffix(".json").write_text(MINE, encoding="utf-8")
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join((str(REPO / "extension"), str(REPO)))}
    command = [sys.executable, "-c", DYING, name, when, str(count), str(tmp_path), demo.api_base]
    done = subprocess.run(command, cwd=REPO, env=environ, capture_output=True, timeout=60, check=False)
    assert done.returncode == -9, done.stderr
    check_whole(tmp_path / "models")
    try:
        job = library.sync()
        assert (job.state, job.matched, job.failed) == (SyncState.DONE, 3, 0)
        check_whole(tmp_path / "models")
        for path in paths:
            found = sidecar(path)
            assert found["civitai"]
            assert (found["notes"], found["x"]) == ("mine", 1)
            library.sidecars.restore(path.with_suffix(".json"))
            assert path.with_suffix(".json").read_text("utf-8") == MINE
    finally:
        library.close()
