"""Processes to be killed, without the seconds that starting Python costs each time: one that is ready forks them.

POSIX only; `python -m tests.support.zygote MODULE` forks for each line of its input, a JSON list, a process that calls
`MODULE.main(*list)`.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
_ENDED = "process has ended"


class Zygote:
    """Starts processes one after another."""

    def __init__(self, module: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.zygote", module],
            cwd=REPO,
            env={**os.environ, "PYTHONPATH": os.pathsep.join((str(REPO / "extension"), str(REPO)))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @contextmanager
    def run(self, *arguments: str) -> Iterator[Iterator[str]]:
        """A process whose lines come out; killed without a word at the end of the block."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(arguments) + "\n")
        self._process.stdin.flush()
        pid = int(self._line() or "0")
        lines = self._lines()
        try:
            yield lines
        finally:
            os.kill(pid, signal.SIGKILL)
            for _ in lines:
                pass

    def _lines(self) -> Iterator[str]:
        while (line := self._line()) not in (_ENDED, None):
            assert line is not None
            yield line

    def _line(self) -> str | None:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        return line.rstrip("\n") if line else None

    def close(self) -> None:
        """End it."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait(20)


def _serve(module: str) -> None:
    main = importlib.import_module(module).main
    for line in sys.stdin:
        told, tell = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(tell)
            os.read(told, 1)  # its first line comes behind its number
            main(*json.loads(line))
            signal.pause()
        print(pid, flush=True)
        os.close(tell)
        os.close(told)
        os.waitpid(pid, 0)
        print("\n" + _ENDED, flush=True)


if __name__ == "__main__":
    _serve(sys.argv[1])
