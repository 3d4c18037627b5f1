"""Missing in memory: one answer with every state, and with everything that can be null once known and once not."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from civitdock.domain.catalogue import ModelFile, Version
from civitdock.domain.generation import Kind
from civitdock.domain.recipe import Recipe, Source
from civitdock.domain.wanted import Candidate, Match, Missing, Wanted, WantedState
from civitdock.errors import InvalidRequest, Offline
from civitdock.services.missing import LookRequest

PAGE = "https://civitai.com/models/7?modelVersionId=70"
VERSION = Version(70, 7, "v2", "Model 7", "LORA", "SDXL 1.0", early_access_until="2027-01-01T00:00:00Z")
CANDIDATE = Candidate(VERSION, ModelFile(700, "good.safetensors", 1024), Match.HASH, PAGE)


@dataclass
class MemoryMissing:
    """Answers the same to every text and picture."""

    asked: list[LookRequest] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)

    def read(self, request: LookRequest) -> Recipe:
        if (request.text is None) == (request.picture is None):
            raise InvalidRequest("Send one of text and image.")
        self.asked.append(request)
        self.threads.add(threading.current_thread().name.rstrip("0123456789"))
        if request.text == "workflow":
            return Recipe(Source.WORKFLOW, generation={"prompt": "a cat"})
        return Recipe(Source.INFOTEXT, request.text or "from a picture")

    def find(self, made: Recipe) -> Missing:
        resources = (
            Wanted(Kind.CHECKPOINT, "base", WantedState.HERE, None, "SDXL 1.0", path=Path("/models/base.safetensors")),
            Wanted(Kind.LORA, "good", WantedState.FOUND, 0.8, "SDXL 1.0", True, candidates=(CANDIDATE,)),
            Wanted(Kind.OTHER, "?", WantedState.UNKNOWN, reason="CivitAI knows no file with this content."),
            Wanted(
                Kind.VAE,
                "two",
                WantedState.AMBIGUOUS,
                reason="Several.",
                candidates=(Candidate(Version(1, 1, "v1"), None, Match.NAME, PAGE, "It has no file."),),
            ),
        )
        failure = Offline() if made.source is Source.WORKFLOW else None
        return Missing(made.source, made.infotext, made.generation, resources, failure)
