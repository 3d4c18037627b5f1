"""One load in a fresh process: `python -m benchmarks.load_child ours|rival FOLDER` prints milliseconds as JSON."""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from pathlib import Path

NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.bind", "socket.gethostbyname")
LISTING = ("os.scandir", "os.listdir", "os.walk", "glob.glob")


def ours(home: Path) -> dict[str, object]:
    """What a host's start pays for us; `touched` is what reached for the network or for the model folders."""
    for name in ("gradio", "fastapi", "requests"):
        importlib.import_module(name)
    touched: list[str] = []
    models = str(home / "models")

    def watch(event: str, values: tuple[object, ...]) -> None:
        if event in NETWORK or (event in LISTING and str(values[0]).startswith(models)):
            touched.append(event)

    sys.addaudithook(watch)
    start, worked = time.perf_counter(), time.process_time()
    from civitdock import app as dock
    from civitdock.adapters.files.atomic import write_atomic
    from civitdock.host.standalone import Options, StandaloneHost
    from civitdock.settings import read

    host = StandaloneHost(Options("127.0.0.1", 0, home / "data", home / "models"), write_atomic)
    built = dock.build(host)
    built.tab()
    read(host.stored_settings(), os.environ)
    loaded, worked = time.perf_counter(), time.process_time() - worked
    during = list(touched)
    from fastapi import FastAPI

    built.mount(FastAPI(), object())
    built.start()
    mounted = time.perf_counter()
    built.stop()
    return {
        "load_ms": 1000 * (loaded - start),
        "work_ms": 1000 * worked,
        "mount_ms": 1000 * (mounted - loaded),
        "touched": during,
    }


def rival() -> dict[str, object]:
    """The least that any extension's tab costs: an empty one."""
    for name in ("fastapi", "requests"):
        importlib.import_module(name)
    gradio = importlib.import_module("gradio")
    start, worked = time.perf_counter(), time.process_time()
    with gradio.Blocks(analytics_enabled=False):
        gradio.HTML("")
    return {"load_ms": 1000 * (time.perf_counter() - start), "work_ms": 1000 * (time.process_time() - worked)}


if __name__ == "__main__":
    print(json.dumps(ours(Path(sys.argv[2])) if sys.argv[1] == "ours" else rival()))
