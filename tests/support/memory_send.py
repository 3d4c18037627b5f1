"""Sending in memory: one plan with everything that can be null once known and once not."""

from __future__ import annotations

from pathlib import Path

from civitdock.domain.generation import Kind
from civitdock.domain.send import (
    FieldName,
    Held,
    HostFile,
    Plan,
    PlannedField,
    Problem,
    Resource,
    ResourceState,
)
from civitdock.errors import InvalidRequest
from civitdock.services.send import SendRequest

HERE = Resource(
    Kind.LORA,
    "Model 7",
    ResourceState.HERE,
    0.8,
    "good",
    "<lora:good:0.8>",
    Path("/models/good.safetensors"),
    ("good",),
    fits=True,
    model_id=7,
    version_id=70,
    file_id=700,
    size_bytes=1024,
    base_model="SDXL 1.0",
    words=("word",),
)


class MemorySend:
    """Answers the same plan to every request."""

    def plan(self, request: SendRequest) -> Plan:
        if request.image_meta is None and request.infotext is None and not request.words:
            raise InvalidRequest("Send one of image_meta, infotext, words and path.")
        fields = (
            PlannedField(FieldName.STEPS, 20, 20),
            PlannedField(FieldName.PRESET, "flux", "flux", None, "Flux.1 D"),
            PlannedField(FieldName.MODULES, ("ae", "clip_l"), None, Problem.NOT_HERE),
        )
        resources = (HERE, Resource(Kind.OTHER, "?", ResourceState.UNKNOWN))
        return Plan(request.target, True, fields, resources, request.words, "cat\nSteps: 20", "cat\nSteps: 20")

    def held(self) -> Held:
        return Held(HostFile("a.safetensors", Path("/models/a.safetensors")), "Automatic", ("ae.safetensors",), None)
