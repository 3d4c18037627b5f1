"""What a text says about how a picture was made, and what several texts of one picture say together."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.domain import recipe
from civitdock.domain.generation import Kind, Mention
from civitdock.domain.recipe import Source
from tests.unit.test_workflow import API, EDITOR

INFOTEXT = (
    "a cat <lora:one:0.7>\nNegative prompt: bad\n"
    "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512, Model hash: 0123456789, Model: base, "
    "VAE: v.pt, "
    "Hires upscaler: 4x-Sharp, Module 1: ae, "
    'ControlNet 0: "Module: canny, Model: control_canny [d14c016b], Weight: 1", '
    'Lora hashes: "one: aabbccddeeff, two: 001122334455", TI hashes: "hands: 1122334455", Version: v1'
)


def names(found: recipe.Recipe) -> set[tuple[Kind, str | None]]:
    return {(each.kind, each.name) for each in found.mentions}


def test_an_infotext_names_models_hashes_tags_upscaler_modules_and_controlnet() -> None:
    found = recipe.read(INFOTEXT)
    assert (found.source, found.infotext, found.generation) == (Source.INFOTEXT, INFOTEXT, None)
    assert names(found) == {
        (Kind.CHECKPOINT, "base"),
        (Kind.VAE, "v.pt"),
        (Kind.UPSCALER, "4x-Sharp"),
        (Kind.OTHER, "ae"),
        (Kind.CONTROLNET, "control_canny"),
        (Kind.LORA, "one"),
        (Kind.LORA, "two"),
        (Kind.EMBEDDING, "hands"),
    }
    assert Mention(Kind.LORA, "two", "001122334455") in found.mentions


@pytest.mark.parametrize("upscaler", ["Latent (nearest)", "R-ESRGAN 4x+", "None", "Lanczos"])
def test_upscalers_that_every_host_has_are_not_wanted(upscaler: str) -> None:
    text = f"a cat\nSteps: 20, Sampler: Euler a, Seed: 1, Hires upscaler: {upscaler}"
    assert recipe.read(text).mentions == ()


@pytest.mark.parametrize("value", [API, EDITOR])
def test_a_workflow_can_be_sent_as_generation_data(value: dict[str, object]) -> None:
    found = recipe.read(json.dumps(value))
    assert (found.source, found.infotext) == (Source.WORKFLOW, None)
    assert found.generation is not None
    assert found.generation["prompt"] == "a cat, (embedding:good_hands:1.2)"
    assert (Kind.LORA, "one.safetensors") in names(found)


def test_civitais_generator_writes_its_data_beside_a_workflow() -> None:
    extra = {"prompt": "a fox", "steps": 30, "resources": [{"modelVersionId": 5, "strength": 0.4}]}
    value = {
        **API,
        "extra": {"airs": ["urn:air:sdxl:lora:civitai:1@2"]},
        "extraMetadata": json.dumps(extra),
    }
    found = recipe.read(json.dumps(value))
    assert found.source is Source.WORKFLOW
    assert found.generation is not None
    assert (found.generation["prompt"], found.generation["steps"]) == ("a fox", 30)
    assert {each.version_id for each in found.mentions} >= {2, 5}


def test_civitais_data_and_names_are_read() -> None:
    data = {"url": "x", "meta": {"prompt": "a fox", "civitaiResources": [{"type": "lora", "modelVersionId": 9}]}}
    found = recipe.read(json.dumps(data))
    assert (found.source, found.mentions) == (Source.CIVITAI, (Mention(Kind.LORA, version_id=9),))
    assert found.generation == data["meta"]
    text = "urn:air:sdxl:vae:civitai:3@4 and https://civitai.com/models/7?modelVersionId=8."
    found = recipe.read(text)
    assert found.source is Source.CIVITAI
    assert set(found.mentions) == {Mention(Kind.VAE, version_id=4), Mention(Kind.OTHER, version_id=8)}


def test_a_workflow_within_civitais_data_is_read_too() -> None:
    data = {"prompt": "a cat", "comfy": json.dumps({"prompt": API, "workflow": EDITOR})}
    assert (Kind.CHECKPOINT, "sub\\base.safetensors") in names(recipe.read(json.dumps(data)))


@pytest.mark.parametrize("text", ["", "hello", "{", '{"a": 1}', "[1, 2]", "{a|b} cat", "\0\0", "x" * 300_000])
def test_what_says_nothing_is_none(text: str) -> None:
    assert recipe.read(text) == recipe.Recipe()


def test_a_picture_with_several_texts_says_all_of_them_and_counts_one_workflow() -> None:
    edited = {"nodes": [{"id": 1, "type": "VAELoader", "widgets_values": ["only_edited.safetensors"]}], "links": []}
    found = recipe.read_all([json.dumps(API), INFOTEXT, json.dumps(edited), "nothing"])
    assert (found.source, found.infotext) == (Source.INFOTEXT, INFOTEXT)
    assert {(Kind.CHECKPOINT, "sub\\base.safetensors"), (Kind.VAE, "v.pt")} <= names(found)
    assert (Kind.VAE, "only_edited.safetensors") not in names(found)
    assert recipe.read_all([]) == recipe.Recipe()


def test_names_are_what_a_database_and_an_address_can_hold() -> None:
    value = {"1": {"class_type": "LoraLoader", "inputs": {"lora_name": "a\ud800b\u0000.safetensors"}}}
    (found,) = recipe.read(json.dumps(value)).mentions
    assert found.name is not None
    found.name.encode("utf-8")


DEEP = "[" * 100_000
HEAVY = {
    "spaces in a tag": "<lora:" + " " * 200_000,
    "tags without an end": "<lora:a" * 30_000,
    "spaces in hashes": 'a\nSteps: 1, Seed: 1, Size: 1x1, Lora hashes: "' + " " * 200_000 + '"',
    "spaces in a title": "a\nSteps: 1, Seed: 1, Size: 1x1, Refiner: x" + " " * 200_000 + "]",
    "spaces in ControlNet": 'a\nSteps: 1, Seed: 1, Size: 1x1, ControlNet 0: "Model:' + " " * 200_000 + '"',
    "digits in a name": json.dumps({"1": {"class_type": "x", "inputs": {"1" * 200_000 + "x": "a.pt"}}}),
    "deep JSON": '{"meta": ' + DEEP,
    "deep values": '{"prompt": "a", "resources": ' + "[" * 800 + "]" * 800 + "}",
    "many nodes": json.dumps(
        {str(n): {"class_type": "LoraLoader", "inputs": {"lora_name": f"{n}"}} for n in range(20_000)}
    ),
    "many tags": "<lora:a:1>" * 26_000,
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("kind", HEAVY)
def test_no_text_takes_long(kind: str) -> None:
    begin = time.thread_time()
    found = recipe.read(HEAVY[kind])
    assert time.thread_time() - begin < 3
    assert len(found.mentions) <= recipe.MOST_MENTIONS
    json.dumps(dict(found.generation or {}))


@given(st.text(max_size=300) | st.text(alphabet='{}[]",:<>lora embding\n0123456789abcdefStep', max_size=300))
def test_any_text_is_read(text: str) -> None:
    found = recipe.read(text)
    assert all(each.name or each.hash or each.version_id for each in found.mentions)
