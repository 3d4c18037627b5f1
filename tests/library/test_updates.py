"""Which newer versions are told, and how the user stops hearing of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from civitdock.demo.records import DemoModel
from civitdock.demo.server import DemoCivitai
from civitdock.domain.library import LocalFilter, LocalModel, LocalState
from civitdock.domain.sync import SyncRequest
from civitdock.domain.times import parse_iso
from civitdock.domain.updates import Ignored, IgnoreRule, LineVersion, ModelLine, newer_than
from civitdock.errors import NotFound
from civitdock.services.updates import UpdateService
from tests.library.bench import Library, safe_models
from tests.library.test_index import PLAIN
from tests.support.clock import FakeClock

pytestmark = pytest.mark.timeout(60)
NOW = parse_iso("2026-06-01T00:00:00Z") or 0.0
V1 = LineVersion(1, "v1", "SDXL 1.0", "2026-01-01T00:00:00Z")
V2 = LineVersion(2, "v2", "SDXL 1.0", "2026-02-01T00:00:00Z")
V3 = LineVersion(3, "v3", "SDXL 1.0", "2026-03-01T00:00:00Z", early_access_until="2026-07-01T00:00:00Z")
PONY = LineVersion(4, "pony", "Pony", "2026-04-01T00:00:00Z")
PAID = replace(V3, id=5, early_access_until=None, paid_forever=True)
GONE = replace(V2, id=6, available=False)
LATER = replace(V2, id=7, published_at="2027-01-01T00:00:00Z")


def local(version: LineVersion) -> LocalModel:
    path = PLAIN.path.with_name(f"{version.id}.ckpt")
    return replace(PLAIN, path=path, state=LocalState.IDENTIFIED, model_id=9, version_id=version.id)


def line(*versions: LineVersion) -> ModelLine:
    return ModelLine(9, versions, "2026-05-01T00:00:00Z")


def test_what_can_replace_what_must_wait_and_what_is_another_thing() -> None:
    (found,) = newer_than(line(PONY, V3, PAID, GONE, LATER, V2, V1), [local(V1)], (), NOW)
    assert found.update == V2
    assert set(found.early_access) == {V3, PAID}
    assert found.other_base == (PONY,)
    assert found.ignored is Ignored.NONE


@pytest.mark.parametrize("versions", [(V1,), (V1, GONE), (V1, LATER), (replace(V1, published_at=None), V2)])
def test_where_there_is_nothing_to_say_nothing_is_said(versions: tuple[LineVersion, ...]) -> None:
    assert newer_than(line(*versions), [local(versions[0])], (), NOW) == []


def test_an_old_version_beside_the_new_one_is_kept_on_purpose() -> None:
    assert newer_than(line(V2, V1), [local(V1), local(V2)], (), NOW) == []
    (found,) = newer_than(line(PONY, V2, V1), [local(V1), local(V2)], (), NOW)
    assert (found.local.version_id, found.update, found.other_base) == (2, None, (PONY,))


def test_early_access_ends_by_itself() -> None:
    (found,) = newer_than(line(V3, V1), [local(V1)], (), parse_iso("2026-08-01T00:00:00Z") or 0.0)
    assert (found.update, found.early_access) == (V3, ())


def test_ignoring_a_version_shows_the_one_before() -> None:
    newest = replace(V2, id=8, published_at="2026-05-01T00:00:00Z")
    (found,) = newer_than(line(newest, V2, V1), [local(V1)], {IgnoreRule(9, 8)}, NOW)
    assert (found.update, found.ignored) == (V2, Ignored.NONE)
    (found,) = newer_than(line(V2, V1), [local(V1)], {IgnoreRule(9, 2)}, NOW)
    assert found.ignored is Ignored.VERSION
    (found,) = newer_than(line(V2, V1), [local(V1)], {IgnoreRule(9)}, NOW)
    assert found.ignored is Ignored.MODEL


@pytest.fixture
def outdated(demo: DemoCivitai) -> DemoModel:
    return next(
        model
        for model in safe_models(demo)
        if len(model.published) > 1
        and model.versions[0].base_model == model.versions[1].base_model
        and not model.versions[0].early
        and model.versions[1].files
        and model.versions[1].files[0].name.endswith(".safetensors")
        and model.versions[0].published_at > model.versions[1].published_at
    )


def test_an_ignored_update_stays_ignored_over_syncs(library: Library, outdated: DemoModel, clock: FakeClock) -> None:
    updates = UpdateService(library.store, library.ignores, clock)
    path = library.put_demo(outdated, outdated.versions[1])
    library.sync()
    page = updates.page(0, 10, False)
    assert page.total == 1
    assert page.items[0].update is not None
    assert page.items[0].update.id == outdated.versions[0].id
    rule = IgnoreRule(outdated.id, outdated.versions[0].id)
    updates.ignore(rule)
    assert library.row(path).update is None
    library.sync(SyncRequest(force=True))
    assert library.row(path).update is None
    assert updates.page(0, 10, False).total == 0
    assert updates.page(0, 10, True).items[0].ignored is Ignored.VERSION
    updates.heed(rule)
    assert library.row(path).update is not None
    assert updates.page(0, 10, False).total == 1
    with pytest.raises(NotFound):
        updates.ignore(IgnoreRule(404))


def test_an_update_that_is_here_is_none(library: Library, outdated: DemoModel) -> None:
    library.put_demo(outdated, outdated.versions[1])
    library.put_demo(outdated, outdated.versions[0])
    library.sync()
    assert [row.update for row in library.library.local_models(LocalFilter()).items] == [None, None]
