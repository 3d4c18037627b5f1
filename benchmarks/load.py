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
RIVAL = "an empty gradio tab"


def measure(rounds: int) -> list[Row]:
    """A fresh process per round, the first of each kind only to fill the byte-code cache."""
    with tempfile.TemporaryDirectory(prefix="civitdock-") as name:
        home = Path(name)
        folder = home / "models" / "Lora"
        folder.mkdir(parents=True)
        for number in range(FILES):
            (folder / f"{number}.safetensors").write_bytes(b"\x02\0\0\0\0\0\0\0{}")
        runs: dict[str, list[Any]] = {"ours": [], "rival": [], "auto": []}

        def load(kind: str) -> float:
            runs[kind].append(_run(kind, home))
            return float(runs[kind][-1]["load_ms"])

        load("ours"), load("rival"), load("auto")
        for kind in runs.values():
            kind.clear()
        mine, theirs, auto = alternate(rounds, lambda: load("ours"), lambda: load("rival"), lambda: load("auto"))
    touched = {event for kind in ("ours", "auto") for run in runs[kind] for event in run["touched"]}
    note = "TOUCHED " + ", ".join(sorted(touched)) if touched else "no network, no walk"
    work = [_median(runs[kind], "work_ms") for kind in ("ours", "rival")]
    mounted = [_median(runs[kind], "mount_ms") for kind in ("ours", "auto")]
    return [
        Row("load: import + tab + settings", mine, "ms", RIVAL, theirs, BUDGET_MS, note=note),
        Row("load, processor time alone", work[0], "ms", RIVAL, work[1], note="steadier on a busy machine"),
        Row("after it: services and routes", mounted[0], "ms", RIVAL, theirs),
        Row("both with civitai_auto_sync", auto + mounted[1], "ms", "without", mine + mounted[0], most_ratio=1.05),
    ]


def _median(runs: list[Any], key: str) -> float:
    return statistics.median(float(run[key]) for run in runs)


def _run(kind: str, home: Path) -> Any:
    command = [sys.executable, "-m", "benchmarks.load_child", "rival" if kind == "rival" else "ours", str(home)]
    environment = variables(home, {"CIVITAI_AUTO_SYNC": str(int(kind == "auto"))})
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)
