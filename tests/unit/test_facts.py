"""What goes into a sidecar about an identified file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from civitdock.domain.catalogue import Model, ModelFile, Picture, Stats, Version
from civitdock.domain.facts import MAX_IMAGES, Identified, Surroundings, activation_text, civitai_info, sidecar_facts
from civitdock.domain.hashes import Hashes

FILE = ModelFile(7, "film.safetensors", 2048, hashes=Hashes(sha256="a" * 64))
VERSION = Version(
    id=2,
    model_id=1,
    name="v1",
    model_name="Film",
    type="LORA",
    base_model="SDXL 1.0",
    trained_words=("film look, ", "grain"),
    description_html="<p>version words</p>",
    files=(FILE,),
    images=tuple(Picture(f"https://image.civitai.com/{level}", nsfw_level=level) for level in (1, 2, 8)),
    download_count=5,
    nsfw_level=11,
)
MODEL = Model(1, "Film", "LORA", "ada", description_html="<p>model words</p>", stats=Stats(likes=3), tags=("style",))
AROUND = Surroundings(
    {"SDXL 1.0": "SDXL"}.get, "https://civitai.com/", "https://civitai.com/api/v1", "Soft", "2026-11-20T12:00:00Z"
)
KNOWN = Identified(VERSION, MODEL, FILE, Hashes(sha256="a" * 64), 2048)


def test_the_host_gets_words_and_numbers_that_it_can_show() -> None:
    facts = sidecar_facts(KNOWN, AROUND)
    assert facts.host == {
        "description": "model words",
        "sd version": "SDXL",
        "activation text": "film look, grain",
        "preferred weight": 0,
        "notes": "",
    }


def test_the_civitai_object_has_the_keys_of_the_contract() -> None:
    block = sidecar_facts(KNOWN, AROUND).civitai
    assert (
        list(block)
        == (
            "model_id version_id model_name version_name creator description base_model type nsfw nsfw_level tags "
            "trained_words download_url page_url images stats"
        ).split()
    )
    assert block["download_url"] == "https://civitai.com/api/download/models/2?fileId=7"
    assert block["page_url"] == "https://civitai.com/models/1?modelVersionId=2"
    assert block["stats"] == {"downloads": 5, "rating": None, "favorites": 3}
    assert block["images"] == [
        {"url": "https://image.civitai.com/1", "nsfw": "None", "nsfw_level": 1},
        {"url": "https://image.civitai.com/2", "nsfw": "Soft", "nsfw_level": 2},
    ]


def test_a_linked_file_keeps_its_own_address() -> None:
    linked = replace(FILE, download_url="https://civitai.com/api/download/models/9?type=VAE")
    block = sidecar_facts(replace(KNOWN, file=linked), AROUND).civitai
    assert block["download_url"] == linked.download_url


def test_without_a_model_its_facts_are_unknown() -> None:
    facts = sidecar_facts(replace(KNOWN, model=None, file=None), AROUND)
    assert facts.host["description"] == "version words"
    assert (facts.civitai["creator"], facts.civitai["nsfw"], facts.civitai["tags"]) == ("", None, [])
    assert facts.civitai["download_url"] == "https://civitai.com/api/download/models/2"


def test_an_uncertain_base_model_is_left_out() -> None:
    for base in (None, "Brand New"):
        facts = sidecar_facts(replace(KNOWN, version=replace(VERSION, base_model=base)), AROUND)
        assert facts.host["sd version"] is None


def test_pictures_are_limited_and_a_hidden_list_is_known_to_be_empty() -> None:
    many = tuple(Picture(f"https://image.civitai.com/{number}", nsfw_level=1) for number in range(50))
    facts = sidecar_facts(replace(KNOWN, version=replace(VERSION, images=many)), AROUND)
    assert len(facts.civitai["images"]) == MAX_IMAGES  # type: ignore[arg-type]
    hidden = tuple(replace(picture, nsfw_level=8) for picture in many)
    assert sidecar_facts(replace(KNOWN, version=replace(VERSION, images=hidden)), AROUND).civitai["images"] == ()
    assert sidecar_facts(replace(KNOWN, version=replace(VERSION, images=())), AROUND).civitai["images"] == []


@pytest.mark.parametrize(
    ("words", "wanted"),
    [((), ""), (("a, b,", " c ", ""), "a, b, c"), (("x", "x,"), "x"), (("two\n words",), "two words"), ((",",), "")],
)
def test_trigger_words_become_one_text(words: tuple[str, ...], wanted: str) -> None:
    assert activation_text(words) == wanted


def test_civitai_info_is_a_version_object() -> None:
    info = civitai_info(KNOWN)
    assert (info["id"], info["modelId"], info["baseModel"]) == (2, 1, "SDXL 1.0")
    assert info["files"] == [
        {
            "id": 7,
            "name": "film.safetensors",
            "type": "Model",
            "sizeKB": 2.0,
            "primary": False,
            "metadata": {"format": None, "fp": None, "size": None},
            "hashes": {"SHA256": "A" * 64},
        }
    ]
