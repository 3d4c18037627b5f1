"""A download from the wish to the file in its folder."""

from __future__ import annotations

import hashlib

import pytest

from civitdock.demo.server import DemoCivitai
from civitdock.domain.downloads import OnConflict, State, Wish
from civitdock.errors import InvalidRequest, NotFound
from tests.downloads.stage import Stage, wish_for


def test_a_wish_becomes_a_file_in_its_folder(stage: Stage, demo: DemoCivitai) -> None:
    model = demo.catalogue.add("Ink Lines", b"\x08\0\0\0\0\0\0\0{}      ", file_name="ink.safetensors")
    version = model.versions[0]
    job = stage.fetch(Wish(version.id))
    content = version.files[0].blob.read()
    assert stage.files() == {"LORA/ink.safetensors": content}
    assert (job.model_id, job.version_id, job.file_id) == (model.id, version.id, version.files[0].id)
    assert (job.model_name, job.version_name, job.filename) == ("Ink Lines", "v1.0", "ink.safetensors")
    assert job.target_path == str(stage.root() / "ink.safetensors")
    assert job.bytes_done == job.bytes_total == len(content)
    assert job.verified_by == "sha256"
    assert job.sha256 == hashlib.sha256(content).hexdigest()
    assert job.error is None
    arrival = stage.greeter.seen[0]
    assert arrival.path == stage.root() / "ink.safetensors"
    assert arrival.root.path == stage.root()
    assert arrival.model is not None
    assert arrival.hashes.sha256 == job.sha256


def test_the_same_wish_again_is_done_at_once(stage: Stage, demo: DemoCivitai) -> None:
    version = demo.catalogue.add("Again", b"\x08\0\0\0\0\0\0\0{}      ").versions[0]
    first = stage.fetch(Wish(version.id))
    asked = len(demo.asked(where="storage"))
    again = stage.service.submit(Wish(version.id, version.files[0].id))
    assert again.id == first.id
    assert again.state is State.DONE
    assert len(demo.asked(where="storage")) == asked


def test_a_file_known_to_the_index_is_done_at_once(stage: Stage, demo: DemoCivitai) -> None:
    content = b"\x08\0\0\0\0\0\0\0{}      "
    version = demo.catalogue.add("Before", content).versions[0]
    first = stage.fetch(Wish(version.id))
    other = demo.catalogue.add("Same Content Elsewhere", content).versions[0]
    job = stage.service.submit(Wish(other.id))
    assert job.state is State.DONE
    assert job.target_path == first.target_path
    assert job.id != first.id
    assert len(stage.files()) == 1


def test_a_deleted_file_is_fetched_again(stage: Stage, demo: DemoCivitai) -> None:
    version = demo.catalogue.add("Gone", b"\x08\0\0\0\0\0\0\0{}      ").versions[0]
    stage.fetch(Wish(version.id))
    (stage.root() / "Gone.safetensors").unlink()
    stage.fetch(Wish(version.id))
    assert list(stage.files()) == ["LORA/Gone.safetensors"]


@pytest.mark.parametrize(
    ("number", "place"),
    [
        (0, "Checkpoint/trapMultiFile_v10.safetensors"),
        (1, "TextEncoder/trapMultiFile_v10_txt.safetensors"),
        (3, "Checkpoint/trapMultiFile_v10.gguf"),
        (4, "VAE/trapMultiFile_v10_vae.safetensors"),
        (5, "Checkpoint/trapMultiFile_v10.yaml"),
        (6, "Other/trapMultiFile_v10_trainingData.zip"),
    ],
)
def test_each_file_goes_where_it_belongs(stage: Stage, demo: DemoCivitai, number: int, place: str) -> None:
    stage.fetch(wish_for(demo, "multi-file", number))
    assert list(stage.files()) == [place]


def test_a_config_lies_beside_its_model_under_the_models_name(stage: Stage, demo: DemoCivitai) -> None:
    stage.fetch(wish_for(demo, "multi-file", 2, folder="flux", filename="mine"))
    stage.fetch(wish_for(demo, "multi-file", 5))
    assert sorted(stage.files()) == ["Checkpoint/flux/mine.safetensors", "Checkpoint/flux/mine.yaml"]


def test_folder_and_filename_are_the_users_choice(stage: Stage, demo: DemoCivitai) -> None:
    version = demo.catalogue.add("Chosen", b"\x08\0\0\0\0\0\0\0{}      ").versions[0]
    stage.fetch(Wish(version.id, folder="styles/ink", filename="my lines.safetensors"))
    assert list(stage.files()) == ["LORA/styles/ink/my lines.safetensors"]


def test_a_template_makes_sub_folders(stage: Stage, demo: DemoCivitai) -> None:
    stage.knobs.values["civitai_folder_templates"] = "LORA = {base_model}/{creator}"
    model = demo.catalogue.add("Sorted", b"\x08\0\0\0\0\0\0\0{}      ", base_model="SDXL 1.0")
    stage.fetch(Wish(model.versions[0].id))
    assert list(stage.files()) == [f"LORA/SDXL 1.0/{model.creator}/Sorted.safetensors"]


@pytest.mark.parametrize("folder", ["../x", "/etc", "C:\\Windows", "a/../../b"])
def test_folders_outside_are_refused_at_once(stage: Stage, demo: DemoCivitai, folder: str) -> None:
    with pytest.raises(InvalidRequest):
        stage.service.submit(wish_for(demo, "multi-file", 0, folder=folder))
    assert stage.service.progress(0).jobs == ()


def test_a_link_that_leads_out_of_the_root_is_refused(stage: Stage, demo: DemoCivitai) -> None:
    outside = stage.folder / "outside"
    outside.mkdir()
    stage.root("Checkpoint").mkdir(parents=True)
    (stage.root("Checkpoint") / "way").symlink_to(outside, target_is_directory=True)
    with pytest.raises(InvalidRequest):
        stage.service.submit(wish_for(demo, "multi-file", 0, folder="way"))


def test_unknown_and_malformed_wishes_are_refused(stage: Stage, demo: DemoCivitai) -> None:
    with pytest.raises(NotFound):
        stage.service.submit(Wish(2**31 - 5))
    for wish in (Wish(0), Wish(-1), Wish(2**40), wish_for(demo, "multi-file", 0, filename="a/b")):
        with pytest.raises(InvalidRequest):
            stage.service.submit(wish)
    with pytest.raises(InvalidRequest):
        stage.service.submit(Wish(demo.catalogue.trap("multi-file").versions[0].id, 1))


def test_names_that_are_taken_get_the_version_then_the_file(stage: Stage, demo: DemoCivitai) -> None:
    root = stage.root()
    root.mkdir(parents=True)
    (root / "same.safetensors").write_bytes(b"the user's own")
    version = demo.catalogue.add("T", b"\x08\0\0\0\0\0\0\0{}      ", file_name="same.safetensors").versions[0]
    (root / f"same-{version.id}.ckpt").write_bytes(b"another of the user's")
    job = stage.fetch(Wish(version.id))
    assert job.filename == f"same-{version.id}-{version.files[0].id}.safetensors"
    assert (root / "same.safetensors").read_bytes() == b"the user's own"
    other = demo.catalogue.add("U", b"\x0a\0\0\0\0\0\0\0{}        ", file_name="SAME.safetensors").versions[0]
    failed = stage.refuse(Wish(other.id, on_conflict=OnConflict.FAIL))
    assert failed.error is not None
    assert failed.error.code == "name_conflict"
    assert len(stage.files()) == 3


def test_the_same_content_under_that_name_counts_as_installed(stage: Stage, demo: DemoCivitai) -> None:
    content = b"\x08\0\0\0\0\0\0\0{}      "
    version = demo.catalogue.add("Mine", content, file_name="mine.safetensors").versions[0]
    stage.root().mkdir(parents=True)
    (stage.root() / "mine.safetensors").write_bytes(content)
    job = stage.fetch(Wish(version.id))
    assert job.filename == "mine.safetensors"
    assert demo.asked(where="storage") == []
    assert stage.models.get(stage.root() / "mine.safetensors") is not None


def test_a_lora_that_another_folder_would_hide_gets_another_name(stage: Stage, demo: DemoCivitai) -> None:
    first = demo.catalogue.add("A", b"\x08\0\0\0\0\0\0\0{}      ", file_name="Twin.safetensors").versions[0]
    second = demo.catalogue.add("B", b"\x0a\0\0\0\0\0\0\0{}        ", file_name="twin.safetensors").versions[0]
    stage.fetch(Wish(first.id, folder="styles"))
    stage.fetch(Wish(second.id))
    assert sorted(stage.files()) == ["LORA/styles/Twin.safetensors", f"LORA/twin-{second.id}.safetensors"]


def test_two_files_of_one_name_get_two_names_while_both_run(stage: Stage, demo: DemoCivitai) -> None:
    jobs = [stage.service.submit(wish_for(demo, "twin-files", number)) for number in range(3)]
    done = [stage.wait(job) for job in jobs]
    assert len({job.target_path for job in done}) == 3
    assert len(stage.files()) == 3


def test_hostile_names_stay_in_the_folder(stage: Stage, demo: DemoCivitai) -> None:
    names = [
        "../../evil.safetensors",
        "CON.safetensors",
        "a\u202egpj.safetensors",
        "x" * 300 + ".safetensors",
        "C:\\w.pt",
    ]
    for number, name in enumerate(names):
        content = bytes([8 + number]) + b"\0\0\0\0\0\0\0{}" + b" " * (6 + number)
        wish = Wish(demo.catalogue.add(f"N{number}", content, file_name=name).versions[0].id)
        job = stage.wait(stage.service.submit(wish), State.DONE)
        assert job.target_path is not None
    assert all(path.startswith("LORA/") and path.count("/") == 1 for path in stage.files())
    assert len(stage.files()) == len(names)


def test_a_file_linked_from_another_version_is_fetched_by_its_own_address(stage: Stage, demo: DemoCivitai) -> None:
    version = demo.catalogue.trap("linked-vae").versions[0]
    job = stage.fetch(Wish(version.id, version.linked_file_ids[0]))
    assert job.target_path == str(stage.root("VAE") / "linkedVae.safetensors")


def test_progress_tells_only_what_changed(stage: Stage, demo: DemoCivitai) -> None:
    before = stage.service.progress(0)
    job = stage.fetch(wish_for(demo, "multi-file", 0))
    view = stage.service.progress(before.revision)
    assert [changed.id for changed in view.jobs] == [job.id]
    assert stage.service.progress(view.revision).jobs == ()
    assert stage.service.progress(view.revision + 1).jobs == view.jobs
    assert stage.service.progress(1).jobs == view.jobs
    assert view.totals.active == view.totals.queued == 0


def test_history_and_revisions_survive_a_restart(stage: Stage, demo: DemoCivitai) -> None:
    job = stage.fetch(wish_for(demo, "multi-file", 0))
    old = stage.service.progress(0).revision
    later = stage.again()
    later.service.start()
    view = later.service.progress(old)
    assert [known.id for known in view.jobs] == [job.id]
    assert view.revision > old
    later.close()
