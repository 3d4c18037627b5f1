"""Our routes and a trivial one on one FastAPI app: `python -m benchmarks.served_child FOLDER`."""

from __future__ import annotations

import socket
import sys
import threading
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from civitdock import app as dock
from civitdock.adapters.files.atomic import write_atomic
from civitdock.host.standalone import Options, StandaloneHost


def main(folder: Path) -> None:
    """Serve until the input ends; the first line of output is the port."""
    api = FastAPI()

    @api.get("/trivial")
    async def trivial() -> dict[str, bool]:
        return {"ok": True}

    host = StandaloneHost(Options("127.0.0.1", 0, folder / "data", folder / "models"), write_atomic)
    built = dock.build(host)
    built.mount(api, object())
    built.start()
    # asyncio turns Nagle's delay off only for sockets that name their protocol.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    server = uvicorn.Server(uvicorn.Config(api, log_level="warning", ws="none", access_log=False))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    print(listener.getsockname()[1], flush=True)
    sys.stdin.read()
    built.stop()
    server.should_exit = True
    thread.join(5)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
