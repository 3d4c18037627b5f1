"""Which failed downloads are worth another try when the user asks for all of them at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from civitdock.domain.downloads import Download, Unsafe
from civitdock.errors import Archived, DownloadDisabled, InvalidRequest, NameConflict, NotFound, UnsafeFile

#: CivitAI does not give these files, or the wish cannot be met: only the user can make something else of it.
_FINAL = frozenset({DownloadDisabled.code, Archived.code, NotFound.code, InvalidRequest.code})


def is_worthwhile(job: Download, exists: Callable[[Path], bool]) -> bool:
    """Whether what stopped a failed job passes by itself or may have been mended (a key, space, a free name).

    `exists` tells whether there is a file.
    """
    code = None if job.error is None else job.error.code
    if code == UnsafeFile.code:
        return job.wish.unsafe is Unsafe.ALLOW
    if code == NameConflict.code and job.conflict is not None:
        return not exists(Path(job.conflict.path))
    return code not in _FINAL
