"""Templates of sub-folders: the words they may name, how the setting is read, and what a template becomes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from civitdock.domain import nsfw
from civitdock.domain.catalogue import Model, ModelFile, Version
from civitdock.domain.library import MODEL_TYPES
from civitdock.domain.names import component

#: Stands for every type that has no line of its own.
EVERY_TYPE = "*"
_BRACES = re.compile(r"\{[^{}]*\}")
_SEPARATORS = re.compile(r"[/\\]")
_YEAR_MONTH = re.compile(r"(\d{4})-(\d{2})")
_TYPES = {name.lower(): name for name in (*MODEL_TYPES, EVERY_TYPE)}


@dataclass(frozen=True)
class TemplateWords:
    """What a folder template may name. One that is not known is empty, so that its default or nothing counts.

    `nsfw` is `nsfw` or `sfw`; `year` and `month` (two digits) are those of the version's publication.
    """

    type: str = ""
    base_model: str = ""
    creator: str = ""
    model: str = ""
    version: str = ""
    tag: str = ""
    model_id: str = ""
    version_id: str = ""
    nsfw: str = ""
    year: str = ""
    month: str = ""
    file_format: str = ""


WORDS = tuple(field.name for field in fields(TemplateWords))
#: A word in braces, with a default behind a bar for where it is empty: `{creator|Unknown}`.
_WORD = re.compile(rf"\{{({'|'.join(WORDS)})(?:\|([^{{}}|/\\]+))?\}}")


def words_of(model_type: str, version: Version, file: ModelFile, model: Model | None) -> TemplateWords:
    """The words for one file; `model_type` is the type whose template counts, `model` None where CivitAI is silent."""
    published = _YEAR_MONTH.match(version.published_at or "")
    return TemplateWords(
        type=model_type,
        base_model=version.base_model or "",
        creator=(model.creator or "") if model is not None else "",
        model=version.model_name or (model.name if model is not None else ""),
        version=version.name,
        tag=model.tags[0] if model is not None and model.tags else "",
        model_id=str(version.model_id or ""),
        version_id=str(version.id),
        nsfw=_rating(version, model),
        year=published[1] if published else "",
        month=published[2] if published else "",
        file_format=file.format or "",
    )


def _rating(version: Version, model: Model | None) -> str:
    """`sfw` up to PG-13, as CivitAI draws the line (`civitai-api.md 5`); empty where nothing is rated yet."""
    level = version.nsfw_level or (model.nsfw_level if model is not None else 0)
    if model is not None and model.nsfw:
        return "nsfw"
    if level <= 0:
        return ""
    return "nsfw" if level & ~(nsfw.PG | nsfw.PG13) else "sfw"


@dataclass(frozen=True)
class BadLine:
    """A line of the setting that cannot be used, and why; `type` is a type in lower case, `*`, or empty."""

    number: int
    type: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.number}: {self.reason}"


@dataclass(frozen=True)
class Templates:
    """The setting `civitai_folder_templates`: templates by type in lower case or `*`, and the lines that are none."""

    by_type: Mapping[str, str]
    bad: tuple[BadLine, ...] = ()

    def of(self, model_type: str) -> str:
        """The template of a type, else the one for every type; empty where there is none."""
        every = self.by_type.get(EVERY_TYPE, "")
        return self.by_type.get(model_type.lower(), every)

    def has(self, model_type: str) -> bool:
        """Whether there is a template for a type, also one that says no sub-folders."""
        return model_type.lower() in self.by_type or EVERY_TYPE in self.by_type

    def concerning(self, model_type: str) -> tuple[BadLine, ...]:
        """The unusable lines that were, or may have been, meant for a type."""
        meant = ("", EVERY_TYPE, model_type.lower())
        return tuple(line for line in self.bad if line.type in meant)

    def lines(self) -> tuple[tuple[str, str], ...]:
        """(type in CivitAI's spelling or `*`, template) of every usable line."""
        return tuple((_TYPES[key], template) for key, template in self.by_type.items())


def parse(text: str) -> Templates:
    """Read `Type = template` per line; `#` begins a remark. A line with anything wrong in it counts for nothing."""
    found: dict[str, str] = {}
    bad: list[BadLine] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, template = (part.strip() for part in line.partition("="))
        key = name.lower() if name.lower() in _TYPES else ""
        reason = type_trouble(name) if equals else f"{line.strip()!r} is not of the form Type = template."
        reason = reason or trouble(template)
        if reason:
            bad.append(BadLine(number, key, reason))
        else:
            found[key] = template
    return Templates(found, tuple(bad))


def type_trouble(name: str) -> str:
    """What is wrong with a type's name, or nothing."""
    if name.lower() in _TYPES:
        return ""
    return f"{name!r} is no model type; one is {', '.join(MODEL_TYPES[:5])} or such, and * stands for all."


def spelled(name: str) -> str:
    """A known type in CivitAI's spelling."""
    return _TYPES[name.lower()]


def trouble(template: str) -> str:
    """What is wrong with a template, or nothing: every brace must belong to a known word."""
    unknown = next((word for word in _BRACES.findall(template) if not _WORD.fullmatch(word)), None)
    if unknown is not None:
        return f"{unknown} is no word of a template; use {' '.join(f'{{{word}}}' for word in WORDS)}."
    if set("{}") & set(_BRACES.sub("", template)):
        return f"a brace in {template!r} stands alone."
    return ""


def named(template: str) -> tuple[tuple[str, str], ...]:
    """The words that a template names, each with its default, which may be empty."""
    return tuple((found[1], found[2] or "") for found in _WORD.finditer(template))


def render(template: str, words: TemplateWords) -> tuple[str, ...]:
    """The folder names of a template, outermost first; every one is sanitized, empty ones are left out."""
    filled = (_WORD.sub(lambda found: _value(found, words), part) for part in _SEPARATORS.split(template))
    names = (component(part, fallback="") for part in filled)
    return tuple(name for name in names if name)


def _value(found: re.Match[str], words: TemplateWords) -> str:
    value = str(getattr(words, found[1]))
    return value if value.strip() else (found[2] or "")
