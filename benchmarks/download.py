"""Downloads with their verification on loopback, against `curl` and then `openssl dgst -sha256`, and against `aria2c`.

One server is as fast as it can, one caps each connection. `aria2c` verifies nothing here; ours always does.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.jobs import Routes
from benchmarks.machine import MIB, Child, Peak, child, program, resident_mib
from benchmarks.table import Row, alternate
from civitdock.demo.contents import large_tensor_blob
from civitdock.demo.records import DemoVersion
from civitdock.demo.server import DemoCivitai

GIB = 1024 * MIB
ROUNDS = 3
CONNECTIONS = (1, 4, 8)
CAP = 16 * MIB
AGENT = "civitdock-benchmarks/1"


@dataclass(frozen=True)
class Cost:
    """What one run took."""

    seconds: float
    cpu: float = 0.0
    mib: float = 0.0


def measure(rounds: int) -> list[Row]:
    """Every round has a file of its own, so that nothing counts as installed; at most three rounds."""
    rounds = min(rounds, ROUNDS)
    rows = [*_free(GIB, rounds), *_free(8 * GIB, 1)]
    for connections in CONNECTIONS:
        rows += _capped(GIB // 2 if connections == 1 else GIB, connections)
    return rows + _capped(8 * GIB, 8)


# --- a free line ---------------------------------------------------------------------------------


def _free(size: int, rounds: int) -> list[Row]:
    with _Bench(size, rounds) as bench:
        costs: dict[str, list[Cost]] = {name: [] for name in ("ours", "curl", "openssl")}
        rivals: list[Callable[[], float]] = [lambda count=count: bench.aria(count).seconds for count in CONNECTIONS]  # type: ignore[misc]

        def ours() -> float:
            costs["ours"].append(bench.ours())
            return costs["ours"][-1].seconds

        def theirs() -> float:
            costs["curl"].append(bench.curl())
            costs["openssl"].append(bench.openssl())
            bench.fetched.unlink()
            return costs["curl"][-1].seconds + costs["openssl"][-1].seconds

        own, both, *others = alternate(rounds, ours, theirs, *rivals)
        what, cpu = f"{size // GIB} GiB, verified", [_middle(costs[name], "cpu") for name in costs]
        alone = max(_middle(costs[name], "seconds") for name in ("curl", "openssl"))
        rows = [
            Row(what, own, "s", "curl, then openssl dgst -sha256", both, most_ratio=1.0),
            Row(what, own, "s", "the slower of the two alone", alone, most_ratio=1.15),
            Row(f"{what}: CPU", cpu[0], "s", "curl and openssl", cpu[1] + cpu[2]),
            Row(f"{what}: memory above idle", _middle(costs["ours"], "mib"), "MiB", most=150),
        ]
        return rows + [
            Row(what, own, "s", f"aria2c -x {count}, unverified", other)
            for count, other in zip(CONNECTIONS, others, strict=True)
        ]


# --- a line with a cap on each connection --------------------------------------------------------


def _capped(size: int, connections: int) -> list[Row]:
    with _Bench(size, 1, CAP, connections) as bench:
        own, other = bench.ours().seconds, bench.aria(connections).seconds
        alone = size / CAP
        what = f"{size / GIB:g} GiB, {CAP // MIB} MiB/s a connection, {connections} allowed"
        return [
            Row(what, own, "s", f"aria2c -x {connections}, unverified", other, most_ratio=1.0),
            Row(f"{what}: times one", alone / own, "x", "as many times", float(connections), note="budget: 0.9"),
        ]


# --- the programs --------------------------------------------------------------------------------


class _Bench:
    """A demo with a file per round, our program, and the rivals. Use as a context manager."""

    def __init__(self, size: int, rounds: int, cap: int | None = None, connections: int = 4) -> None:
        self._size = size
        self._rounds = rounds
        self._demo = DemoCivitai(throttle=cap) if cap else DemoCivitai()
        self._folder = tempfile.TemporaryDirectory(prefix="civitdock-")
        self._connections = connections
        self.fetched = Path(self._folder.name) / "rival.bin"

    def __enter__(self) -> _Bench:
        self._demo.__enter__()
        self._files: Iterator[DemoVersion] = iter([self._version(number) for number in range(self._rounds)])
        version = self._version(1000)
        self._url = f"{self._demo.page_base}/api/download/models/{version.id}?fileId={version.files[0].id}"
        return self

    def __exit__(self, *problem: object) -> None:
        self._demo.__exit__(None, None, None)
        self._folder.cleanup()

    def ours(self) -> Cost:
        """From the wish to `done`, in a program that has just started."""
        version = next(self._files)
        with self._served() as server:
            routes = Routes(server.port)
            routes.ask("GET", "status")
            idle, before = resident_mib(server.pid), _cpu(server.pid)
            with Peak(server.pid) as peak:
                seconds = routes.download(version.id)
            return Cost(seconds, _cpu(server.pid) - before, peak.mib - idle)

    @contextmanager
    def _served(self) -> Iterator[Child]:
        folder = tempfile.TemporaryDirectory(prefix="civitdock-", dir=self._folder.name)
        extra = {
            "CIVITAI_API_URL": self._demo.api_base,
            "CIVITAI_CONNECTIONS_PER_DOWNLOAD": str(self._connections),
        }
        with folder as name, child("benchmarks.served_child", Path(name), extra) as server:
            yield server

    def curl(self) -> Cost:
        """One connection, no verification; the file stays for `openssl`."""
        return _run([program("curl"), "-sSfL", "-o", str(self.fetched), self._url])

    def openssl(self) -> Cost:
        """The hash of what `curl` fetched."""
        return _run([program("openssl"), "dgst", "-sha256", str(self.fetched)])

    def aria(self, connections: int) -> Cost:
        """As many connections as allowed, no verification."""
        options = [f"-x{connections}", f"-s{connections}", "-k1M", "--file-allocation=none", f"-U{AGENT}", "-q"]
        target = ["-d", str(self.fetched.parent), "-o", self.fetched.name, self._url]
        cost = _run([program("aria2c"), *options, *target])
        self.fetched.unlink()
        return cost

    def _version(self, number: int) -> DemoVersion:
        blob = large_tensor_blob(f"bench:{number}", "lora", "sd1", "bench", self._size)
        blob.digests()
        name = f"bench{number}.safetensors"
        return self._demo.catalogue.add(f"Bench {number}", blob, file_name=name).versions[0]


def _run(command: Sequence[str]) -> Cost:
    start, before = time.perf_counter(), os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(time.perf_counter() - start, cpu)


def _cpu(pid: int) -> float:
    """The processor seconds that a process has used (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _middle(costs: Sequence[Cost], name: str) -> float:
    values: list[float] = sorted(getattr(cost, name) for cost in costs)
    return values[len(values) // 2]
