"""Sampler and scheduler in a host's own words, found in the host's own lists and not in a table of ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """An entry of a host's list: the name that its fields show, and other names it goes by."""

    name: str
    aliases: tuple[str, ...] = ()

    def goes_by(self, text: str) -> bool:
        """Whether this text means it; case and spaces do not count."""
        wanted = _plain(text)
        return any(_plain(name) == wanted for name in (self.name, *self.aliases))


@dataclass(frozen=True)
class Sampling:
    """What a host can take; None where it has nothing of that name, or no such field."""

    sampler: str | None
    scheduler: str | None


def find(text: str | None, choices: Sequence[Choice]) -> str | None:
    """The host's name for something, or None: the name itself, then any alias."""
    if not text:
        return None
    exact = next((choice.name for choice in choices if choice.name == text), None)
    return exact or next((choice.name for choice in choices if choice.goes_by(text)), None)


def split(
    sampler: str | None, scheduler: str | None, samplers: Sequence[Choice], schedulers: Sequence[Choice]
) -> Sampling:
    """Sampler and scheduler as this host names them.

    "DPM++ 2M Karras" is one sampler on hosts that list it so (they have no schedulers), and sampler and scheduler on
    the others. An explicit scheduler wins over one at the end of the sampler's name.
    """
    asked = find(scheduler, schedulers)
    if not sampler:
        return Sampling(None, asked)
    if not schedulers:
        joined = find(f"{sampler} {scheduler}", samplers) if scheduler else None
        return Sampling(joined or find(sampler, samplers), None)
    whole = find(sampler, samplers)
    if whole is not None:
        return Sampling(whole, asked)
    for choice in schedulers:
        for ending in sorted((choice.name, *choice.aliases), key=len, reverse=True):
            name = _without_end(sampler, ending)
            found = find(name, samplers)
            if found is not None:
                return Sampling(found, asked or choice.name)
    return Sampling(None, asked)


def _without_end(text: str, ending: str) -> str | None:
    """The text before an ending that is a word of its own; None where it does not end so."""
    lower, end = text.casefold(), ending.casefold()
    for gap in (" ", "_"):
        if end and lower.endswith(gap + end):
            return text[: -len(gap + end)]
    return None


def _plain(text: str) -> str:
    """`dpmpp_2m` stays itself, `Euler  A` and `euler a` become one."""
    return " ".join(text.replace("_", " ").casefold().split())
