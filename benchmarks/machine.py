"""What a figure needs around it: the machine in a line, processes of ours to measure, and their memory."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MIB = 1 << 20


def describe() -> str:
    """Processors, system and the versions that matter."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("gradio", "fastapi", "pydantic", "requests"))
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{os.cpu_count()} cores{load}, {platform.platform()}, Python {platform.python_version()}, {versions}"


def variables(home: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a process of ours that sees nothing of this machine's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CIVITAI_", "CIVITDOCK_"))}
    own = {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local"),
        "APPDATA": str(home),
        "PYTHONPATH": os.pathsep.join((str(ROOT / "extension"), str(ROOT))),
        "PYTHONUNBUFFERED": "1",
        "GRADIO_ANALYTICS_ENABLED": "False",
        "HF_HUB_OFFLINE": "1",
        "CIVITAI_AUTO_SYNC": "0",
        "NO_PROXY": "*",
    }
    return {**kept, **own, **(extra or {})}


class Child:
    """A process that says its address in its first line and ends when its input closes."""

    def __init__(self, module: str, home: Path, extra: Mapping[str, str] | None = None) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, str(home)],
            cwd=ROOT,
            env=variables(home, extra),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def stop(self) -> None:
        """End it and wait."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def child(module: str, home: Path, extra: Mapping[str, str] | None = None) -> Iterator[Child]:
    """A child for as long as the block lasts."""
    running = Child(module, home, extra)
    try:
        yield running
    finally:
        running.stop()


def resident_mib(pid: int) -> float:
    """The memory that a process holds now, in MiB. Linux only; raises `OSError` elsewhere."""
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MIB


class Peak:
    """Watches the memory of a process every few milliseconds while the block lasts; `mib` is the most it held."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.mib = resident_mib(pid)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.01):
            self.mib = max(self.mib, resident_mib(self._pid))


def program(name: str) -> str:
    """The path of a program that a rival needs; raises `FileNotFoundError`."""
    path = shutil.which(name)
    if path is None:
        raise FileNotFoundError(f"{name} is not installed")
    return path
