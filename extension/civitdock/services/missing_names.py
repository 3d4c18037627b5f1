"""What CivitAI has under the names of files: few questions, within a time that a person waits."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from civitdock.domain import levels, name_search
from civitdock.domain.catalogue import Model, ModelFile, Version
from civitdock.domain.generation import Kind
from civitdock.domain.query import ModelQuery
from civitdock.domain.send import TYPES
from civitdock.errors import CivitDockError
from civitdock.ports import Catalogue, Clock, Patience
from civitdock.services import parallel

log = logging.getLogger(__name__)

#: Seconds in all, names that are asked for, and how many at a time.
PATIENCE_S = 15.0
MOST_NAMES = 24
WORKERS = 4
#: Models of one answer.
_ANSWERS = 20


@dataclass(frozen=True)
class Name:
    """A file of which only this is known."""

    kind: Kind
    stem: str


@dataclass(frozen=True)
class Named:
    """What has a name: versions with a file of exactly this name, and models that are called so."""

    files: tuple[tuple[Version, ModelFile], ...] = ()
    models: tuple[Version, ...] = ()


@dataclass
class Answers:
    """What came of some names; `failure` is why others have no answer."""

    by_name: dict[Name, Named] = field(default_factory=dict)
    failure: CivitDockError | None = None


class NameFinder:
    """Asks CivitAI's search for names. It shows what the NSFW level admits, as every search does."""

    def __init__(self, catalogue: Catalogue, clock: Clock) -> None:
        self._catalogue = catalogue
        self._clock = clock

    def find(self, names: Iterable[Name], level: str) -> Answers:
        """What is known of each name; never raises because of CivitAI, whose first failure ends the asking."""
        end = self._clock.monotonic() + PATIENCE_S
        answers = Answers()

        def ask(name: Name) -> None:
            patience = Patience(seconds=max(0.0, end - self._clock.monotonic()))
            answers.by_name[name] = self._ask(name, level, patience)

        asked = list(dict.fromkeys(names))[:MOST_NAMES]
        try:
            parallel.each(asked, ask, min(WORKERS, len(asked)))
        except CivitDockError as error:
            log.info("CivitAI could not be searched for what a picture uses (%s).", error.code)
            answers.failure = error
        return answers

    def _ask(self, name: Name, level: str, patience: Patience) -> Named:
        """The telling words of the name, and where nothing comes of them the name as it is."""
        questions = list(dict.fromkeys((name_search.phrase(name.stem), name.stem[: name_search.LONGEST_PHRASE])))
        found = Named()
        for text in questions:
            query = ModelQuery(text=text, types=tuple(sorted(TYPES[name.kind])), nsfw_level=level, limit=_ANSWERS)
            page = self._catalogue.search(query, patience)
            models = [shown for model in page.items if (shown := levels.listed(model, level)) is not None]
            found = _named(models, name.stem)
            if found.files or found.models:
                break
        return found


def _named(models: Sequence[Model], stem: str) -> Named:
    files = [
        (version, named[0])
        for model in models
        for version in model.versions
        if (named := name_search.files_named(version, stem))
    ]
    alike: Mapping[int, float] = {model.id: name_search.resemblance(model, stem) for model in models}
    ordered = sorted((model for model in models if alike[model.id] > 0), key=lambda model: -alike[model.id])
    versions = (name_search.likeliest(model.versions, stem) for model in ordered)
    return Named(tuple(files), tuple(version for version in versions if version is not None))
