"""`python -m civitdock.demo`: serve the offline CivitAI until interrupted."""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading
from collections.abc import Sequence

from civitdock.demo.server import DemoCivitai


def main(arguments: Sequence[str] | None = None) -> int:
    """Start the demo on `--port` and print its addresses; Ctrl+C ends it."""
    parser = argparse.ArgumentParser(prog="civitdock.demo", description="Serve an offline CivitAI.")
    parser.add_argument("--port", type=int, default=7871, help="port of the API (0: a free one)")
    parser.add_argument("--storage-port", type=int, default=0, help="port of storage and pictures (0: a free one)")
    parser.add_argument("--throttle", type=int, default=None, help="bytes per second and connection of the storage")
    chosen = parser.parse_args(arguments)
    with DemoCivitai(chosen.port, storage_port=chosen.storage_port, throttle=chosen.throttle) as demo:
        sys.stdout.write(f"API {demo.api_base}\nfiles and pictures {demo.storage_base}\n")
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
