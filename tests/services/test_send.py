"""Plans for sending, against the demo CivitAI and a real index."""

from __future__ import annotations

import pytest

from civitdock.demo import faults
from civitdock.demo.faults import Match
from civitdock.domain.generation import Kind
from civitdock.domain.send import (
    FieldName,
    Held,
    HostFile,
    Plan,
    Problem,
    Resource,
    ResourceState,
    Target,
)
from civitdock.errors import InvalidRequest
from civitdock.services.send import SendRequest
from tests.support.send_bench import Bench, values


def only(plan: Plan, kind: Kind) -> Resource:
    (found,) = [each for each in plan.resources if each.kind is kind]
    return found


# --- fields --------------------------------------------------------------------------------------


def test_a_picture_becomes_fields_and_an_infotext(bench: Bench) -> None:
    plan = bench.plan({"Hires upscaler": "4x-animesharp", "Hires upscale": 2, "Denoising strength": 0.4})
    assert plan.has_fields
    assert values(plan) == {
        FieldName.PROMPT: "a cat",
        FieldName.NEGATIVE: "bad",
        FieldName.SAMPLER: "DPM++ 2M",
        FieldName.SCHEDULER: "Karras",
        FieldName.STEPS: 20,
        FieldName.CFG: 7.5,
        FieldName.SEED: 5,
        FieldName.WIDTH: 832,
        FieldName.HEIGHT: 1216,
        FieldName.DENOISING: 0.4,
        FieldName.HIRES_SCALE: 2.0,
        FieldName.HIRES_UPSCALER: "4x-AnimeSharp",
    }
    assert plan.infotext == (
        "a cat\nNegative prompt: bad\nSteps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7.5, Seed: 5, "
        "Size: 832x1216, Denoising strength: 0.4, Hires upscale: 2, Hires upscaler: 4x-AnimeSharp"
    )


def test_what_the_host_lacks_is_said_and_left_out(bench: Bench) -> None:
    plan = bench.plan({"sampler": "UniPC", "VAE": "other.vae.pt", "Hires upscaler": "Latent"}, target=Target.IMG2IMG)
    problems = {each.name: each.problem for each in plan.fields if each.problem}
    assert problems == {
        FieldName.SAMPLER: Problem.NOT_HERE,
        FieldName.VAE: Problem.NOT_HERE,
        FieldName.HIRES_UPSCALER: Problem.NO_FIELD,
    }
    assert "Sampler" not in plan.infotext
    assert "Hires" not in plan.infotext
    assert "Sampler: UniPC" in plan.copy_text
    assert "VAE: other.vae.pt" in plan.copy_text


def test_without_a_webui_there_is_only_text_to_copy(bench: Bench) -> None:
    bench.host.taken = None
    plan = bench.plan({"Model": "x", "Model hash": "0123456789"})
    assert not plan.has_fields
    assert {each.problem for each in plan.fields} == {Problem.NO_FIELD}
    assert plan.copy_text.endswith("Seed: 5, Size: 832x1216, Model hash: 0123456789, Model: x")


def test_too_few_parameters_make_no_infotext(bench: Bench) -> None:
    plan = bench.service.plan(SendRequest(image_meta={"prompt": "a cat", "steps": 3}))
    assert plan.infotext == ""
    assert values(plan)[FieldName.STEPS] == 3


def test_forge_gets_its_preset_and_modules(bench: Bench) -> None:
    model, version = bench.find("Checkpoint", "Flux.1 D")
    row = bench.install(model, version, "flux.safetensors")
    bench.offers(
        checkpoints=(HostFile("sub/flux.safetensors", row.path),),
        modules=(bench.listed("VAE", "ae.safetensors"), bench.listed("text_encoder", "clip_l.safetensors")),
        presets=("sd", "xl", "flux", "all"),
        held=Held(preset="sd"),
    )
    meta = {"Model": "flux", "Module 1": "ae", "Module 2": "clip_l", "Module 3": "t5"}
    plan = bench.plan(meta)
    assert values(plan)[FieldName.PRESET] == "flux"
    assert values(plan)[FieldName.CHECKPOINT] == "sub/flux.safetensors"
    modules = next(each for each in plan.fields if each.name is FieldName.MODULES)
    assert (modules.value, modules.problem) == (("ae.safetensors", "clip_l.safetensors"), Problem.NOT_HERE)
    assert "Module" not in plan.infotext
    assert "Module 1: ae, Module 2: clip_l, Module 3: t5" in plan.copy_text
    bench.offers(held=Held(preset="all"))
    assert FieldName.PRESET not in values(bench.plan(meta))


# --- checkpoints ---------------------------------------------------------------------------------


def test_a_checkpoint_is_found_by_content_then_version_then_whole_name(bench: Bench) -> None:
    model, version = bench.find("Checkpoint", "SDXL 1.0")
    row = bench.install(model, version, "my name.safetensors")
    bench.offers(checkpoints=(HostFile("my name.safetensors", row.path),))
    assert row.hashes.sha256 is not None
    for meta in (
        {"Model hash": row.hashes.sha256[:10].upper()},
        {"civitaiResources": [{"type": "checkpoint", "modelVersionId": version.id}]},
        {"Model": "My Name"},
    ):
        assert values(bench.plan(meta))[FieldName.CHECKPOINT] == "my name.safetensors", meta
    for meta in ({"Model": "my"}, {"Model": "my name 2"}, {"Model": "my name", "Model hash": "0123456789"}):
        field = next(each for each in bench.plan(meta).fields if each.name is FieldName.CHECKPOINT)
        assert (field.value, field.problem) == (None, Problem.NOT_HERE), meta


def test_a_checkpoint_that_only_the_host_knows_is_found_in_its_list(bench: Bench) -> None:
    path = bench.folder / "Stable-diffusion" / "new.safetensors"
    bench.offers(checkpoints=(HostFile("new.safetensors", path, ("0123456789", "new")),))
    for meta in ({"Model hash": "0123456789"}, {"Model": "new"}):
        assert values(bench.plan(meta))[FieldName.CHECKPOINT] == "new.safetensors"


def test_a_missing_checkpoint_says_what_a_download_needs(bench: Bench) -> None:
    _model, version = bench.find("Checkpoint", "SDXL 1.0")
    plan = bench.plan({"civitaiResources": [{"type": "checkpoint", "modelVersionId": version.id}]})
    found = only(plan, Kind.CHECKPOINT)
    assert (found.state, found.version_id, found.insert) == (ResourceState.MISSING, version.id, None)
    assert found.file_id is not None
    assert found.size_bytes is not None


# --- resources -----------------------------------------------------------------------------------


def test_all_places_that_name_a_lora_are_one_chip(bench: Bench) -> None:
    model, version = bench.find("LORA", "SDXL 1.0")
    row = bench.install(model, version, "local name.safetensors", trained_words=("word",))
    assert row.hashes.sha256 is not None
    plan = bench.plan(
        {
            "prompt": "a cat <lora:Theirs:0.7>",
            "civitaiResources": [{"type": "lora", "modelVersionId": version.id, "weight": 0.6}],
            "resources": [{"type": "lora", "name": "Theirs", "hash": row.hashes.sha256[:12]}],
        },
        version_id=version.id,
    )
    found = only(plan, Kind.LORA)
    assert len(plan.resources) == 1
    assert (found.state, found.weight, found.tag, found.names) == (
        ResourceState.HERE,
        0.7,
        "local name",
        ("Theirs",),
    )
    assert (found.insert, found.path, found.words) == ("<lora:local name:0.7>", row.path, ("word",))
    assert values(plan)[FieldName.PROMPT] == "a cat <lora:local name:0.7>"
    assert plan.infotext.startswith("a cat <lora:local name:0.7>\n")
    assert plan.copy_text.startswith("a cat <lora:Theirs:0.7>\n")


def test_a_lora_without_a_tag_has_the_pictures_weight(bench: Bench) -> None:
    model, version = bench.find("LORA", "SDXL 1.0")
    bench.install(model, version, "x.safetensors")
    plan = bench.plan({"civitaiResources": [{"type": "lora", "modelVersionId": version.id, "weight": 0.6}]})
    assert only(plan, Kind.LORA).insert == "<lora:x:0.6>"
    assert only(plan, Kind.LORA).names == ()


def test_a_lora_is_known_by_the_hosts_alias(bench: Bench) -> None:
    path = bench.folder / "LORA" / "file.safetensors"
    bench.offers(loras=(HostFile("file", path, ("alias",)),))
    plan = bench.plan({"prompt": "a <lora:Alias:1>"})
    assert values(plan)[FieldName.PROMPT] == "a <lora:file:1>"
    assert only(plan, Kind.LORA).state is ResourceState.HERE


def test_missing_ones_are_found_by_version_and_by_hash(bench: Bench) -> None:
    _one, by_id = bench.find("LORA", "SDXL 1.0")
    _other, by_hash = bench.find("LORA", "Pony")
    sha256 = by_hash.files[0].blob.digests().sha256
    plan = bench.plan(
        {
            "civitaiResources": [{"type": "lora", "modelVersionId": by_id.id}],
            "resources": [
                {"type": "lora", "name": "theirs", "hash": sha256[:10]},
                {"type": "lora", "name": "nobody", "hash": "ffffffffff"},
            ],
        }
    )
    states = {each.version_id: each.state for each in plan.resources}
    assert states == {
        by_id.id: ResourceState.MISSING,
        by_hash.id: ResourceState.MISSING,
        None: ResourceState.UNKNOWN,
    }


def test_another_base_model_is_said(bench: Bench) -> None:
    checkpoint, version = bench.find("Checkpoint", "SDXL 1.0")
    row = bench.install(checkpoint, version, "xl.safetensors")
    bench.offers(checkpoints=(HostFile("xl.safetensors", row.path),), held=Held(HostFile("xl.safetensors", row.path)))
    lora, own = bench.find("LORA", "SD 1.5")
    bench.install(lora, own, "one.safetensors")
    pony, fitting = bench.find("LORA", "Pony")
    bench.install(pony, fitting, "two.safetensors")
    meta = {"prompt": "<lora:one:1> <lora:two:1>"}
    for plan in (bench.plan({**meta, "Model": "xl"}), bench.plan(meta)):
        found = {each.tag: (each.state, each.fits) for each in plan.resources if each.kind is Kind.LORA}
        assert found == {"one": (ResourceState.WRONG_BASE, False), "two": (ResourceState.HERE, True)}


def test_embeddings_are_found_by_their_words(bench: Bench) -> None:
    model, version = bench.find("TextualInversion", "SDXL 1.0")
    bench.install(model, version, "EasyNeg.safetensors")
    plan = bench.plan({"negativePrompt": "bad, (easyneg:1.2)"})
    found = only(plan, Kind.EMBEDDING)
    assert (found.state, found.tag, found.insert, found.names) == (
        ResourceState.HERE,
        "EasyNeg",
        "EasyNeg",
        ("EasyNeg",),
    )
    assert bench.plan({"negativePrompt": "easynegative"}).resources == ()


def test_while_civitai_is_away_the_rest_of_the_plan_stands(bench: Bench) -> None:
    bench.demo.faults.add(match=Match(where="api"), fault=faults.overloaded(), times=None)
    plan = bench.plan({"civitaiResources": [{"type": "lora", "modelVersionId": 4}]})
    assert values(plan)[FieldName.STEPS] == 20
    assert only(plan, Kind.LORA).state is ResourceState.UNKNOWN


# --- words ---------------------------------------------------------------------------------------


def test_words_come_with_the_file_that_they_call(bench: Bench) -> None:
    model, version = bench.find("LORA", "SDXL 1.0")
    bench.install(model, version, "x.safetensors")
    plan = bench.service.plan(SendRequest(words=("one", "two"), version_id=version.id))
    assert (plan.words, plan.fields) == (("one", "two"), ())
    assert only(plan, Kind.LORA).insert == "<lora:x:1>"
    assert bench.service.plan(SendRequest(words=("one", "two"), model_id=model.id)) == plan


@pytest.mark.parametrize("request_", [SendRequest(), SendRequest(infotext="a", words=("b",))])
def test_one_thing_is_sent_at_a_time(bench: Bench, request_: SendRequest) -> None:
    with pytest.raises(InvalidRequest):
        bench.service.plan(request_)
