"""Giving a file another name in one step that cannot overwrite (design section 7): hard link then unlink on POSIX,
`os.rename` on Windows, and under a lock file where there are no links."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import filelock

_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EACCES})
_LOCK_SECONDS = 30.0


def place(part: Path, final: Path) -> None:
    """Give a part of ours its final name; done again after a crash in the middle it just finishes. Raises `OSError`."""
    if os.name == "nt":
        os.rename(part, final)
        return
    try:
        os.link(part, final)
    except FileExistsError:
        if not os.path.samestat(os.lstat(part), os.lstat(final)):
            raise
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _rename_under_lock(part, final)
        return
    os.unlink(part)


def rename_new(source: Path, target: Path) -> None:
    """Rename a file of the user's, or a link itself; whatever stands under the new name, also the same file, stays.

    Raises `OSError`, `FileExistsError` where the name is taken.
    """
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    if os.name == "nt":
        os.rename(source, target)
        return
    if source.is_symlink():
        _rename_under_lock(source, target)
        return
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_LINKS or isinstance(error, FileExistsError):
            raise
        _rename_under_lock(source, target)
        return
    try:
        os.unlink(source)
    except OSError:
        os.unlink(target)
        raise


def is_half_renamed(source: Path, target: Path) -> bool:
    """Whether `rename_new` was ended between its two steps: one file with two names. Raises `OSError`."""
    there, here = os.lstat(source), os.lstat(target)
    two_names = os.path.realpath(source) != os.path.realpath(target)
    return os.path.samestat(there, here) and there.st_nlink > 1 and two_names


def _rename_under_lock(part: Path, final: Path) -> None:
    """For drives without hard links (exFAT, some network drives): look and rename while nobody else of us does."""
    lock_path = final.with_name(f".{final.name}.civitdock-lock")
    try:
        with filelock.FileLock(str(lock_path), timeout=_LOCK_SECONDS):
            if os.path.lexists(final):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(final))
            os.rename(part, final)
            lock_path.unlink(missing_ok=True)
    except filelock.Timeout as error:
        raise FileExistsError(errno.EEXIST, "another program is placing this file", str(final)) from error
