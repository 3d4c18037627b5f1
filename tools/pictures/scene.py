"""What the demo is given for the pictures, so that they tell one story: models, a size worth watching, an update."""

from __future__ import annotations

from dataclasses import dataclass, replace

from civitdock.demo.blobs import Blob
from civitdock.demo.builder import days_ago
from civitdock.demo.contents import large_tensor_blob
from civitdock.demo.records import DemoModel
from tools.pictures.studio import Studio

MIB = 1 << 20
#: The first models of the demo that are downloaded for the Library.
LOCAL = 8


@dataclass(frozen=True)
class Scene:
    """The model that is found, downloaded and used; the checkpoint its pictures were made with; one with an update."""

    wanted: DemoModel
    checkpoint: DemoModel
    outdated: DemoModel


def set_scene(studio: Studio) -> Scene:
    """Put the models into the demo and fill the Library."""
    checkpoint = _model(studio, "Lantern Festival XL", "Checkpoint", (("v2.0", 24 * MIB),))
    outdated = _model(studio, "Harbor Ink Lines", "LORA", (("v2.0", 3 * MIB), ("v1.0", 2 * MIB)))
    wanted = _model(studio, "Paper Lantern Style", "LORA", (("v1.2", 144 * MIB), ("v1.0", 96 * MIB)))
    _add_generation_data(wanted, checkpoint)
    found = studio.ask("search", {"types": ["LORA", "TextualInversion", "VAE"], "period": "AllTime", "limit": 40})
    others = [card for card in found["items"] if card["id"] not in {wanted.id, outdated.id}][:LOCAL]
    studio.download(
        checkpoint.versions[0].id,
        outdated.versions[-1].id,
        *(card["latest"]["version_id"] for card in others),
    )
    studio.sync()
    if studio.site.is_webui:  # a WebUI lists a checkpoint after its start
        studio.site.restart()
    return Scene(wanted, checkpoint, outdated)


def _model(studio: Studio, name: str, type_name: str, versions: tuple[tuple[str, int], ...]) -> DemoModel:
    """A popular model for SDXL, its newest version first."""
    builder = studio.demo.catalogue.builder
    model = builder.model(name, type_name, tags=["style", "lantern", "night"])
    model.description = (
        f"<p><strong>{name}</strong> paints warm light and paper textures.</p>"
        "<p>Use it at a weight of 0.6 to 0.9, with the trigger word first.</p>"
    )
    kind = "checkpoint" if type_name == "Checkpoint" else "lora"
    for index, (version, size) in enumerate(versions):
        blob = _hashed(large_tensor_blob(name + version, kind, "sdxl", name, size))
        file = builder.file(f"{name.replace(' ', '')}_{version}.safetensors", blob, primary=True)
        builder.version(
            model,
            version,
            "SDXL 1.0",
            [file],
            images=builder.images(4, width=832, height=1216),
            published_at=days_ago(2 + 90 * index),
            downloads=48_000 - 9_000 * index,
            thumbs_up=3_100,
            trained_words=[] if type_name == "Checkpoint" else ["paper lantern", "warm glow"],
        )
    return studio.demo.catalogue.register(model)


def _hashed(blob: Blob) -> Blob:
    blob.digests()
    return blob


def _add_generation_data(model: DemoModel, checkpoint: DemoModel) -> None:
    """The pictures of a model say that they were made with it and the checkpoint."""
    version, base = model.versions[0], checkpoint.versions[0]
    meta = {
        "prompt": "paper lantern, a harbor at night, warm glow, soft light, detailed",
        "negativePrompt": "blurry, low quality",
        "sampler": "Euler a",
        "steps": 28,
        "cfgScale": 6,
        "seed": 1234567,
        "Size": "832x1216",
        "civitaiResources": [
            {"type": "checkpoint", "modelVersionId": base.id},
            {"type": "lora", "modelVersionId": version.id, "weight": 0.8},
        ],
    }
    version.images[:] = [replace(image, meta=meta) for image in version.images]
