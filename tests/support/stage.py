"""Our routes on a real server and a real socket, in front of services that live in memory."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import uvicorn
from fastapi import FastAPI

from civitdock.adapters.files.disk import LocalDisk
from civitdock.services.links import LinkService
from civitdock.services.pictures import PictureService
from civitdock.services.status import About, StatusService
from civitdock.web.assets import Assets, digest_of
from civitdock.web.mount import mount_routes
from civitdock.web.services import Services
from tests.support.clock import FakeClock
from tests.support.memory_filing import memory_desk
from tests.support.memory_host import MemoryHost, MemorySettings
from tests.support.memory_library import MemoryPreviews, MemoryRestore, MemoryUpdates
from tests.support.memory_missing import MemoryMissing
from tests.support.memory_pictures import NoPictures
from tests.support.memory_send import MemorySend
from tests.support.memory_services import MemoryDownloads, MemoryGallery, MemoryLibrary, MemorySearch, MemorySync

API = "/sdapi/v1/civitai/"
TAB = "/civitdock/api/"
TAB_HEADERS = {"X-CivitDock": "1"}
FILES = {"app.mjs": b"export const a = 1;\n", "tab.css": b".a{}\n", "parts/b.mjs": b"//\n"}


class QuietCatalogue:
    """The only thing that `GET status` asks of CivitAI's client."""

    def reachable(self) -> bool | None:
        return None


@dataclass
class Stage:
    """A server with its services; `url` ends with a slash."""

    url: str
    app: FastAPI
    host: MemoryHost
    services: Services
    search: MemorySearch
    downloads: MemoryDownloads
    library: MemoryLibrary
    sync: MemorySync
    missing: MemoryMissing
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, **more: Any) -> requests.Response:
        """GET of a whole path such as `API + "status"`."""
        return self.ask("GET", path, **more)

    def post(self, path: str, body: object = None, **more: Any) -> requests.Response:
        """POST of JSON, with the tab's header on the tab's mount."""
        marker = TAB_HEADERS if path.startswith(TAB) else {}
        headers = {**marker, **more.pop("headers", {})}
        return self.ask("POST", path, json={} if body is None else body, headers=headers, **more)

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """Any request; it gives up after ten seconds."""
        return self.session.request(method, self.url + path.lstrip("/"), timeout=10, allow_redirects=False, **more)

    def reset(self) -> None:
        """Forget everything that a test did; the server and its routes stay."""
        for part, arguments in (
            (self.search, ()),
            (self.downloads, ()),
            (self.sync, ()),
            (self.missing, ()),
            (self.library, (self.library.root,)),
            (self.host, (self.host.folder,)),
        ):
            vars(part).clear()
            part.__init__(*arguments)  # type: ignore[misc]
        self.session.cookies.clear()

    def error(self, response: requests.Response) -> tuple[int, str]:
        """Status and code of a failure, after a look at its shape."""
        body = response.json()
        assert list(body) == ["error"], body
        assert list(body["error"]) == ["code", "message", "hint"], body
        assert all(isinstance(text, str) and text for text in body["error"].values()), body
        return response.status_code, body["error"]["code"]


@contextlib.contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve an ASGI app on a free loopback port; the socket listens before the server starts, so nobody waits."""
    # asyncio switches Nagle's algorithm off only where the protocol is named; with it each answer takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    config = uvicorn.Config(app, log_level="warning", lifespan="off", ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), name="stage", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()


@contextlib.contextmanager
def memory_services(folder: Path) -> Iterator[tuple[Services, MemoryHost]]:
    """Services over memory, with a pool of their own."""
    host, search, downloads = MemoryHost(folder), MemorySearch(), MemoryDownloads()
    sync, library = MemorySync(), MemoryLibrary(folder / "Lora")
    settings = MemorySettings(host)
    about = About("1.2.3", lambda: ("nh3",))
    with ThreadPoolExecutor(4, thread_name_prefix="pool") as pool:
        yield (
            Services(
                search=search,
                gallery=MemoryGallery(search),
                links=LinkService(QuietCatalogue(), settings, FakeClock()),
                downloads=downloads,
                library=library,
                sync=sync,
                previews=MemoryPreviews(library.model()),
                updates=MemoryUpdates(library.model()),
                restore=MemoryRestore(),
                filing=memory_desk(),
                settings=settings,
                send=MemorySend(),
                missing=MemoryMissing(),
                pictures=PictureService(NoPictures(), NoPictures(), settings),
                status=StatusService(about, host, QuietCatalogue(), downloads, sync, LocalDisk()),
                host=host,
                pool=pool,
                fetchers=pool,
                assets=Assets(digest_of(FILES), FILES),
            ),
            host,
        )


@contextlib.contextmanager
def staged(folder: Path, with_tab: bool = True) -> Iterator[Stage]:
    """A whole stage; a session shares one and resets it before each test."""
    app = FastAPI()
    with memory_services(folder) as (services, host):
        mount_routes(app, services, with_tab)
        with serving(app) as url:
            parts: Any = services
            memory = (parts.search, parts.downloads, parts.library, parts.sync, parts.missing)
            yield Stage(url, app, host, services, *memory)
