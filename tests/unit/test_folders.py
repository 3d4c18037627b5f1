"""The right folder: by type, file type and content, by template, by the user's wish."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.domain.folders import choose, root_type, roots_for
from civitdock.domain.library import MODEL_TYPES, ModelRoot
from civitdock.domain.names import is_inside
from civitdock.domain.templates import TemplateWords, render
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
        ("Checkpoint", "Negative", None, "TextualInversion"),
        ("LORA", "ControlNet", None, "Controlnet"),
        ("Workflows", "UNet", None, "UNet"),
        ("UNet", "Diffusion Model", None, "UNet"),
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
