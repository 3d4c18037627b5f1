"""Archives with LoRAs whose base name another LoRA has: the WebUI would show only one of them."""

from __future__ import annotations

import pytest

from civitdock.demo.server import DemoCivitai
from civitdock.domain.downloads import OnConflict, Wish
from tests.downloads.stage import Stage
from tests.support.archives import TENSORS, zipped

PACK = zipped(("ink/a.safetensors", TENSORS), ("ink/a.txt", b"red"), ("b.safetensors", TENSORS))


@pytest.fixture
def taken(stage: Stage, demo: DemoCivitai) -> Stage:
    """A stage with a LoRA of the name `a` in another folder."""
    version = demo.catalogue.add("Other", TENSORS, file_name="a.safetensors").versions[0]
    stage.fetch(Wish(version.id, folder="elsewhere"))
    return stage


def test_they_get_another_name_as_downloads_do(taken: Stage, demo: DemoCivitai) -> None:
    version = demo.catalogue.add("Pack", PACK, file_name="pack.zip").versions[0]
    job = taken.fetch(Wish(version.id, unpack=True))
    assert job.unpacked is not None
    assert job.unpacked.files == (f"ink/a-{version.id}.safetensors", f"ink/a-{version.id}.txt", "b.safetensors")
    assert (taken.root() / "pack" / "ink" / f"a-{version.id}.safetensors").read_bytes() == TENSORS


def test_they_are_left_out_where_the_user_wants_no_other_name(taken: Stage, demo: DemoCivitai) -> None:
    version = demo.catalogue.add("Pack", PACK, file_name="pack.zip").versions[0]
    job = taken.fetch(Wish(version.id, unpack=True, on_conflict=OnConflict.FAIL))
    assert job.unpacked is not None
    assert job.unpacked.files == ("b.safetensors",)
    assert "another model has this name" in job.unpacked.skipped[0].reason


def test_what_is_known_by_its_whole_path_keeps_its_name(taken: Stage, demo: DemoCivitai) -> None:
    content = zipped(("x/a.safetensors", TENSORS), ("y/a.safetensors", TENSORS))
    version = demo.catalogue.add("Pack", content, file_name="pack.zip", type_name="Checkpoint").versions[0]
    job = taken.fetch(Wish(version.id, unpack=True))
    assert job.unpacked is not None
    assert job.unpacked.files == ("x/a.safetensors", "y/a.safetensors")
