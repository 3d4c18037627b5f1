"""A program of its own that works off the queue until it is killed: `python child.py FOLDER API_URL VERSION...`."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any, cast

from civitdock.adapters.clock import SystemClock
from civitdock.domain.downloads import Wish
from tests.adapters.transfer.conftest import Knobs
from tests.downloads.stage import Stage


def main(folder: str, api: str, *versions: str) -> None:
    """Submit the wishes, say so, and go on until somebody ends this process."""
    stage = Stage(cast("Any", None), Path(folder), cast("Any", SystemClock()), Knobs({"civitai_api_url": api}))
    stage.service.start()
    print("owner" if stage.service._crew.owns_queue() else "guest", flush=True)
    for version in versions:
        print(stage.service.submit(Wish(int(version))).id, flush=True)
    print("submitted", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
