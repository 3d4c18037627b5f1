"""Small files beside models: written whole or not at all, set aside instead of destroyed."""

from __future__ import annotations

import os
from pathlib import Path

from civitdock.adapters.files.atomic import disk_error, write_atomic


def write_whole(path: Path, data: bytes) -> None:
    """Make `data` the content of `path`; a link stays a link to the file that is replaced.

    The old content is there until the new one is complete on disk. Raises `NotWritable`, `DiskFull`.
    """
    write_atomic(Path(os.path.realpath(path)) if path.is_symlink() else path, data)


def rename_aside(path: Path, marker: str) -> Path:
    """Give a file the free name `<name>.<marker>` or `<name>.<marker>-<n>`, content untouched; answers the new path.

    Raises `NotWritable`, `DiskFull`.
    """
    number = 1
    try:
        while True:
            target = path.with_name(f"{path.name}.{marker}" + ("" if number == 1 else f"-{number}"))
            try:
                # The name is taken first, so that replacing can only meet this empty file.
                with open(target, "xb"):
                    pass
            except FileExistsError:
                number += 1
                continue
            try:
                os.replace(path, target)
            except OSError:
                target.unlink(missing_ok=True)
                raise
            return target
    except OSError as error:
        raise disk_error(error, path) from error
