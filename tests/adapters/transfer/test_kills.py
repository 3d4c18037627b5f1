"""kill -9 at random moments of a transfer over several connections."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from civitdock.adapters.clock import SystemClock
from civitdock.adapters.transfer.http import HttpTransfers
from civitdock.adapters.transfer.resume import read_resume
from civitdock.demo.blobs import PatternBlob
from civitdock.demo.server import DemoCivitai
from civitdock.domain.transfers import TransferOrder
from tests.adapters.transfer.conftest import MIB, Knobs, Rig, Vault
from tests.support.clock import FakeClock
from tests.support.zygote import Zygote

SIZE, PER_CONNECTION, CONNECTIONS = 24 * MIB, 6 * MIB, 4
KILLS = 40


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    started = Zygote("tests.adapters.transfer.child")
    yield started
    started.close()


@pytest.fixture
def wide(make_demo: Callable[..., DemoCivitai], tmp_path: Path, clock: FakeClock) -> Iterator[Rig]:
    """A large file at a storage that caps each connection, on the real clock."""
    demo = make_demo(throttle=PER_CONNECTION)
    rig = Rig(demo, tmp_path, clock, Knobs({"civitai_api_url": demo.api_base}), Vault())
    rig.transfers = HttpTransfers(rig.knobs, rig.vault, SystemClock(), "civitdock-tests/1 (+https://example.org)")
    rig.use(PatternBlob("killed", SIZE))
    yield rig
    demo.faults.clear()


def run_and_kill(zygote: Zygote, api: str, order: TransferOrder, amount: int) -> tuple[int, int]:
    """Start the transfer in a process of its own and kill it once `amount` further bytes are reported.

    Answers the first and the last report.
    """
    first = last = -1
    with zygote.run(api, order.url, str(order.part_path), str(order.expected.sha256), str(SIZE)) as lines:
        for line in filter(str.isdecimal, lines):
            last = int(line)
            first = last if first < 0 else first
            if last >= min(first + amount, SIZE):
                break
    return first, last


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.timeout(300)
def test_a_kill_loses_at_most_a_mebibyte_per_connection_and_no_claim_is_false(wide: Rig, zygote: Zygote) -> None:
    dice = random.Random("kills")
    kills, reached, file = 0, 0, 0
    while kills < KILLS:
        if reached in (0, SIZE):
            file, reached = file + 1, 0
            wide.use(PatternBlob(f"killed {file}", SIZE), f"killed{file}.safetensors")
        first, last = run_and_kill(zygote, wide.demo.api_base, wide.order(), dice.randrange(3 * MIB))
        kills += 1
        assert first >= min(reached - CONNECTIONS * MIB, SIZE)
        kept = wide.transfers.kept(wide.part)
        assert kept is not None
        assert kept.done >= last - CONNECTIONS * MIB
        claims_are_true(wide)
        reached = kept.done
    fetched = wide.fetch()
    assert fetched.hashes.sha256 == wide.order().expected.sha256


def claims_are_true(rig: Rig) -> None:
    """Every byte that the resume data names is in the part and is the file's."""
    resume, content = read_resume(rig.resume), rig.content()
    assert resume is not None
    blob = rig.file.blob
    for start, stop in resume.kept(len(content), resume.source, resume.expected):
        assert content[start:stop] == b"".join(blob.pieces(start, stop))
