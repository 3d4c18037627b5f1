"""Recognises what other tools leave beside a model and reads hints of its identity from it (`peers.md 2, 6d, 7`).

A hint is never proof: several tools copy hashes from the API without looking at the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from civitdock.domain import hashes

#: Keys of the host's own user metadata (`hosts.md 7`).
HOST_KEYS = frozenset(
    {
        "description",
        "notes",
        "sd version",
        "activation text",
        "negative text",
        "preferred weight",
        "vae",
        "vae_te",
        "sd_version_str",
    }
)
_STUB_KEYS = frozenset({"sha256", "modelId", "modelVersionId"})
_HASH_LENGTH = 64

JsonObject = Mapping[str, object]


class Shape(str, Enum):
    """Whose `<stem>.json` it is."""

    USER_METADATA = "user metadata"
    MODEL_DUMP = "model dump"
    VERSION_OBJECT = "version object"
    STUB = "stub"


@dataclass(frozen=True)
class IdentityHint:
    """What a foreign file says the model is; `sha256` in lower case, None where it does not say."""

    sha256: str | None = None
    model_id: int | None = None
    version_id: int | None = None
    source: str = ""


def shape(root: JsonObject) -> Shape:
    """Tell SD.Next's dump, CivitScraper's version object and browser-plus stubs from the host's user metadata."""
    if isinstance(root.get("modelVersions"), list):
        return Shape.MODEL_DUMP
    if {"id", "modelId", "files", "images"} <= root.keys():
        return Shape.VERSION_OBJECT
    if _STUB_KEYS & root.keys():
        return Shape.STUB
    return Shape.USER_METADATA


def hint_from_json(root: JsonObject) -> IdentityHint:
    """What `<stem>.json` says, in any of its shapes; our own objects count first."""
    own, local = root.get("civitai"), root.get("local")
    if isinstance(own, Mapping) and isinstance(local, Mapping):
        return IdentityHint(_sha(local.get("sha256")), _id(own.get("model_id")), _id(own.get("version_id")), "json")
    kind = shape(root)
    if kind is Shape.STUB:
        return IdentityHint(_sha(root.get("sha256")), _id(root.get("modelId")), _id(root.get("modelVersionId")), "stub")
    if kind is Shape.USER_METADATA:
        return IdentityHint(source="json")
    return _civitai_object(root, kind.value)


def _civitai_info(root: JsonObject) -> IdentityHint:
    """A version object (Civitai Helper, CivitAI Shortcut) or a model with the owned version first (FMM)."""
    return _civitai_object(root, "civitai.info")


def _metadata_json(root: JsonObject) -> IdentityHint:
    version = root.get("civitai")
    found = version if isinstance(version, Mapping) else {}
    return IdentityHint(_sha(root.get("sha256")), _id(found.get("modelId")), _id(found.get("id")), "metadata.json")


def _cm_info(root: JsonObject) -> IdentityHint:
    table = root.get("Hashes")
    sha = _sha(table.get("SHA256")) if isinstance(table, Mapping) else None
    return IdentityHint(sha, _id(root.get("ModelId")), _id(root.get("VersionId")), "cm-info.json")


def _api_info(root: JsonObject) -> IdentityHint:
    return _civitai_object(root, "api_info.json")


def _civitai_json(root: JsonObject) -> IdentityHint:
    return _civitai_object(root, "civitai.json")


#: Suffixes after the stem, in the order in which they are believed (`peers.md 2`).
READERS: Mapping[str, Callable[[JsonObject], IdentityHint]] = {
    ".metadata.json": _metadata_json,
    ".cm-info.json": _cm_info,
    ".civitai.info": _civitai_info,
    ".api_info.json": _api_info,
    ".civitai.json": _civitai_json,
    ".json": hint_from_json,
}


def combined(hints: list[IdentityHint]) -> IdentityHint:
    """The first hash and the first identity that the hints give, in the order of belief."""
    sha = next((hint for hint in hints if hint.sha256), None)
    named = next((hint for hint in hints if hint.version_id or hint.model_id), None)
    chosen = named or IdentityHint()
    source = (named or sha or chosen).source
    return IdentityHint(sha.sha256 if sha else None, chosen.model_id, chosen.version_id, source)


def _civitai_object(root: JsonObject, source: str) -> IdentityHint:
    versions = root.get("modelVersions")
    if isinstance(versions, list):
        first = versions[0] if versions and isinstance(versions[0], Mapping) else {}
        # Only the tools that keep one version, or put the owned one first, say which it is.
        certain = source == "civitai.info" or len(versions) == 1
        version = _id(first.get("id")) if certain else None
        return IdentityHint(_only_sha(first) if certain else None, _id(root.get("id")), version, source)
    return IdentityHint(_only_sha(root), _id(root.get("modelId")), _id(root.get("id")), source)


def _only_sha(version: JsonObject) -> str | None:
    """The SHA256 of a version with one file; with several nobody knows which one lies beside."""
    files = version.get("files")
    if not isinstance(files, list) or len(files) != 1 or not isinstance(files[0], Mapping):
        return None
    table = files[0].get("hashes")
    return _sha(table.get("SHA256")) if isinstance(table, Mapping) else None


def _sha(value: object) -> str | None:
    found = hashes.clean(value)
    return found if found is not None and len(found) == _HASH_LENGTH else None


def _id(value: object) -> int | None:
    """A positive id; "Model not found" and other text of browser-plus stubs is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isdecimal() and len(value) < 16:
        value = int(value)
    return value if isinstance(value, int) and value > 0 else None
