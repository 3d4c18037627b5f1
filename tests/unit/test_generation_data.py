"""Generation data in all the forms in which CivitAI and WebUIs have them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from civitdock.domain import infotext
from civitdock.domain.generation import Generation, Kind, Mention
from civitdock.domain.generation_data import from_infotext, from_meta
from tests.wire.samples import NAMES, load

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    "meta|prompt|negativePrompt|steps|sampler|cfgScale|seed|Size|width|clipSkip|hashes|resources|civitaiResources|Model"
    "|Clip skip|Lora hashes|Hires upscale|Module 1|AddNet Model 1|VAE|Model hash".split("|")
)


def metas() -> list[dict[str, object]]:
    """Every captured answer's generation data."""
    found: list[dict[str, object]] = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("meta"), dict):
                found.append(value["meta"])
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    for name in NAMES:
        walk(load(name))
    return found


def test_every_captured_picture_is_understood() -> None:
    made = [from_meta(meta) for meta in metas() if "prompt" in meta]
    assert len(made) > 10
    for each in made:
        assert each.prompt
        assert each.steps
        assert each.seed
        assert each.width
        assert each.height
        assert each.model is not None


def test_flat_wrapped_and_texts_say_the_same() -> None:
    flat = {"prompt": "a cat", "steps": 20, "cfgScale": 7, "seed": 2**40 + 1, "Size": "832x1216", "clipSkip": 2}
    texts = {"Prompt": "a cat", "steps": "20", "CFG scale": "7.0", "seed": str(2**40 + 1), "Size": "832x1216"}
    expected = Generation("a cat", steps=20, cfg=7.0, seed=2**40 + 1, width=832, height=1216, clip_skip=2)
    assert from_meta(flat) == expected
    assert from_meta({"id": 5, "meta": flat, "comfy": "{}"}) == expected
    assert from_meta({**texts, "Clip skip": "2", "comfy": '{"prompt": {}}'}) == expected


def test_hires_and_modules() -> None:
    made = from_meta(
        {
            "Hires upscaler": "4x-AnimeSharp",
            "Hires upscale": "1.5",
            "Hires steps": "10",
            "Denoising strength": "0.4",
            "Schedule type": "Karras",
            "Module 2": "clip_l",
            "Module 1": "ae",
        }
    )
    assert (made.hires_upscaler, made.hires_scale, made.hires_steps) == ("4x-AnimeSharp", 1.5, 10)
    assert (made.denoising, made.scheduler, made.modules) == (0.4, "Karras", ("ae", "clip_l"))


def test_the_sites_own_flux_pictures_have_distilled_guidance_and_no_sampler() -> None:
    made = from_meta({"sampler": "Undefined", "cfgScale": 3.5, "baseModel": "Flux1"})
    assert (made.sampler, made.cfg, made.distilled_cfg) == (None, 1.0, 3.5)


def test_resources_of_every_form() -> None:
    made = from_meta(
        {
            "prompt": "cat <lora:Foo Bar:0.7>",
            "negativePrompt": "easyneg",
            "civitaiResources": [
                {"type": "checkpoint", "modelVersionId": 1},
                {"type": "lora", "modelVersionId": "2", "weight": "0.5"},
                {"air": "urn:air:sdxl:embedding:civitai:9@3"},
                {"type": "lora"},
                None,
            ],
            "resources": [{"name": "x", "type": "lora", "hash": "AABBCCDDEEFF", "weight": None}, {"type": "lora"}],
            "hashes": {"model": "31e35c80fc", "lora:y": "0123456789", "embed:z": "zzz"},
            '"broken': '813ea5fb1c67"',
            "AddNet Module 1": "LoRA",
            "AddNet Model 1": "old [21085](a55ebc4b5fd6)",
            "AddNet Weight A 1": "0.3",
        }
    )
    assert made.model == Mention(Kind.CHECKPOINT, None, "31e35c80fc", 1)
    assert made.mentions == (
        Mention(Kind.CHECKPOINT, version_id=1),
        Mention(Kind.LORA, version_id=2, weight=0.5),
        Mention(Kind.EMBEDDING, version_id=3),
        Mention(Kind.LORA, "x", "aabbccddeeff"),
        Mention(Kind.CHECKPOINT, hash="31e35c80fc"),
        Mention(Kind.LORA, "y", "0123456789"),
        Mention(Kind.LORA, "broken", "813ea5fb1c67"),
        Mention(Kind.LORA, "old [21085]", "a55ebc4b5fd6", weight=0.3),
        Mention(Kind.LORA, "Foo Bar", weight=0.7),
    )


def test_an_infotext_with_lists_quotes_and_lines() -> None:
    made = from_infotext(
        '"masterpiece, <lora:Foo:0.8>, cat"\nsecond line\nNegative prompt: bad\nhands\n'
        "Steps: 25, Sampler: DPM++ 2M Karras, CFG scale: 7.5, Seed: 123, Size: 512x768, Model hash: 6CE0161689, "
        'Model: "a, b", Lora hashes: "Foo: aabbccddeeff, other: 112233445566", TI hashes: "neg: c74b4e810b03", '
        'Civitai resources: [{"type":"checkpoint","modelVersionId":290640,"modelName":"Pony, X"}], Version: f2'
    )
    assert (made.prompt, made.negative) == ('"masterpiece, <lora:Foo:0.8>, cat"\nsecond line', "bad\nhands")
    assert made.model == Mention(Kind.CHECKPOINT, "a, b", "6ce0161689", 290640)
    assert Mention(Kind.LORA, "other", "112233445566") in made.mentions
    assert Mention(Kind.EMBEDDING, "neg", "c74b4e810b03") in made.mentions


def test_a_text_without_parameters_is_a_prompt() -> None:
    assert from_infotext("a cat: black, dog: white") == Generation("a cat: black, dog: white")


@given(st.dictionaries(KEYS, JSON, max_size=12))
def test_nothing_that_can_come_breaks_it(meta: dict[str, object]) -> None:
    assert isinstance(from_meta(meta), Generation)


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    assert isinstance(from_infotext(text), Generation)


CHARACTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"])
WORDS = st.text(CHARACTERS, min_size=1, max_size=40).map(str.strip).filter(bool)


@given(WORDS, WORDS, st.integers(0, 2**53 - 1))
def test_what_is_written_is_read_again(sampler: str, model: str, seed: int) -> None:
    pairs = [("Steps", 20), ("Sampler", sampler), ("Seed", seed), ("Size", "64x64"), ("Model", model), ("VAE", None)]
    read = infotext.parse(infotext.write("a\nb", "c", pairs))
    assert read["Prompt"] == "a\nb"
    assert read["Negative prompt"] == "c"
    assert {
        "Steps": "20",
        "Seed": str(seed),
        "Size": "64x64",
        "Sampler": sampler,
        "Model": model,
    }.items() <= read.items()
