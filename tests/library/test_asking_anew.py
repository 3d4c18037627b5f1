"""What a sync takes from CivitAI and what from the cache: force asks anew, and an outage describes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from civitdock.demo.faults import Match, edit_json, overloaded
from civitdock.demo.server import DemoCivitai
from civitdock.domain.library import LocalState
from civitdock.domain.sync import SyncRequest, SyncState
from tests.library.bench import Library, safe_models, sidecar

pytestmark = pytest.mark.timeout(60)
MODELS = Match(where="api", path="/api/v1/models")
IDS = Match(where="api", path="/api/v1/model-versions/by-hash/ids")


def renamed(value: Any) -> Any:
    """Every model of a listing under another name."""
    return {**value, "items": [{**item, "name": "Renamed"} for item in value["items"]]}


@pytest.mark.parametrize("hours", [0, 25], ids=["forced", "old"])
def test_an_outage_is_waited_out_instead_of_writing_what_was_known(
    library: Library, demo: DemoCivitai, hours: int
) -> None:
    path = library.put_demo(safe_models(demo)[0])
    library.sync()
    library.clock.advance(hours * 3600)
    demo.faults.add(match=MODELS, fault=overloaded(), times=6)
    demo.faults.add(match=MODELS, fault=edit_json(renamed), times=None)
    job = library.sync(SyncRequest(force=not hours))
    assert (job.state, job.matched) == (SyncState.DONE, 1)
    assert library.row(path).model_name == "Renamed"
    assert sidecar(path)["civitai"]["model_name"] == "Renamed"  # type: ignore[index]


def test_force_asks_anew_for_the_model_of_a_version(library: Library, demo: DemoCivitai) -> None:
    """The look-up may leave out the model, which is then asked for by the version (`civitai-api.md 1.6`)."""
    path = library.put_demo(safe_models(demo)[0])
    unnamed = edit_json(lambda lines: [{**line, "modelId": None} for line in lines])
    demo.faults.add(match=IDS, fault=unnamed, times=None)
    library.sync()
    row = library.row(path)
    library.store.put(type(row)(**{**vars(row), "state": LocalState.UNKNOWN}))
    demo.requests.clear()
    library.sync(SyncRequest(force=True))
    by_version = [each for each in demo.requests if "modelVersionIds" in each.query]
    assert len(by_version) == 1


def test_force_asks_anew_for_a_version_without_its_model(library: Library, demo: DemoCivitai) -> None:
    library.put_demo(safe_models(demo)[0])
    demo.faults.add(match=MODELS, fault=edit_json(lambda value: {**value, "items": []}), times=None)
    library.sync()
    demo.requests.clear()
    library.sync(SyncRequest(force=True))
    assert len(demo.asked(where="api", path="/api/v1/model-versions/")) == 1
