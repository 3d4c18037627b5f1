"""The right folder: by type, file type and content, by template, by the user's wish."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.domain.folders import TemplateWords, choose, parse_templates, render, root_type, roots_for
from civitdock.domain.library import MODEL_TYPES, ModelRoot
from civitdock.domain.names import is_inside
from civitdock.errors import InvalidRequest, NotWritable

ROOT = Path.cwd().joinpath("models", "Lora")
SECOND = Path.cwd().joinpath("more", "loras")


@pytest.mark.parametrize(
    ("model", "file", "content", "expected"),
    [
        ("Checkpoint", "Model", None, "Checkpoint"),
        ("Checkpoint", "Pruned Model", None, "Checkpoint"),
        ("Checkpoint", "Diffusion Model", None, "Checkpoint"),
        ("Checkpoint", "VAE", None, "VAE"),
        ("Checkpoint", "Text Encoder", None, "TextEncoder"),
        ("Checkpoint", "Config", None, "Checkpoint"),
        ("Checkpoint", "CLIPVision", None, "CLIPVision"),
        ("LORA", "Training Data", None, "Other"),
        ("LORA", "Model", "Checkpoint", "LORA"),
        ("Other", "Model", "VAE", "VAE"),
        ("Checkpoint", "Other", "TextEncoder", "TextEncoder"),
        ("Other", "Model", None, "Other"),
        ("Brand New Type", "Model", None, "Brand New Type"),
        ("", "Model", None, "Other"),
    ],
)
def test_the_type_whose_root_takes_the_file(model: str, file: str, content: str | None, expected: str) -> None:
    assert root_type(model, file, content) == expected


def test_every_type_finds_a_root_and_unknown_ones_go_to_other(tmp_path: Path) -> None:
    roots = [ModelRoot(name, tmp_path / name) for name in MODEL_TYPES] + [ModelRoot("LORA", tmp_path / "two")]
    for name in MODEL_TYPES:
        assert roots_for(name, roots)[0].path == tmp_path / name
    assert roots_for("Brand New Type", roots)[0].type == "Other"
    assert [root.path.name for root in roots_for("LORA", roots)] == ["LORA", "two"]
    with pytest.raises(NotWritable):
        roots_for("VAE", [ModelRoot("LORA", tmp_path)])


def test_templates_are_read_by_line() -> None:
    read = parse_templates("LORA = {base_model}/{creator}\n# a remark\n\n VAE=\n")
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
    ],
)
def test_a_bad_line_counts_for_nothing_and_is_named(line: str, word: str) -> None:
    read = parse_templates(f"VAE = {{model}}\n{line}")
    assert read.by_type == {"vae": "{model}"}
    assert [bad.number for bad in read.bad] == [2]
    assert word in str(read.bad[0])
    assert read.concerning("LORA") == read.bad


def test_a_bad_line_for_another_type_does_not_concern_this_one() -> None:
    read = parse_templates("LORA = {nope}")
    assert read.concerning("Checkpoint") == ()
    assert len(read.concerning("lora")) == 1


@given(st.text(alphabet="{}creatorVAELO=/ .\n", max_size=60))
def test_no_folder_is_named_with_a_brace(text: str) -> None:
    words = TemplateWords(creator="me", type="t")
    for template in parse_templates(text).by_type.values():
        assert not set("{}") & set("".join(render(template, words)))


def test_a_template_leaves_unknown_words_out() -> None:
    words = TemplateWords(base_model="SDXL 1.0", creator="", model="A/B: c")
    assert render("{base_model}/{creator}/by {model}", words) == ("SDXL 1.0", "by A_B_ c")
    assert render("", words) == ()
    assert render("../{nothing}//.", words) == ("{nothing}",)


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_no_template_leads_out_of_the_root(template: str, creator: str, model: str) -> None:
    parts = render(template + "/{creator}/{model}", TemplateWords(creator=creator, model=model))
    assert is_inside(choose(None, parts, [ROOT]), ROOT)
    assert all("/" not in part and "\\" not in part and part not in ("", ".", "..") for part in parts)


@given(st.text(alphabet="./\\:~aC ", max_size=20))
def test_no_wish_leads_out_of_the_root(folder: str) -> None:
    try:
        chosen = choose(folder, (), [ROOT, SECOND])
    except InvalidRequest:
        return
    assert is_inside(chosen, ROOT)


@pytest.mark.parametrize(
    "folder",
    [
        "..",
        "../x",
        "a/../../b",
        "a\\..\\b",
        "/etc",
        "\\\\server\\share",
        "C:\\x",
        "C:x",
        "a/CON/b",
        "x.",
        "a\0b",
        "~/..",
    ],
)
def test_hostile_wishes_are_refused(folder: str) -> None:
    with pytest.raises(InvalidRequest):
        choose(folder, (), [ROOT])


def test_wishes_inside_a_root_are_taken() -> None:
    assert choose(None, ("SDXL", "me"), [ROOT, SECOND]) == ROOT / "SDXL" / "me"
    assert choose("styles/ink", ("SDXL",), [ROOT, SECOND]) == ROOT / "styles" / "ink"
    assert choose("styles\\ink", (), [ROOT]) == ROOT / "styles" / "ink"
    assert choose("", ("SDXL",), [ROOT]) == ROOT
    assert choose(str(SECOND / "ink"), (), [ROOT, SECOND]) == SECOND / "ink"
    assert choose(str(ROOT), (), [ROOT]) == ROOT
