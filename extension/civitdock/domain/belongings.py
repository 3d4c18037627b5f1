"""What belongs to a model file among its neighbours: metadata, previews and examples of every tool (`peers.md 2`).

A file belongs to the model whose stem it names exactly before a suffix that some tool writes; where several stems do,
as with `a.safetensors` and `a.preview.safetensors`, to the longest. Nothing is ever taken by its beginning alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from civitdock.domain.library import MODEL_SUFFIXES
from civitdock.domain.names import fold
from civitdock.domain.previews import EXTENSIONS, FOREIGN_KINDS, stem_owner

#: Metadata files of all tools, the host's own first.
METADATA = (
    ".json",
    ".civitai.info",
    ".metadata.json",
    ".cm-info.json",
    ".api_info.json",
    ".civitai.json",
    ".civitai-model.json",
    ".rgthree-info.json",
    ".info",
    ".txt",
    ".description.txt",
    ".sha256",
    ".html",
    ".yaml",
    ".yml",
)
_PICTURES = (*EXTENSIONS, *FOREIGN_KINDS)
PREVIEWS = frozenset(f"{middle}.{kind}" for middle in (".preview", ".thumb", "") for kind in _PICTURES)
_SUFFIXES = frozenset(METADATA) | PREVIEWS
_KINDS = "|".join(_PICTURES)
#: Examples with a number (`model_0.png`, `model_0.preview.png`, `model.example.0.png`), and files that we set aside.
_NUMBERED = re.compile(rf"(.+?)(?:_\d+(?:\.preview)?|\.example\.\d+)\.(?:{_KINDS})\Z", re.IGNORECASE)
_ASIDE = re.compile(r"\.civitdock-aside(?:-\d+)?\Z")


class Shelf:
    """A folder's listing, sorted once: which files belong to which model."""

    def __init__(self, listing: Iterable[str]) -> None:
        self._models: dict[str, list[str]] = defaultdict(list)
        others: list[str] = []
        for name in listing:
            if is_model(name):
                self._models[PurePath(name).stem].append(name)
            else:
                others.append(name)
        self._folded: dict[str, list[str]] = defaultdict(list)
        for stem in self._models:
            self._folded[fold(stem)].append(stem)
        self._beside: dict[str, list[str]] = defaultdict(list)
        for name in others:
            owner = self._stem_of(name)
            if owner is not None:
                self._beside[owner].append(name)

    def rivals(self, name: str) -> tuple[str, ...]:
        """The other model files with the stem of this one."""
        return tuple(other for other in self._models.get(PurePath(name).stem, ()) if other != name)

    def of(self, name: str) -> tuple[str, ...]:
        """The files that belong to a model file; none where they describe another model of that stem."""
        stem = PurePath(name).stem
        beside, there = self._beside.get(stem, ()), self._models.get(stem, ())
        if len(there) > 1 and stem_owner(name, there) != name:
            return ()
        return tuple(sorted(beside))

    def _stem_of(self, name: str) -> str | None:
        """The model stem that a file belongs to, letters' case as it is where a model is spelled so, else of any."""
        for stem in candidate_stems(name):
            if stem in self._models:
                return stem
            alike = self._folded.get(fold(stem), ())
            if len(alike) == 1:
                return alike[0]
        return None


def is_model(name: str) -> bool:
    """Whether a name ends as a model file."""
    return PurePath(name).suffix.lower() in MODEL_SUFFIXES


def candidate_stems(name: str) -> Iterator[str]:
    """The stems that a file may belong to by its name, the longest first."""
    plain = _ASIDE.sub("", name)
    at = len(plain)
    found: list[str] = []
    while (at := plain.rfind(".", 1, at)) > 0:
        if plain[at:].lower() in _SUFFIXES:
            found.append(plain[:at])
    numbered = _NUMBERED.match(plain)
    if numbered is not None:
        found.append(numbered[1])
    yield from sorted(found, key=len, reverse=True)


def renamed(name: str, stem: str, new_stem: str) -> str:
    """The name of a file that belongs to `stem` once its model is called otherwise."""
    return new_stem + name[len(stem) :]
