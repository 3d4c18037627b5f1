"""What CivitAI leaves open, the file decides: its folder where it is filed vaguely, its ending where it has none."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from civitdock.demo.blobs import PatternBlob
from civitdock.demo.contents import tensor_blob
from civitdock.demo.records import DemoVersion
from civitdock.demo.server import DemoCivitai
from civitdock.domain.downloads import OnConflict, State, Wish
from civitdock.domain.endings import UNUSUAL
from tests.downloads.conftest import OpenStage
from tests.downloads.stage import Stage, wish_for

LORA = "LORA/vagueOther.safetensors"


def vague(demo: DemoCivitai) -> bytes:
    return demo.catalogue.trap("vague-other").versions[0].files[0].blob.read()


def add(demo: DemoCivitai, name: str, **fields: object) -> DemoVersion:
    """A LoRA whose file has this name."""
    blob = tensor_blob(name, "lora", "sd1", name)
    version = demo.catalogue.add(f"Model {name}", blob, file_name=name).versions[0]
    for key, value in fields.items():
        setattr(version.files[0], key, value)
    return version


def test_a_vague_file_goes_where_its_tensors_say(stage: Stage, demo: DemoCivitai) -> None:
    job = stage.fetch(wish_for(demo, "vague-other"))
    assert stage.files() == {LORA: vague(demo)}
    assert job.target_path == str(stage.root() / "vagueOther.safetensors")
    assert stage.greeter.seen[0].root.type == "LORA"
    again = stage.fetch(wish_for(demo, "vague-other"))
    assert again.id == job.id
    assert len(demo.asked(where="storage")) == 1


def test_a_vague_file_that_is_known_in_another_folder_is_not_fetched_again(
    open_stage: OpenStage, demo: DemoCivitai
) -> None:
    stage = open_stage()
    stage.service.start()
    job = stage.fetch(wish_for(demo, "vague-other"))
    with stage.state.write() as connection:
        connection.execute("DELETE FROM download WHERE id = ?", (job.id,))
    later = stage.again()
    later.service.start()
    try:
        assert later.service.submit(wish_for(demo, "vague-other")).state is State.DONE
        assert len(demo.asked(where="storage")) == 1
    finally:
        later.close()


def test_a_name_taken_there_is_never_overwritten(stage: Stage, demo: DemoCivitai) -> None:
    stage.root().mkdir(parents=True)
    own = stage.root() / "vagueOther.safetensors"
    own.write_bytes(b"the user's own")
    wish = wish_for(demo, "vague-other")
    stage.fetch(wish)
    assert stage.files() == {LORA: b"the user's own", f"LORA/vagueOther-{wish.version_id}.safetensors": vague(demo)}


def test_a_name_taken_there_fails_where_the_user_wants_that(stage: Stage, demo: DemoCivitai) -> None:
    stage.root().mkdir(parents=True)
    (stage.root() / "vagueOther.safetensors").write_bytes(b"the user's own")
    job = stage.refuse(wish_for(demo, "vague-other", on_conflict=OnConflict.FAIL))
    assert job.error is not None
    assert job.error.code == "name_conflict"
    assert stage.files()[LORA] == b"the user's own"


def test_the_same_content_there_is_adopted(stage: Stage, demo: DemoCivitai) -> None:
    stage.root().mkdir(parents=True)
    (stage.root() / "vagueOther.safetensors").write_bytes(vague(demo))
    stage.fetch(wish_for(demo, "vague-other"))
    assert stage.files() == {LORA: vague(demo)}
    assert stage.greeter.seen[0].root.type == "LORA"


def test_a_folder_that_the_user_named_in_full_stays(stage: Stage, demo: DemoCivitai) -> None:
    stage.fetch(wish_for(demo, "vague-other", folder=str(stage.root("Other") / "mine")))
    assert list(stage.files()) == ["Other/mine/vagueOther.safetensors"]


def test_the_template_of_the_true_type_counts(stage: Stage, demo: DemoCivitai) -> None:
    stage.knobs.values["civitai_folder_templates"] = "LORA = {type}/{base_model}\nOther = never"
    stage.fetch(wish_for(demo, "vague-other"))
    assert list(stage.files()) == ["LORA/LORA/SDXL 1.0/vagueOther.safetensors"]


def test_on_another_drive_the_part_is_copied(stage: Stage, demo: DemoCivitai, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.link

    def one_drive_per_folder(source: Path, target: Path) -> None:
        if Path(source).parent != Path(target).parent:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        real(source, target)

    monkeypatch.setattr(os, "link", one_drive_per_folder)
    stage.fetch(wish_for(demo, "vague-other"))
    assert stage.files() == {LORA: vague(demo)}


def test_a_crash_before_the_name_is_given_goes_on_at_the_new_place(open_stage: OpenStage, demo: DemoCivitai) -> None:
    stage = open_stage()
    stage.service.start()
    job = stage.fetch(wish_for(demo, "vague-other"))
    stage.close()
    final = stage.root() / "vagueOther.safetensors"
    os.rename(final, f"{final}.civitdock-part")
    later = open_stage()
    later.models.remove(final)
    with later.state.write() as connection:
        connection.execute(
            "UPDATE download SET state = 'verifying', finished = 0, job = json_set(job, '$.state', 'verifying') "
            "WHERE id = ?",
            (job.id,),
        )
    later.service.start()
    later.wait(job)
    assert later.files() == {LORA: vague(demo)}
    assert later.greeter.seen[0].root.type == "LORA"


@pytest.mark.parametrize(
    ("trap", "name"),
    [
        ("name-no-suffix", "justaname.safetensors"),
        ("name-stream", "model.safetensors_hidden.safetensors"),
        ("name-no-stem", "civitai-{0}.safetensors"),
        ("name-dots", "civitai-{0}.safetensors"),
        ("name-empty", "civitai-{0}.safetensors"),
    ],
)
def test_a_name_without_an_ending_gets_that_of_its_format(
    stage: Stage, demo: DemoCivitai, trap: str, name: str
) -> None:
    version = demo.catalogue.trap(trap).versions[0]
    job = stage.fetch(Wish(version.id))
    assert list(stage.files()) == ["LORA/" + name.format(f"{version.id}-{version.files[0].id}")]
    assert job.warnings == ()


def test_without_a_format_the_content_gives_the_ending(stage: Stage, demo: DemoCivitai) -> None:
    job = stage.fetch(Wish(add(demo, "plain", format="Other").id))
    assert list(stage.files()) == ["LORA/plain.safetensors"]
    assert job.filename == "plain.safetensors"


def test_where_nothing_tells_the_ending_the_user_is_told(stage: Stage, demo: DemoCivitai) -> None:
    version = demo.catalogue.add("Riddle", PatternBlob("riddle", 5000), file_name="riddle.xyz").versions[0]
    job = stage.fetch(Wish(version.id))
    assert list(stage.files()) == ["LORA/riddle.xyz"]
    assert UNUSUAL in job.warnings


def test_a_broken_template_is_ignored_and_told(stage: Stage, demo: DemoCivitai) -> None:
    stage.knobs.values["civitai_folder_templates"] = "LORA = {creator.__class__}/{nope}\nVAE = {"
    job = stage.fetch(Wish(add(demo, "sorted.safetensors").id))
    assert list(stage.files()) == ["LORA/sorted.safetensors"]
    (warning,) = job.warnings
    assert "line 1" in warning
    assert "{creator.__class__}" in warning


COMPANIONS = {
    "VAE": "VAE",
    "Text Encoder": "TextEncoder",
    "Vision Encoder": "CLIPVision",
    "CLIPVision": "CLIPVision",
    "Negative": "TextualInversion",
    "ControlNet": "Controlnet",
    "Upscaler": "Upscaler",
    "Enhancement LoRA": "LORA",
    "Pruned Model": "Checkpoint",
    "Diffusion Model": "Checkpoint",
    "UNet": "Checkpoint",
}


@pytest.mark.parametrize("file_type", COMPANIONS)
def test_a_companion_goes_where_its_own_kind_lies(stage: Stage, demo: DemoCivitai, file_type: str) -> None:
    stage.knobs.values["civitai_folder_templates"] = "Checkpoint = {creator}\n* = {type}"
    blob = tensor_blob("companion", "checkpoint", "sd1", "companion")
    model = demo.catalogue.add("Companion", blob, type_name="Checkpoint", file_name="companion.safetensors")
    model.versions[0].files[0].type = file_type
    stage.fetch(Wish(model.versions[0].id))
    kind = COMPANIONS[file_type]
    folder = str(model.creator) if kind == "Checkpoint" else kind
    assert list(stage.files()) == [f"{kind}/{folder}/companion.safetensors"]


def test_one_template_for_all_types_and_words_of_version_and_file(stage: Stage, demo: DemoCivitai) -> None:
    stage.knobs.values["civitai_folder_templates"] = "* = {model_id}/{file_format|none}-{year}\nVAE ="
    version = add(demo, "starred.safetensors")
    job = stage.fetch(Wish(version.id))
    assert job.target_path is not None
    parts = Path(job.target_path).relative_to(stage.root()).parts
    assert parts[0] == str(job.model_id)
    assert parts[1].startswith("SafeTensor-20")
    assert parts[2] == "starred.safetensors"
