"""How a picture was made, as values: what an infotext or CivitAI's generation data say, in one form."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(str, Enum):
    """What a picture can use."""

    CHECKPOINT = "checkpoint"
    LORA = "lora"
    EMBEDDING = "embedding"
    VAE = "vae"
    UPSCALER = "upscaler"
    HYPERNETWORK = "hypernetwork"
    CONTROLNET = "controlnet"
    TEXT_ENCODER = "text_encoder"
    OTHER = "other"


@dataclass(frozen=True)
class Mention:
    """One place where generation data name a resource; `hash` in lower case, whole or shortened in any of the ways
    that hosts and CivitAI shorten them (`civitai-api.md 2`). `model_id` where a model is named and no version of it."""

    kind: Kind
    name: str | None = None
    hash: str | None = None
    version_id: int | None = None
    weight: float | None = None
    model_id: int | None = None


@dataclass(frozen=True)
class Generation:
    """The parameters of a picture; None where nothing was said. Sizes are pixels.

    `sampler` and `scheduler` are as the picture's author has them; a host's own come from `domain.sampling`. `modules`
    are Forge's VAE and text encoders by name, `mentions` everything the picture says it uses. What Hires fix does as
    the first pass did is None; its modules are `()` where it uses those within its checkpoint. `refiner_switch` is the
    part of the steps after which the refiner takes over.
    """

    prompt: str = ""
    negative: str = ""
    steps: int | None = None
    sampler: str | None = None
    scheduler: str | None = None
    cfg: float | None = None
    distilled_cfg: float | None = None
    seed: int | None = None
    width: int | None = None
    height: int | None = None
    clip_skip: int | None = None
    denoising: float | None = None
    hires_upscaler: str | None = None
    hires_scale: float | None = None
    hires_steps: int | None = None
    hires_checkpoint: Mention | None = None
    hires_modules: tuple[str, ...] | None = None
    hires_cfg: float | None = None
    hires_distilled_cfg: float | None = None
    hires_sampler: str | None = None
    hires_scheduler: str | None = None
    hires_prompt: str | None = None
    hires_negative: str | None = None
    refiner: Mention | None = None
    refiner_switch: float | None = None
    model: Mention | None = None
    vae: Mention | None = None
    modules: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()

    @property
    def prompts(self) -> str:
        """All prompts, to look for words and tags in."""
        return "\n".join((self.prompt, self.negative, self.hires_prompt or "", self.hires_negative or ""))

    @property
    def named(self) -> tuple[Mention, ...]:
        """All places that name a resource by itself: the models of its own fields before the rest."""
        own = (self.model, self.vae, self.hires_checkpoint, self.refiner)
        return (*(each for each in own if each is not None), *self.mentions)
