"""Starts, drives and ends a contract host in a process of its own."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.support.isolation import isolated_variables
from tests.support.webui.variants import Variant

CHECKOUT = Path(__file__).resolve().parents[3]
TREE = Path(__file__).resolve().parent / "tree"
#: What a user's copy of the extension folder holds, as far as a host reads it.
PARTS = ("extension", "scripts", "javascript", "style.css", "install.py")
MARK = "@@host "
#: Nobody listens there, so a host that was given no CivitAI is offline at once.
NOWHERE = "http://127.0.0.1:9/api/v1"


@dataclass(frozen=True)
class Order:
    """How to start a host. `prepare` gets the host's folder before the start."""

    variant: Variant
    flags: Sequence[str] = ("--api",)
    environ: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[Path], None] | None = None


class Caller:
    """Speaks HTTP with a host: `url` ends in a slash, `log` is all the host printed."""

    url: str
    log: list[str]

    def request(self, method: str, path: str, **named: Any) -> requests.Response:
        """One request, without proxies or cookies of this machine."""
        session = requests.Session()
        session.trust_env = False
        return session.request(method, self.url + path.lstrip("/"), timeout=30, **named)

    def get(self, path: str, **named: Any) -> requests.Response:
        """GET below the host's address."""
        return self.request("GET", path, **named)

    def post(self, path: str, body: object, **named: Any) -> requests.Response:
        """POST of JSON below the host's address."""
        return self.request("POST", path, json=body, **named)

    def until(self, look: Callable[[], Any], seconds: float = 30.0) -> Any:
        """Ask again and again until there is something, and answer it."""
        ends = time.monotonic() + seconds
        pause = threading.Event()
        while not (found := look()):
            if time.monotonic() > ends:
                raise TimeoutError(f"nothing after {seconds:g} s; the host said:\n" + self.tail())
            pause.wait(0.05)
        return found

    def tail(self) -> str:
        """The last lines of the log."""
        return "\n".join(self.log[-60:])


class WebUi(Caller):
    """A running contract host."""

    def __init__(self, root: Path, order: Order, start_seconds: float = 60.0, port: int = 0) -> None:
        self.root = root
        self.order = order
        self.port = port or free_port()
        self.log: list[str] = []
        self.url = ""
        self.home = root.parent / f"{root.name}-home"
        self._news = threading.Condition()
        self._events: list[dict[str, Any]] = []
        self._answers: dict[int, dict[str, Any]] = {}
        self._numbers = itertools.count(1)
        self._process = self._start()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.await_ready(1, start_seconds)

    @property
    def models(self) -> Path:
        """The models folder of a host without flags."""
        return self.root / "models"

    @property
    def data(self) -> Path:
        """Where CivitDock keeps its files."""
        return self.root / "civitdock"

    def ask(self, what: str, seconds: float = 20.0, **given: object) -> Any:
        """Let the host do something (`tree/modules/control.py`) and answer; raises what went wrong there."""
        number = next(self._numbers)
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"id": number, "do": what, "with": given}) + "\n")
        self._process.stdin.flush()
        self._await(lambda: number in self._answers, seconds, f"an answer to {what}")
        answer = self._answers.pop(number)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["value"]

    def await_ready(self, count: int, seconds: float = 60.0) -> None:
        """Wait until the host has started that often."""
        self._await(lambda: len(self._events) >= count, seconds, f"start number {count}")
        self.url = str(self._events[-1]["url"]).rstrip("/").replace("0.0.0.0", "127.0.0.1") + "/"

    def reload(self) -> None:
        """Press Reload UI and wait until the new page stands."""
        before = len(self._events)
        self.ask("reload")
        self.await_ready(before + 1)

    def troubles(self) -> list[str]:
        """Lines of tracebacks and failed callbacks."""
        return [line for line in self.log if line.startswith(("***", "Traceback")) or "Error executing" in line]

    def stop(self) -> None:
        """End the process, by force: that is how the hosts end too."""
        self._process.kill()
        self._process.wait(20)
        self._reader.join(20)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def again(self) -> WebUi:
        """The same host started anew under the same address, after `stop`."""
        return WebUi(self.root, self.order, port=self.port)

    def _start(self) -> subprocess.Popen[str]:
        variables: dict[str, str] = {**os.environ, "CIVITAI_API_URL": NOWHERE}
        for name, value in isolated_variables(self.home).items():
            variables.pop(name, None) if value is None else variables.__setitem__(name, value)
        variables |= {"CIVITAI_API_URL": NOWHERE, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
        variables |= self.order.environ
        for name in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE"):
            variables.pop(name, None)
        return subprocess.Popen(
            [sys.executable, "-u", str(self.root / "launch.py"), "--port", str(self.port), *self.order.flags],
            cwd=self.root,
            env=variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._news:
                self._take(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def _take(self, line: str) -> None:
        if not line.startswith(MARK):
            self.log.append(line)
            return
        message = json.loads(line[len(MARK) :])
        if "event" in message:
            self._events.append(message)
        else:
            self._answers[message["id"]] = message

    def _await(self, there: Callable[[], bool], seconds: float, what: str) -> None:
        with self._news:
            self._news.wait_for(lambda: there() or self._process.poll() is not None, seconds)
            if not there():
                state = self._process.poll()
                raise TimeoutError(f"no {what} (exit code {state}); the host said:\n" + self.tail())


def build(root: Path, variant: Variant, extension: bool = True) -> Path:
    """Put a host of that kind into a folder, with CivitDock among its extensions unless told otherwise."""
    shutil.copytree(TREE, root, ignore=shutil.ignore_patterns("__pycache__"))
    if variant.forge is None:
        shutil.rmtree(root / "modules_forge")
    (root / "variant.json").write_text(json.dumps(variant.facts()), encoding="utf-8")
    if extension:
        install_extension(root / "extensions" / "civitdock")
    return root


def install_extension(folder: Path) -> None:
    """Copy this checkout as a user would."""
    folder.mkdir(parents=True)
    for name in PARTS:
        source = CHECKOUT / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        elif source.exists():
            shutil.copy2(source, folder / name)


def free_port() -> int:
    """A port that nobody uses at this moment; hosts cannot be told to take any."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
