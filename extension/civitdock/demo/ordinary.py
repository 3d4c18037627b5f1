"""The ordinary part of the catalogue: over two hundred models of all 23 types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from civitdock.demo.blobs import Blob
from civitdock.demo.builder import Builder, camel, days_ago
from civitdock.demo.contents import large_tensor_blob, other_blob, tensor_blob
from civitdock.demo.layouts import family_of
from civitdock.demo.records import CommercialForm, DemoFile, DemoModel
from civitdock.demo.vocabulary import COMMERCIAL_USES, MANNERS, PLACES, SUBJECTS, TAGS

_IMAGE_BASES = ("SD 1.5", "SDXL 1.0", "Pony", "Illustrious", "Flux.1 D", "NoobAI")
_SDXL_LINE = ("SD 1.5", "SDXL 1.0")
_MB = 1024 * 1024
_LARGE_SIZES = (8 * _MB, 12 * _MB, 16 * _MB, 24 * _MB, 32 * _MB)
_ADDED_TYPES = ("LORA", "LoCon", "DoRA")


@dataclass(frozen=True)
class Recipe:
    """How many models of a type there are, what their files hold, and for which base models."""

    count: int
    kinds: tuple[str, ...]
    suffix: str
    bases: tuple[str, ...]
    noun: str


RECIPES: dict[str, Recipe] = {
    "Checkpoint": Recipe(
        34, ("checkpoint",), "safetensors", (*_IMAGE_BASES, "SD 2.1", "SD 3.5 Large", "SDXL Turbo", "Chroma"), "Mix"
    ),
    "LORA": Recipe(
        52,
        ("lora", "lora", "lora", "lora", "loha"),
        "safetensors",
        (*_IMAGE_BASES, "SD 2.1", "Flux.1 Kontext", "Wan Video 14B t2v"),
        "Style",
    ),
    "LoCon": Recipe(12, ("locon", "loha", "lokr"), "safetensors", _SDXL_LINE, "LyCORIS"),
    "DoRA": Recipe(6, ("dora",), "safetensors", ("SDXL 1.0", "Pony", "Flux.1 D"), "DoRA"),
    "TextualInversion": Recipe(14, ("embedding", "embedding", "pickle"), "safetensors", _SDXL_LINE, "Embedding"),
    "Hypernetwork": Recipe(5, ("pickle",), "pt", ("SD 1.5",), "Hypernetwork"),
    "AestheticGradient": Recipe(3, ("pickle",), "pt", ("SD 1.4", "SD 1.5"), "Gradient"),
    "Controlnet": Recipe(10, ("controlnet",), "safetensors", _SDXL_LINE, "ControlNet"),
    "Upscaler": Recipe(8, ("upscaler", "pickle"), "safetensors", ("Upscaler", "Other"), "4x Upscaler"),
    "MotionModule": Recipe(6, ("motion", "pickle"), "safetensors", ("SD 1.5",), "Motion"),
    "VAE": Recipe(9, ("vae",), "safetensors", ("SD 1.5", "SDXL 1.0", "Flux.1 D"), "VAE"),
    "TextEncoder": Recipe(5, ("text-encoder",), "safetensors", ("Flux.1 D", "SD 3.5", "SDXL 1.0"), "Encoder"),
    "UNet": Recipe(6, ("diffusion", "diffusion", "gguf"), "safetensors", ("Flux.1 D", "Wan Video 14B t2v"), "UNet"),
    "CLIPVision": Recipe(4, ("clip-vision",), "safetensors", ("SD 1.5", "Other"), "CLIP Vision"),
    "Poses": Recipe(5, ("poses",), "zip", ("SD 1.5", "Other"), "Poses"),
    "Wildcards": Recipe(6, ("wildcards",), "zip", ("Other",), "Wildcards"),
    "Workflows": Recipe(5, ("workflow",), "json", ("SDXL 1.0", "Flux.1 D"), "Workflow"),
    "ComfyWorkflows": Recipe(5, ("workflow",), "json", ("Flux.1 D", "Wan Video 14B t2v"), "Comfy Workflow"),
    "Detection": Recipe(5, ("pickle",), "pt", ("Other",), "Detector"),
    "VisionLanguage": Recipe(3, ("text-encoder",), "safetensors", ("Other",), "Caption Model"),
    "CLIP": Recipe(4, ("text-encoder",), "safetensors", ("SD 1.5", "SDXL 1.0"), "CLIP"),
    "LLM": Recipe(4, ("gguf-llm",), "gguf", ("Other",), "Language Model"),
    "Other": Recipe(4, ("bundle",), "zip", ("Other",), "Bundle"),
}
_SUFFIX_OF_KIND = {"pickle": "pt", "gguf": "gguf"}


def _blob(seed: str, kind: str, base_model: str, title: str) -> Blob:
    if kind in ("pickle", "gguf", "gguf-llm", "workflow", "wildcards", "poses", "bundle"):
        return other_blob(seed, kind)
    return tensor_blob(seed, kind, family_of(base_model), title)


def _file_name(model: DemoModel, version: str, suffix: str, word: str | None) -> str:
    if model.type in _ADDED_TYPES:
        return f"{model.name.lower().replace(' ', '_')}_{version}.{suffix}"
    if model.type == "TextualInversion" and word:
        return f"{word}.{suffix}"
    return f"{camel(model.name, version)}.{suffix}"


def _component(name: str) -> str:
    return {"VAE": "VAE", "UNet": "UNet", "CLIPVision": "CLIPVision", "Upscaler": "Upscaler"}.get(name, "Model")


def _checkpoint_extras(builder: Builder, main: DemoFile, seed: str, base_model: str) -> list[DemoFile]:
    """Pruned twin, pickle twin, VAE, config or quantised files, as checkpoints bring them."""
    rng, stem = builder.rng, main.name.rpartition(".")[0]
    extras: list[DemoFile] = []
    family = family_of(base_model)
    if rng.random() < 0.3:
        blob = tensor_blob(f"{seed}:pruned", "checkpoint", family, stem)
        extras.append(builder.file(main.name, blob, type="Pruned Model", size="pruned", fp="fp16"))
    if rng.random() < 0.12:
        extras.append(builder.file(f"{stem}.ckpt", other_blob(f"{seed}:ckpt", "pickle"), size="full", fp="fp32"))
    if rng.random() < 0.2:
        extras.append(builder.file(f"{stem}_vae.safetensors", tensor_blob(seed, "vae", family, stem), type="VAE"))
    if base_model == "SD 2.1":
        extras.append(builder.file(f"{stem}.yaml", other_blob(seed, "config"), type="Config"))
    if base_model == "Flux.1 D":
        extras += [
            builder.file(f"{stem}.gguf", other_blob(f"{seed}:{quant}", "gguf"), quant=quant)
            for quant in ("Q8_0", "Q4_K_M")
        ]
    return extras


def _add_version(builder: Builder, model: DemoModel, recipe: Recipe, label: tuple[str, str], age: float) -> None:
    """One version: `label` is (name, base model), `age` in days."""
    rng = builder.rng
    name, base_model = label
    kind = rng.choice(recipe.kinds)
    seed = f"{model.id}:{name}"
    words: list[str] = []
    if model.type in (*_ADDED_TYPES, "TextualInversion", "Hypernetwork"):
        stem = "".join(part[:4] for part in model.name.lower().split()[:2])
        words = [f"{stem}{name.replace('.', '')}", f"{model.name.split()[0].lower()} style"][: rng.randint(1, 2)]
    suffix = _SUFFIX_OF_KIND.get(kind, recipe.suffix)
    file_name = _file_name(model, name, suffix, words[0] if words else None)
    large = model.type == "Checkpoint" and model.id % 7 == 0 and name == "v1.0"
    if large:
        size = _LARGE_SIZES[model.id // 7 % len(_LARGE_SIZES)]
        blob: Blob = large_tensor_blob(seed, kind, family_of(base_model), model.name, size)
    else:
        blob = _blob(seed, kind, base_model, model.name)
    details: dict[str, Any] = {"type": _component(model.type), "primary": True}
    if model.type in ("Checkpoint", "UNet"):
        details.update(size="full", fp=rng.choice(("fp16", "bf16")))
    main = builder.file(file_name, blob, scanned_at=days_ago(age - 0.01), **details)
    files = [main]
    if model.type == "Checkpoint":
        files += _checkpoint_extras(builder, main, seed, base_model)
    elif model.type in _ADDED_TYPES and rng.random() < 0.12:
        training = other_blob(seed, "training")
        files.append(builder.file(f"{file_name.rpartition('.')[0]}_trainingData.zip", training, type="Training Data"))
    video = base_model.startswith("Wan")
    images = builder.images(rng.randint(2, 4))
    if video:
        images.insert(0, builder.image(kind="video", width=320, height=320, format="JPEG"))
    if model.nsfw or rng.random() < 0.12:
        images += [builder.image(level=level) for level in rng.sample((2, 4, 8, 16), k=2)]
    builder.version(
        model, name, base_model, files, published_at=days_ago(age), images=images, trained_words=words,
        description=f"<p>{name}: {rng.choice(SUBJECTS)} came out better.</p>" if rng.random() < 0.6 else None,
        base_model_type="Standard" if model.type == "Checkpoint" else None,
    )  # fmt: skip


def _description(builder: Builder, name: str, noun: str) -> str:
    subject = builder.rng.choice(SUBJECTS)
    return (
        f"<h2>{name}</h2><p>A {noun.lower()} made for quiet pictures such as <em>{subject}</em>.</p>"
        "<ul><li><p>Start at weight 0.8.</p></li><li><p>Works well with 25 steps.</p></li></ul>"
        '<p>More on <a target="_blank" rel="ugc" href="https://example.org/demo">the author\'s page</a>.</p>'
    )


def add_ordinary(builder: Builder) -> None:
    """Fill the catalogue by the recipes."""
    rng = builder.rng
    for type_name, recipe in RECIPES.items():
        for number in range(recipe.count):
            name = f"{rng.choice(PLACES)} {rng.choice(MANNERS)} {recipe.noun}"
            model = builder.model(
                name, type_name,
                description=_description(builder, name, recipe.noun),
                tags=rng.sample(TAGS, k=rng.randint(1, 5)),
                nsfw=number % 11 == 10,
                commercial=list(COMMERCIAL_USES[1 : rng.randint(2, 5)]),
                commercial_form=rng.choice(tuple(CommercialForm)),
                checkpoint_type=rng.choice(("Trained", "Merge")) if type_name == "Checkpoint" else None,
                allow_no_credit=rng.random() < 0.7,
                allow_derivatives=rng.random() < 0.8,
                supports_generation=type_name in ("Checkpoint", "LORA") and rng.random() < 0.7,
            )  # fmt: skip
            base_model = recipe.bases[number % len(recipe.bases)]
            age = rng.choice((rng.uniform(0.05, 1), rng.uniform(1, 30), rng.uniform(30, 400), rng.uniform(400, 900)))
            versions = rng.choice((1, 1, 2, 2, 3))
            for step in range(versions):
                other = rng.choice(recipe.bases) if step and rng.random() < 0.3 else base_model
                _add_version(builder, model, recipe, (f"v{versions - step}.0", other), age + 40 * step)
