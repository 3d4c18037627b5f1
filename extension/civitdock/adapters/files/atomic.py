"""Writing so that a crash leaves the old file or the new one, never a half; and disk errors in plain words."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from civitdock.errors import CivitDockError, DiskFull, NotWritable

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC})
_WINDOWS_FULL = frozenset({39, 112})  # ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL


def write_atomic(path: Path, content: bytes, unfinished: Path | None = None) -> None:
    """Replace `path` by this content in one step; raises `DiskFull` or `NotWritable`.

    The file keeps the permissions it had. `unfinished` names the file that is written first, for callers that are the
    only writer and clear it up after a crash; else it has a name of its own.
    """
    _write(path, content, unfinished or path.with_name(temporary_name()), lambda: True)


def write_unless_changed(path: Path, content: bytes, is_unchanged: Callable[[], bool]) -> bool:
    """The same, but `is_unchanged` is asked when all is on disk except the name; answers whether it was replaced."""
    return _write(path, content, path.with_name(temporary_name()), is_unchanged)


def _write(path: Path, content: bytes, unfinished: Path, is_unchanged: Callable[[], bool]) -> bool:
    try:
        try:
            with open(unfinished, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if path.exists():
                shutil.copymode(path, unfinished)
            if not is_unchanged():
                unfinished.unlink(missing_ok=True)
                return False
            os.replace(unfinished, path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
    except OSError as error:
        raise disk_error(error, path) from error
    return True


def temporary_name() -> str:
    """A name that no other file has."""
    return f".civitdock-{secrets.token_hex(6)}.tmp"


def is_temporary(name: str) -> bool:
    """Whether a file or folder is one of ours that a crash left behind, once it is old."""
    return name.startswith(".civitdock-") and name.endswith(".tmp")


def remove_leftover(path: Path) -> None:
    """Remove a temporary file, or a folder in which something was gathered; raises `OSError`."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def sync_folder(folder: Path) -> None:
    """Make a new or changed name in a folder durable; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return  # a folder that may be written but not listed
    try:
        os.fsync(handle)
    except OSError:
        pass  # some network file systems refuse to flush a folder
    finally:
        os.close(handle)


def disk_error(error: OSError, path: Path) -> CivitDockError:
    """What an operating system error on `path` means for the user: `DiskFull` or `NotWritable`."""
    if error.errno in _FULL or getattr(error, "winerror", None) in _WINDOWS_FULL:
        return DiskFull(f"There is no space left on the drive of {path.parent}.")
    if error.errno == errno.EFBIG:
        return DiskFull(f"The drive of {path.parent} cannot hold a file as large as this one.")
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return NotWritable(f"The folder {path.parent} has gone.")
    return NotWritable(f"{path.name} cannot be written in {path.parent} ({error.strerror or error}).")
