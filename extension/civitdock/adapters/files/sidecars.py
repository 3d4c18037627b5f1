"""Reads and writes the sidecars beside model files (design section 6)."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from civitdock.adapters.files.atomic import disk_error
from civitdock.adapters.files.beside import copy_aside, rename_aside, write_whole
from civitdock.domain import foreign, previews
from civitdock.domain.foreign import IdentityHint
from civitdock.domain.library import MODEL_SUFFIXES
from civitdock.domain.sidecar import SidecarFacts, merge, same
from civitdock.errors import NotWritable

#: Larger files are nobody's metadata: they are neither read nor touched.
MAX_BYTES = 16 * 1024 * 1024
ASIDE = "civitdock-aside"
_ATTEMPTS = 3


class _Unreadable(Exception):
    """The content is no JSON object, or cannot be kept as one without loss."""


@dataclass(frozen=True)
class _Found:
    """The object of a sidecar; `repeats` says that it names a key twice, of which the last one counts."""

    root: dict[str, object]
    repeats: bool


class _Left(str, Enum):
    """Why a model gets no sidecar, in plain words."""

    NO_MODEL = "This kind of file gets no metadata file."
    SHARED = "Another file of the same name has the metadata file."


class FileSidecars:
    """Implements `ports.Sidecars` on the file system; threads of this process take turns."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def write(self, model: Path, facts: SidecarFacts) -> tuple[str, ...]:
        """Merge the facts into `<stem>.json` and add `.civitai.info` where the facts hold one; answers warnings.

        What is no JSON object is set aside under `<stem>.json.civitdock-aside` first; of one that names a key twice
        a copy is kept there. Raises `NotWritable`, `DiskFull`; the old file then stands as it was.
        """
        left = _left_alone(model)
        if left is not None:
            return (left.value,) if left is _Left.SHARED else ()
        with self._lock:
            warnings = self._merge(model.with_suffix(".json"), facts)
            if facts.civitai_info is not None:
                _write_civitai_info(model, facts.civitai_info)
        return warnings

    def hint(self, model: Path) -> IdentityHint:
        """What the sidecars of all tools say the model is; only a hint (`peers.md 2`)."""
        found: list[IdentityHint] = []
        for suffix, reader in foreign.READERS:
            try:
                root = _parse(_content(model.with_suffix(suffix))).root
            except (_Unreadable, OSError, NotWritable):
                continue
            found.append(reader(root))
        return foreign.combined(found)

    def _merge(self, path: Path, facts: SidecarFacts) -> tuple[str, ...]:
        for _ in range(_ATTEMPTS):
            before = _content_or_none(path)
            found, warnings = _existing(path, before)
            existing = None if found is None else found.root
            merged = merge(existing, facts)
            if existing is not None and same(merged, existing):
                return warnings
            # The host's editor may have saved while we merged; its words count.
            if warnings or _content_or_none(path) == before:
                if found is not None and before is not None and found.repeats:
                    warnings = (_keep_repeats(path, before),)
                write_whole(path, _text(merged))
                return warnings
        raise NotWritable(f"{path.name} is being changed by another program.", hint="Sync this model again later.")


def _write_civitai_info(model: Path, version: Mapping[str, object]) -> None:
    """`<stem>.civitai.info` as Civitai Helper reads it; one that lies there is another tool's and stays."""
    path = model.with_suffix(".civitai.info")
    if not os.path.lexists(path):
        write_whole(path, _text(version))


def _left_alone(model: Path) -> _Left | None:
    suffix = model.suffix.lower()
    if suffix == ".json" or suffix not in MODEL_SUFFIXES:
        return _Left.NO_MODEL
    try:
        listing = os.listdir(model.parent)
    except OSError as error:
        raise disk_error(error, model) from error
    return None if previews.stem_owner(model.name, listing) == model.name else _Left.SHARED


def _existing(path: Path, content: bytes | None) -> tuple[_Found | None, tuple[str, ...]]:
    """The object to merge into, and a warning where something else had to be set aside."""
    if content is None:
        return None, ()
    try:
        return _parse(content), ()
    except _Unreadable as reason:
        kept = rename_aside(path, ASIDE)
        return None, (f"{path.name} {reason}; it was kept as {kept.name}.",)


def _keep_repeats(path: Path, content: bytes) -> str:
    """Copy a file that cannot be written again as it is, since its keys repeat; answers the warning."""
    kept = copy_aside(path, ASIDE, content)
    return f"{path.name} names a key twice and the last one counts; the file as it was is kept as {kept.name}."


def _content_or_none(path: Path) -> bytes | None:
    try:
        return _content(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise disk_error(error, path) from error


def _content(path: Path) -> bytes:
    with open(path, "rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise NotWritable(
            f"{path.name} is larger than {MAX_BYTES // 1024**2} MiB and was left alone.",
            hint="Move that file away and sync again; a metadata file is a few kilobytes.",
        )
    return data


def _parse(data: bytes) -> _Found:
    """The JSON object in these bytes, with or without a byte-order mark."""
    repeats: list[int] = []

    def made(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) != len(pairs):
            repeats.append(len(pairs))
        return found

    try:
        root = json.loads(data.decode("utf-8-sig"), object_pairs_hook=made)
    except UnicodeDecodeError as error:
        raise _Unreadable("is not UTF-8 text") from error
    except (ValueError, RecursionError) as error:
        raise _Unreadable("is not valid JSON") from error
    if not isinstance(root, dict):
        raise _Unreadable("holds no JSON object")
    return _Found(root, bool(repeats))


def _text(root: Mapping[str, object]) -> bytes:
    """JSON as the hosts write it: indented by 4, letters readable; lone surrogates escaped, which UTF-8 cannot hold."""
    try:
        return (json.dumps(root, indent=4, ensure_ascii=False) + "\n").encode("utf-8")
    except UnicodeEncodeError:
        return (json.dumps(root, indent=4) + "\n").encode("ascii")
