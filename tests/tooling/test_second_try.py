"""A test that is tried twice gets its module's fixtures anew, and they end once each."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

CONFTEST = """
import pytest

from tests.support import secondtry

def pytest_runtest_setup(item):
    secondtry.begin_anew(item)

def pytest_terminal_summary(terminalreporter):
    secondtry.tell(terminalreporter)

@pytest.fixture(scope="session")
def log():
    told = []
    yield told
    print("told", *told)

@pytest.fixture(scope="module")
def shelf(log):
    log.append("begin")
    yield []
    log.append("end")

@pytest.fixture(scope="module")
def labels(shelf):
    return list(shelf)
"""

TESTS = """
import pytest

def test_first(shelf, labels):
    shelf.append("first")

@pytest.mark.flaky(reruns=1)
def test_second(shelf, labels, log):
    assert labels == []
    shelf.append("second")
    assert log == ["begin", "end", "begin"]
    assert shelf == ["second"]

def test_third(shelf):
    assert shelf == ["second"]
"""


def test_a_second_try_begins_with_fixtures_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST, "utf-8")
    (tmp_path / "test_twice.py").write_text(TESTS, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), "."]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    found = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert "3 passed, 1 rerun" in found.stdout, found.stdout + found.stderr
    assert "told begin end begin end" in found.stdout
    assert "assert ['begin'] == ['begin', 'end', 'begin']" in found.stdout, "why the first try failed"
