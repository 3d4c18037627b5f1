"""`.ci/run` installs exactly what is missing and then runs the test command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tooling.conftest import REPO

pytestmark = [pytest.mark.timeout(60), pytest.mark.skipif(os.name == "nt", reason="for Debian machines")]
TOOLS = ("chromium", "node", "npm")


@pytest.fixture
def machine(clone: Path, tmp_path: Path) -> Path:
    """A folder that is the whole PATH: shell basics, this Python, the tools, and an apt-get that takes notes."""
    (clone / ".ci").mkdir()
    shutil.copy(REPO / ".ci" / "run", clone / ".ci" / "run")
    (clone / "run.py").write_text("import sys; print('ran', sys.argv[1:], sys.stdin.read())\n", encoding="utf-8")
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("bash", "dirname", "env"):
        (folder / name).symlink_to(str(shutil.which(name)))
    (folder / "python3").symlink_to(sys.executable)
    notes = f'#!/bin/sh\necho "$@" >> {tmp_path / "apt.txt"}\n'
    for name, text in {"apt-get": notes, **dict.fromkeys(TOOLS, "#!/bin/sh\n")}.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


def _run(clone: Path, machine: Path) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "PATH": str(machine), "PYENV_ROOT": str(machine), "CI": "true"}
    command = [str(machine / "bash"), str(clone / ".ci" / "run")]
    return subprocess.run(
        command, env=variables, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, cwd="/"
    )


def _installed(tmp_path: Path) -> set[str]:
    notes = tmp_path / "apt.txt"
    words = notes.read_text(encoding="utf-8").split() if notes.exists() else []
    return set(words) & {"chromium", "nodejs", "npm", "python3-venv"}


def test_a_machine_with_everything_installs_nothing(clone: Path, machine: Path, tmp_path: Path) -> None:
    answer = _run(clone, machine)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.splitlines()[-1] == "ran ['test'] "
    assert _installed(tmp_path) == set()


@pytest.mark.parametrize(
    ("tool", "package"), [("chromium", "chromium"), ("node", "nodejs"), ("npm", "npm")], ids=lambda value: value
)
def test_a_missing_tool_is_installed(clone: Path, machine: Path, tmp_path: Path, tool: str, package: str) -> None:
    (machine / tool).unlink()
    answer = _run(clone, machine)
    assert answer.returncode == 0, answer.stderr
    assert _installed(tmp_path) == {package}
    assert "ran ['test']" in answer.stdout


def test_a_failed_test_run_fails_the_script(clone: Path, machine: Path) -> None:
    (clone / "run.py").write_text("import sys; sys.exit(3)\n", encoding="utf-8")
    assert _run(clone, machine).returncode == 3
