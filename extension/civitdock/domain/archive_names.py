"""Names for models of an archive where the WebUI knows them by their base name alone, whatever their folder."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace

from civitdock.domain import names
from civitdock.domain.archives import Entry, Plan, Skipped
from civitdock.domain.library import MODEL_SUFFIXES

_TAKEN = "another model has this name, by which alone the WebUI knows it."
#: A folder below the archive's, and a stem in it, both folded.
_Place = tuple[tuple[str, ...], str]
_IsTaken = Callable[[str], bool]


def with_free_names(planned: Plan, is_taken: _IsTaken, tags: Sequence[str]) -> Plan:
    """The plan with other names for models whose base name another model has, here or in the archive.

    `is_taken` takes a folded stem. A tag stands behind the stem; where none leads to a free name the model is left
    out. What lies beside a model under its name (a preview, a config) goes with it.
    """
    stems = _stems(planned.entries, is_taken, tags)
    entries: list[Entry] = []
    skipped = list(planned.skipped)
    for entry in planned.entries:
        stem = _stem_among(entry, stems)
        free = "" if stem is None else stems[_folder(entry), names.fold(stem)]
        if free is None:
            skipped.append(Skipped(entry.name, _TAKEN))
        elif stem is None:
            entries.append(entry)
        else:
            entries.append(replace(entry, parts=(*entry.parts[:-1], free + entry.parts[-1][len(stem) :])))
    return Plan(tuple(entries), tuple(skipped), sum(entry.size_bytes for entry in entries))


def _stems(entries: Iterable[Entry], is_taken: _IsTaken, tags: Sequence[str]) -> Mapping[_Place, str | None]:
    """The free stem for each model, None where there is none. No two models get the same."""
    given: set[str] = set()
    found: dict[_Place, str | None] = {}
    there = {(_folder(entry), names.fold(names.split(entry.parts[-1])[0])) for entry in entries}
    for entry in entries:
        name = entry.parts[-1]
        stem, suffix = names.split(name)
        place = (_folder(entry), names.fold(stem))
        if suffix.lower() not in MODEL_SUFFIXES or place in found:
            continue
        tagged = [names.split(names.tagged(name, tag))[0] for tag in tags]
        wanted = [stem, *(each for each in tagged if (place[0], names.fold(each)) not in there)]
        free = (each for each in wanted if names.fold(each) not in given and not is_taken(names.fold(each)))
        found[place] = next(free, None)
        given |= {names.fold(each) for each in (found[place],) if each is not None}
    return found


def _stem_among(entry: Entry, places: Container[_Place]) -> str | None:
    """The stem of the model that a member is, or lies beside under its name; None for any other file."""
    name = entry.parts[-1]
    starts = (name[:at] for at, letter in enumerate(name) if letter == ".")
    return next((start for start in starts if (_folder(entry), names.fold(start)) in places), None)


def _folder(entry: Entry) -> tuple[str, ...]:
    return tuple(names.fold(part) for part in entry.parts[:-1])
