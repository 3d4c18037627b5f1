"""A first sync of a library that CivitAI knows: requests to the API, and reads of each file's bytes (Linux)."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

from benchmarks.jobs import Routes
from benchmarks.machine import child
from benchmarks.rescan import fill_library
from benchmarks.table import Row
from civitdock.demo.server import DemoCivitai

FILES = 2_000
HASHES_PER_REQUEST, MODELS_PER_REQUEST = 10_000, 100


def measure(rounds: int) -> list[Row]:
    """One sync; the rival of the requests is the least that the API allows."""
    with tempfile.TemporaryDirectory(prefix="civitdock-") as name, DemoCivitai() as demo:
        folder = Path(name)
        root = folder / "models" / "Lora"
        fill_library(root, FILES)
        for path in sorted(root.rglob("*.safetensors")):
            demo.catalogue.add(path.stem, path.read_bytes(), file_name=path.name)
        settings = {"CIVITAI_API_URL": demo.api_base, "CIVITAI_DOWNLOAD_PREVIEW": "0"}
        with child("benchmarks.served_child", folder, settings) as server:
            before = len(demo.requests)
            seconds, job = Routes(server.port).sync()
            asked = len(demo.requests) - before
    least = math.ceil(FILES / HASHES_PER_REQUEST) + math.ceil(FILES / MODELS_PER_REQUEST)
    note = f"{job['matched']:,} matched in {seconds:.1f} s, {1000 * seconds / FILES:.1f} ms per file"
    size = job["bytes_total"]
    return [
        Row(f"requests of a first sync of {FILES:,} files", asked, "", "least possible", least, least + 1, note=note),
        Row("bytes read, to the size of the files", job["bytes_done"], "B", "all files", size, most_ratio=1.0),
    ]
