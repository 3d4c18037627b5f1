"""The sync of the start beside what the user asks for meanwhile."""

from __future__ import annotations

import threading

import pytest

from civitdock.demo.server import DemoCivitai
from civitdock.domain.library import LocalState
from civitdock.domain.sync import SyncRequest
from tests.library.bench import Library, safe_models

pytestmark = pytest.mark.timeout(60)


@pytest.mark.parametrize("why", ["setting", "unfinished"])
def test_a_question_in_the_first_seconds_does_not_cancel_the_sync_of_the_start(
    library: Library, demo: DemoCivitai, why: str
) -> None:
    wanted, rest = (library.put_demo(model) for model in safe_models(demo)[:2])
    library.settings.values["civitai_auto_sync"] = why == "setting"
    if why == "unfinished":
        library.memory.remember((SyncRequest(types=("LORA",)),))
    library.clock.hold()
    library.service.start()
    job = library.service.submit(SyncRequest(paths=(str(wanted),)))
    assert library.ended(job.id).matched == 2
    assert library.row(rest).state is LocalState.IDENTIFIED
    assert library.memory.unfinished() == ()


def test_what_was_left_unfinished_outside_todays_folders_spoils_nothing(library: Library, demo: DemoCivitai) -> None:
    library.put_demo(safe_models(demo)[0])
    library.memory.remember((SyncRequest(paths=("/gone/elsewhere",)),))
    library.service.start()
    assert library.sync().matched == 1


def test_a_start_that_is_ended_at_once_comes_later(library: Library, demo: DemoCivitai) -> None:
    library.put_demo(safe_models(demo)[0])
    library.settings.values["civitai_auto_sync"] = True
    library.clock.hold()
    library.service.start()
    library.clock.await_waiters()
    library.service.stop()
    assert library.service.progress() is None
    library.service.start()
    library.clock.await_waiters()
    library.clock.advance(6)
    pause = threading.Event()
    for _ in range(1000):
        if (job := library.service.progress()) is not None:
            break
        pause.wait(0.01)
    assert job is not None
    assert library.ended(job.id).matched == 1
