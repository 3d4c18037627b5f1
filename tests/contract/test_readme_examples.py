"""The README's examples for programs, run as they stand against the standalone demo."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.standalone import Standalone

README = Path(__file__).resolve().parents[2] / "README.md"
DEFAULT = "http://127.0.0.1:7870"

pytestmark = pytest.mark.timeout(180)


def blocks(language: str) -> list[str]:
    """The fenced blocks of one language."""
    return re.findall(rf"```{language}\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standalone]:
    with Standalone(tmp_path_factory.mktemp("standalone"), ["--demo"]) as running:
        yield running


def run(command: list[str] | str, program: Standalone) -> str:
    """What a command prints; the default address is replaced by that of the running program."""
    result = subprocess.run(
        command, shell=isinstance(command, str), capture_output=True, encoding="utf-8", timeout=90, check=False
    )
    assert result.returncode == 0, f"{result.stderr}\n{program.tail()}"
    return result.stdout


def curl(route: str, program: Standalone) -> dict[str, object]:
    """The answer to the README's curl line for a route."""
    lines = [line for block in blocks("bash") for line in block.splitlines() if f"/civitai/{route}" in line]
    assert len(lines) == 1, f"the README should show {route} once"
    answer = json.loads(run(lines[0].replace(DEFAULT, program.url.rstrip("/")), program))
    assert isinstance(answer, dict)
    return answer


def test_search_download_progress_and_local_models_by_curl(program: Standalone) -> None:
    found = curl("search", program)["items"]
    assert isinstance(found, list)
    assert found[0]["type"] == "LORA"
    job = curl("download -H", program)["job"]
    assert isinstance(job, dict)
    assert job["model_id"] == found[0]["id"]
    jobs = curl("download-progress", program)["jobs"]
    assert isinstance(jobs, list)
    assert [each["id"] for each in jobs] == [job["id"]]
    assert set(curl("local-models", program)) == {"items", "next_cursor", "total"}


def test_the_python_example_prints_a_state_and_a_number(program: Standalone) -> None:
    (source,) = blocks("python")
    printed = run([sys.executable, "-c", source.replace(DEFAULT, program.url.rstrip("/"))], program).splitlines()
    assert printed[-2] in {"queued", "resolving", "downloading", "verifying", "moving", "done"}
    assert int(printed[-1]) >= 0
