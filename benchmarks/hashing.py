"""SHA256 and BLAKE3 of a library on all cores, against `openssl` and `b3sum` on the same files."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
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
    with tempfile.TemporaryDirectory(prefix="civitdock-") as name:
        paths = [Path(name) / f"model{number}.ckpt" for number in range(FILES)]
        block = os.urandom(MIB)
        for number, path in enumerate(paths):
            path.write_bytes(bytes([number]) + block * (SIZE // MIB))
        return _rows(paths, rounds)


def _rows(paths: Sequence[Path], rounds: int) -> list[Row]:
    """SHA256 alone, and what BLAKE3 adds to it: ours never hashes without SHA256, and reads once for both."""
    cores = os.cpu_count() or 1
    rivals = [(["openssl", "dgst", "-sha256"], cores), (["b3sum"], 1)]
    there = [(command, count) for command, count in rivals if shutil.which(command[0])]
    alone, both, *theirs = alternate(
        rounds,
        lambda: _timed(lambda: _ours(paths, frozenset())),
        lambda: _timed(lambda: _ours(paths, frozenset({"blake3"}))),
        *(partial(_timed, partial(_rival, command, count, paths)) for command, count in there),
    )
    figures = {command[0]: figure for (command, _), figure in zip(there, theirs, strict=True)}
    of = f"of {FILES} files of {SIZE // MIB} MiB"
    return [
        _row(f"SHA256 {of}", alone, f"{cores} x openssl dgst at once", figures.get("openssl")),
        _row(f"BLAKE3 {of}, in the same read", both - alone, "b3sum", figures.get("b3sum")),
    ]


def _row(what: str, ours: float, name: str, theirs: float | None) -> Row:
    """Without its rival, where that is not installed, the figure alone."""
    total = FILES * SIZE / 1e9
    against = "" if theirs is None else f" against {total / theirs:.2f} GB/s"
    most = None if theirs is None else BUDGET
    return Row(what, ours, "s", name, theirs, most_ratio=most, note=f"{total / ours:.2f} GB/s{against}")


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
