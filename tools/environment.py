"""Private environments: made once beside `run.py`, used again while their package lists stay the same."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

READY = "civitdock-ready.txt"
HEARTBEAT_S = 15
NO_VENV = (
    "CivitDock needs Python's venv with pip, and this Python ({python}) lacks it: on Debian or Ubuntu run "
    "'apt install python3-venv', elsewhere install Python from python.org, then start again."
)


class EnvironmentFailed(Exception):
    """The private environment cannot be made; the message is meant for the person at the screen."""


@dataclass(frozen=True)
class Environment:
    """One environment: `parent` holds it, `purpose` and the Python version name it, `lists` fill it."""

    parent: Path
    purpose: str
    lists: tuple[Path, ...]

    @property
    def folder(self) -> Path:
        return self.parent / "{}-{}.{}".format(self.purpose, *sys.version_info[:2])

    @property
    def python(self) -> Path:
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def digest(self) -> str:
        """What the ready mark must say: changes with the lists and with the Python that made it."""
        parts = [sys.version, *(path.read_text(encoding="utf-8") for path in self.lists)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def prepare(environment: Environment) -> Environment:
    """Return the environment ready for use, making or remaking it where needed.

    A half-made one has no ready mark and is made again. Two starts at the same time wait for each other.
    Raises EnvironmentFailed.
    """
    try:
        environment.parent.mkdir(parents=True, exist_ok=True)
        with _lock(environment.parent / f"{environment.folder.name}.lock"):
            if not _is_ready(environment):
                _make(environment)
    except OSError as error:
        raise EnvironmentFailed(
            f"CivitDock cannot write its private environment in {environment.folder} ({error}). "
            "Close a CivitDock that still runs, check the folder's permissions and the free space, then start again."
        ) from error
    return environment


def _is_ready(environment: Environment) -> bool:
    mark = environment.folder / READY
    if not mark.is_file() or mark.read_text(encoding="utf-8") != environment.digest():
        return False
    try:  # its base interpreter may have been removed since
        return subprocess.run([environment.python, "-c", ""], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _make(environment: Environment) -> None:
    uv = _uv()
    if uv is None and not all(map(importlib.util.find_spec, ("venv", "ensurepip"))):
        raise EnvironmentFailed(NO_VENV.format(python=sys.executable))
    if environment.folder.exists():
        print("Removing an unfinished or outdated private environment ...", flush=True)
        shutil.rmtree(environment.folder)
    print(f"Setting up CivitDock's private environment in {environment.folder} (only once) ...", flush=True)
    lists = [argument for path in environment.lists for argument in ("-r", str(path))]
    python = str(environment.python)
    if uv is None:
        create = [sys.executable, "-m", "venv", str(environment.folder)]
        install = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    else:
        create = [uv, "venv", "-q", "--python", sys.executable, str(environment.folder)]
        install = [uv, "pip", "install", "-q", "--python", python]
    _step("Creating the environment", create)
    _step("Downloading and installing packages", [*install, "--only-binary", ":all:", *lists])
    _write_mark(environment)
    print("The private environment is ready.", flush=True)


def _write_mark(environment: Environment) -> None:
    temporary = environment.folder / f"{READY}.part"
    with temporary.open("w", encoding="utf-8") as file:
        file.write(environment.digest())
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, environment.folder / READY)


def _uv() -> str | None:
    """The path of a uv that works (a pyenv shim may be there and not work), else None."""
    uv = shutil.which("uv")
    if uv is None:
        return None
    works = subprocess.run([uv, "--version"], capture_output=True, check=False).returncode == 0
    return uv if works else None


def _step(what: str, command: list[str]) -> None:
    print(f"{what} ...", flush=True)
    variables = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    seconds = 0
    output = b""
    with subprocess.Popen(
        command, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as child:
        while True:
            try:
                output, _ = child.communicate(timeout=HEARTBEAT_S)
                break
            except subprocess.TimeoutExpired:
                seconds += HEARTBEAT_S
                print(f"  still at it, {seconds} s ...", flush=True)
            except KeyboardInterrupt:
                child.kill()
                raise
    if child.returncode != 0:
        tail = "\n".join(output.decode(errors="replace").strip().splitlines()[-15:])
        raise EnvironmentFailed(
            f"{tail}\n\n{what} did not work (see above). Check the internet connection, the proxy and the free "
            "space, then start again: it begins anew by itself."
        )


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold a lock that the operating system gives back when this process ends, however it ends."""
    with path.open("a+b") as file:
        _lock_file(file)
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock_file(file: IO[bytes]) -> None:
        file.seek(0)
        while True:
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # gives up after about ten seconds
                return
            except OSError:
                print("Another start is setting up the environment; waiting ...", flush=True)

else:
    import fcntl

    def _lock_file(file: IO[bytes]) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another start is setting up the environment; waiting ...", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
