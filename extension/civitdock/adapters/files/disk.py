"""Model files on disk: space, folders, the one step that gives a file its name, and a first look at its content."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from civitdock.adapters.files import naming
from civitdock.adapters.files.atomic import disk_error, is_temporary, remove_leftover, sync_folder, temporary_name
from civitdock.adapters.files.contents import examine
from civitdock.adapters.files.headers import header_or_none
from civitdock.domain.tensors import Header
from civitdock.errors import NameConflict

_MIB = 1024 * 1024
_DAY = 86_400


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    while not folder.exists() and folder.parent != folder:
        folder = folder.parent
    return folder


def digest_of(path: Path, check: Callable[[], None] = lambda: None) -> str:
    """SHA256 of a file in lower case, in one sequential read; `check` is called between chunks. Raises `OSError`."""
    digest = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        check()
        while chunk := file.read(_MIB):
            digest.update(chunk)
            check()
    return digest.hexdigest()


class LocalDisk:
    """Implements `ports.Disk`."""

    def free_bytes(self, folder: Path) -> int:
        """Free space where the folder is or will be; raises `NotWritable`."""
        try:
            return shutil.disk_usage(existing(folder)).free
        except OSError as error:
            raise disk_error(error, folder / "x") from error

    def volume(self, folder: Path) -> Path:
        """See `ports.Disk.volume`; raises `NotWritable`."""
        try:
            there = Path(os.path.realpath(existing(folder)))
            device = there.stat().st_dev
            while there.parent != there and there.parent.stat().st_dev == device:
                there = there.parent
        except OSError as error:
            raise disk_error(error, folder / "x") from error
        return there

    def folders(self, root: Path, most: int) -> tuple[str, ...]:
        """See `ports.Disk.folders`; links are named and not followed."""
        found: list[str] = []
        for path, names, _ in os.walk(root):
            names[:] = sorted(name for name in names if not name.startswith("."))
            found += [(Path(path) / name).relative_to(root).as_posix() for name in names]
            if len(found) >= most:
                break
        return tuple(sorted(found)[:most])

    def prepare_folder(self, folder: Path) -> None:
        """Create the folder and try it with a file; raises `NotWritable`, `DiskFull`.

        What a crash left of our own temporary files in it a day ago or longer is removed.
        """
        probe = folder / temporary_name()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe.touch(exist_ok=False)
            now = probe.stat().st_mtime
            probe.unlink()
            for name in filter(is_temporary, os.listdir(folder)):
                left = folder / name
                if now - left.stat().st_mtime > _DAY:
                    remove_leftover(left)
        except FileNotFoundError as error:
            if folder.is_dir():
                return  # another program cleared the leftovers at the same time
            raise disk_error(error, probe) from error
        except OSError as error:
            raise disk_error(error, probe) from error

    def place(self, part: Path, final: Path) -> None:
        """Give a part file its final name in one step that cannot overwrite; raises `NameConflict`, `NotWritable`.

        Done again after a crash in the middle it just finishes.
        """
        try:
            naming.place(part, final)
        except FileExistsError as error:
            raise NameConflict(f"{final.name} exists in {final.parent}.") from error
        except OSError as error:
            raise disk_error(error, final) from error
        sync_folder(final.parent)

    def sha256(self, path: Path) -> str:
        """SHA256 of a file in lower case, in one sequential read; raises `NotWritable` where it cannot be read."""
        try:
            return digest_of(path)
        except OSError as error:
            raise disk_error(error, path) from error

    def check_model(self, path: Path, suffix: str) -> None:
        """Raise `InvalidFile` where the content is not what the suffix says."""
        try:
            examine(path, suffix)
        except OSError as error:
            raise disk_error(error, path) from error

    def head(self, path: Path) -> bytes:
        """The first bytes of a file, at most 64; raises `NotWritable` where it cannot be read."""
        try:
            with open(path, "rb") as file:
                return file.read(64)
        except OSError as error:
            raise disk_error(error, path) from error

    def header(self, path: Path) -> Header | None:
        """The safetensors header of a file of any name; None where the content is none. Raises `NotWritable`."""
        try:
            return header_or_none(path)
        except OSError as error:
            raise disk_error(error, path) from error

    def size(self, path: Path) -> int | None:
        """The size of a file in bytes, or None where there is no file."""
        try:
            return path.stat().st_size if path.is_file() else None
        except OSError:
            return None

    def remove(self, path: Path) -> None:
        """Remove a file of ours that got no name; raises `NotWritable`."""
        try:
            path.unlink()
        except OSError as error:
            raise disk_error(error, path) from error

    def names(self, folder: Path) -> tuple[str, ...]:
        """The names in a folder; none where it does not exist. Raises `NotWritable` where it cannot be listed."""
        try:
            return tuple(os.listdir(folder))
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise disk_error(error, folder / "x") from error

    def real(self, path: Path) -> Path:
        """The absolute path with every link resolved, whether or not it exists."""
        return Path(os.path.realpath(path))
