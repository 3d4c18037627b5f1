"""A small clone of the repository whose package does something easy to see."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
LISTS = ("standalone.txt", "ours.txt", "runner.txt")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with run.py and its tools; it installs nothing, so it needs no network."""
    folder = tmp_path / "clone"
    folder.mkdir()
    shutil.copy(REPO / "run.py", folder)
    shutil.copytree(REPO / "tools", folder / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    hosts = folder / "tests" / "hosts"
    hosts.mkdir(parents=True)
    for name in LISTS:
        (hosts / name).write_text("# nothing\n", encoding="utf-8")
    return folder


@pytest.fixture
def package(clone: Path) -> Path:
    """The clone's `civitdock/__main__.py`, to be filled by the test."""
    folder = clone / "extension" / "civitdock"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    return folder / "__main__.py"
