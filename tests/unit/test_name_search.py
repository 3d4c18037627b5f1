"""From the name of a file to CivitAI's search and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.domain.catalogue import Model, ModelFile, Version
from civitdock.domain.name_search import files_named, likeliest, phrase, resemblance, words


@pytest.mark.parametrize(
    ("stem", "asked"),
    [
        ("detailTweakerXL_v10", "detail Tweaker XL"),
        ("add_detail", "add detail"),
        ("glacier_charcoal_style_v1.0", "glacier charcoal style"),
        ("flux1-dev-fp8", "flux1 dev"),
        ("style-000012", "style"),
        ("v1", "v1"),
        ("t5xxl_fp8_e4m3fn", "t5xxl"),
    ],
)
def test_what_tells_versions_apart_is_not_asked_for(stem: str, asked: str) -> None:
    assert phrase(stem) == asked


@pytest.mark.parametrize(
    ("name", "stem", "alike"),
    [
        ("Detail Tweaker XL", "detailTweakerXL_v10", True),
        ("Glacier Charcoal Style", "glacier_charcoal", True),
        ("Glacier", "glacier_charcoal_style", True),
        ("Glacier Oil Sketch", "glacier_charcoal_style", False),
        ("Something", "glacier_charcoal_style", False),
        ("", "x", False),
    ],
)
def test_a_model_is_alike_where_one_name_holds_the_other(name: str, stem: str, alike: bool) -> None:
    assert (resemblance(Model(1, name), stem) > 0) is alike


def test_a_file_is_named_exactly_and_the_primary_one_first() -> None:
    files = (ModelFile(1, "A b.pt"), ModelFile(2, "a B.safetensors", primary=True), ModelFile(3, "a b c.pt"))
    assert [each.id for each in files_named(Version(1, 1, "v1", files=files), "a b")] == [2, 1]


def test_the_version_is_the_one_of_the_name_else_the_newest() -> None:
    made = [Version(at, 1, name, files=(ModelFile(at, "x.pt"),)) for at, name in enumerate(("v3", "v2", "v1"), 1)]
    for stem, version_id in (("style_v2", 2), ("style", 1)):
        found = likeliest([Version(9, 1, "v2"), *made], stem)
        assert found is not None
        assert found.id == version_id
    assert likeliest([], "style") is None


@given(st.text(max_size=400))
def test_any_name_can_be_asked_for(stem: str) -> None:
    assert len(phrase(stem)) <= 80
    assert all(word == word.casefold() for word in words(stem))
