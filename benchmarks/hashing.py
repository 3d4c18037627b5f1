"""SHA256 and BLAKE3 of a library on all cores, against `openssl` and `b3sum` on the same files."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.machine import MIB
from benchmarks.table import Row, alternate
from civitdock.adapters.files.hashing import hash_file
from civitdock.services.parallel import each

FILES = 8
SIZE = 64 * MIB
#: Ours may take so much of the rival's time: 0.9 times its speed.
BUDGET = 1 / 0.9


def measure(rounds: int) -> list[Row]:
    """The files lie in the page cache, so that hashing is measured and not this machine's drive."""
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory(prefix="civitdock-") as name:
        paths = [Path(name) / f"model{number}.ckpt" for number in range(FILES)]
        block = os.urandom(MIB)
        for number, path in enumerate(paths):
            path.write_bytes(bytes([number]) + block * (SIZE // MIB))
        rows = [
            _row("SHA256", [f"{cores} x openssl dgst at once", "openssl", "dgst", "-sha256"], cores, paths, rounds),
            _row("BLAKE3 beside SHA256", ["b3sum", "b3sum"], 1, paths, rounds),
        ]
    return [row for row in rows if row is not None]


def _row(what: str, rival: list[str], processes: int, paths: Sequence[Path], rounds: int) -> Row | None:
    """`rival`: its name and its command, begun `processes` times at once; None where it is not installed."""
    name, *command = rival
    if shutil.which(command[0]) is None:
        return None
    extra = frozenset({"blake3"}) if "BLAKE3" in what else frozenset[str]()
    ours, theirs = alternate(
        rounds, lambda: _timed(lambda: _ours(paths, extra)), lambda: _timed(lambda: _rival(command, processes, paths))
    )
    total = FILES * SIZE / 1e9
    note = f"{total / ours:.2f} GB/s against {total / theirs:.2f} GB/s"
    return Row(f"{what} of {FILES} files of {SIZE // MIB} MiB", ours, "s", name, theirs, most_ratio=BUDGET, note=note)


def _ours(paths: Sequence[Path], extra: frozenset[str]) -> None:
    def work(path: Path) -> None:
        hash_file(path, extra, lambda _: None)

    each(paths, work, os.cpu_count() or 1)


def _rival(command: list[str], processes: int, paths: Sequence[Path]) -> None:
    """As many processes as we have threads: on a busy machine one alone would get more than its share."""
    running = [
        subprocess.Popen([*command, *map(str, paths[number::processes])], stdout=subprocess.DEVNULL)
        for number in range(processes)
    ]
    for process in running:
        if process.wait():
            raise RuntimeError(f"{command[0]} failed")


def _timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
