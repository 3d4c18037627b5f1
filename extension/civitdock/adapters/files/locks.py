"""A lock on an open file that keeps other programs of ours away; it ends with the handle or the process."""

from __future__ import annotations

import errno
import os
import sys

_HELD = frozenset({errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK})


def try_lock(handle: int) -> bool:
    """Lock an open file at once or not at all; True also on drives that know no locks."""
    try:
        _lock(handle)
    except OSError as error:
        return error.errno not in _HELD
    return True


if sys.platform == "win32":
    import msvcrt

    #: Windows locks bytes, and others could not read locked ones: one that no file reaches stands for the whole.
    _FAR_AWAY = 1 << 48

    def _lock(handle: int) -> None:
        before = os.lseek(handle, 0, os.SEEK_CUR)
        os.lseek(handle, _FAR_AWAY, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(handle, before, os.SEEK_SET)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
