"""`DemoCivitai`: the API host and the storage and picture host, on two ports of the loopback address."""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from types import TracebackType

from civitdock.demo.api import Api
from civitdock.demo.catalogue import Catalogue
from civitdock.demo.downloads import AccessRules, Downloads
from civitdock.demo.faults import Faults
from civitdock.demo.listings import Listings
from civitdock.demo.lookups import Lookups
from civitdock.demo.render import Renderer
from civitdock.demo.search import ModelSearch
from civitdock.demo.sockets import LOGGED_HEADERS, DemoServer
from civitdock.demo.storage import IMAGE_ROOT, STORAGE_ROOT, ImageHost, Storage
from civitdock.demo.wire import Answer, LoggedRequest, Request, Where, text_answer

HOST = "127.0.0.1"
_LOG_MAX = 20_000


class DemoCivitai:
    """An offline CivitAI. Use it as a context manager, or call `start` and `stop`.

    `port` and `storage_port` 0 take free ports. `storage_names` are the host names put into signed URLs, in turn;
    all must lead to the loopback address. `clock` gives seconds since the epoch for expiries. `throttle` caps
    the storage's bytes per second and connection.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        storage_port: int = 0,
        storage_names: tuple[str, ...] = (HOST,),
        clock: Callable[[], float] = time.time,
        throttle: int | None = None,
        seed: int = 1,
    ) -> None:
        self._ports = (port, storage_port)
        self._storage_names = storage_names
        self._throttle = throttle
        self._servers: list[DemoServer] = []
        self._threads: list[threading.Thread] = []
        self._arrival = threading.Condition()
        self._under_way: Counter[str] = Counter()
        self.catalogue = Catalogue(seed)
        self.faults = Faults()
        self.keys: dict[str, str] = {"demo-key": "demo", "demo-supporter-key": "supporter"}
        self.rules = AccessRules(purchases={"supporter": {v.id for m in self.catalogue.models for v in m.versions}})
        self.requests: list[LoggedRequest] = []
        self.storage = Storage(self.catalogue, clock, secrets.token_bytes(16))
        self._downloads = Downloads(self.catalogue, self.storage, self.rules, clock)
        self._images = ImageHost(self.catalogue)
        self._api: Api | None = None

    # --- life ------------------------------------------------------------------------------------------------------

    def start(self) -> DemoCivitai:
        """Bind both ports and serve in threads; returns at once. Raises `OSError` when a port is taken."""
        if self._servers:
            return self
        media = DemoServer((HOST, self._ports[1]), self._serve_media, self._locate_media, self._observe, self._finish)
        try:
            api = DemoServer((HOST, self._ports[0]), self._serve_api, self._locate_api, self._observe, self._finish)
        except OSError:
            media.server_close()
            raise
        self._servers = [api, media]
        self._ports = (api.port, media.port)  # a second start comes back under the same addresses
        media.throttle = self._throttle
        renderer = Renderer(self.catalogue, self.image_base)
        parts = (
            ModelSearch(self.catalogue, renderer),
            Lookups(self.catalogue, renderer),
            Listings(self.catalogue, renderer),
            self._downloads,
        )
        self._api = Api(self.catalogue, parts, self.keys)
        self._downloads.storage_bases = [f"http://{name}:{media.port}" for name in self._storage_names]
        for server in self._servers:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def stop(self) -> None:
        """Release waiting answers, break all connections, free both ports. Safe to call again."""
        self.faults.release()
        for server in self._servers:
            server.shutdown()
            server.close_connections()
            server.server_close()
        for thread in self._threads:
            thread.join(5)
        self._servers, self._threads = [], []

    def __enter__(self) -> DemoCivitai:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # --- addresses -------------------------------------------------------------------------------------------------

    def _base(self, number: int) -> str:
        if not self._servers:
            raise RuntimeError("the demo is not running")
        return f"http://{HOST}:{self._servers[number].port}"

    @property
    def page_base(self) -> str:
        """Origin of the API and the pages."""
        return self._base(0)

    @property
    def api_base(self) -> str:
        """Base URL of the REST API, ending in `/api/v1`."""
        return f"{self.page_base}/api/v1"

    @property
    def storage_base(self) -> str:
        """Origin of the file storage."""
        return self._base(1)

    @property
    def image_base(self) -> str:
        """Origin of the picture host."""
        return self._base(1)

    # --- knobs -----------------------------------------------------------------------------------------------------

    @property
    def throttle(self) -> int | None:
        """Bytes per second and connection of the storage, or None."""
        return self._throttle

    @throttle.setter
    def throttle(self, value: int | None) -> None:
        self._throttle = value
        for server in self._servers:
            server.throttle = value

    def asked(self, *, where: str | None = None, path: str = "", method: str | None = None) -> list[LoggedRequest]:
        """The logged requests of one part (`api`, `page`, `storage`, `image`) whose path starts with `path`."""
        with self._arrival:
            seen = list(self.requests)
        return [
            line
            for line in seen
            if (where is None or line.where == where)
            and line.path.startswith(path)
            and (method is None or line.method == method)
        ]

    def wait_asked(self, count: int, *, where: str | None = None, path: str = "", timeout: float = 10.0) -> None:
        """Block until so many matching requests arrived; raises `TimeoutError` after `timeout` seconds."""
        with self._arrival:
            if not self._arrival.wait_for(lambda: len(self.asked(where=where, path=path)) >= count, timeout):
                raise TimeoutError(f"fewer than {count} requests arrived")

    def wait_idle(self, timeout: float = 10.0) -> None:
        """Block until no answer is under way; raises `TimeoutError` after `timeout` seconds."""
        with self._arrival:
            if not self._arrival.wait_for(lambda: not any(self._under_way.values()), timeout):
                raise TimeoutError("answers are still under way")

    # --- serving ---------------------------------------------------------------------------------------------------

    def _observe(self, request: Request) -> LoggedRequest:
        kept = {name: request.headers[name] for name in LOGGED_HEADERS if name in request.headers}
        where = request.where.value
        with self._arrival:
            self._under_way[where] += 1
            request.concurrent = self._under_way[where]
            line = LoggedRequest(
                where, request.method, request.path, request.query, kept, request.body, request.concurrent
            )
            self.requests.append(line)
            if len(self.requests) > _LOG_MAX:
                del self.requests[: _LOG_MAX // 2]
            self._arrival.notify_all()
        request.fault = self.faults.take(request)
        return line

    def _finish(self, line: LoggedRequest) -> None:
        with self._arrival:
            self._under_way[line.where] -= 1
            self._arrival.notify_all()

    def _serve_api(self, request: Request) -> Answer:
        assert self._api is not None
        return self._api.answer(request)

    def _serve_media(self, request: Request) -> Answer:
        if request.where is Where.IMAGE:
            return self._images.answer(request)
        if request.path.startswith(STORAGE_ROOT):
            return self.storage.answer(request)
        return text_answer("not found", 404, "text/plain")

    @staticmethod
    def _locate_api(path: str) -> Where:
        return Where.API if path.startswith("/api/") else Where.PAGE

    @staticmethod
    def _locate_media(path: str) -> Where:
        return Where.IMAGE if path.startswith(IMAGE_ROOT) else Where.STORAGE
