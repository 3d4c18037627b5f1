"""Templates of sub-folders: what they may say, what they become, and the example that the settings show."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.domain.catalogue import Model, ModelFile, Version
from civitdock.domain.library import MODEL_TYPES, ModelRoot
from civitdock.domain.template_examples import example, sample
from civitdock.domain.templates import WORDS, TemplateWords, parse, render, words_of

FILE = ModelFile(3, "a.safetensors", format="SafeTensor")
VERSION = Version(2, 1, "v2", "Ink", "LORA", "SDXL 1.0", published_at="2026-03-09T01:02:03Z", nsfw_level=3)
MODEL = Model(1, "Ink", "LORA", "somebody", tags=("style", "ink"))


def test_templates_are_read_by_line() -> None:
    read = parse("LORA = {base_model}/{creator}\n# a remark\n\n VAE=\n")
    assert read.by_type == {"lora": "{base_model}/{creator}", "vae": ""}
    assert read.bad == ()
    assert read.of("Lora") == "{base_model}/{creator}"
    assert read.of("Checkpoint") == ""


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("nonsense", "nonsense"),
        ("=x", "''"),
        ("Lorra = x", "Lorra"),
        ("LORA = {nope}/x", "{nope}"),
        ("LORA = {creator.__class__}", "{creator.__class__}"),
        ("LORA = {creator!r}", "{creator!r}"),
        ("LORA = {}", "{}"),
        ("LORA = {Creator}", "{Creator}"),
        ("LORA = {creator", "{creator"),
        ("LORA = creator}", "creator}"),
        ("LORA = {{creator}}", "{{creator}}"),
        ("LORA = {creator|}", "{creator|}"),
        ("LORA = {creator|a|b}", "{creator|a|b}"),
        ("LORA = {creator|a/b}", "{creator|a/b}"),
        ("LORA = {creator|{model}}", "{model}"),
        ("LORA = {nope|x}", "{nope|x}"),
        ("** = x", "**"),
    ],
)
def test_a_bad_line_counts_for_nothing_and_is_named(line: str, word: str) -> None:
    read = parse(f"VAE = {{model}}\n{line}")
    assert read.by_type == {"vae": "{model}"}
    assert [bad.number for bad in read.bad] == [2]
    assert word in str(read.bad[0]) or "stands alone" in str(read.bad[0])
    assert read.concerning("LORA") == read.bad


def test_a_bad_line_for_another_type_does_not_concern_this_one() -> None:
    read = parse("LORA = {nope}")
    assert read.concerning("Checkpoint") == ()
    assert len(read.concerning("lora")) == 1


@given(st.text(alphabet="{}|creatorVAELO=/ .\n", max_size=60))
def test_no_folder_is_named_with_a_brace(text: str) -> None:
    words = TemplateWords(creator="me", type="t")
    for template in parse(text).by_type.values():
        assert not set("{}") & set("".join(render(template, words)))


def test_a_template_leaves_unknown_words_out() -> None:
    words = TemplateWords(base_model="SDXL 1.0", creator="", model="A/B: c")
    assert render("{base_model}/{creator}/by {model}", words) == ("SDXL 1.0", "by A_B_ c")
    assert render("", words) == ()
    assert render("../{nothing}//.", words) == ("{nothing}",)


def test_a_star_stands_for_every_type_without_a_line_of_its_own() -> None:
    read = parse("* = {base_model}\nVAE =\nLORA = {creator}")
    assert [read.of(name) for name in ("Checkpoint", "Brand New", "VAE", "lora")] == [
        "{base_model}",
        "{base_model}",
        "",
        "{creator}",
    ]
    assert read.lines() == (("*", "{base_model}"), ("VAE", ""), ("LORA", "{creator}"))
    assert len(parse("* = {nope}").concerning("VAE")) == 1


def test_every_word_becomes_what_it_says() -> None:
    words = words_of("LORA", VERSION, FILE, MODEL)
    said = {word: render(f"{{{word}}}", words) for word in WORDS}
    assert said == {
        "type": ("LORA",),
        "base_model": ("SDXL 1.0",),
        "creator": ("somebody",),
        "model": ("Ink",),
        "version": ("v2",),
        "tag": ("style",),
        "model_id": ("1",),
        "version_id": ("2",),
        "nsfw": ("sfw",),
        "year": ("2026",),
        "month": ("03",),
        "file_format": ("SafeTensor",),
    }


@pytest.mark.parametrize(
    ("level", "model", "expected"),
    [
        (1, None, "sfw"),
        (3, None, "sfw"),
        (4, None, "nsfw"),
        (5, None, "nsfw"),
        (31, None, "nsfw"),
        (32, None, "nsfw"),
        (0, None, ""),
        (0, replace(MODEL, nsfw_level=8), "nsfw"),
        (1, replace(MODEL, nsfw=True), "nsfw"),
    ],
)
def test_the_line_between_sfw_and_nsfw_lies_above_pg13(level: int, model: Model | None, expected: str) -> None:
    assert words_of("LORA", replace(VERSION, nsfw_level=level), FILE, model).nsfw == expected


def test_a_default_stands_in_for_what_is_not_known() -> None:
    bare = Version(2, 1, "v2")
    words = words_of("LORA", bare, ModelFile(3, "a"), None)
    assert render("{creator|Unknown}/{year|no date}-{month}/{tag}/{nsfw|unrated}", words) == (
        "Unknown",
        "no date-",
        "unrated",
    )
    assert render("{creator|Unknown}", replace(words, creator="me")) == ("me",)
    assert render("{creator|CON}/{model|..}", words) == ("_CON",)
    assert render("{creator|x}", replace(words, creator="  ")) == ("x",)


@pytest.mark.parametrize("model_type", [*MODEL_TYPES, "*"])
def test_every_type_has_a_sample_that_knows_every_word(model_type: str, tmp_path: Path) -> None:
    model, version, file = sample(model_type)
    assert all(render(f"{{{word}}}", words_of(version.type, version, file, model)) for word in WORDS)
    roots = [ModelRoot(name, tmp_path / name) for name in MODEL_TYPES]
    shown = example(model_type, "{base_model}/by {creator}", roots)
    kind = "LORA" if model_type == "*" else model_type
    assert shown.folder == tmp_path / kind / "SDXL 1.0" / "by inkpainter"
    assert shown.path == f"SDXL 1.0/by inkpainter/{file.name}"
