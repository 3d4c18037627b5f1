"""ComfyUI's workflows in both forms: which files they load, and how they make their picture."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.domain import workflow, workflow_graph, workflow_parameters
from civitdock.domain.generation import Kind, Mention

API: dict[str, object] = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": 7, "steps": 20, "cfg": 6.5, "sampler_name": "dpmpp_2m", "scheduler": "karras", "denoise": 1,
            "model": ["10", 0], "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0],
        },
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sub\\base.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 832, "height": 1216, "batch_size": 1}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a cat, (embedding:good_hands:1.2)", "clip": ["10", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "bad", "clip": ["10", 1]}},
    "10": {
        "class_type": "LoraLoader",
        "inputs": {"lora_name": "one.safetensors", "strength_model": 0.8, "strength_clip": 1, "model": ["4", 0]},
    },
}  # fmt: skip
EDITOR: dict[str, object] = {
    "nodes": [
        {"id": 3, "type": "KSampler", "mode": 0, "widgets_values": [7, "fixed", 20, 6.5, "dpmpp_2m", "karras", 1],
         "inputs": [{"name": "positive", "link": 1}, {"name": "negative", "link": 2}]},
        {"id": 4, "type": "CheckpointLoaderSimple", "widgets_values": ["sub\\base.safetensors"]},
        {"id": 5, "type": "EmptyLatentImage", "widgets_values": [832, 1216, 1]},
        {"id": 6, "type": "CLIPTextEncode", "widgets_values": ["a cat, (embedding:good_hands:1.2)"]},
        {"id": 7, "type": "CLIPTextEncode", "widgets_values": ["bad"]},
        {"id": 10, "type": "LoraLoader", "widgets_values": ["one.safetensors", 0.8, 1]},
        {"id": 11, "type": "LoraLoader", "mode": 4, "widgets_values": ["bypassed.safetensors", 1, 1]},
        {"id": 12, "type": "VAELoader", "mode": 2, "widgets_values": ["muted.safetensors"]},
    ],
    "links": [[1, 6, 0, 3, 1, "CONDITIONING"], [2, 7, 0, 3, 2, "CONDITIONING"]],
}  # fmt: skip
NAMED = {
    Mention(Kind.CHECKPOINT, "sub\\base.safetensors"),
    Mention(Kind.LORA, "one.safetensors", weight=0.8),
    Mention(Kind.EMBEDDING, "good_hands"),
}


def mentions(value: object) -> tuple[Mention, ...]:
    graph = workflow_graph.read(value)
    assert graph is not None
    return workflow.mentions(graph)


def of_node(kind: str, **inputs: object) -> tuple[Mention, ...]:
    return mentions({"1": {"class_type": kind, "inputs": inputs}})


def of_editor(kind: str, values: object, **more: object) -> tuple[Mention, ...]:
    return mentions({"nodes": [{"id": 1, "type": kind, "widgets_values": values, **more}], "links": []})


@pytest.mark.parametrize("value", [API, EDITOR, {"prompt": API}, {"workflow": EDITOR, "version": 1}])
def test_both_forms_say_the_same(value: dict[str, object]) -> None:
    assert set(mentions(value)) == NAMED


@pytest.mark.parametrize("value", [API, EDITOR])
def test_the_parameters_are_those_of_a_webui(value: dict[str, object]) -> None:
    graph = workflow_graph.read(value)
    assert graph is not None
    made = workflow_parameters.generation(graph, [Mention(Kind.LORA, "one.safetensors", weight=0.8)])
    assert made == {
        "prompt": "a cat, (embedding:good_hands:1.2)",
        "negativePrompt": "bad",
        "steps": 20,
        "cfgScale": 6.5,
        "sampler": "DPM++ 2M",
        "scheduler": "karras",
        "seed": 7,
        "Size": "832x1216",
        "resources": [{"type": "lora", "name": "one.safetensors", "weight": 0.8}],
    }


def test_values_that_come_from_other_nodes_are_followed() -> None:
    graph = workflow_graph.read(
        {
            "1": {"class_type": "SamplerCustomAdvanced", "inputs": {"guider": ["2", 0], "noise": ["3", 0]}},
            "2": {"class_type": "BasicGuider", "inputs": {"conditioning": ["4", 0], "model": ["9", 0]}},
            "3": {"class_type": "RandomNoise", "inputs": {"noise_seed": ["8", 0]}},
            "4": {"class_type": "FluxGuidance", "inputs": {"guidance": 3.5, "conditioning": ["5", 0]}},
            "5": {"class_type": "CLIPTextEncode", "inputs": {"text": ["6", 0], "clip": ["9", 1]}},
            "6": {"class_type": "PrimitiveString", "inputs": {"value": "a lighthouse"}},
            "7": {"class_type": "BasicScheduler", "inputs": {"scheduler": "ddim_uniform", "steps": 8}},
            "8": {"class_type": "PrimitiveInt", "inputs": {"value": 42}},
            "9": {"class_type": "Other", "inputs": {"text": "not a prompt"}},
        }
    )
    assert graph is not None
    made = workflow_parameters.generation(graph, [])
    assert made == {
        "prompt": "a lighthouse", "steps": 8, "scheduler": "DDIM", "seed": 42, "guidance": 3.5, "resources": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "inputs", "named"),
    [
        ("VAELoader", {"vae_name": "a.safetensors"}, [Mention(Kind.VAE, "a.safetensors")]),
        ("VAELoader", {"vae_name": "taesd"}, []),
        ("UNETLoader", {"unet_name": "a", "weight_dtype": "default"}, [Mention(Kind.CHECKPOINT, "a")]),
        ("DualCLIPLoader", {"clip_name1": "a.gguf", "clip_name2": "b.gguf", "type": "flux"},
         [Mention(Kind.TEXT_ENCODER, "a.gguf"), Mention(Kind.TEXT_ENCODER, "b.gguf")]),
        ("CLIPVisionLoader", {"clip_name": "a.safetensors"}, [Mention(Kind.OTHER, "a.safetensors")]),
        ("ControlNetLoader", {"control_net_name": "a.pth"}, [Mention(Kind.CONTROLNET, "a.pth")]),
        ("UpscaleModelLoader", {"model_name": "4x.pth"}, [Mention(Kind.UPSCALER, "4x.pth")]),
        ("UltralyticsDetectorProvider", {"model_name": "bbox/face.pt"}, [Mention(Kind.OTHER, "bbox/face.pt")]),
        ("KSampler", {"sampler_name": "euler", "model_name": "no file"}, []),
        ("LoraLoader", {"lora_name": "None", "strength_model": 1}, []),
        ("LoRA Stacker", {"lora_count": 1, "lora_name_1": "a", "lora_wt_1": 0.5, "lora_name_2": "b"},
         [Mention(Kind.LORA, "a", weight=0.5)]),
        ("CR LoRA Stack", {"switch_1": "Off", "lora_name_1": "a", "switch_2": "On", "lora_name_2": "b",
                           "model_weight_2": 0.3}, [Mention(Kind.LORA, "b", weight=0.3)]),
        ("Power Lora Loader (rgthree)", {"lora_1": {"on": True, "lora": "a.safetensors", "strength": 0.4},
                                         "lora_2": {"on": False, "lora": "b.safetensors", "strength": 1}},
         [Mention(Kind.LORA, "a.safetensors", weight=0.4)]),
        ("Lora Loader (LoraManager)", {"loras": {"__value__": [{"name": "a", "strength": 0.6, "active": True},
                                                               {"name": "b", "strength": 1, "active": False}]}},
         [Mention(Kind.LORA, "a", weight=0.6)]),
        ("CheckpointLoaderSimple", {"ckpt_name": "urn:air:sdxl:checkpoint:civitai:101@202"},
         [Mention(Kind.CHECKPOINT, version_id=202)]),
        ("LoraLoader", {"lora_name": "urn:air:sdxl:lora:civitai:1@2.safetensors", "strength_model": 0.9},
         [Mention(Kind.LORA, version_id=2, weight=0.9)]),
        ("Text", {"text": "a <lora:one:0.7> b"}, [Mention(Kind.LORA, "one", weight=0.7)]),
        ("NewLoader", {"file": "some/new.safetensors"}, [Mention(Kind.OTHER, "some/new.safetensors")]),
        ("SomeLoraNode", {"file": "new.safetensors"}, [Mention(Kind.LORA, "new.safetensors")]),
    ],
)  # fmt: skip
def test_loaders_and_texts(kind: str, inputs: dict[str, object], named: list[Mention]) -> None:
    assert list(of_node(kind, **inputs)) == named


def test_widgets_of_newer_editors_have_names() -> None:
    sockets = [{"name": name, "widget": {"name": name}} for name in ("seed", "lora_a", "ckpt_name")]
    found = of_editor("New Loader", [5, "randomize", "x", "base"], inputs=sockets)
    assert found == (Mention(Kind.CHECKPOINT, "base"),)


def test_rows_of_a_power_lora_loader_in_the_editor() -> None:
    row = {"on": True, "lora": "a.safetensors", "strength": 0.4, "strengthTwo": None}
    assert of_editor("Power Lora Loader (rgthree)", [{}, {"type": "header"}, row, ""]) == (
        Mention(Kind.LORA, "a.safetensors", weight=0.4),
    )


def test_subgraphs_are_entered_where_they_are_used() -> None:
    def graph(name: str, inner: list[object]) -> dict[str, object]:
        return {"id": name, "nodes": inner, "links": [{"id": 1, "origin_id": -10, "target_id": 1}]}

    lora = {"id": 1, "type": "LoraLoader", "widgets_values": ["inside.safetensors", 1, 1]}
    unused = {"id": 1, "type": "LoraLoader", "widgets_values": ["unused.safetensors", 1, 1]}
    value = {
        "nodes": [{"id": 1, "type": "aaaa"}, {"id": 2, "type": "aaaa"}],
        "links": [],
        "definitions": {"subgraphs": [graph("aaaa", [lora, {"id": 2, "type": "aaaa"}]), graph("bbbb", [unused])]},
    }
    assert mentions(value) == (Mention(Kind.LORA, "inside.safetensors", weight=1.0),)


def test_a_workflow_may_say_where_a_file_comes_from() -> None:
    models = [{"name": "a.safetensors", "url": "https://civitai.com/api/download/models/77?type=Model"}]
    found = of_editor("CheckpointLoaderSimple", ["a.safetensors"], properties={"models": models})
    assert found == (Mention(Kind.CHECKPOINT, "a.safetensors", version_id=77),)


@pytest.mark.parametrize("value", [None, [], {}, {"nodes": 3}, {"1": {"inputs": {}}}, "text", {"prompt": "a cat"}])
def test_what_is_no_workflow_is_none(value: object) -> None:
    assert workflow_graph.read(value) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    "id type mode inputs links widgets_values properties models name url class_type definitions subgraphs nodes "
    "lora on strength text ckpt_name origin_id __value__ widget".split()
)
ODD = st.dictionaries(KEYS, JSON | st.lists(st.dictionaries(KEYS, JSON, max_size=6), max_size=3), max_size=8)


@given(st.lists(ODD, max_size=4), JSON, ODD)
def test_nothing_breaks_the_reader(nodes: list[object], links: object, more: object) -> None:
    named = [{**each, "type": "LoraLoader", "class_type": "X"} for each in nodes if isinstance(each, dict)]
    rest = more if isinstance(more, dict) else {}
    for value in (
        {**rest, "nodes": nodes + named, "links": links},
        dict(enumerate(map(str, named))),
        dict(enumerate(named)),
    ):
        graph = workflow_graph.read(value)
        if graph is not None:
            used = workflow.mentions(graph)
            json.dumps(workflow_parameters.generation(graph, used))
