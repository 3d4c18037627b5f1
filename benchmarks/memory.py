"""What our process holds above idle while it works (Linux, where a process tells it)."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.jobs import Routes
from benchmarks.machine import MIB, Peak, child, resident_mib
from benchmarks.rescan import fill_library
from benchmarks.table import Row
from civitdock.demo.contents import large_tensor_blob
from civitdock.demo.server import DemoCivitai

SIZE = 2048 * MIB
FILES = 5_000
PAGES = 60
BUDGET_MIB = 150


def measure(rounds: int) -> list[Row]:
    """One run of each job in one process; idle is after a first search and a small download. No rival: a budget."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="civitdock-") as name, DemoCivitai() as demo:
        folder = Path(name)
        small, large = (_version(demo, size) for size in (MIB, SIZE))
        with child("benchmarks.served_child", folder, {"CIVITAI_API_URL": demo.api_base}) as server:
            routes = Routes(server.port)
            routes.ask("POST", "search", {"limit": 100})
            routes.download(small)
            idle = resident_mib(server.pid)
            with Peak(server.pid) as peak:
                routes.download(large)
            rows.append(_row(f"download of {SIZE // MIB} MiB", peak.mib - idle, idle))
            with Peak(server.pid) as peak:
                _page(routes)
            rows.append(_row(f"paging through {PAGES} pages of 100 cards", peak.mib - idle, idle))
            fill_library(folder / "models" / "Lora", FILES)
            with Peak(server.pid) as peak:
                routes.sync()
                routes.ask("GET", "local-models?limit=1000")
            rows.append(_row(f"first sync of {FILES:,} files", peak.mib - idle, idle))
    return rows


def _version(demo: DemoCivitai, size: int) -> int:
    blob = large_tensor_blob("memory", "lora", "sd1", "memory", size)
    blob.digests()
    return demo.catalogue.add(f"Memory {size}", blob, file_name=f"memory{size}.safetensors").versions[0].id


def _row(what: str, more: float, idle: float) -> Row:
    return Row(f"memory above idle: {what}", more, "MiB", "idle itself", idle, BUDGET_MIB)


def _page(routes: Routes) -> None:
    """Pages of several lists, each a question of its own."""
    left = PAGES
    for sort in ("Most Downloaded", "Newest", "Highest Rated", "Most Liked", "Oldest", "Most Discussed"):
        for period in ("AllTime", "Year", "Month"):
            cursor = None
            while left:
                body = {"sort": sort, "period": period, "limit": 100, "cursor": cursor}
                cursor = routes.ask("POST", "search", body)["next_cursor"]
                left -= 1
                if cursor is None:
                    break
