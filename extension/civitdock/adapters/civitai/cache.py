"""CivitAI's answers on disk: fresh ones save a request, old ones are what remains when CivitAI is down.

The store is requests-cache's SQLite backend with JSON rows. Only answers that were understood are put in; how old
one may be is decided when it is read, by the caller's clock and setting, so a changed setting counts at once.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import threading
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from requests.structures import CaseInsensitiveDict

from civitdock.adapters.civitai import coerce
from civitdock.ports import Clock

try:
    from requests_cache.backends.sqlite import SQLiteCache
    from requests_cache.models.response import CachedResponse

    HAVE_CACHE = True
except ImportError:  # the package is one of ours; without it every answer comes from CivitAI
    HAVE_CACHE = False

log = logging.getLogger(__name__)

#: How long an answer may serve during an outage.
KEEP = timedelta(days=30)
#: A cache file that has grown beyond this starts anew at the next start.
MAX_FILE_BYTES = 512 * 1024 * 1024
_FETCHED = "X-CivitDock-Fetched"
_FILE = "civitai-answers.sqlite"
_TROUBLE = (sqlite3.Error, OSError, ValueError, TypeError, KeyError)


@dataclass(frozen=True)
class Stored:
    """A kept answer: its JSON text and when it was fetched (Unix seconds)."""

    body: bytes
    fetched_at: float


def cache_key(account_key: str | None, url: str) -> str:
    """The row of one address for one account; nobody sees another account's answers, and the key is not in it."""
    account = hashlib.sha256(f"civitdock account {account_key or ''}".encode()).hexdigest()
    return hashlib.sha256(f"{account}\n{url}".encode()).hexdigest()


class AnswerCache:
    """Opened on first use; a broken or missing cache costs requests, never a failure."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._path = folder / _FILE
        self._clock = clock
        self._lock = threading.Lock()
        self._backend: SQLiteCache | None = None
        self._unusable = not HAVE_CACHE

    def get(self, key: str) -> Stored | None:
        """The kept answer, however old."""
        backend = self._opened()
        if backend is None:
            return None
        try:
            row = backend.get_response(key)
            if row is None:
                return None
            fetched_at = coerce.as_float(row.headers.get(_FETCHED))
            return None if fetched_at is None else Stored(zlib.decompress(row.content), fetched_at)
        except (*_TROUBLE, zlib.error) as error:
            log.warning("A cached answer of CivitAI cannot be read: %s", error)
            return None

    def put(self, key: str, body: bytes) -> None:
        """Keep an answer."""
        backend = self._opened()
        if backend is None:
            return
        now = self._clock.now()
        try:
            row = CachedResponse(
                content=zlib.compress(body, 1),
                status_code=200,
                headers=CaseInsensitiveDict({_FETCHED: repr(now)}),
                expires=datetime.fromtimestamp(now, tz=timezone.utc) + KEEP,
                url="",
            )
            backend.responses[key] = row
        except _TROUBLE as error:
            log.warning("An answer of CivitAI cannot be cached: %s", error)

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        with self._lock:
            if self._backend is not None:
                self._backend.close()  # type: ignore[no-untyped-call]
            self._backend = None

    def _opened(self) -> SQLiteCache | None:
        with self._lock:
            if self._backend is None and not self._unusable:
                try:
                    self._backend = self._open()
                except (sqlite3.Error, OSError) as error:
                    self._unusable = True
                    log.warning("CivitAI's answers are not cached in this run: %s", error)
            return self._backend

    def _open(self) -> SQLiteCache:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._path.exists() and self._path.stat().st_size > MAX_FILE_BYTES:
            self._path.unlink()
        try:
            return self._opened_backend()
        except sqlite3.DatabaseError as error:
            log.warning("The cache of CivitAI's answers is broken and starts anew: %s", error)
            self._path.unlink(missing_ok=True)
            return self._opened_backend()

    def _opened_backend(self) -> SQLiteCache:
        backend = SQLiteCache(str(self._path), serializer="json", busy_timeout=5000)
        backend.delete(expired=True, vacuum=False)
        return backend
