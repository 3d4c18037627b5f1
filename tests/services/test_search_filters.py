"""Early access, kinds of checkpoints and file formats, against the demo CivitAI."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from civitdock.adapters.sqlite.database import Database
from civitdock.adapters.sqlite.index import INDEX_FILE, MIGRATIONS, SqliteModelStore
from civitdock.demo.records import DemoModel, DemoVersion
from civitdock.demo.server import DemoCivitai
from civitdock.domain.query import CheckpointKind, EarlyAccessChoice, FileFormat
from civitdock.services.search import SearchRequest
from tests.services.test_search import Bench
from tests.support.clock import FakeClock


@pytest.fixture
def bench(demo: DemoCivitai, clock: FakeClock, tmp_path: Path) -> Iterator[Bench]:
    database = Database(tmp_path / INDEX_FILE, MIGRATIONS)
    made = Bench(demo, SqliteModelStore(database), clock, tmp_path)
    yield made
    made.client.close()
    database.close()


def everything(bench: Bench, demo: DemoCivitai) -> list[DemoModel]:
    """All models that a plain listing shows."""
    shown = set(bench.walk(SearchRequest(limit=100)))
    return [model for model in demo.catalogue.models if model.id in shown]


def holds(version: DemoVersion, wanted: str) -> bool:
    return any(file.format == wanted and file.type != "Training Data" and file.public for file in version.files)


@pytest.mark.parametrize("wanted", [FileFormat.GGUF, FileFormat.PICKLE_TENSOR])
def test_one_format_is_asked_for_as_a_list(bench: Bench, demo: DemoCivitai, wanted: FileFormat) -> None:
    models = everything(bench, demo)
    found = bench.walk(SearchRequest(limit=20, formats=(wanted,)))
    assert set(found) == {m.id for m in models if any(holds(v, wanted.value) for v in m.published)}
    assert len(found) == len(set(found)) > 3
    assert demo.asked(path="/api/v1/models")[-1].query["fileFormats"] == [wanted.value] * 2


def test_a_model_keeps_only_versions_with_the_format(bench: Bench) -> None:
    found = bench.service.search(SearchRequest(limit=50, formats=(FileFormat.GGUF, FileFormat.PICKLE_TENSOR)))
    assert found.items
    for view in found.items:
        for version in view.model.versions:
            assert {file.format for file in version.files} & {"GGUF", "PickleTensor"}


def test_early_access_can_be_left_out(bench: Bench, demo: DemoCivitai) -> None:
    every = bench.walk(SearchRequest(limit=50))
    free = bench.walk(SearchRequest(limit=50, early_access=EarlyAccessChoice.HIDE))
    assert demo.catalogue.trap("paid-permanent").id in set(every) - set(free)
    assert demo.catalogue.trap("early-access-over").id in free
    assert all("earlyAccess" not in line.query for line in demo.asked(path="/api/v1/models"))


def test_a_model_with_a_free_version_stays_without_its_early_one(bench: Bench, demo: DemoCivitai) -> None:
    mixed = demo.catalogue.trap("early-access")
    early = {version.id for version in mixed.published if version.early}
    page = bench.service.search(SearchRequest(query=mixed.name, early_access=EarlyAccessChoice.HIDE))
    (view,) = (view for view in page.items if view.model.id == mixed.id)
    assert {version.id for version in view.model.versions} == {version.id for version in mixed.published} - early
    page = bench.service.search(SearchRequest(query=mixed.name, early_access=EarlyAccessChoice.ONLY))
    (view,) = (view for view in page.items if view.model.id == mixed.id)
    assert {version.id for version in view.model.versions} == early


def test_early_access_alone(bench: Bench, demo: DemoCivitai) -> None:
    found = bench.walk(SearchRequest(limit=50, early_access=EarlyAccessChoice.ONLY))
    assert demo.catalogue.trap("early-access").id in found
    assert demo.catalogue.trap("early-access-over").id not in found
    assert demo.asked(path="/api/v1/models")[-1].query["earlyAccess"] == ["true"]


@pytest.mark.parametrize("kind", list(CheckpointKind))
def test_a_kind_alone_lists_checkpoints_of_that_kind(bench: Bench, demo: DemoCivitai, kind: CheckpointKind) -> None:
    models = everything(bench, demo)
    found = bench.walk(SearchRequest(limit=20, checkpoint_kind=kind))
    assert set(found) == {m.id for m in models if m.type == "Checkpoint" and m.checkpoint_type == kind.value}
    assert found


def test_a_kind_beside_types_touches_checkpoints_alone(bench: Bench, demo: DemoCivitai) -> None:
    models = everything(bench, demo)
    found = bench.walk(SearchRequest(limit=50, types=("Checkpoint", "VAE"), checkpoint_kind=CheckpointKind.MERGE))
    assert set(found) == {
        m.id for m in models if m.type == "VAE" or (m.type == "Checkpoint" and m.checkpoint_type == "Merge")
    }
    bench.walk(SearchRequest(limit=50, types=("VAE",), checkpoint_kind=CheckpointKind.MERGE))
    assert "checkpointType" not in demo.asked(path="/api/v1/models")[-1].query


def test_pages_that_are_filtered_away_are_gone_through(bench: Bench) -> None:
    found = bench.service.search(SearchRequest(limit=3, sort="Oldest", early_access=EarlyAccessChoice.HIDE))
    assert found.items
    late = bench.service.search(SearchRequest(query="trap", limit=2, formats=(FileFormat.PICKLE_TENSOR,)))
    assert late.items or late.next_cursor
