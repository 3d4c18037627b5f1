"""VAE and text encoders as Forge and Neo take them, in one field: those of the picture, else those it needs."""

from __future__ import annotations

from collections.abc import Iterator

from civitdock.domain import text_encoders
from civitdock.domain.generation import Generation, Kind, Mention
from civitdock.domain.send import FieldName, HostFields, HostFile, PlannedField, Problem, named_host_file, stem_of
from civitdock.domain.text_encoders import Guess


def modules(
    made: Generation, vae: HostFile | None, base_model: str | None, whole: bool, host: HostFields
) -> Iterator[PlannedField]:
    """What the picture names, as far as it is here; where it names no text encoders, those that go with `base_model`,
    the one of the checkpoint that will be used, None where that is not certain. `vae` is the host's entry for the
    picture's, `whole` says that the checkpoint file itself has text encoders or a VAE."""
    if made.modules:
        yield _named(made, vae, host)
        return
    name = made.vae.name if made.vae is not None else None
    if name is not None:
        vae = vae or named_host_file(Mention(Kind.VAE, name), host.modules)
        if vae is None:
            yield PlannedField(FieldName.MODULES, (stem_of(name),), None, Problem.NOT_HERE)
    chosen = vae.title if vae is not None else None
    here = {each.title: stem_of(each.path.name) for each in host.modules}
    guess = text_encoders.guessed(base_model, whole, here, host.held.modules, chosen)
    if guess is not None and (guess.needs or chosen is None):
        yield from _guessed(guess, base_model, host)
    elif chosen is not None:
        yield PlannedField(FieldName.MODULES, (stem_of(chosen),), (chosen,))


def _named(made: Generation, vae: HostFile | None, host: HostFields) -> PlannedField:
    wanted = list(made.modules)
    if made.vae is not None and made.vae.name is not None and stem_of(made.vae.name) not in map(stem_of, wanted):
        wanted.append(made.vae.name)
    entries = [named_host_file(Mention(Kind.OTHER, name), host.modules) for name in made.modules]
    entries += [vae or named_host_file(Mention(Kind.VAE, name), host.modules) for name in wanted[len(entries) :]]
    here = tuple(each.title for each in entries if each is not None)
    problem = None if len(here) == len(wanted) else Problem.NOT_HERE
    return PlannedField(FieldName.MODULES, tuple(map(stem_of, wanted)), here or None, problem)


def _guessed(guess: Guess, base_model: str | None, host: HostFields) -> Iterator[PlannedField]:
    """One field for what is chosen, said to be a guess where it changes something, and one for each part that is not
    here or not clear."""
    for parts, problem in ((guess.missing, Problem.NOT_HERE), (guess.unclear, Problem.UNCLEAR)):
        for part in parts:
            yield PlannedField(FieldName.MODULES, (part,), None, problem, base_model)
    changes = set(guess.files) != set(host.held.modules)
    if guess.files if guess.needs else changes:
        reason = base_model if changes else None
        yield PlannedField(FieldName.MODULES, guess.needs, guess.files, None, reason)
