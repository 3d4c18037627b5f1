"""Model folders from a WebUI's flags (hosts.md 6 and 11)."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from civitdock.domain.folders import root_type, roots_for
from civitdock.domain.library import MODEL_TYPES
from civitdock.host.folders import model_roots


def folders(flags: object, models: Path, model_type: str) -> list[Path]:
    return [root.path for root in model_roots(flags, models) if root.type == model_type]


def test_without_flags_every_type_has_exactly_one_folder(tmp_path: Path) -> None:
    roots = model_roots(None, tmp_path)
    assert sorted(root.type for root in roots) == sorted(MODEL_TYPES)
    assert folders(None, tmp_path, "DoRA") == [tmp_path / "Lora"]
    assert folders(None, tmp_path, "Wildcards") == [tmp_path / "other" / "Wildcards"]


def test_ckpt_dir_is_added_and_comes_first(tmp_path: Path) -> None:
    flags = SimpleNamespace(ckpt_dir=str(tmp_path / "big"))
    assert folders(flags, tmp_path, "Checkpoint") == [tmp_path / "big", tmp_path / "Stable-diffusion"]


def test_lora_dir_replaces(tmp_path: Path) -> None:
    flags = SimpleNamespace(lora_dir=tmp_path / "mine")
    assert folders(flags, tmp_path, "LORA") == [tmp_path / "mine"]


def test_a1111_alone_lists_loras_of_the_lycoris_folder_too(tmp_path: Path) -> None:
    flags = SimpleNamespace(lora_dir=tmp_path / "Lora", lyco_dir_backcompat=str(tmp_path / "LyCORIS"))

    def seen(host: str, model_type: str = "LoCon") -> list[Path]:
        return [root.path for root in model_roots(flags, tmp_path, host) if root.type == model_type]

    assert seen("A1111") == [tmp_path / "Lora"], "it does not exist"
    (tmp_path / "LyCORIS").mkdir()
    assert seen("A1111") == seen("A1111", "LORA") == [tmp_path / "Lora", tmp_path / "LyCORIS"]
    assert seen("A1111", "VAE") == [tmp_path / "VAE"]
    for host in ("Forge", "reForge", "Forge Classic", "Forge Neo", "standalone"):
        assert seen(host) == [tmp_path / "Lora"]


def test_neo_names_several_folders(tmp_path: Path) -> None:
    flags = SimpleNamespace(ckpt_dirs=[str(tmp_path / "a"), str(tmp_path / "b")], vae_dirs=[], lora_dirs=None)
    assert folders(flags, tmp_path, "Checkpoint") == [tmp_path / "a", tmp_path / "b", tmp_path / "Stable-diffusion"]
    assert folders(flags, tmp_path, "VAE") == [tmp_path / "VAE"]


def test_a_folder_named_twice_is_listed_once(tmp_path: Path) -> None:
    (tmp_path / "Stable-diffusion").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "Stable-diffusion")
    flags = SimpleNamespace(ckpt_dir=str(tmp_path / "link"))
    assert folders(flags, tmp_path, "Checkpoint") == [tmp_path / "link"]


def test_folders_of_extensions_are_used_where_the_host_has_them(tmp_path: Path) -> None:
    assert folders(None, tmp_path, "Detection") == [tmp_path / "other" / "Detection"]
    (tmp_path / "adetailer").mkdir()
    assert folders(None, tmp_path, "Detection") == [tmp_path / "adetailer", tmp_path / "other" / "Detection"]
    flags = SimpleNamespace(wildcards_dir=str(tmp_path / "words"))
    assert folders(flags, tmp_path, "Wildcards") == [tmp_path / "words", tmp_path / "other" / "Wildcards"]


# --- every type and file type of `civitai-api.md 7`, on every host ---------------------------------

#: The folder of each model type below the models folder, where it is not `other/<type>`.
_FOLDERS = {
    "Checkpoint": "Stable-diffusion",
    "UNet": "Stable-diffusion",
    "LORA": "Lora",
    "LoCon": "Lora",
    "DoRA": "Lora",
    "TextualInversion": "embeddings",
    "Hypernetwork": "hypernetworks",
    "VAE": "VAE",
    "TextEncoder": "text_encoder",
    "CLIP": "text_encoder",
    "Controlnet": "ControlNet",
    "Upscaler": "ESRGAN",
}
#: What a file type makes of its file, whatever the model; the others stay with their model.
_FILE_TYPES = {
    "Model": None,
    "Text Encoder": "TextEncoder",
    "Vision Encoder": "CLIPVision",
    "Pruned Model": None,
    "Negative": "TextualInversion",
    "Training Data": "Other",
    "VAE": "VAE",
    "Config": None,
    "Archive": None,
    "UNet": "Checkpoint",
    "Diffusion Model": "Checkpoint",
    "CLIPVision": "CLIPVision",
    "ControlNet": "Controlnet",
    "Workflow": "Workflows",
    "Upscaler": "Upscaler",
    "Enhancement LoRA": "LORA",
    "Other": None,
}


def _flags(host: str, base: Path) -> tuple[object, dict[str, Path]]:
    """A host's `cmd_opts`, and the folders that differ from the defaults below `models` (`hosts.md 6 and 11`)."""
    data, models = base, base / "models"
    unset = {"ckpt_dir": None, "vae_dir": None, "text_encoder_dir": None}
    lora, esrgan = str(models / "Lora"), str(models / "ESRGAN")
    in_data = str(data / "embeddings")
    hyper = str(models / "hypernetworks")
    if host == "standalone":
        return None, {}
    if host == "A1111":
        flags = SimpleNamespace(
            ckpt_dir=None,
            vae_dir=None,
            lora_dir=lora,
            embeddings_dir=in_data,
            hypernetwork_dir=hyper,
            esrgan_models_path=esrgan,
        )
        return flags, {"TextualInversion": data / "embeddings"}
    if host == "Forge":
        flags = SimpleNamespace(
            **unset,
            lora_dir=lora,
            embeddings_dir=in_data,
            hypernetwork_dir=hyper,
            esrgan_models_path=esrgan,
            controlnet_dir=models / "ControlNet",
        )
        return flags, {"TextualInversion": data / "embeddings"}
    if host == "Classic":
        flags = SimpleNamespace(
            **unset, lora_dir=lora, embeddings_dir=str(models / "embeddings"), esrgan_models_path=esrgan
        )
        return flags, {}
    flags = SimpleNamespace(
        ckpt_dirs=[str(base / "big")],
        lora_dir=lora,
        lora_dirs=[str(base / "more loras")],
        vae_dirs=[],
        text_encoder_dirs=[str(base / "encoders")],
        embeddings_dir=str(models / "embeddings"),
        controlnet_dir=None,
        controlnet_dirs=[str(base / "control")],
    )
    moved = {"Checkpoint": base / "big", "UNet": base / "big", "Controlnet": base / "control"}
    return flags, {**moved, "TextEncoder": base / "encoders", "CLIP": base / "encoders"}


@pytest.mark.parametrize("host", ["A1111", "Forge", "Classic", "Neo", "standalone"])
def test_every_type_and_file_type_lands_where_the_host_looks(host: str, tmp_path: Path) -> None:
    flags, moved = _flags(host, tmp_path)
    roots = model_roots(flags, tmp_path / "models")
    assert len(MODEL_TYPES) == 23
    assert len(_FILE_TYPES) == 17
    for model_type in MODEL_TYPES:
        for file_type, own in _FILE_TYPES.items():
            kind = own or model_type
            default = tmp_path / "models" / _FOLDERS.get(kind, f"other/{kind}")
            found = roots_for(root_type(model_type, file_type), roots)[0].path
            assert found == moved.get(kind, default), (host, model_type, file_type)
