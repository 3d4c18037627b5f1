"""`python -m civitdock missing` as a program of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from civitdock.demo.server import DemoCivitai
from tests.library.test_commands import Program
from tests.support.told_pictures import png

pytestmark = pytest.mark.timeout(120)
LINE = "Steps: 25, Sampler: Euler a, CFG scale: 6, Seed: 1, Size: 832x1216"
FOUND = f"a cat <lora:greenhouse_oil_sketch_style_v1.0:0.7>\n{LINE}"


@pytest.fixture
def program(demo: DemoCivitai, tmp_path: Path) -> Program:
    (tmp_path / "models" / "Lora").mkdir(parents=True)
    return Program(demo, tmp_path)


def test_a_picture_is_listed_and_what_was_found_is_fetched(program: Program, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(png(parameters=FOUND))
    code, out, errors = program.run("missing", str(picture))
    assert (code, errors) == (0, "")
    assert "found      lora  greenhouse_oil_sketch_style_v1.0 (0.7)" in out
    assert "civitai:1038@20069  Greenhouse Oil Sketch Style v1.0  Illustrious" in out
    assert not list((tmp_path / "models").rglob("*.safetensors")), "nothing is fetched unasked"
    code, out, errors = program.run("missing", "--download", str(picture))
    assert code == 0, errors
    assert [each.name for each in (tmp_path / "models" / "Lora").glob("*.safetensors")] == [
        "greenhouse_oil_sketch_style_v1.0.safetensors"
    ]
    code, listed = program.json("missing", str(picture))
    assert (code, listed["totals"]["here"], listed["items"][0]["state"]) == (0, 1, "here")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_texts_are_read_as_windows_writes_them(program: Program, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "text.txt"
    file.write_bytes(FOUND.encode(encoding))
    code, out, errors = program.run("missing", str(file))
    assert (code, errors) == (0, "")
    assert "greenhouse_oil_sketch_style_v1.0" in out


def test_what_is_open_and_what_is_nothing_have_codes_of_their_own(program: Program, tmp_path: Path) -> None:
    for text, code in ((f"<lora:sameName:1> <lora:nobody:1>\n{LINE}", 3), ("hello", 1), (f"a cat\n{LINE}", 1)):
        file = tmp_path / "text.txt"
        file.write_text(text, encoding="utf-8")
        assert program.run("missing", str(file))[0] == code
    code, listed = program.json("missing", str(tmp_path / "text.txt"))
    assert (code, listed["source"], listed["items"]) == (1, "infotext", [])


def test_the_input_is_read_and_other_files_are_refused(program: Program, tmp_path: Path) -> None:
    words = program.words("missing", "-")
    done = subprocess.run(
        words, check=False, env=program.environ, input=FOUND, capture_output=True, encoding="utf-8", timeout=60
    )
    assert (done.returncode, "greenhouse" in done.stdout) == (0, True)
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG broken")
    code, _out, errors = program.run("missing", str(broken))
    assert (code, "no picture" in errors) == (1, True)
    model = tmp_path / "model.bin"
    model.write_bytes(b"\x81\x00" * 10)
    assert program.run("missing", str(model))[0] == 2
    assert program.run("missing", str(tmp_path / "absent"))[0] == 2
