"""`python -m civitdock sync|library|updates` as a program of its own: output, JSON, exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from civitdock.demo.faults import Match, challenge, region_blocked
from civitdock.demo.server import DemoCivitai
from tests.library.bench import safe_models

pytestmark = pytest.mark.timeout(120)
REPO = Path(__file__).resolve().parents[2]


class Program:
    """The command line with a home of its own."""

    def __init__(self, demo: DemoCivitai, home: Path) -> None:
        self.home = home
        self._api = demo.api_base

    def run(self, command: str, *more: str) -> tuple[int, str, str]:
        """Exit code, output and error output."""
        words = self.words(command, *more)
        done = subprocess.run(words, check=False, env=self.environ, capture_output=True, encoding="utf-8", timeout=60)
        return done.returncode, done.stdout, done.stderr

    def words(self, command: str, *more: str) -> list[str]:
        """The command line."""
        places = ["--data-dir", str(self.home / "data"), "--models-dir", str(self.home / "models")]
        return [sys.executable, "-m", "civitdock", command, *places, "--civitai-url", self._api, *more]

    @property
    def environ(self) -> dict[str, str]:
        """The environment with a configuration of its own."""
        config = {name: str(self.home / "config") for name in ("XDG_CONFIG_HOME", "APPDATA")}
        return {**os.environ, "PYTHONPATH": str(REPO / "extension"), "PYTHONIOENCODING": "utf-8", **config}

    def json(self, command: str, *more: str) -> tuple[int, Any]:
        """Exit code and what was printed as JSON."""
        code, out, errors = self.run(command, "--json", *more)
        assert out, errors
        return code, json.loads(out)


@pytest.fixture
def program(demo: DemoCivitai, tmp_path: Path) -> Program:
    (tmp_path / "models" / "Lora").mkdir(parents=True)
    return Program(demo, tmp_path)


def put(program: Program, demo: DemoCivitai, name: str = "花 a.safetensors") -> Path:
    path = program.home / "models" / "Lora" / name
    path.write_bytes(safe_models(demo)[0].versions[0].files[0].content.read())
    return path


def test_sync_library_and_restore(program: Program, demo: DemoCivitai) -> None:
    path = put(program, demo)
    code, plan = program.json("sync", "--dry-run")
    assert (code, plan["plan"]["files"], plan["plan"]["bytes_to_hash"]) == (0, 1, path.stat().st_size)
    code, job = program.json("sync")
    assert (code, job["job"]["state"], job["job"]["matched"]) == (0, "done", 1)
    assert path.with_suffix(".json").exists()
    code, listed = program.json("library", "--type", "LORA", "--state", "identified")
    assert (code, listed["items"][0]["path"]) == (0, path.as_posix())
    code, out, _ = program.run("library")
    assert code == 0
    assert path.name in out
    assert program.json("library", "--query", "nothing has this name")[1] == {"items": []}
    assert program.json("library", "--report") == (0, {"items": []})
    code, done = program.json("library", "--restore", str(path))
    assert (code, done["errors"]) == (0, [])
    assert not path.with_suffix(".json").exists()
    assert program.run("updates", "--cached")[0] == 0
    assert program.json("updates", "--ignore", str(safe_models(demo)[0].id))[1]["ignored"]


def test_exit_codes(program: Program, demo: DemoCivitai) -> None:
    path = put(program, demo)
    assert program.run("sync", "--civitai-url", "https://example.com")[0] == 2
    assert program.run("updates", "--ignore", "x")[0] == 2
    code, found = program.json("updates", "--ignore", "404")
    assert (code, found["error"]["code"]) == (1, "not_found")
    code, found = program.json("sync", "/")
    assert (code, found["error"]["code"]) == (1, "invalid_request")
    rule = demo.faults.add(match=Match(where="api"), fault=region_blocked(), times=None)
    code, found = program.json("sync")
    assert (code, found["job"]["errors"][0]["code"]) == (1, "region_blocked")
    demo.faults.remove(rule)
    path.with_suffix(".json").mkdir()
    assert program.run("sync")[0] == 3


def start(program: Program, *words: str) -> subprocess.Popen[str]:
    """The program as a terminal starts it: a test run in a shell's background inherits that Ctrl+C is ignored."""
    pipe, before = subprocess.PIPE, signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        return subprocess.Popen(program.words(*words), env=program.environ, stdout=pipe, stderr=pipe, encoding="utf-8")
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(os.name == "nt", reason="a console is needed there")
def test_ctrl_c_ends_a_sync_that_waits_and_it_is_not_taken_up_again(program: Program, demo: DemoCivitai) -> None:
    path = put(program, demo)
    rule = demo.faults.add(match=Match(where="api"), fault=challenge(), times=None)
    running = start(program, "sync", "--json")
    try:
        assert running.stderr is not None
        assert "CivitAI" in running.stderr.readline()  # it says what it waits for
        running.send_signal(signal.SIGINT)
        out, errors = running.communicate(timeout=30)
    finally:
        running.kill()
    assert (running.returncode, json.loads(out)["job"]["state"]) == (130, "cancelled")
    assert "interrupted" in errors
    demo.faults.remove(rule)
    assert not path.with_suffix(".json").exists()
    demo.requests.clear()
    assert program.json("sync", "--type", "VAE")[1]["job"]["files_total"] == 0
    assert demo.requests == []


@pytest.mark.skipif(os.name == "nt", reason="Windows allows no such names")
def test_names_cannot_steer_the_terminal(program: Program, demo: DemoCivitai) -> None:
    put(program, demo, "a\x1b[2J\nb\u202e.safetensors")
    program.run("sync")
    code, out, _ = program.run("library")
    assert code == 0
    assert len(out.splitlines()) == 1
    assert not {"\x1b", "\u202e"} & set(out)
    assert program.json("library")[1]["items"][0]["path"].endswith("a\x1b[2J\nb\u202e.safetensors")


def test_a_path_without_models_is_no_success(program: Program, demo: DemoCivitai) -> None:
    code, _, errors = program.run("sync", "Lora/nothing-here")
    assert code == 1
    assert "nothing-here" in errors


def test_a_command_does_not_load_gradio(program: Program, demo: DemoCivitai) -> None:
    """Gradio takes seconds to load, and no command shows a page."""
    text = "import sys; from civitdock.app import opened; from civitdock.cli.main import main; "
    text += "code = main(sys.argv[1:], None, opened); sys.exit(code or 'gradio' in sys.modules)"
    words = [sys.executable, "-c", text, *program.words("library")[3:]]
    assert subprocess.run(words, check=False, env=program.environ, timeout=60).returncode == 0
