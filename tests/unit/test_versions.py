"""Which file a plain download means, and what counts as an update."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.domain.catalogue import Model, ModelFile, Version
from civitdock.domain.times import iso
from civitdock.domain.versions import (
    files_of_model,
    find_file,
    find_version,
    in_early_access,
    latest,
    newest_to_have,
    primary_file,
    update_for,
)
from civitdock.errors import Archived, CivitDockError, DownloadDisabled, EarlyAccess, NotFound

NOW = 1_795_000_000.0
DAY = 86_400.0
FILE = ModelFile(id=1, name="a.safetensors", format="SafeTensor")


def file(number: int, name: str, kind: str = "Model", **fields: object) -> ModelFile:
    return replace(FILE, id=number, name=name, type=kind, **{"format": None, **fields})  # type: ignore[arg-type]


def version(number: int, days_ago: float | None, base: str = "SD 1.5", **fields: object) -> Version:
    published = None if days_ago is None else iso(NOW - days_ago * DAY)
    made = Version(id=number, model_id=7, name=str(number), base_model=base, published_at=published, files=(FILE,))
    return replace(made, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("files", "chosen"),
    [
        ([], None),
        ([file(1, "a.ckpt", primary=True), file(2, "a.safetensors")], 2),
        ([file(1, "a.vae.pt", "VAE", primary=True), file(2, "a.ckpt", "Pruned Model")], 2),
        ([file(1, "a.safetensors", "Pruned Model"), file(2, "b.safetensors", primary=True)], 2),
        ([file(1, "t.zip", "Training Data", primary=True), file(2, "a.safetensors")], 2),
        ([file(1, "c.yaml", "Config"), file(2, "w.zip", "Archive")], 2),
        ([file(1, "c.yaml", "Config")], 1),
        ([file(1, "a.safetensors", pickle_scan="Danger"), file(2, "a.ckpt", pickle_scan="Success")], 2),
        ([file(1, "a", format="PickleTensor", primary=True), file(2, "b", format="GGUF")], 2),
        ([file(1, "A.SafeTensors "), file(2, "a.pt", primary=True)], 1),
        ([file(1, "a.safetensors"), file(2, "a.safetensors")], 1),
    ],
)
def test_the_file_that_a_plain_download_means(files: list[ModelFile], chosen: int | None) -> None:
    found = primary_file(Version(id=1, model_id=7, name="", files=tuple(files)))
    assert (found.id if found else None) == chosen


@given(st.permutations([file(1, "a.ckpt", primary=True), file(2, "a.safetensors"), file(3, "t.zip", "Training Data")]))
def test_safetensor_wins_in_any_order(files: list[ModelFile]) -> None:
    found = primary_file(Version(id=1, model_id=7, name="", files=tuple(files)))
    assert found is not None
    assert found.id == 2


def test_things_are_found_by_id() -> None:
    one = version(1, 1)
    model = Model(id=7, name="", versions=(one, version(2, 2)))
    assert find_version(model, 2) == model.versions[1]
    assert find_version(model, 3) is None
    assert find_file(one, 1) == FILE
    assert find_file(one, 2) is None
    assert latest(model) == one
    assert latest(Model(id=7, name="")) is None


INSTALLED = version(1, 100)
NO_UPDATE = [
    version(1, 5),
    version(2, 100),
    version(2, 200),
    version(2, None),
    version(2, -1),
    version(2, 5, base="SDXL 1.0"),
    version(2, 5, model_id=8),
    version(2, 5, early_access_until=iso(NOW + DAY)),
    version(2, 5, paid_forever=True),
    version(2, 5, archived=True),
    version(2, 5, downloadable=False),
    version(2, 5, files=()),
]


@pytest.mark.parametrize("other", NO_UPDATE)
def test_what_is_no_update(other: Version) -> None:
    assert update_for(INSTALLED, [INSTALLED, other], NOW) is None


def test_the_newest_that_can_be_had_is_the_update() -> None:
    over = version(4, 3, early_access_until=iso(NOW - DAY))
    candidates = [version(2, 50), over, version(3, 10), *NO_UPDATE]
    assert update_for(INSTALLED, candidates, NOW) == over
    assert update_for(over, candidates, NOW) is None


def test_without_a_date_of_the_installed_one_nothing_is_claimed() -> None:
    assert update_for(version(1, None), [version(2, 5)], NOW) is None


@given(st.lists(st.tuples(st.integers(2, 50), st.integers(0, 200)), unique_by=lambda pair: pair[0]))
def test_an_update_is_never_older_than_any_other_candidate(pairs: list[tuple[int, int]]) -> None:
    candidates = [version(number, days) for number, days in pairs]
    found = update_for(INSTALLED, candidates, NOW)
    newer = [c for c in candidates if (c.published_at or "") > (INSTALLED.published_at or "")]
    assert (found is None) == (not newer)
    if found is not None:
        assert all((found.published_at or "") >= (c.published_at or "") for c in newer)


def test_early_access_ends() -> None:
    sold = version(1, 1, early_access_until=iso(NOW + 10))
    assert in_early_access(sold, NOW)
    assert not in_early_access(sold, NOW + 10)
    assert in_early_access(version(1, 1, paid_forever=True), NOW)


EARLY = version(1, 1, early_access_until=iso(NOW + DAY))


def test_the_newest_version_that_can_be_had_in_the_creators_order() -> None:
    old, older = version(3, 10), version(4, 5)
    versions = (EARLY, version(2, 2, files=()), old, older)
    assert newest_to_have(Model(7, "a", versions=versions), NOW) is old
    assert newest_to_have(Model(7, "a", versions=versions), NOW + 2 * DAY) is EARLY


@pytest.mark.parametrize(
    ("versions", "error"),
    [
        ((), NotFound),
        ((version(1, 1, files=()),), NotFound),
        ((version(1, 1, files=(), archived=True),), Archived),
        ((version(1, 1, downloadable=False), EARLY), DownloadDisabled),
        ((EARLY,), EarlyAccess),
        ((version(1, 1, paid_forever=True),), EarlyAccess),
    ],
)
def test_why_a_model_cannot_be_had(versions: tuple[Version, ...], error: type[CivitDockError]) -> None:
    with pytest.raises(error) as caught:
        newest_to_have(Model(7, "a", versions=versions), NOW)
    if versions == (EARLY,):
        assert caught.value.until == iso(NOW + DAY)
        assert iso(NOW + DAY) in caught.value.message


def test_training_data_is_no_part_of_a_model() -> None:
    files = (file(1, "t.zip", "Training Data"), file(2, "a.safetensors"), file(3, "a.yaml", "Config"))
    assert [each.id for each in files_of_model(version(1, 1, files=files))] == [2, 3]
