"""The fields that a picture sets on a host: what the host can take of each, and the infotexts made from that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from civitdock.domain import infotext, sampling
from civitdock.domain.generation import Generation, Mention
from civitdock.domain.sampling import Choice
from civitdock.domain.send import (
    FieldName,
    FieldValue,
    HostFields,
    HostFile,
    PlannedField,
    Problem,
    Target,
    stem_of,
)
from civitdock.domain.send_modules import modules
from civitdock.domain.send_second import called, second_pass

#: Hires fix exists for txt2img alone.
_TXT2IMG_ONLY = frozenset(name for name in FieldName if name.value.startswith("hires_"))
#: Fields of one value that every host takes as it is; the attribute of `Generation` has the same name.
_PLAIN = (
    FieldName.STEPS,
    FieldName.CFG,
    FieldName.SEED,
    FieldName.WIDTH,
    FieldName.HEIGHT,
    FieldName.CLIP_SKIP,
    FieldName.DENOISING,
    FieldName.HIRES_SCALE,
    FieldName.HIRES_STEPS,
)
#: How infotexts call them, in the order in which hosts write them. Size has two fields and is written apart.
_PAIRS = (
    (FieldName.STEPS, "Steps"),
    (FieldName.SAMPLER, "Sampler"),
    (FieldName.SCHEDULER, "Schedule type"),
    (FieldName.CFG, "CFG scale"),
    (FieldName.DISTILLED_CFG, "Distilled CFG Scale"),
    (FieldName.SEED, "Seed"),
    (FieldName.CLIP_SKIP, "Clip skip"),
    (FieldName.DENOISING, "Denoising strength"),
    (FieldName.HIRES_SCALE, "Hires upscale"),
    (FieldName.HIRES_STEPS, "Hires steps"),
    (FieldName.HIRES_UPSCALER, "Hires upscaler"),
    (FieldName.HIRES_CHECKPOINT, "Hires checkpoint"),
    (FieldName.HIRES_CFG, "Hires CFG Scale"),
    (FieldName.HIRES_DISTILLED_CFG, "Hires Distilled CFG Scale"),
    (FieldName.HIRES_SAMPLER, "Hires sampler"),
    (FieldName.HIRES_SCHEDULER, "Hires schedule type"),
    (FieldName.HIRES_PROMPT, "Hires prompt"),
    (FieldName.HIRES_NEGATIVE, "Hires negative prompt"),
    (FieldName.REFINER, "Refiner"),
    (FieldName.REFINER_SWITCH, "Refiner switch at"),
    (FieldName.VAE, "VAE"),
)


@dataclass(frozen=True)
class Chosen:
    """What of the host goes with a picture: entries of its lists, and the preset for the base model.

    `base_model` is that of the checkpoint, `modules_for` the same where this checkpoint will surely be the one in use,
    `whole` says that its file has text encoders or a VAE. `hires` and `refiner` are where these checkpoints lie.
    """

    checkpoint: HostFile | None = None
    vae: HostFile | None = None
    base_model: str | None = None
    preset: str | None = None
    modules_for: str | None = None
    whole: bool = False
    hires: Path | None = None
    refiner: Path | None = None


def planned_fields(
    made: Generation, chosen: Chosen, host: HostFields | None, target: Target
) -> tuple[PlannedField, ...]:
    """Every field that the picture says something about, in the order in which they are to be set.

    Where there is no host, each has the problem that there is no field.
    """
    planned = [
        *_models(made, chosen, host),
        *_texts(made),
        *_sampling(made, host),
        *_plain(made),
        *_rest(made, host),
        *second_pass(made, host, chosen.hires, chosen.refiner),
    ]
    return tuple(
        PlannedField(each.name, each.wanted, None, Problem.NO_FIELD)
        if host is None or (each.name in _TXT2IMG_ONLY and target is not Target.TXT2IMG)
        else each
        for each in planned
    )


def infotexts(made: Generation, planned: Sequence[PlannedField]) -> tuple[str, str]:
    """The text for the host's own reader, and the one for people.

    The first holds only what the host can take, and neither checkpoint nor hashes, which the host would look for
    itself; it is empty where a host's reader would take its line for a part of the prompt. The second holds all.
    """
    values = {each.name: each.value for each in planned if each.value is not None}
    prompt, negative = (str(values.get(name, "")) for name in (FieldName.PROMPT, FieldName.NEGATIVE))
    pairs = [pair for pair in _written(values) if pair[1] is not None]
    paste = infotext.write(prompt, negative, pairs) if len(pairs) >= infotext.LEAST_PAIRS else ""
    return paste, infotext.write(made.prompt, made.negative, _all_pairs(made))


# --- fields --------------------------------------------------------------------------------------


def _models(made: Generation, chosen: Chosen, host: HostFields | None) -> Iterator[PlannedField]:
    if chosen.preset is not None:
        changes = host is not None and host.held.preset != chosen.preset
        reason = chosen.base_model if changes else None
        yield PlannedField(FieldName.PRESET, chosen.preset, chosen.preset, None, reason)
    if made.model is not None:
        title = chosen.checkpoint.title if chosen.checkpoint is not None else None
        yield _found(FieldName.CHECKPOINT, called(made.model), title)
    if host is not None and (host.modules or host.presets):
        yield from modules(made, chosen.vae, chosen.modules_for, chosen.whole, host)
    elif made.vae is not None and made.vae.name is not None:
        title = chosen.vae.title if chosen.vae is not None else None
        lacks = host is not None and not host.vaes
        yield (
            PlannedField(FieldName.VAE, made.vae.name, None, Problem.NO_FIELD)
            if lacks
            else _found(FieldName.VAE, made.vae.name, title)
        )


def _texts(made: Generation) -> Iterator[PlannedField]:
    yield PlannedField(FieldName.PROMPT, made.prompt, made.prompt)
    yield PlannedField(FieldName.NEGATIVE, made.negative, made.negative)


def _sampling(made: Generation, host: HostFields | None) -> Iterator[PlannedField]:
    samplers: tuple[Choice, ...] = host.samplers if host is not None else ()
    schedulers: tuple[Choice, ...] = host.schedulers if host is not None else ()
    found = sampling.split(made.sampler, made.scheduler, samplers, schedulers)
    if made.sampler is not None:
        yield _found(FieldName.SAMPLER, made.sampler, found.sampler)
    if found.scheduler is not None:
        yield PlannedField(FieldName.SCHEDULER, made.scheduler or found.scheduler, found.scheduler)
    elif made.scheduler is not None and (schedulers or found.sampler is None):
        yield _found(FieldName.SCHEDULER, made.scheduler, None)


def _plain(made: Generation) -> Iterator[PlannedField]:
    for name in _PLAIN:
        value = getattr(made, name.value)
        if value is not None:
            yield PlannedField(name, value, value)


def _rest(made: Generation, host: HostFields | None) -> Iterator[PlannedField]:
    if made.distilled_cfg is not None:
        value = made.distilled_cfg
        if host is None or host.has_distilled_cfg:
            yield PlannedField(FieldName.DISTILLED_CFG, value, value)
        else:
            yield PlannedField(FieldName.DISTILLED_CFG, value, None, Problem.NO_FIELD)
    if made.hires_upscaler is not None:
        upscalers = [Choice(name) for name in host.upscalers] if host is not None else []
        yield _found(FieldName.HIRES_UPSCALER, made.hires_upscaler, sampling.find(made.hires_upscaler, upscalers))


def _found(name: FieldName, wanted: FieldValue, value: FieldValue | None) -> PlannedField:
    return PlannedField(name, wanted, value, Problem.NOT_HERE if value is None else None)


# --- infotexts -----------------------------------------------------------------------------------


def _written(values: dict[FieldName, FieldValue]) -> Iterator[tuple[str, infotext.Value | None]]:
    """The pairs of fields; Size where both its fields are known."""
    for name, word in _PAIRS:
        if name is FieldName.CLIP_SKIP and FieldName.WIDTH in values and FieldName.HEIGHT in values:
            yield "Size", f"{values[FieldName.WIDTH]}x{values[FieldName.HEIGHT]}"
        if name is FieldName.HIRES_CFG:
            yield from _hires_modules(values.get(FieldName.HIRES_MODULES))
        value = values.get(name)
        if not isinstance(value, tuple):
            yield word, value


def _hires_modules(value: FieldValue | None) -> Iterator[tuple[str, infotext.Value]]:
    """In Forge's words, which knows them without their suffixes."""
    if isinstance(value, tuple):
        names = tuple(map(stem_of, value)) or ("Built-in",)
        yield from ((f"Hires Module {number}", name) for number, name in enumerate(names, 1))


def _all_pairs(made: Generation) -> Iterator[tuple[str, infotext.Value | None]]:
    said = {name: getattr(made, name.value, None) for name in FieldName}
    values: dict[FieldName, FieldValue] = {
        name: _titled(value, name) if isinstance(value, Mention) else value
        for name, value in said.items()
        if value is not None
    }
    if made.vae is None or made.vae.name is None:
        values.pop(FieldName.VAE, None)
    yield from _written(values)
    yield from ((f"Module {number}", module) for number, module in enumerate(made.modules, 1))
    if made.model is not None:
        yield from (("Model hash", made.model.hash), ("Model", made.model.name))


def _titled(mention: Mention, name: FieldName) -> str:
    """A file as infotexts name it: a second checkpoint with the start of its hash behind it."""
    if name is FieldName.VAE or mention.name is None or mention.hash is None:
        return called(mention)
    return f"{mention.name} [{mention.hash[:10]}]"
