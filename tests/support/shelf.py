"""A person's model folders: files of the demo, old ones, home-made ones, broken ones, misplaced ones, own notes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from civitdock.demo.contents import tensors
from civitdock.demo.records import DemoModel, DemoVersion
from civitdock.demo.safetensors import Tensor, encode
from civitdock.demo.server import DemoCivitai

#: What hostile authors put into every text they may choose.
HOSTILE = '<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>'
NOTES = "my own words"


@dataclass(frozen=True)
class Shelf:
    """The files that tests look for, by what is special about each."""

    current: Path
    outdated: Path
    outdated_model: DemoModel
    unknown: Path
    invalid: Path
    misplaced: Path
    noted: Path
    foreign: Path
    hostile: Path
    deep: Path


def fill(models: Path, demo: DemoCivitai) -> Shelf:
    """Put the files below a models folder. Adds one model, with hostile words, to the demo."""
    lora = models / "Lora"
    plain = list(_plain(demo))
    outdated = next(model for model in plain if _has_update(model))
    others = [model for model in plain if model is not outdated and not _has_update(model)]
    evil = demo.catalogue.add(
        HOSTILE, tensors("evil", "lora", "sdxl", "evil"), base_model="SDXL 1.0", trained_words=[HOSTILE]
    )
    shelf = Shelf(
        current=_put(lora / "current.safetensors", others[0].published[0]),
        outdated=_put(lora / "outdated.safetensors", outdated.published[1]),
        outdated_model=outdated,
        unknown=lora / "mine" / "homemade.safetensors",
        invalid=lora / "page.safetensors",
        misplaced=lora / "actually a vae.safetensors",
        noted=_put(lora / "noted.safetensors", others[1].published[0]),
        foreign=lora / "foreign.safetensors",
        hostile=_put(lora / "hostile.safetensors", evil.versions[0]),
        deep=_put(lora / "styles" / "bridges" / "Brücke 橋.safetensors", others[2].published[0]),
    )
    shelf.unknown.parent.mkdir(parents=True)
    shelf.unknown.write_bytes(_homemade())
    shelf.invalid.write_bytes(b"<!DOCTYPE html><html><body>Log in</body></html>" * 40)
    shelf.misplaced.write_bytes(tensors("misplaced", "vae", "sdxl", "a vae"))
    shelf.noted.with_suffix(".json").write_text(json.dumps({"notes": NOTES, "description": NOTES}), encoding="utf-8")
    shelf.foreign.write_bytes(tensors("taken down", "lora", "sdxl", "gone"))
    told = {"id": 990_001, "trainedWords": ["told"], "baseModel": "SDXL 1.0", "model": {"name": "Gone from CivitAI"}}
    shelf.foreign.with_suffix(".civitai.info").write_text(json.dumps(told), encoding="utf-8")
    return shelf


def _plain(demo: DemoCivitai) -> Iterator[DemoModel]:
    """LoRAs for everybody, of the catalogue's ordinary part."""
    traps = {model.id for model in demo.catalogue.traps.values()}
    for model in demo.catalogue.models:
        ordinary = model.type == "LORA" and model.id not in traps and not model.minor
        if ordinary and model.published and not any(version.early for version in model.versions):
            yield model


def _has_update(model: DemoModel) -> bool:
    return len(model.published) > 1 and model.published[0].base_model == model.published[1].base_model


def _put(path: Path, version: DemoVersion) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(version.files[0].content.read())
    return path


def _homemade() -> bytes:
    """A LoCon that CivitAI never saw, with what its trainer noted."""
    words = {"10_mytoken": {"mytoken": 40, HOSTILE: 30, "forest": 12}}
    shapes = {"lora_down.weight": (8, 320, 3, 3), "lora_up.weight": (320, 8, 1, 1), "alpha": ()}
    block = "lora_unet_down_blocks_0_resnets_0_conv1"
    metadata = {"ss_network_module": "lycoris.kohya", "ss_network_args": '{"algo": "locon"}'}
    return encode(
        [Tensor(f"{block}.{name}", shape) for name, shape in shapes.items()],
        {**metadata, "ss_tag_frequency": json.dumps(words)},
        "homemade",
    )
