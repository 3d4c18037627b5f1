"""Starts and ends the standalone program in a process of its own, as `python run.py` would."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.isolation import isolated_variables
from tests.support.webui.process import CHECKOUT, Caller, free_port

READY = "CivitDock is running: "


class Standalone(Caller):
    """The running program; its home and data lie below `folder`. A context manager that ends it."""

    def __init__(
        self, folder: Path, arguments: Sequence[str] = (), environ: Mapping[str, str] | None = None, port: int = 0
    ) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.log: list[str] = []
        self.url = ""
        self._arguments = arguments
        self._environ = environ or {}
        self._news = threading.Condition()
        self._process = self._start()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._await_ready(90.0)

    @property
    def data(self) -> Path:
        """The data folder (`--data-dir`)."""
        return self.folder / "data"

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def stop(self) -> None:
        """End the process and wait for it; safe to call again."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(20)
        self._reader.join(20)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def again(self) -> Standalone:
        """The same program started anew under the same address, after `stop`."""
        return Standalone(self.folder, self._arguments, self._environ, self.port)

    def __enter__(self) -> Standalone:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _start(self) -> subprocess.Popen[str]:
        variables: dict[str, str] = dict(os.environ)
        for name, value in isolated_variables(self.folder / "home").items():
            variables.pop(name, None) if value is None else variables.__setitem__(name, value)
        variables |= {"PYTHONPATH": str(CHECKOUT / "extension"), "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
        variables |= self._environ
        own = ["--no-browser", "--port", str(self.port), "--data-dir", str(self.data)]
        return subprocess.Popen(
            [sys.executable, "-m", "civitdock", *own, *self._arguments],
            cwd=CHECKOUT,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._news:
                self.log.append(line.rstrip("\n"))
                if READY in line:
                    self.url = line.partition(READY)[2].split()[0].rstrip("/") + "/"
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def _await_ready(self, seconds: float) -> None:
        with self._news:
            self._news.wait_for(lambda: bool(self.url) or self._process.poll() is not None, seconds)
        if not self.url:
            self._process.kill()
            self._process.wait(20)
            raise TimeoutError(f"the program does not start; it said:\n{self.tail()}")
