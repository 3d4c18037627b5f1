"""What each test session leaves behind, and the table made of it at the end."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from xml.etree import ElementTree


class Outcome(str, Enum):
    """How a session ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not run"


@dataclass(frozen=True)
class Counts:
    """Numbers of tests."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


@dataclass(frozen=True)
class SessionResult:
    """One session's end; `seconds` is wall time with the build, `build_seconds` the build alone."""

    name: str
    outcome: Outcome
    reason: str = ""
    seconds: float = 0.0
    build_seconds: float = 0.0

    def save(self, folder: Path) -> None:
        """Write this result to `<folder>/<name>.json`."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.name}.json").write_text(json.dumps(asdict(self)), encoding="utf-8")


def load_result(folder: Path, name: str) -> SessionResult:
    """The saved result of a session; one that saved nothing counts as failed."""
    path = folder / f"{name}.json"
    if not path.is_file():
        return SessionResult(name, Outcome.FAILED, "ended without a result")
    values = json.loads(path.read_text(encoding="utf-8"))
    return SessionResult(**{**values, "outcome": Outcome(values["outcome"])})


def load_counts(folder: Path, name: str) -> Counts:
    """The numbers in a session's JUnit file, as pytest and node write it; none where there is no file."""
    path = folder / f"{name}.xml"
    if not path.is_file():
        return Counts()
    counts = Counts()
    for case in ElementTree.parse(path).iter("testcase"):  # noqa: S314 - our own runners wrote it
        if case.find("failure") is not None or case.find("error") is not None:
            counts += Counts(failed=1)
        elif case.find("skipped") is not None:
            counts += Counts(skipped=1)
        else:
            counts += Counts(passed=1)
    return counts


def summary(rows: list[tuple[SessionResult, Counts]]) -> str:
    """The table and the plain closing line."""
    lines = [f"{'session':<14} {'result':<8} {'passed':>7} {'failed':>7} {'skipped':>8} {'build':>7} {'total':>7}"]
    for result, counts in rows:
        numbers = f"{counts.passed:>7} {counts.failed:>7} {counts.skipped:>8}"
        times = f"{result.build_seconds:>6.0f}s {result.seconds:>6.0f}s"
        lines.append(f"{result.name:<14} {result.outcome.value:<8} {numbers} {times}")
    for result, _ in rows:
        if result.outcome is Outcome.NOT_RUN:
            lines.append(f"{result.name} not run: {result.reason}")
        elif result.reason:
            lines.append(f"{result.name}: {result.reason}")
    total = Counts()
    for _, counts in rows:
        total += counts
    return "\n".join([*lines, "", str(total)])
