"""The sessions behind `python run.py test`: lint, js, and one per host pin set."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import nox
from nox.command import CommandFailed

from tools.interpreters import find_interpreter
from tools.pinsets import HOSTS, PIN_SETS, PinSet
from tools.results import Outcome, SessionResult

ROOT = Path(__file__).resolve().parent
RESULTS = ROOT / "test-results"
LINT_PYTHON = "3.11"
NO_TESTS_COLLECTED = 5

nox.needs_version = ">=2024.4.15"
nox.options.default_venv_backend = "uv"
nox.options.reuse_venv = "yes"
os.environ["UV_PYTHON_DOWNLOADS"] = "never"
#: The tests start hundreds of processes; compiled anew in each, an import of Gradio takes 5 to 7 s of CPU, not 2 to 3.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


class NotRun(Exception):
    """This machine lacks what the session needs."""


class Recorder:
    """Runs a session's build and its work, and saves how it ended."""

    def __init__(self, session: nox.Session) -> None:
        self.session = session
        self.start = time.monotonic()
        self.build_seconds = 0.0

    def run(self, build: Callable[[], None], work: Callable[[], None]) -> None:
        try:
            self._build(build)
            work()
        except NotRun as lack:
            self._save(Outcome.NOT_RUN, str(lack))
            if os.environ.get("CI") == "true":
                self.session.error(f"not run: {lack}")
            self.session.skip(f"not run: {lack}")
        except BaseException:
            self._save(Outcome.FAILED)
            raise
        self._save(Outcome.PASSED)

    def _build(self, build: Callable[[], None]) -> None:
        try:
            build()
        except CommandFailed as failure:
            raise NotRun(f"its packages cannot be installed ({failure.reason})") from failure
        self.build_seconds = time.monotonic() - self.start

    def _save(self, outcome: Outcome, reason: str = "") -> None:
        seconds = time.monotonic() - self.start
        SessionResult(self.session.name, outcome, reason, seconds, self.build_seconds).save(RESULTS)


def _run_all(session: nox.Session, *commands: list[str]) -> None:
    """Run every command, so that one run shows all that is wrong; then fail if any did."""
    failed: list[str] = []
    for command in commands:
        try:
            session.run(*command, external=True)
        except CommandFailed:
            failed.append(Path(command[0]).name)
    if failed:
        session.error("failed: " + ", ".join(failed))


def _need_python(version: str, found: str | None) -> None:
    if found is None:
        raise NotRun(f"no Python {version} was found on this machine")


_LINT_INTERPRETER = find_interpreter(LINT_PYTHON)


@nox.session(name="lint", python=_LINT_INTERPRETER or False)
def lint(session: nox.Session) -> None:
    """ruff check, ruff format, mypy --strict."""

    def build() -> None:
        _need_python(LINT_PYTHON, _LINT_INTERPRETER)
        lists = ("standalone.txt", "ours.txt", "lint.txt")
        session.install("--only-binary", ":all:", *(part for n in lists for part in ("-r", str(HOSTS / n))))

    def work() -> None:
        _run_all(
            session,
            ["ruff", "check", "."],
            ["ruff", "format", "--check", "."],
            ["mypy"],
            ["mypy", "run.py", "tools"],
        )

    Recorder(session).run(build, work)


@nox.session(name="js", python=False)
def js(session: nox.Session) -> None:
    """biome, tsc --checkJs, node --test."""

    def build() -> None:
        for tool in ("node", "npm"):
            if shutil.which(tool) is None:
                raise NotRun(f"{tool} was not found on this machine")
        npm = str(shutil.which("npm"))
        session.run(npm, "ci", "--loglevel=error", external=True)

    def work() -> None:
        folder = ROOT / "node_modules" / ".bin"
        suffix = ".cmd" if os.name == "nt" else ""
        commands = [
            [str(folder / f"biome{suffix}"), "ci", "--colors=off", "--error-on-warnings"],
            [str(folder / f"tsc{suffix}"), "--project", "tsconfig.json"],
        ]
        files = sorted(str(path) for path in (ROOT / "tests" / "js").rglob("*.test.mjs"))
        if files:
            commands.append(["node", "--test", *_reporters(), *files])
        _run_all(session, *commands)

    Recorder(session).run(build, work)


def _reporters() -> list[str]:
    RESULTS.mkdir(exist_ok=True)
    pairs = [("spec", "stdout"), ("junit", str(RESULTS / "js.xml"))]
    return [
        part for name, target in pairs for part in (f"--test-reporter={name}", f"--test-reporter-destination={target}")
    ]


def _add_pin_set(pins: PinSet) -> None:
    found = find_interpreter(pins.python)

    @nox.session(name=pins.name, python=found or False)
    def session_of_pins(session: nox.Session) -> None:
        def build() -> None:
            _need_python(pins.python, found)
            session.install(*pins.install_arguments())

        def work() -> None:
            own = ["--pin-set", pins.name, f"--junitxml={RESULTS / pins.name}.xml", "-n", "2", "--dist", "loadfile"]
            own.append("--max-worker-restart=0")  # a crash is a failure, not a wait for ever
            allowed = [0, NO_TESTS_COLLECTED] if session.posargs else [0]
            session.run("python", "-m", "pytest", *own, *session.posargs, success_codes=allowed)

        Recorder(session).run(build, work)


for _pins in PIN_SETS:
    _add_pin_set(_pins)
