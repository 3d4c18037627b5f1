"""`python -m civitdock organise|undo|trash` as a program of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from civitdock.demo.server import DemoCivitai
from tests.library.test_commands import Program, put

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def program(demo: DemoCivitai, tmp_path: Path) -> Program:
    (tmp_path / "models" / "Lora").mkdir(parents=True)
    return Program(demo, tmp_path)


def test_organise_says_moves_and_takes_back(program: Program, demo: DemoCivitai) -> None:
    path = put(program, demo)
    assert program.run("sync")[0] == 0
    target = path.parent / "new" / path.name
    code, out, _ = program.run("organise", "--folder", "new")
    assert (code, path.exists()) == (0, True)
    assert f"{target.parent}\n  <- {path}" in out
    assert "1 of 1 models would move, 3 files" in out
    code, out, _ = program.run("organise", "--folder", "new", "--apply", str(path))
    assert (code, path.exists(), target.exists()) == (0, False, True)
    assert "3 files moved; python -m civitdock undo " in out
    code, found = program.json("trash")
    assert (code, found["operations"][0]["state"], found["trash"]["files"]) == (0, "done", 0)
    code, done = program.json("undo")
    assert (code, done["operation"]["state"], path.exists()) == (0, "undone", True)
    assert program.run("undo")[0] == 1
    code, out, _ = program.run("organise")
    assert (code, "1 are where they belong" in out) == (0, True)
    assert program.run("organise", "/etc/passwd")[0] == 1
    assert program.json("trash", "--empty") == (0, {"files": 0, "size_bytes": 0})


def test_what_could_not_be_moved_is_told_and_is_no_success(program: Program, demo: DemoCivitai) -> None:
    path = put(program, demo)
    assert program.run("sync")[0] == 0
    (path.parent / "file").write_bytes(b"no folder")
    code, out, _ = program.run("organise", "--folder", "file", "--apply")
    assert (code, path.exists()) == (1, True)
    assert f"{path} stays: {path.parent / 'file'} is no folder." in out
    code, out, _ = program.run("organise", "--apply", str(path.with_name("nobody.safetensors")))
    assert (code, "stays: There is no such model here." in out) == (1, True)
    code, out, _ = program.run("organise", "--folder", "new", "--apply", str(path), str(path.with_name("nobody.pt")))
    assert (code, (path.parent / "new" / path.name).exists()) == (3, True)
    path.write_bytes(b"another file")
    code, out, _ = program.run("undo")
    assert (code, path.read_bytes()) == (3, b"another file")
    assert "3 files could not be put back; python -m civitdock undo " in out
