"""Ctrl+C in `python -m civitdock download`, what is said while CivitAI is silent, and trying at once afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from civitdock.app import opened
from civitdock.cli.work import Place
from civitdock.demo.blobs import PatternBlob
from civitdock.demo.faults import Match, gated, rate_limited
from civitdock.demo.server import DemoCivitai
from civitdock.demo.wire import Gate
from civitdock.domain.downloads import State, Wish
from tests.downloads.stage import wait_until
from tests.library.test_commands import Program, start
from tests.library.test_download_command import content, held, said_by

pytestmark = pytest.mark.timeout(120)

MIB = 1024 * 1024
INTERRUPTED = "Interrupted; what is here stays, and the same command goes on from there."


@pytest.fixture
def program(demo: DemoCivitai, tmp_path: Path) -> Program:
    return Program(demo, tmp_path)


def test_a_silent_civitai_is_named_and_ctrl_c_then_ends_it_in_a_line(program: Program, demo: DemoCivitai) -> None:
    gate = Gate()
    demo.faults.add(match=Match(where="api"), fault=gated(gate, 0), times=None)
    running = start(program, "download", "128713")
    try:
        assert said_by(running, "128713: waiting for CivitAI's answer")
        if os.name != "nt":
            running.send_signal(signal.SIGINT)
        gate.release()
        _, errors = running.communicate(timeout=30)
    finally:
        gate.release()
        running.kill()
    assert "Traceback" not in errors
    if os.name != "nt":
        assert (running.returncode, errors.strip()) == (130, INTERRUPTED)


EARLY = """
import runpy, sys
class Pressed:
    def find_spec(self, name, path=None, target=None):
        if name == "civitdock.app":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Pressed())
runpy.run_module("civitdock", run_name="__main__")
"""


def test_ctrl_c_while_the_program_is_still_loading(program: Program) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", EARLY],
        env=program.environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr.strip()) == (130, "Interrupted; what is here stays.")


@pytest.mark.skipif(os.name == "nt", reason="a console is needed there")
def test_ctrl_c_pauses_and_the_next_call_goes_on(program: Program, demo: DemoCivitai) -> None:
    gate = Gate()
    model = held(demo, "interrupted", gate)
    running = start(program, "download", str(model.versions[0].id))
    try:
        assert said_by(running, " %")
        running.send_signal(signal.SIGINT)
        assert said_by(running, "goes on from there")
        gate.release()
        out, _ = running.communicate(timeout=30)
    finally:
        gate.release()
        running.kill()
    assert (running.returncode, out.partition(":")[0]) == (130, "paused")
    (part,) = (program.home / "models").rglob("*.civitdock-part")
    kept = part.stat().st_size
    demo.faults.clear()
    demo.requests.clear()
    code, planned = program.json("download", "--dry-run", str(model.versions[0].id))
    assert (code, planned["plan"]["files"][0]["state"], planned["plan"]["bytes_needed"]) == (
        0,
        "queued",
        3 * MIB - kept,
    )
    code, found = program.json("download", str(model.versions[0].id))
    assert (code, found["items"][0]["state"]) == (0, "done")
    ranges = [request.headers.get("range") for request in demo.requests if request.where == "storage"]
    assert kept > 0
    assert any(text and not text.startswith("bytes=0-") for text in ranges)
    assert Path(found["items"][0]["path"]).read_bytes() == content(model)


@pytest.mark.skipif(os.name == "nt", reason="a console is needed there")
def test_ctrl_c_says_where_another_civitdock_goes_on(
    program: Program, demo: DemoCivitai, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()
    model = held(demo, "elsewhere", gate)
    place = Place(program.home / "data", program.home / "models", demo.api_base)
    for name in ("XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(name, program.environ[name])
    with opened(place, program.environ) as offer:
        offer.downloads.start()
        running = start(program, "download", str(model.versions[0].id))
        try:
            assert said_by(running, " %")
            running.send_signal(signal.SIGINT)
            _, errors = running.communicate(timeout=30)
        finally:
            gate.release()
            running.kill()
        assert running.returncode == 130
        assert "goes on with the downloads" in errors.splitlines()[-1]
        wait_until(lambda: all(job.state is State.DONE for job in offer.downloads.progress(0).jobs))


def test_what_an_earlier_run_left_waiting_is_tried_at_once_and_followed(
    program: Program, demo: DemoCivitai, monkeypatch: pytest.MonkeyPatch
) -> None:
    down = demo.faults.add(match=Match(where="storage"), fault=rate_limited(240), times=None)
    version = demo.catalogue.add("Left", PatternBlob("left", 4000), file_name="left.yaml").versions[0]
    place = Place(program.home / "data", program.home / "models", demo.api_base)
    for name in ("XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(name, program.environ[name])
    with opened(place, program.environ) as offer:
        offer.downloads.start()
        job = offer.downloads.submit(Wish(version.id))
        wait_until(lambda: any(one.id == job.id and one.waiting for one in offer.downloads.progress(0).jobs))
    demo.faults.remove(down)
    code, found = program.json("queue", "--try-now")
    assert (code, [item["state"] for item in found["items"]]) == (0, ["done"])
    assert program.json("queue", "--try-now") == (0, {"items": []})
