"""Model folders from a WebUI's flags (hosts.md 6 and 11)."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

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


def test_neo_names_several_folders(tmp_path: Path) -> None:
    flags = SimpleNamespace(ckpt_dirs=[str(tmp_path / "a"), str(tmp_path / "b")], vae_dirs=[], lora_dirs=None)
    assert folders(flags, tmp_path, "Checkpoint") == [tmp_path / "a", tmp_path / "b", tmp_path / "Stable-diffusion"]
    assert folders(flags, tmp_path, "VAE") == [tmp_path / "VAE"]


def test_a_folder_named_twice_is_listed_once(tmp_path: Path) -> None:
    (tmp_path / "Stable-diffusion").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "Stable-diffusion")
    flags = SimpleNamespace(ckpt_dir=str(tmp_path / "link"))
    assert folders(flags, tmp_path, "Checkpoint") == [tmp_path / "link"]
