"""Hands out ids, times, pictures and files for the catalogue. The same seed gives the same catalogue."""

from __future__ import annotations

import random
import re
import uuid
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from civitdock.demo.blobs import Blob
from civitdock.demo.records import DemoFile, DemoImage, DemoModel, DemoVersion
from civitdock.demo.vocabulary import CREATORS, SAMPLERS, SUBJECTS

TODAY = datetime(2026, 11, 15, 12, 0, 0, tzinfo=timezone.utc)
_SIZES = ((832, 1216), (1024, 1024), (1216, 832), (768, 1152), (512, 768))


def iso(moment: datetime) -> str:
    """ISO 8601 with milliseconds and `Z`, as the API writes times."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def days_ago(days: float) -> str:
    """A time before the catalogue's own today, so that periods never run empty."""
    return iso(TODAY - timedelta(days=days))


def camel(*words: str) -> str:
    """`camelCaseModel_version`, the way CivitAI derives a file name from its model's and version's names."""
    parts = re.findall(r"[A-Za-z0-9]+", words[0])
    head = "".join(part.lower() if at == 0 else part[:1].upper() + part[1:] for at, part in enumerate(parts))
    tail = ["".join(re.findall(r"[A-Za-z0-9]+", word)) for word in words[1:]]
    return "_".join([head or "model", *tail])


class Builder:
    """Makes records with fresh ids and keeps the models in order."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(f"catalogue:{seed}")
        self.models: list[DemoModel] = []
        self.traps: dict[str, DemoModel] = {}
        self._next = {"model": 1000, "version": 20_000, "file": 300_000, "image": 4_000_000, "post": 50_000}

    def new_id(self, kind: str) -> int:
        """The next id of a kind: model, version, file, image or post."""
        self._next[kind] += 1
        return self._next[kind]

    def meta(self, resources: list[dict[str, Any]] | None = None) -> dict[str, Any]:
        """Generation data of a picture, as A1111 writes it."""
        rng = self.rng
        return {
            "prompt": f"{rng.choice(SUBJECTS)}, soft light, detailed",
            "negativePrompt": "blurry, low quality",
            "steps": rng.choice((20, 25, 30)),
            "sampler": rng.choice(SAMPLERS),
            "cfgScale": rng.choice((4.5, 6, 7)),
            "seed": rng.randrange(2**32),
            "Size": "832x1216",
            "clipSkip": 2,
            "resources": resources or [],
        }

    def image(self, **fields: Any) -> DemoImage:
        """One picture of a usual size with generation data, changed by `fields`."""
        width, height = self.rng.choice(_SIZES)
        image = DemoImage(
            id=self.new_id("image"),
            uuid=str(uuid.UUID(int=self.rng.getrandbits(128), version=4)),
            width=width,
            height=height,
            format=self.rng.choice(("JPEG", "JPEG", "JPEG", "PNG", "WEBP")),
            meta=self.meta(),
            created_at=days_ago(self.rng.uniform(0.1, 900)),
            post_id=self.new_id("post"),
            reactions=int(self.rng.expovariate(1 / 200)),
        )
        return replace(image, **fields)

    def images(self, count: int, **fields: Any) -> list[DemoImage]:
        """Several pictures alike."""
        return [self.image(**fields) for _ in range(count)]

    def file(self, name: str, blob: Blob, **fields: Any) -> DemoFile:
        """One file; its format follows the suffix unless given."""
        suffix = name.rpartition(".")[2].lower().strip()
        known = {"safetensors": "SafeTensor", "sft": "SafeTensor", "gguf": "GGUF"}
        known.update(dict.fromkeys(("pt", "pth", "ckpt", "bin"), "PickleTensor"))
        return DemoFile(self.new_id("file"), name, blob, **{"format": known.get(suffix, "Other"), **fields})

    def version(
        self, model: DemoModel, name: str, base_model: str, files: list[DemoFile], **fields: Any
    ) -> DemoVersion:
        """A published version put behind those that the model has; pictures are made unless given."""
        rng = self.rng
        made = {
            "published_at": days_ago(rng.uniform(1, 700)),
            "downloads": int(rng.expovariate(1 / 3000)),
            "thumbs_up": int(rng.expovariate(1 / 300)),
            "thumbs_down": rng.randrange(5),
            **fields,
        }
        if "images" not in made:
            made["images"] = self.images(rng.randint(2, 4))
        version = DemoVersion(self.new_id("version"), model.id, name, base_model, files=files, **made)
        model.versions.append(version)
        return version

    def model(self, name: str, type_name: str, trap: str | None = None, **fields: Any) -> DemoModel:
        """A model without versions yet; `trap` is the name tests find it by."""
        creator = self.rng.randrange(len(CREATORS))
        made = {
            "creator": CREATORS[creator],
            "user_id": 100 + creator,
            "description": f"<p>{name}: a demo model with a short description.</p>",
            "tags": ["tool"],
            "comments": self.rng.randrange(60),
            "tips": self.rng.randrange(900),
            **fields,
        }
        model = DemoModel(self.new_id("model"), name, type_name, **made)
        self.models.append(model)
        if trap is not None:
            self.traps[trap] = model
        return model
