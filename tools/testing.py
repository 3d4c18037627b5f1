"""`python run.py test`: nox runs lint, the JavaScript checks and the pin sets; then one table."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
from pathlib import Path

from tools.environment import Environment, prepare
from tools.pinsets import PIN_SETS
from tools.results import Counts, Outcome, SessionResult, load_counts, load_result, summary

CHECKS = ("lint", "js")
SESSIONS = (*CHECKS, *(each.name for each in PIN_SETS))
NO_TEST_RAN = 5


def run_tests(root: Path, arguments: list[str]) -> int:
    """Run the chosen sessions and return the exit code; pytest arguments go to every pin set.

    With pytest arguments and no `--set`, only the pin sets run.
    """
    chosen, pytest_arguments = _parse(arguments)
    tools = Environment(root / ".venv-civitdock", "tools", (root / "tests" / "hosts" / "runner.txt",))
    environment = prepare(tools)
    folder = root / "test-results"
    shutil.rmtree(folder, ignore_errors=True)
    command = [str(environment.python), "-m", "nox", "-f", str(root / "noxfile.py"), "--nocolor", "-s", *chosen]
    code = subprocess.run([*command, "--", *pytest_arguments], cwd=root, check=False).returncode
    rows = [(load_result(folder, name), load_counts(folder, name)) for name in chosen]
    print("\n" + summary(rows), flush=True)
    return exit_code(code, rows, strict=os.environ.get("CI") == "true")


def exit_code(nox_code: int, rows: list[tuple[SessionResult, Counts]], *, strict: bool) -> int:
    """0 only when nothing failed and some test ran; `strict` also asks that every session ran."""
    outcomes = {result.outcome for result, _ in rows}
    if nox_code != 0 or Outcome.FAILED in outcomes or any(counts.failed for _, counts in rows):
        return nox_code or 1
    if strict and Outcome.NOT_RUN in outcomes:
        return 1
    only_lint = all(result.name == "lint" for result, _ in rows)
    return 0 if only_lint or any(counts.passed for _, counts in rows) else NO_TEST_RAN


def _parse(arguments: list[str]) -> tuple[list[str], list[str]]:
    parser = argparse.ArgumentParser("run.py test", allow_abbrev=False, description=run_tests.__doc__)
    parser.add_argument("--set", action="append", choices=SESSIONS, help="only this session (may be repeated)")
    known, rest = parser.parse_known_args(arguments)
    rest = rest[1:] if rest[:1] == ["--"] else rest
    default = [each.name for each in PIN_SETS] if rest else list(SESSIONS)
    return list(dict.fromkeys(known.set or default)), rest
