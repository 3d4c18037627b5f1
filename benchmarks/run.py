"""`python benchmarks/run.py [load search rescan ...] [--rounds N]`: measure, and print the table.

Any Python starts it; the work is done in a private environment like the one of `run.py`.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMES = (
    "load",
    "opening",
    "paint",
    "search",
    "memory",
    "download",
    "rescan",
    "firstsync",
    "hashing",
    "library",
    "cards",
    "scroll",
    "pagememory",
    "shift",
)
INSIDE = "CIVITDOCK_BENCHMARKS"


def main(arguments: list[str]) -> int:
    """Measure what the arguments name, everything without names; answers the exit code."""
    parser = argparse.ArgumentParser("benchmarks/run.py", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"any of {', '.join(NAMES)}")
    parser.add_argument("--rounds", type=int, default=7, help="how often each figure is measured (median is shown)")
    given = parser.parse_args(arguments)
    unknown = set(given.names) - set(NAMES)
    if unknown:
        parser.error(f"there is no benchmark called {', '.join(sorted(unknown))}")
    if os.environ.get(INSIDE) != "1":
        return _in_environment(arguments)
    return _measure(given.names or list(NAMES), given.rounds)


def _in_environment(arguments: list[str]) -> int:
    from tools.commands import hand_over
    from tools.environment import Environment, EnvironmentFailed, prepare

    lists = tuple(ROOT / "tests" / "hosts" / name for name in ("standalone.txt", "ours.txt", "tools.txt"))
    try:
        environment = prepare(Environment(ROOT / ".venv-civitdock", "benchmarks", lists))
    except EnvironmentFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    return hand_over([str(environment.python), str(Path(__file__).resolve()), *arguments], {**os.environ, INSIDE: "1"})


def _measure(names: list[str], rounds: int) -> int:
    from benchmarks.machine import describe
    from benchmarks.table import table

    print(describe() + "\n", flush=True)
    for name in names:
        rows = import_module(f"benchmarks.{name}").measure(rounds)
        print(f"{table(rows)}\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.path[0:1] = [str(ROOT), str(ROOT / "extension")]
    sys.exit(main(sys.argv[1:]))
