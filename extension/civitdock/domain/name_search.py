"""Looking for a model file by its name alone: what to ask CivitAI's search, and which of its answers fit.

That search knows the names of models, not those of files (`civitai-api.md 1.1`), so `detailTweakerXL_v10` is asked for
as `detail Tweaker XL` and found by the files of what comes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from civitdock.domain.catalogue import Model, ModelFile, Version
from civitdock.domain.send import stem_of
from civitdock.domain.versions import primary_file

#: Characters of a question.
LONGEST_PHRASE = 80
_GAPS = re.compile(r"[\W_]+")
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[a-zA-Z])(?=\d{6})")
#: What tells versions and formats apart rather than models.
_NOISE = re.compile(
    r"v?\d+[a-z]?\Z|v\d|(?:fp|bf)\d+\Z|e4m3fn\Z|e5m2\Z|q\d\w*\Z|pruned\Z|emaonly\Z|ema\Z|final\Z|epoch\d*\Z|safetensors\Z"
)


def words(name: str) -> tuple[str, ...]:
    """The words of a name in small letters, without what only tells versions apart; all where nothing else is left."""
    every = tuple(word.casefold() for word in _split(name))
    telling = tuple(word for word in every if not _NOISE.match(word))
    return telling or every


def phrase(stem: str) -> str:
    """What to ask the search for a file of this stem."""
    every = _split(stem)
    telling = [word for word in every if not _NOISE.match(word.casefold())]
    return " ".join(telling or every)[:LONGEST_PHRASE].strip()


def files_named(version: Version, stem: str) -> tuple[ModelFile, ...]:
    """The files of a version with exactly this name, case and suffix aside; CivitAI's primary file first."""
    found = [file for file in version.files if stem_of(file.name).casefold() == stem.casefold()]
    return tuple(sorted(found, key=lambda file: not file.primary))


def resemblance(model: Model, stem: str) -> float:
    """How much the name of a model is that of a file, 0 where it is not: all words of one are in the other."""
    own, wanted = set(words(model.name)), set(words(stem))
    if not own or not wanted or not (own <= wanted or wanted <= own):
        return 0.0
    return len(own & wanted) / len(own | wanted)


def likeliest(versions: Sequence[Version], stem: str) -> Version | None:
    """The version of a model whose name is most like what the file's name says of its version; else the newest."""
    wanted = {word.casefold() for word in _split(stem)}

    def likeness(version: Version) -> int:
        return len(wanted & {word.casefold() for word in _split(version.name)})

    return max((each for each in versions if primary_file(each) is not None), key=likeness, default=None)


def _split(name: str) -> list[str]:
    return [word for part in _GAPS.split(name) for word in _HUMPS.split(part) if word]
