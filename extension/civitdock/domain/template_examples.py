"""Where a sample model would land with a template: the settings' live example, made by the code that downloads use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from civitdock.domain import endings, folders, names, templates
from civitdock.domain.catalogue import Model, ModelFile, Version
from civitdock.domain.library import ModelRoot

_SAMPLE = "LORA"
_FILE = ModelFile(id=345678, name="inkAndWater_v2.safetensors", format="SafeTensor", primary=True)
_VERSION = Version(
    id=234567,
    model_id=123456,
    name="v2.0",
    model_name="Ink and Water",
    base_model="SDXL 1.0",
    published_at="2026-11-20T12:00:00Z",
    files=(_FILE,),
    nsfw_level=1,
)
_MODEL = Model(id=123456, name="Ink and Water", creator="inkpainter", tags=("style", "ink"), nsfw_level=1)
#: What is never a `.safetensors`: (file name, CivitAI's word for the format).
_OTHER_FILES = {
    "Upscaler": ("inkUpscale_x4.pth", "PickleTensor"),
    "Hypernetwork": ("inkAndWater_v2.pt", "PickleTensor"),
    "AestheticGradient": ("inkAndWater_v2.pt", "PickleTensor"),
    "Detection": ("inkDetector_v2.pt", "PickleTensor"),
    "LLM": ("inkWriter_Q8_0.gguf", "GGUF"),
    "Poses": ("inkPoses_v2.zip", "Other"),
    "Wildcards": ("inkWildcards_v2.zip", "Other"),
    "Workflows": ("inkWorkflow_v2.json", "Other"),
    "ComfyWorkflows": ("inkWorkflow_v2.json", "Other"),
}


@dataclass(frozen=True)
class Example:
    """`folder` is absolute; `path` is folder and file below the type's first root, with forward slashes."""

    folder: Path
    path: str


def sample(model_type: str) -> tuple[Model, Version, ModelFile]:
    """A plausible model of a type; `*` and unknown types get a LoRA."""
    kind = _SAMPLE if model_type == templates.EVERY_TYPE else model_type
    name, file_format = _OTHER_FILES.get(kind, (_FILE.name, _FILE.format))
    file = replace(_FILE, name=name, format=file_format)
    return replace(_MODEL, type=kind), replace(_VERSION, type=kind, files=(file,)), file


def example(model_type: str, template: str, roots: Sequence[ModelRoot]) -> Example:
    """Where the sample of a type lands; the template is sound (`templates.trouble`). Raises `NotWritable`."""
    model, version, file = sample(model_type)
    kind = folders.root_type(version.type, file.type)
    root = folders.roots_for(kind, roots)[0].path
    parts = templates.render(template, templates.words_of(kind, version, file, model))
    name = endings.completed(names.file_name(file.name), file.format, kind, "model")
    return Example(folders.choose(None, parts, [root]), str(PurePosixPath(*parts, name)))
