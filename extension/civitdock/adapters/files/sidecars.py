"""Reads and writes the sidecars beside model files (design section 6)."""

from __future__ import annotations

import hashlib
import json
import math
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from pathlib import Path

from civitdock.adapters.files.atomic import disk_error
from civitdock.adapters.files.beside import copy_aside, rename_aside, write_unless_changed, write_whole
from civitdock.domain import foreign, previews, told
from civitdock.domain.foreign import IdentityHint
from civitdock.domain.library import MODEL_SUFFIXES
from civitdock.domain.sidecar import SidecarFacts, disown, merge, same
from civitdock.domain.told import Told
from civitdock.errors import NotFound, NotWritable
from civitdock.ports.library import Original, Originals

#: Larger files are nobody's metadata: they are neither read nor touched.
MAX_BYTES = 16 * 1024 * 1024
ASIDE = "civitdock-aside"
_ATTEMPTS = 3
#: The digest of a file whose present content is not ours alone: a restore keeps it beside.
_SHARED_WORK = ""
_LOCKS = 16


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
    RESTORED = "The metadata file was restored and is left alone; sync this model with force to write it again."


class Broken(str, Enum):
    """What becomes of a file that is no JSON object."""

    ASIDE = "aside"
    LEAVE = "leave"


class FileSidecars:
    """Implements `ports.Sidecars` on the file system; threads of this process take turns at a file."""

    def __init__(self, originals: Originals) -> None:
        self._originals = originals
        self._locks = tuple(threading.Lock() for _ in range(_LOCKS))

    def write(self, model: Path, facts: SidecarFacts) -> tuple[str, ...]:
        """Merge the facts into `<stem>.json` and add `.civitai.info` where the facts hold one; answers warnings.

        What is no JSON object is set aside under `<stem>.json.civitdock-aside` first; of one that names a key twice
        a copy is kept there. Raises `NotWritable`, `DiskFull`; the old file then stands as it was.
        """
        left = _left_alone(model)
        if left is not None:
            return (left.value,) if left is _Left.SHARED else ()
        path = model.with_suffix(".json")
        with self._lock(path):
            if self._is_restored(path):
                return (_Left.RESTORED.value,)
            warnings = self._change(path, lambda existing: merge(existing, facts))
            if facts.civitai_info is not None:
                self._write_civitai_info(model.with_suffix(".civitai.info"), facts.civitai_info)
        return warnings

    def disown(self, model: Path, sha256: str, now: str) -> None:
        """Take out of the sidecar what we wrote about another content than this; see `domain.sidecar.disown`."""
        path = model.with_suffix(".json")
        # Most strangers have no sidecar; only for the others is the folder listed, which costs much in a large one.
        if not os.path.lexists(path) or _left_alone(model) is not None or self._is_restored(path):
            return
        with self._lock(path):
            if _content_or_none(path) is not None:
                self._change(path, lambda existing: disown(existing or {}, sha256), Broken.LEAVE)

    def restore(self, path: Path) -> None:
        """Make a file what it was before we changed it first, and leave it alone from then on.

        What was changed since by others is set aside, not lost. Raises `NotFound`, `NotWritable`, `DiskFull`.
        """
        with self._lock(path):
            original = self._originals.get(path)
            if original is None:
                raise NotFound("This file was never changed.", hint="Only what CivitDock wrote can be taken back.")
            if not original.restored:
                _put_back(original)
                self._originals.keep(replace(original, restored=True))

    def take_up(self, model: Path) -> None:
        """Write the files beside the model again although they were restored."""
        for path in previews.written_beside(model):
            original = self._originals.get(path)
            if original is not None and original.restored:
                self._originals.keep(replace(original, restored=False))

    def hint(self, model: Path) -> IdentityHint:
        """What the sidecars of all tools say the model is; only a hint (`peers.md 2`)."""
        found = [foreign.READERS[suffix](root) for suffix, root in _sidecars(model)]
        return foreign.combined(found)

    def described(self, model: Path) -> Mapping[str, object] | None:
        """The `civitai` object of `<stem>.json`, None where there is none of ours."""
        try:
            root = _parse(_content(model.with_suffix(".json"))).root
        except (_Unreadable, OSError, NotWritable):
            return None
        found = root.get("civitai")
        return found if isinstance(found, dict) and isinstance(root.get("local"), dict) else None

    def told(self, model: Path, sha256: str) -> Told:
        """What other tools' files say about the model, those left out that speak of another content.

        Of several files with one stem those that name no content speak of the one that the host prefers.
        """
        believed = (sha256,) if _left_alone(model) is _Left.SHARED else (None, sha256)
        found = [
            told.read(suffix, f"{model.stem}{suffix}", root)
            for suffix, root in _sidecars(model)
            if foreign.READERS[suffix](root).sha256 in believed
        ]
        return told.combined(found)

    def _lock(self, path: Path) -> threading.Lock:
        """One lock for many files, so that files of different models need not wait for each other's disk."""
        return self._locks[hash(path) % _LOCKS]

    def _is_restored(self, path: Path) -> bool:
        original = self._originals.get(path)
        return original is not None and original.restored

    def _change(
        self,
        path: Path,
        change: Callable[[dict[str, object] | None], dict[str, object]],
        broken: Broken = Broken.ASIDE,
    ) -> tuple[str, ...]:
        for _ in range(_ATTEMPTS):
            before = _content_or_none(path)
            if broken is Broken.LEAVE and not _is_sound(before):
                return ()
            found, warnings = _existing(path, before)
            existing = None if found is None else found.root
            changed = change(existing)
            if existing is not None and same(changed, existing):
                return warnings
            # The host's editor may have saved while we merged; its words count.
            there = None if warnings else before
            if _content_or_none(path) == there:
                if found is not None and before is not None and found.repeats:
                    warnings = (_keep_repeats(path, before),)
                content = _text(changed)
                self._remember(path, before, content)
                if write_unless_changed(path, content, partial(_is_content, path, there)):
                    return warnings
        raise NotWritable(f"{path.name} is being changed by another program.", hint="Sync this model again later.")

    def _remember(self, path: Path, before: bytes | None, content: bytes) -> None:
        """Keep what the file was before us; what users wrote into ours, or put in its place, must outlive a restore."""
        known, written = self._originals.get(path), _digest(content)
        if known is not None and before is not None and before != known.content and _digest(before) != known.written:
            if _is_of_ours(before):
                written = _SHARED_WORK
            else:
                self._originals.forget(path)
        self._originals.keep(Original(path, before, written))

    def _write_civitai_info(self, path: Path, version: Mapping[str, object]) -> None:
        """`<stem>.civitai.info` as Civitai Helper reads it; one that lies there is another tool's and stays."""
        if not os.path.lexists(path) and not self._is_restored(path):
            content = _text(version)
            self._originals.keep(Original(path, None, _digest(content)))
            write_unless_changed(path, content, lambda: not os.path.lexists(path))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _is_of_ours(content: bytes) -> bool:
    """Whether a sidecar comes from one that we wrote; else somebody put another file in its place."""
    try:
        local = _parse(content).root.get("local")
    except _Unreadable:
        return False
    return isinstance(local, dict) and isinstance(local.get("written"), dict)


def _put_back(original: Original) -> None:
    path = original.path
    try:
        with open(path, "rb") as file:
            is_ours = _digest(file.read()) == original.written
    except FileNotFoundError:
        is_ours = True
    except OSError as error:
        raise disk_error(error, path) from error
    if not is_ours:
        if original.content is None and path.suffix != ".json":
            return  # a picture or another tool's file in place of ours: nothing of it is ours
        rename_aside(path, ASIDE)
    if original.content is not None:
        write_whole(path, original.content)
        return
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise disk_error(error, path) from error


def _sidecars(model: Path) -> Iterator[tuple[str, dict[str, object]]]:
    """The sidecars of all tools that can be read, by suffix, in the order in which they are believed."""
    for suffix in foreign.READERS:
        try:
            yield suffix, _parse(_content(model.with_suffix(suffix))).root
        except (_Unreadable, OSError, NotWritable):
            continue


def _left_alone(model: Path) -> _Left | None:
    suffix = model.suffix.lower()
    if suffix == ".json" or suffix not in MODEL_SUFFIXES:
        return _Left.NO_MODEL
    rivals = [name for name in previews.rival_names(model.name) if os.path.lexists(model.with_name(name))]
    return None if previews.stem_owner(model.name, rivals) == model.name else _Left.SHARED


def _is_sound(content: bytes | None) -> bool:
    try:
        return content is not None and bool(_parse(content).root)
    except _Unreadable:
        return False


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


def _is_content(path: Path, content: bytes | None) -> bool:
    return _content_or_none(path) == content


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
        root = json.loads(data.decode("utf-8-sig"), object_pairs_hook=made, parse_float=_number)
    except UnicodeDecodeError as error:
        raise _Unreadable("is not UTF-8 text") from error
    except (ValueError, RecursionError) as error:
        raise _Unreadable("is not valid JSON") from error
    if not isinstance(root, dict):
        raise _Unreadable("holds no JSON object")
    return _Found(root, bool(repeats))


def _number(text: str) -> float:
    """A number; one that is too large for JSON's readers could not be written again as it was."""
    value = float(text)
    if math.isinf(value):
        raise _Unreadable("holds a number that is too large")
    return value


def _text(root: Mapping[str, object]) -> bytes:
    """JSON as the hosts write it: indented by 4, letters readable; lone surrogates escaped, which UTF-8 cannot hold."""
    try:
        return (json.dumps(root, indent=4, ensure_ascii=False) + "\n").encode("utf-8")
    except UnicodeEncodeError:
        return (json.dumps(root, indent=4) + "\n").encode("ascii")
