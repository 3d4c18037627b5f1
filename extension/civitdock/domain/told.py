"""What other tools' sidecars say about a model beyond its identity (`peers.md 2`), for files that CivitAI no longer
knows, and the report of what was taken from where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from civitdock.domain.foreign import JsonObject, Shape, shape
from civitdock.domain.plaintext import plain

_MAX_WORDS = 50


@dataclass(frozen=True)
class Taken:
    """What was taken from one file beside a model: its name and the names of what it gave."""

    source: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """What other tools wrote; empty where they say nothing. `description` and `notes` are plain text.

    `sources` tells for each file what came from it.
    """

    model_name: str = ""
    version_name: str = ""
    base_model: str = ""
    trained_words: tuple[str, ...] = ()
    description: str = ""
    notes: str = ""
    sources: tuple[Taken, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether there is anything to take."""
        return any(getattr(self, name) for name in _FIELDS)


_FIELDS = tuple(field.name for field in fields(Told) if field.name != "sources")


def read(suffix: str, name: str, root: JsonObject) -> Told:
    """What one sidecar says; `suffix` tells whose it is, `name` is the file's name for the report."""
    if suffix == ".metadata.json":
        found = _lora_manager(root)
    elif suffix == ".cm-info.json":
        found = _stability_matrix(root)
    elif suffix == ".json" and shape(root) in (Shape.USER_METADATA, Shape.STUB):
        return Told()  # the host's own file keeps what it says
    else:
        found = _civitai(root)
    given = tuple(field for field in _FIELDS if getattr(found, field))
    return Told(**{field: getattr(found, field) for field in given}, sources=(Taken(name, given),) if given else ())


def combined(parts: Sequence[Told]) -> Told:
    """For each field the first that says something; the sources keep only what came from them."""
    chosen: dict[str, object] = {}
    sources: list[Taken] = []
    for part in parts:
        new = [field for field in _FIELDS if getattr(part, field) and field not in chosen]
        chosen.update({field: getattr(part, field) for field in new})
        sources += [Taken(source.source, tuple(new)) for source in part.sources if new]
    return Told(**chosen, sources=tuple(sources))  # type: ignore[arg-type]


def _lora_manager(root: JsonObject) -> Told:
    version = _object(root.get("civitai"))
    inner = _civitai(version)
    return Told(
        model_name=_text(root.get("model_name")) or inner.model_name,
        version_name=inner.version_name,
        base_model=_known(root.get("base_model")) or inner.base_model,
        trained_words=inner.trained_words or _words(root.get("trainedWords")),
        description=plain(_text(root.get("modelDescription"))) or inner.description,
        notes=_text(root.get("notes")),
    )


def _stability_matrix(root: JsonObject) -> Told:
    return Told(
        model_name=_text(root.get("UserTitle")) or _text(root.get("ModelName")),
        version_name=_text(root.get("VersionName")),
        base_model=_known(root.get("BaseModel")),
        trained_words=_words(root.get("TrainedWords")),
        description=plain(_text(root.get("ModelDescription")) or _text(root.get("VersionDescription"))),
    )


def _civitai(root: JsonObject) -> Told:
    """A version object with its model inside, or a model object with one version."""
    versions = root.get("modelVersions")
    if isinstance(versions, list):
        only = _object(versions[0]) if len(versions) == 1 else {}
        model, version = root, only
    else:
        model, version = _object(root.get("model")), root
    return Told(
        model_name=_text(model.get("name")),
        version_name=_text(version.get("name")),
        base_model=_known(version.get("baseModel")),
        trained_words=_words(version.get("trainedWords")),
        description=plain(_text(model.get("description")) or _text(version.get("description"))),
    )


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _known(value: object) -> str:
    text = _text(value)
    return "" if text.lower() in ("unknown", "other") else text


def _words(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    words = (_text(word) for word in value)
    return tuple(dict.fromkeys(word for word in words if word))[:_MAX_WORDS]
