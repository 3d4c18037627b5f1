"""A program that syncs a library until it is done or killed: `python -m tests.library.child HOME API_URL`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, cast

from civitdock.adapters.clock import SystemClock
from civitdock.domain.sync import SyncRequest
from tests.library.bench import Library


class _Elsewhere:
    """A demo that runs in another process."""

    def __init__(self, api_base: str) -> None:
        self.api_base = api_base


def main(home: str, api: str) -> None:
    """Sync everything once, and say so before and after."""
    library = Library(cast("Any", _Elsewhere(api)), Path(home), cast("Any", SystemClock()))
    print("begins", flush=True)
    job = library.sync(SyncRequest(force=True))
    print(f"{job.state.value} {job.matched} {job.failed}", flush=True)
    library.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
