"""Whatever a user does in whatever order: no wrong byte under a final name, no file lost, everything ends."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civitdock.demo import faults
from civitdock.demo.blobs import PatternBlob
from civitdock.demo.faults import Fault, Match
from civitdock.demo.records import DemoVersion
from civitdock.demo.server import DemoCivitai
from civitdock.domain.downloads import FINISHED, State, Wish
from civitdock.errors import NotFound, WrongState
from tests.adapters.transfer.conftest import Knobs
from tests.downloads.stage import Stage, wait_until
from tests.support.clock import FakeClock

SIZE = 700_000
TROUBLES: dict[str, Callable[[], Fault]] = {
    "cut": lambda: faults.truncate(300_000),
    "reset": lambda: faults.reset(100_000),
    "corrupt": faults.corrupt,
    "ignored range": faults.ignore_range,
    "expired": faults.expired_url,
    "page": faults.challenge,
    "overloaded": lambda: faults.respond(503, b""),
}
ACTIONS = ("submit", "pause", "resume", "cancel", "retry", "restart", "wait", *TROUBLES)
STEPS = st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 2)), min_size=3, max_size=14)


def act(stage: Stage, action: str, version: DemoVersion) -> Stage:
    """One thing that a user, the network or the machine does."""
    service = stage.service
    if action in TROUBLES:
        stage.demo.faults.add(match=Match(where="storage"), fault=TROUBLES[action]())
    elif action == "submit":
        service.submit(Wish(version.id))
    elif action == "restart":
        stage = stage.again()
        stage.service.start()
    elif action == "wait":
        stage.clock.advance(1)
    else:
        for job in service.progress(0).jobs:
            if job.version_id == version.id:
                try:
                    getattr(service, action)(job.id)
                except (WrongState, NotFound):
                    continue
    return stage


def check_final_names(stage: Stage, wanted: dict[str, bytes]) -> None:
    for name, content in stage.files().items():
        if "civitdock" not in name:
            assert content == wanted[name]


@pytest.mark.once
@pytest.mark.timeout(300)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_any_order_of_events_ends_well(demo: DemoCivitai, steps: list[tuple[str, int]]) -> None:
    demo.faults.clear()
    versions = [
        demo.catalogue.add(f"any{number}", PatternBlob(f"any{number}", SIZE), file_name=f"any{number}.yaml").versions[0]
        for number in range(3)
    ]
    wanted = {f"LORA/any{number}.yaml": version.files[0].blob.read() for number, version in enumerate(versions)}
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(demo, Path(folder), FakeClock(), Knobs({"civitai_api_url": demo.api_base}))
        stage.service.start()
        try:
            for action, number in steps:
                stage = act(stage, action, versions[number])
                check_final_names(stage, wanted)
            demo.faults.clear()
            finish(stage, versions)
            assert stage.files() == wanted
        finally:
            stage.close()


def finish(stage: Stage, versions: list[DemoVersion]) -> None:
    """Ask for everything and let it go on until all is done."""

    def done() -> bool:
        jobs = stage.service.progress(0).jobs
        for job in jobs:
            if job.state is State.PAUSED:
                stage.service.resume(job.id)
            elif job.state is State.FAILED:
                stage.service.retry(job.id)
        return all(job.state in FINISHED for job in jobs)

    for version in versions:
        stage.service.submit(Wish(version.id))
    wait_until(done, timeout=60)
