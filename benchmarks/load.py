"""How long a host waits for us at its start: import, tab and settings, where gradio, fastapi and requests are there."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.machine import ROOT, variables
from benchmarks.table import Row, alternate

#: Model files that nobody may look at during the load.
FILES = 500
BUDGET_MS = 150


def measure(rounds: int) -> list[Row]:
    """A fresh process per round, the first of each kind only to fill the byte-code cache."""
    with tempfile.TemporaryDirectory(prefix="civitdock-") as name:
        home = Path(name)
        folder = home / "models" / "Lora"
        folder.mkdir(parents=True)
        for number in range(FILES):
            (folder / f"{number}.safetensors").write_bytes(b"\x02\0\0\0\0\0\0\0{}")
        mounts: list[float] = []
        touched: list[str] = []

        def ours() -> float:
            result = _run("ours", home)
            mounts.append(float(result["mount_ms"]))
            touched.extend(result["touched"])
            return float(result["load_ms"])

        def theirs() -> float:
            return float(_run("rival", home)["load_ms"])

        ours(), theirs()
        mounts.clear()
        mine, rival = alternate(rounds, ours, theirs)
    note = "no network, no walk" if not touched else "TOUCHED " + ", ".join(sorted(set(touched)))
    return [
        Row("load: import + tab + settings", mine, "ms", "an empty gradio tab", rival, BUDGET_MS, note=note),
        Row("after it: services and routes", statistics.median(mounts), "ms", "an empty gradio tab", rival),
    ]


def _run(kind: str, home: Path) -> Any:
    command = [sys.executable, "-m", "benchmarks.load_child", kind, str(home)]
    done = subprocess.run(command, cwd=ROOT, env=variables(home), stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)
