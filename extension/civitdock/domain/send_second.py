"""The fields of Hires fix and of the refiner: what of a picture's second pass this host can take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from civitdock.domain import sampling
from civitdock.domain.generation import Generation, Kind, Mention
from civitdock.domain.send import (
    FieldName,
    HostFields,
    HostFile,
    PlannedField,
    Problem,
    SecondPass,
    host_file,
    named_host_file,
    stem_of,
)


def second_pass(
    made: Generation, host: HostFields | None, hires: Path | None, refiner: Path | None
) -> Iterator[PlannedField]:
    """Every field that the picture says something about; `hires` and `refiner` are its checkpoints, where they lie
    here."""
    fields = host.second if host is not None else SecondPass()
    if made.hires_checkpoint is not None:
        yield _checkpoint(FieldName.HIRES_CHECKPOINT, made.hires_checkpoint, hires, fields.checkpoints)
    yield from _modules(made, fields.modules)
    yield from _scales(made, fields)
    yield from _sampling(made, fields)
    for name, text in ((FieldName.HIRES_PROMPT, made.hires_prompt), (FieldName.HIRES_NEGATIVE, made.hires_negative)):
        if text is not None:
            yield PlannedField(name, text, text) if fields.has_prompts else _no_field(name, text)
    if made.refiner is not None:
        planned = _checkpoint(FieldName.REFINER, made.refiner, refiner, fields.refiners)
        yield planned
        if planned.value is not None and made.refiner_switch is not None:
            yield PlannedField(FieldName.REFINER_SWITCH, made.refiner_switch, made.refiner_switch)


def called(mention: Mention) -> str:
    """What a picture calls a checkpoint."""
    return mention.name or mention.hash or f"#{mention.version_id}"


def _checkpoint(name: FieldName, mention: Mention, path: Path | None, files: tuple[HostFile, ...]) -> PlannedField:
    if not files:
        return _no_field(name, called(mention))
    found = host_file(path, files) if path is not None else None
    return PlannedField(name, called(mention), found.title if found else None, None if found else Problem.NOT_HERE)


def _modules(made: Generation, files: tuple[HostFile, ...]) -> Iterator[PlannedField]:
    """VAE and text encoders: nothing where the picture chooses none and the host has no such field either."""
    named = made.hires_modules
    if named is None or not (named or files):
        return
    entries = [named_host_file(Mention(Kind.OTHER, name), files) for name in named]
    here = tuple(each.title for each in entries if each is not None)
    lacks = Problem.NOT_HERE if files else Problem.NO_FIELD
    wanted = tuple(map(stem_of, named))
    if len(here) == len(wanted):
        yield PlannedField(FieldName.HIRES_MODULES, wanted, here)
    else:
        yield PlannedField(FieldName.HIRES_MODULES, wanted, here or None, lacks)


def _scales(made: Generation, fields: SecondPass) -> Iterator[PlannedField]:
    """A host without these fields takes those of the first pass, so nothing is said where they are the same."""
    scales = (
        (FieldName.HIRES_CFG, made.hires_cfg, made.cfg, fields.has_cfg),
        (FieldName.HIRES_DISTILLED_CFG, made.hires_distilled_cfg, made.distilled_cfg, fields.has_distilled_cfg),
    )
    for name, scale, first, has_field in scales:
        if scale is not None and has_field:
            yield PlannedField(name, scale, scale)
        elif scale is not None and scale != first:
            yield PlannedField(name, scale, None, Problem.NO_FIELD)


def _sampling(made: Generation, fields: SecondPass) -> Iterator[PlannedField]:
    """A sampler's name may end in a scheduler's, as in the first pass."""
    asked, scheduler = made.hires_sampler, made.hires_scheduler
    found = sampling.split(asked, scheduler, fields.samplers, fields.schedulers)
    if asked is not None:
        problem = None if found.sampler else Problem.NOT_HERE if fields.samplers else Problem.NO_FIELD
        yield PlannedField(FieldName.HIRES_SAMPLER, asked, found.sampler, problem)
    if found.scheduler is not None:
        yield PlannedField(FieldName.HIRES_SCHEDULER, scheduler or found.scheduler, found.scheduler)
    elif scheduler is not None and fields.schedulers:
        yield PlannedField(FieldName.HIRES_SCHEDULER, scheduler, None, Problem.NOT_HERE)
    elif scheduler is not None and (found.sampler is None or scheduler.casefold() not in found.sampler.casefold()):
        yield _no_field(FieldName.HIRES_SCHEDULER, scheduler)


def _no_field(name: FieldName, wanted: str) -> PlannedField:
    return PlannedField(name, wanted, None, Problem.NO_FIELD)
