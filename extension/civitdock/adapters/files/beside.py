"""Small files beside models: written whole or not at all, set aside instead of destroyed."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from pathlib import Path

from civitdock.adapters.files import atomic
from civitdock.adapters.files.atomic import disk_error, write_atomic
from civitdock.errors import CivitDockError


def write_whole(path: Path, data: bytes) -> None:
    """Make `data` the content of `path`; a link stays a link to the file that is replaced.

    The old content is there until the new one is complete on disk. Raises `NotWritable`, `DiskFull`.
    """
    write_atomic(_file_behind(path), data)


def write_unless_changed(path: Path, data: bytes, is_unchanged: Callable[[], bool]) -> bool:
    """The same, unless `is_unchanged` says at the last moment that others were faster; answers whether it was done."""
    return atomic.write_unless_changed(_file_behind(path), data, is_unchanged)


def copy_aside(path: Path, marker: str, data: bytes) -> Path:
    """Keep `data`, the content of `path`, under a free name as `rename_aside` chooses it; answers the new path.

    Raises `NotWritable`, `DiskFull`.
    """
    try:
        target = _free_name(path, marker)
    except OSError as error:
        raise disk_error(error, path) from error
    try:
        write_atomic(target, data)
    except CivitDockError:
        target.unlink(missing_ok=True)
        raise
    return target


def rename_aside(path: Path, marker: str) -> Path:
    """Give a file the free name `<name>.<marker>` or `<name>.<marker>-<n>`, content untouched; answers the new path.

    Raises `NotWritable`, `DiskFull`.
    """
    try:
        target = _free_name(path, marker)
        try:
            os.replace(path, target)
        except OSError:
            target.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise disk_error(error, path) from error
    return target


def _file_behind(path: Path) -> Path:
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _free_name(path: Path, marker: str) -> Path:
    """Take a free name with an empty file, so that whoever replaces it can only meet this one; raises `OSError`."""
    for number in itertools.count(1):
        target = path.with_name(f"{path.name}.{marker}" + ("" if number == 1 else f"-{number}"))
        try:
            with open(target, "xb"):
                return target
        except FileExistsError:
            continue
    raise AssertionError("unreachable")
