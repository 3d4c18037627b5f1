"""A sync of a library in which nothing changed, against a bare walk that looks at every file."""

from __future__ import annotations

import json
import os
import struct
import tempfile
import time
from pathlib import Path

from benchmarks.jobs import Routes
from benchmarks.machine import child
from benchmarks.table import Row, alternate
from civitdock.demo.server import DemoCivitai

FILES = 10_000
PER_FOLDER = 500


def measure(rounds: int) -> list[Row]:
    """The first sync is only made once; then rescans and bare walks take turns."""
    with tempfile.TemporaryDirectory(prefix="civitdock-") as name, DemoCivitai() as demo:
        folder = Path(name)
        fill_library(folder / "models" / "Lora", FILES)
        with child("benchmarks.served_child", folder, {"CIVITAI_API_URL": demo.api_base}) as server:
            routes = Routes(server.port)
            before = len(demo.requests)
            first, job = routes.sync()
            asked = len(demo.requests) - before
            again = routes.sync()[0]
            ours, theirs = alternate(
                rounds, lambda: 1000 * routes.sync()[0], lambda: 1000 * bare_walk(folder / "models")
            )
    note = f"first sync {first:.1f} s, second {again:.1f} s, {asked} requests, {job['unmatched']} unmatched"
    return [
        Row(f"rescan of {FILES:,} unchanged files", ours, "ms", "os.scandir + stat", theirs, most_ratio=2.0, note=note)
    ]


def fill_library(root: Path, files: int) -> None:
    """Tiny safetensors files, all different, in folders of a usual size."""
    for number in range(files):
        folder = root / f"folder{number // PER_FOLDER:03}"
        if number % PER_FOLDER == 0:
            folder.mkdir(parents=True, exist_ok=True)
        head = json.dumps({"__metadata__": {"number": str(number)}}).encode()
        (folder / f"model{number:06}.safetensors").write_bytes(struct.pack("<Q", len(head)) + head)


def bare_walk(root: Path) -> float:
    """Seconds to list and stat every file."""
    start = time.perf_counter()
    folders = [str(root)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    os.stat(entry.path)
    return time.perf_counter() - start
