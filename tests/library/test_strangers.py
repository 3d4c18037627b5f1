"""Files that CivitAI does not know: what their own header and other tools' files say, and when it is asked again."""

from __future__ import annotations

import json
import struct

import pytest
import requests

from civitdock.demo.contents import tensor_blob
from civitdock.demo.faults import Fault, Match, challenge, edit_json, gateway_error, rate_limited
from civitdock.demo.server import DemoCivitai
from civitdock.domain.header_facts import belongs, header_facts
from civitdock.domain.library import LocalState
from civitdock.domain.sync import SyncPlan, SyncRequest
from civitdock.domain.tensors import Header, Tensor
from tests.library.bench import Library, safe_models, sidecar
from tests.support.clock import FakeClock

pytestmark = pytest.mark.timeout(60)
IDS = Match(where="api", path="/api/v1/model-versions/by-hash/ids")
SINGLE = "/api/v1/model-versions/by-hash/"


def resaved(content: bytes, **metadata: str) -> bytes:
    """The same tensors under another header."""
    (length,) = struct.unpack("<Q", content[:8])
    head = json.loads(content[8 : 8 + length])
    head["__metadata__"] = {**head.get("__metadata__", {}), **metadata}
    text = json.dumps(head).encode()
    return struct.pack("<Q", len(text)) + text + content[8 + length :]


def test_a_resaved_network_is_known_by_its_tensors(library: Library, demo: DemoCivitai) -> None:
    model = safe_models(demo)[0]
    content = resaved(model.versions[0].files[0].content.read(), note="saved again")
    path = library.put("LORA", "again.safetensors", content)
    assert library.sync().matched == 1
    row = library.row(path)
    assert (row.state, row.version_id) == (LocalState.IDENTIFIED, model.versions[0].id)
    assert row.file_id == model.versions[0].files[0].id
    assert row.hashes.autov3 is not None
    singles = [each for each in demo.requests if each.path.startswith(SINGLE) and not each.path.endswith("/ids")]
    assert len(singles) == 1


def test_an_unknown_network_says_what_it_is(library: Library, demo: DemoCivitai) -> None:
    words = {"10_mytoken": {"mytoken": 40, "forest": 30, "sky": 5}}
    content = resaved(tensor_blob("stranger", "locon", "sdxl", "x").read(), ss_tag_frequency=json.dumps(words))
    path = library.put("LORA", "own.safetensors", content)
    assert library.sync().unmatched == 1
    row = library.row(path)
    assert (row.state, row.kind, row.type, row.base_model) == (LocalState.UNKNOWN, "LoCon", "LoCon", "SDXL 1.0")
    assert row.suggested_words == ("mytoken", "forest", "sky")
    assert row.belongs is None
    assert not path.with_suffix(".json").exists()


def test_a_misplaced_file_is_shown_as_such(library: Library, demo: DemoCivitai) -> None:
    wrong = library.put("LORA", "wrong.safetensors", tensor_blob("m", "checkpoint", "sd1", "x").read())
    known = safe_models(demo)[0]
    moved = library.put("Checkpoint", "lora.safetensors", known.versions[0].files[0].content.read())
    library.sync()
    assert library.row(wrong).belongs == "Checkpoint"
    assert library.row(moved).belongs == "LORA"
    assert library.row(moved).state is LocalState.IDENTIFIED


def test_the_date_to_ask_again_grows_and_force_asks_at_once(
    library: Library, demo: DemoCivitai, clock: FakeClock
) -> None:
    library.put("Checkpoint", "own.ckpt", b"PK\x03\x04 nobody knows this")
    library.sync()
    gaps = []
    for _ in range(3):
        demo.requests.clear()
        hours = 0
        while not demo.asked(where="api", path=IDS.path):
            clock.advance(3600)
            hours += 1
            library.sync()
        gaps.append(hours)
    assert gaps == [6, 24, 72]
    demo.requests.clear()
    library.sync(SyncRequest(force=True))
    assert len(demo.asked(where="api", path=IDS.path)) == 1


def test_a_clock_set_back_does_not_stop_the_asking(library: Library, demo: DemoCivitai, clock: FakeClock) -> None:
    clock.set_wall(4_000_000_000.0)
    known = library.put_demo(safe_models(demo)[0])
    library.put("Checkpoint", "own.ckpt", b"PK\x03\x04 nobody knows this")
    library.sync()
    clock.set_wall(1_795_000_000.0)
    assert library.service.plan(SyncRequest()).files == 2
    assert library.sync().matched == 1
    assert library.service.plan(SyncRequest()) == SyncPlan(0, 0, 0)
    assert library.row(known).synced_at is not None


def test_what_other_tools_know_is_taken_over_and_reported(library: Library, demo: DemoCivitai) -> None:
    path = library.put("Checkpoint", "gone.ckpt", b"PK\x03\x04 deleted from CivitAI")
    info = {
        "id": 5, "modelId": 4, "name": "v3", "baseModel": "SDXL 1.0", "trainedWords": ["old word,", "two"],
        "model": {"name": "Deleted Model", "description": "<p>It was <b>good</b>.</p>"}, "files": [], "images": [],
    }  # fmt: skip
    path.with_suffix(".civitai.info").write_text(json.dumps(info), encoding="utf-8")
    path.with_suffix(".metadata.json").write_text(json.dumps({"notes": "mine", "sha256": "0" * 64}), encoding="utf-8")
    before = {each: each.read_bytes() for each in path.parent.iterdir()}
    library.sync()
    row = library.row(path)
    assert (row.state, row.model_name, row.version_name) == (LocalState.UNKNOWN, "Deleted Model", "v3")
    assert row.trained_words == ("old word,", "two")
    found = sidecar(path)
    assert (found["description"], found["sd version"], found["activation text"]) == (
        "It was good.", "SDXL", "old word, two",
    )  # fmt: skip
    assert "notes" not in found  # the other file speaks of another content
    assert {each: each.read_bytes() for each in before} == before
    ((where, taken),) = library.originals.report()
    assert where == path.with_suffix(".json")
    assert [(each.source, set(each.fields)) for each in taken] == [
        ("gone.civitai.info", {"model_name", "version_name", "base_model", "trained_words", "description"})
    ]


def test_the_second_file_of_a_stem_is_not_taken_for_the_first(library: Library, demo: DemoCivitai) -> None:
    owner = library.put_demo(safe_models(demo)[0])
    other = library.put("LORA", f"{owner.stem}.ckpt", b"\x80\x02 nobody knows this")
    info = {"id": 5, "modelId": 4, "name": "v3", "trainedWords": ["a"], "model": {"name": "The First"}}
    owner.with_suffix(".civitai.info").write_text(json.dumps(info), encoding="utf-8")
    library.sync()
    row = library.row(other)
    assert (row.state, row.model_name, row.trained_words) == (LocalState.UNKNOWN, None, ())
    assert sidecar(owner)["local"]["sha256"] == library.row(owner).hashes.sha256  # type: ignore[index]
    assert library.originals.report() == ()


def test_notes_of_other_tools_are_taken_over_once_and_stay(
    library: Library, demo: DemoCivitai, clock: FakeClock
) -> None:
    path = library.put_demo(safe_models(demo)[0])
    path.with_suffix(".metadata.json").write_text(json.dumps({"notes": "use at 0.6"}), encoding="utf-8")
    library.sync()
    assert sidecar(path)["notes"] == "use at 0.6"
    assert sidecar(path)["civitai"]
    ((where, taken),) = library.originals.report()
    assert (where, taken[0].source, taken[0].fields) == (
        path.with_suffix(".json"), f"{path.stem}.metadata.json", ("notes",),
    )  # fmt: skip
    edited = {**sidecar(path), "notes": ""}
    path.with_suffix(".json").write_text(json.dumps(edited), encoding="utf-8")
    clock.advance(25 * 3600)
    library.sync()
    assert sidecar(path)["notes"] == ""  # the user took them out


def test_notes_stay_when_nothing_is_edited(library: Library, demo: DemoCivitai, clock: FakeClock) -> None:
    path = library.put_demo(safe_models(demo)[0])
    path.with_suffix(".metadata.json").write_text(json.dumps({"notes": "use at 0.6"}), encoding="utf-8")
    library.sync()
    clock.advance(25 * 3600)
    assert library.sync().matched == 1
    assert sidecar(path)["notes"] == "use at 0.6"


def test_another_file_under_the_name_loses_the_old_identity(library: Library, demo: DemoCivitai) -> None:
    path = library.put_demo(safe_models(demo)[0])
    library.sync()
    edited = {**sidecar(path), "notes": "mine"}
    path.with_suffix(".json").write_text(json.dumps(edited), encoding="utf-8")
    path.write_bytes(tensor_blob("other", "lora", "sd1", "x").read())
    library.sync()
    found = sidecar(path)
    assert "civitai" not in found
    assert found["notes"] == "mine"
    assert "activation text" not in found
    assert found["local"]["kept"]["civitai"] == edited["civitai"]  # type: ignore[index]
    assert found["local"]["sha256"] == library.row(path).hashes.sha256  # type: ignore[index]


@pytest.mark.parametrize(
    ("content", "folder", "civitai", "wanted"),
    [
        ("LoCon", "LORA", "LORA", None),
        ("Checkpoint", "LORA", None, "Checkpoint"),
        ("Checkpoint", "Other", None, None),
        ("LORA", "LORA", "Checkpoint", "LORA"),
        ("Checkpoint", "Checkpoint", "UNet", None),
        (None, "LORA", "VAE", None),
    ],
)
def test_when_content_contradicts(content: str | None, folder: str, civitai: str | None, wanted: str | None) -> None:
    assert belongs(content, frozenset({folder}), civitai) == wanted


@pytest.mark.parametrize("text", ["[", "[1]", '{"a": 5}', '{"a": {"b": true, "c": "x"}}', '{"1_": {}}'])
def test_strange_training_data_suggest_nothing(text: str) -> None:
    header = Header({"ss_tag_frequency": text}, {"x.lora_down.weight": Tensor("F16", (1, 2))})
    assert header_facts(header).words == ()


def test_a_version_with_other_tensors_is_not_believed(library: Library, demo: DemoCivitai) -> None:
    """The look-up by what follows the header answers another model's version."""
    first, other = safe_models(demo)[:2]
    path = library.put("LORA", "again.safetensors", resaved(first.versions[0].files[0].content.read(), note="again"))
    wrong = requests.get(f"{demo.api_base}/model-versions/{other.versions[0].id}", timeout=10).json()
    answers_wrong = edit_json(lambda value: value if isinstance(value, list) else wrong)
    demo.faults.add(match=Match(where="api", path=SINGLE), fault=answers_wrong, times=None)
    job = library.sync()
    assert (job.matched, job.unmatched) == (0, 1)
    assert library.row(path).state is LocalState.UNKNOWN
    assert not path.with_suffix(".json").exists()


@pytest.mark.parametrize("fault", [gateway_error(), challenge(), rate_limited(3)], ids=["524", "html", "429"])
def test_an_outage_of_the_single_look_up_is_waited_out(library: Library, demo: DemoCivitai, fault: Fault) -> None:
    model = safe_models(demo)[0]
    library.put("LORA", "again.safetensors", resaved(model.versions[0].files[0].content.read(), note="again"))
    demo.faults.add(match=Match(where="api", regex="by-hash/[0-9a-fA-F]{12}"), fault=fault, times=7)
    assert library.sync().matched == 1
