"""A download with its verification on loopback, against `curl` and then `openssl dgst -sha256`."""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.jobs import Routes
from benchmarks.machine import MIB, child, program
from benchmarks.table import Row, alternate
from civitdock.demo.contents import large_tensor_blob
from civitdock.demo.records import DemoVersion
from civitdock.demo.server import DemoCivitai

SIZE = 512 * MIB
ROUNDS = 3


def measure(rounds: int) -> list[Row]:
    """Every round has a file of its own, so that nothing counts as installed; at most three rounds."""
    rounds = min(rounds, ROUNDS)
    curl, openssl = program("curl"), program("openssl")
    with tempfile.TemporaryDirectory(prefix="civitdock-") as name, DemoCivitai() as demo:
        folder = Path(name)
        files = iter([_version(demo, number) for number in range(rounds + 1)])
        url = _url(demo, _version(demo, 1000))
        fetched = folder / "curl.bin"
        parts: dict[str, list[float]] = {"curl": [], "openssl": []}

        def theirs() -> float:
            start = time.perf_counter()
            subprocess.run([curl, "-sSfL", "-o", str(fetched), url], check=True)
            middle = time.perf_counter()
            subprocess.run([openssl, "dgst", "-sha256", str(fetched)], check=True, stdout=subprocess.DEVNULL)
            end = time.perf_counter()
            parts["curl"].append(middle - start)
            parts["openssl"].append(end - middle)
            fetched.unlink()
            return end - start

        with child("benchmarks.served_child", folder / "ours", {"CIVITAI_API_URL": demo.api_base}) as server:
            routes = Routes(server.port)
            routes.download(next(files).id)
            ours, both = alternate(rounds, lambda: routes.download(next(files).id), theirs)
    slower = max(sorted(each)[len(each) // 2] for each in parts.values())
    what = f"download {SIZE // MIB} MiB, verified"
    return [
        Row(what, 1000 * ours, "ms", "curl, then openssl dgst -sha256", 1000 * both, most_ratio=1.0),
        Row(what, 1000 * ours, "ms", "the slower of the two alone", 1000 * slower, most_ratio=1.15),
    ]


def _version(demo: DemoCivitai, number: int) -> DemoVersion:
    blob = large_tensor_blob(f"bench:{number}", "lora", "sd1", "bench", SIZE)
    blob.digests()
    return demo.catalogue.add(f"Bench {number}", blob, file_name=f"bench{number}.safetensors").versions[0]


def _url(demo: DemoCivitai, version: DemoVersion) -> str:
    return f"{demo.page_base}/api/download/models/{version.id}?fileId={version.files[0].id}"
