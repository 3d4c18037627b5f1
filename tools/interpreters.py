"""Finds the Python interpreters of this machine; none is ever downloaded."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_ASK = "import sys; print('%d.%d' % sys.version_info[:2]); print(sys.executable)"


def find_interpreter(version: str) -> str | None:
    """The path of an interpreter of this version (`3.11`), or None. Every candidate is run to make sure."""
    for command in _candidates(version):
        path = _ask(command, version)
        if path is not None:
            return path
    return None


def _candidates(version: str) -> Iterator[list[str]]:
    yield [sys.executable]
    for path in _pyenv(version):
        yield [str(path)]
    for name in (f"python{version}", "python3", "python"):
        found = shutil.which(name)
        if found is not None:
            yield [found]
    if os.name == "nt" and shutil.which("py"):
        yield ["py", f"-{version}"]
    managed = _uv_managed(version)
    if managed:
        yield [managed]


def _pyenv(version: str) -> list[Path]:
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found = [*root.glob(f"versions/{version}.*/bin/python"), *root.glob(f"pyenv-win/versions/{version}.*/python.exe")]
    return sorted(found, key=_patch_number, reverse=True)


def _patch_number(path: Path) -> int:
    numbers = [part.rpartition(".")[2] for part in path.parts if part.count(".") == 2]
    return int(numbers[-1]) if numbers and numbers[-1].isdigit() else -1


def _uv_managed(version: str) -> str:
    command = [sys.executable, "-m", "uv", "python", "find", version]
    variables = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    answer = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    return answer.stdout.strip() if answer.returncode == 0 else ""


def _ask(command: list[str], version: str) -> str | None:
    try:
        answer = subprocess.run([*command, "-c", _ASK], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = answer.stdout.split("\n")
    return lines[1].strip() if answer.returncode == 0 and lines[0].strip() == version else None
