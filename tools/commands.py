"""The command line of `run.py`."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from tools.environment import Environment, EnvironmentFailed, prepare
from tools.testing import run_tests

ROOT = Path(__file__).resolve().parent.parent
HOSTS = ROOT / "tests" / "hosts"
#: Commands of `python -m civitdock` that serve no page; their own parser explains them.
PAGELESS = ("download", "queue", "sync", "library", "updates", "missing", "organise", "undo", "trash")
EPILOG = (
    f"`python run.py {'|'.join(PAGELESS)} --help` tells how to work without a page; "
    "`python run.py test [--set NAME] [pytest arguments]` runs the tests in every host pin set."
)


def run(arguments: list[str]) -> int:
    """Run the command that the arguments name and return the exit code."""
    try:
        if arguments[:1] == ["test"]:
            return run_tests(ROOT, arguments[1:])
        return _start(arguments)
    except EnvironmentFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _start(arguments: list[str]) -> int:
    if arguments[:1] not in [[name] for name in PAGELESS]:
        _parser().parse_known_args(arguments)  # --help and malformed values end here, before anything is installed
    lists = (HOSTS / "standalone.txt", HOSTS / "ours.txt")
    environment = prepare(Environment(ROOT / ".venv-civitdock", "standalone", lists))
    return hand_over([str(environment.python), "-m", "civitdock", *arguments], _child_variables())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("run.py", description="Start CivitDock on its own.", epilog=EPILOG)
    parser.add_argument("--demo", action="store_true", help="use the offline demo catalogue, not civitai.com")
    parser.add_argument("--host", help="address to listen on (default 127.0.0.1); others need --auth")
    parser.add_argument("--port", type=int, help="port to listen on (default 7870)")
    parser.add_argument("--data-dir", type=Path, help="where CivitDock keeps its data")
    parser.add_argument("--models-dir", type=Path, help="where the model folders are")
    parser.add_argument("--civitai-url", help="another base URL of the CivitAI API")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    parser.add_argument("--auth", metavar="USER:PASSWORD", help="login for the page and the routes")
    return parser


def _child_variables() -> dict[str, str]:
    paths = [str(ROOT / "extension"), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}


def hand_over(command: list[str], variables: dict[str, str]) -> int:
    """Become the command (POSIX), or run it and return its exit code (Windows, where exec detaches).

    Signals reach it as if it had been started directly: on Windows Ctrl+C goes to the whole console, and this
    process only waits for the other to end.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        os.execve(command[0], command, variables)  # noqa: S606 - no shell is wanted
    child = subprocess.Popen(command, env=variables)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue
