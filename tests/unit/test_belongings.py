"""What belongs to a model, and what counts as left over from one that is gone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.domain.belongings import Shelf, renamed
from civitdock.domain.orphans import is_sidecar, orphans

OWN = [
    "foo.json",
    "foo.civitai.info",
    "foo.metadata.json",
    "foo.cm-info.json",
    "foo.api_info.json",
    "foo.civitai.json",
    "foo.rgthree-info.json",
    "foo.txt",
    "foo.description.txt",
    "foo.sha256",
    "foo.html",
    "foo.yaml",
    "foo.png",
    "foo.preview.png",
    "foo.preview.webp",
    "foo.PREVIEW.JPG",
    "foo.preview.mp4",
    "foo.thumb.jpg",
    "foo.webp",
    "foo_0.png",
    "foo_12.jpg",
    "foo_0.preview.png",
    "foo.example.0.png",
    "foo.json.civitdock-aside",
    "foo.json.civitdock-aside-2",
]
FOREIGN = [
    "foo.bar.json",
    "foo.bar.safetensors",
    "foo_v2.json",
    "foo_v2.png",
    "foo_v2.safetensors",
    "foo2.json",
    "food.json",
    "fo.json",
    "foo",
    "foo.",
    ".foo.json",
    "foo.safetensors.civitdock-part",
    "foo.safetensors.civitdock-part.json",
    "foo.safetensors.aria2",
    "foo.vae.pt",
    "foo - copy.json",
    "foo_0.json",
    "foo_0x.png",
    "foo.json.bak",
]


def test_the_files_of_every_tool_belong_to_their_model_and_no_others() -> None:
    shelf = Shelf([*OWN, *FOREIGN, "foo.safetensors"])
    assert set(shelf.of("foo.safetensors")) == set(OWN)


def test_the_longest_stem_that_a_file_names_has_it() -> None:
    shelf = Shelf(["foo.safetensors", "foo.preview.safetensors", "foo.preview.png", "foo_2.pt", "foo_2.png", "foo.png"])
    assert shelf.of("foo.safetensors") == ("foo.png",)
    assert shelf.of("foo.preview.safetensors") == ("foo.preview.png",)
    assert shelf.of("foo_2.pt") == ("foo_2.png",)


def test_of_one_stem_the_model_has_them_that_they_describe() -> None:
    shelf = Shelf(["foo.ckpt", "foo.safetensors", "foo.json"])
    assert shelf.of("foo.safetensors") == ("foo.json",)
    assert shelf.of("foo.ckpt") == ()
    assert shelf.rivals("foo.ckpt") == ("foo.safetensors",)


def test_letters_case_counts_where_a_model_is_spelled_so() -> None:
    assert Shelf(["Foo.safetensors", "foo.json"]).of("Foo.safetensors") == ("foo.json",)
    both = Shelf(["Foo.safetensors", "foo.safetensors", "foo.json", "FOO.png"])
    assert (both.of("foo.safetensors"), both.of("Foo.safetensors")) == (("foo.json",), ())


def test_a_new_name_keeps_what_follows_the_stem() -> None:
    assert renamed("foo.preview.png", "foo", "foo-7") == "foo-7.preview.png"
    assert renamed("foo_0.png", "foo", "bar") == "bar_0.png"


letters = st.text("ab._0", min_size=1, max_size=6)
endings = st.sampled_from([".safetensors", ".ckpt", ".json", ".png", ".preview.png", ".civitai.info", "_0.png", ""])
listings = st.lists(st.builds(str.__add__, letters, endings), unique=True, max_size=8)


@given(listings)
def test_no_file_ever_belongs_to_two_stems_and_models_to_none(listing: list[str]) -> None:
    shelf = Shelf(listing)
    models = [name for name in listing if name.endswith((".safetensors", ".ckpt"))]
    seen: dict[str, str] = {}
    for model in models:
        stem = model.rpartition(".")[0]
        for name in shelf.of(model):
            assert name not in models
            assert name.casefold().startswith(stem.casefold())
            assert seen.setdefault(name, stem) == stem


ORPHANS = ["a.civitai.info", "b.metadata.json", "c.cm-info.json", "d.api_info.json", "e.civitai.json", "f.preview.png"]


def test_only_the_listed_kinds_are_orphans() -> None:
    others = ["g.png", "h.txt", "i.html", "j.yaml", "k.sha256", ".civitai.info", ".hidden.json", "readme.md", "x"]
    assert set(orphans([*ORPHANS, *others])) == set(ORPHANS)


@pytest.mark.parametrize(
    "neighbour",
    [
        "m.safetensors",
        "M.SAFETENSORS",
        "m.ckpt",
        "m.gguf",
        "m.onnx",
        "m.pkl",
        "m.npz",
        "m.unknown",
        "m.bar.safetensors",
        "m.safetensors.civitdock-part",
        "m.safetensors.aria2",
        "m.safetensors.crdownload",
        "m.txt",
        "m",
    ],
)
def test_any_neighbour_that_could_be_the_model_protects_its_stem(neighbour: str) -> None:
    listing = ["m.civitai.info", "m.preview.png", "m.json", "n.civitai.info"]
    assert set(orphans([*listing, neighbour])) == {"n.civitai.info"}
    assert set(orphans(listing, [neighbour])) == {"n.civitai.info"}


@pytest.mark.parametrize("neighbour", ["m.png", "m2.safetensors", "m_v2.safetensors", "am.safetensors"])
def test_other_names_protect_nothing(neighbour: str) -> None:
    assert orphans(["m.civitai.info", neighbour]) == {"m.civitai.info": "m"}


@pytest.mark.parametrize(
    ("root", "is_one"),
    [
        ({"civitai": {}, "local": {}}, True),
        ({"civitai": {}, "local": []}, False),
        ({"activation text": "x", "anything": 1}, True),
        ({"sd version": "SDXL"}, True),
        ({"description": "x", "notes": "y"}, True),
        ({"description": "x", "name": "package"}, False),
        ({"notes": "x", "nodes": []}, False),
        ({"1": {"class_type": "KSampler"}}, False),
        ({"modelVersions": [], "description": ""}, False),
        ({}, False),
    ],
)
def test_a_json_is_metadata_only_by_keys_that_nothing_else_has(root: dict[str, object], is_one: bool) -> None:
    assert is_sidecar(root) is is_one
