"""The composition root: the only module that sees every other, and the one holder of the running App.

A WebUI runs the entry script again at "Reload UI" while this package and its threads live on, so `build` answers the
App that is already there and everything below is idempotent (`hosts.md 4`).
"""

from __future__ import annotations

import importlib.util
import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from civitdock import __version__
from civitdock.domain.packages import PACKAGES
from civitdock.ports import Catalogue, Clock, Patience
from civitdock.ports.host import Host, KeyVault, SettingsSource
from civitdock.ports.library import ModelStore

Caller = tuple[Iterable[tuple[str, str]], Mapping[str, str]]

if TYPE_CHECKING:
    from civitdock.adapters.keys import EncryptedVault
    from civitdock.cli.main import Start
    from civitdock.cli.work import Offer, Place
    from civitdock.host.standalone import Options as StandaloneOptions
    from civitdock.services.downloads.service import DownloadService
    from civitdock.services.filing.desk import FilingDesk
    from civitdock.services.library import LibraryService
    from civitdock.services.previews import PreviewService
    from civitdock.services.restore import RestoreService
    from civitdock.services.sync import SyncService
    from civitdock.services.updates import UpdateService
    from civitdock.web.assets import Assets
    from civitdock.web.services import Services

log = logging.getLogger(__name__)

EXTENSION_ROOT = Path(__file__).resolve().parents[2]
USER_AGENT = f"CivitDock/{__version__}"
#: Threads for the routes' blocking calls; ours, so that slow ones never starve the host's own pool (`ui.md 1`).
POOL_THREADS = 32
#: Threads that fetch pictures: CivitAI is asked for so many at the same time, and no other route waits for them.
PICTURE_THREADS = 4
#: The demo sends files slowly enough that a person sees them arrive.
DEMO_BYTES_PER_SECOND = 4_000_000

_lock = threading.Lock()
_running: list[App] = []


def current() -> App | None:
    """The App of this process, or None before the first `build`."""
    return _running[0] if _running else None


def build(host: Host, environ: Mapping[str, str] | None = None) -> App:
    """The App of this process; made at the first call, cheaply: services and adapters come at the first mount."""
    with _lock:
        if not _running:
            _running.append(App(host, os.environ if environ is None else environ))
        return _running[0]


class App:
    """Implements `ports.host.Dock`: what a host mounts, starts and stops."""

    def __init__(self, host: Host, environ: Mapping[str, str]) -> None:
        self._host = host
        self._environ = environ
        self._lock = threading.RLock()
        self._vault: EncryptedVault | None = None
        self._services: Services | None = None
        self._assets: Assets | None = None
        self._closing = ExitStack()

    @property
    def host(self) -> Host:
        """The host object that it was built for."""
        return self._host

    def services(self) -> Services:
        """The use cases, wired at the first call."""
        with self._lock:
            if self._services is None:
                self._services = self._wire()
            return self._services

    def tab(self) -> object:
        """The Blocks of the CivitAI Browser tab."""
        from civitdock.ui.tab import build_tab

        return build_tab(LateEndpoints(self.services), self._tab_files().digest, self._host.localization)

    def mount(self, app: object, page: object | None) -> None:
        """Put the routes on this FastAPI app; without a page (`--nowebui`) only those for programs."""
        from fastapi import FastAPI

        from civitdock.web.mount import mount_routes

        assert isinstance(app, FastAPI)
        self._block_key_folder(page)
        mount_routes(app, self.services(), page is not None)

    def start(self) -> None:
        """Start the queue and, where the setting says so, the first sync."""
        services = self.services()
        services.filing.operations.start()
        services.downloads.start()
        services.sync.start()

    def stop(self) -> None:
        """End the background work; what is under way continues at the next start."""
        with self._lock:
            services, self._services = self._services, None
            if services is None:
                return
            services.downloads.stop()
            services.sync.stop()
            services.filing.operations.stop()
            for threads in (services.fetchers, services.pool):
                threads.shutdown(wait=True, cancel_futures=True)
            self._closing.close()

    def seal_key(self, typed: str) -> str:
        """A typed API key as ciphertext."""
        return self._key_vault().seal(typed)

    def _tab_files(self) -> Assets:
        """The tab's modules and styles, read once, so that element and static route always speak of the same ones."""
        from civitdock.web.assets import read_assets

        with self._lock:
            if self._assets is None:
                self._assets = read_assets(EXTENSION_ROOT / "javascript" / "tab")
            return self._assets

    def _key_vault(self) -> EncryptedVault:
        from civitdock.adapters.keys import EncryptedVault, config_dir
        from civitdock.settings import API_KEY

        with self._lock:
            if self._vault is None:
                key_file = config_dir(self._environ, Path.home()) / "secret.key"
                self._vault = EncryptedVault(
                    lambda: str(self._host.stored_settings().get(API_KEY) or ""), self._environ, key_file
                )
            return self._vault

    def _block_key_folder(self, page: object | None) -> None:
        """Keep the host from serving the encryption key, should the user's config folder lie where it serves files."""
        blocked = getattr(page, "blocked_paths", None)
        folder = str(self._key_vault().key_file.parent)
        if isinstance(blocked, list) and folder not in blocked:
            blocked.append(folder)

    def _wire(self) -> Services:
        """Make adapters and services and hand each what it needs; nothing here touches the network."""
        from civitdock.adapters.civitai.client import CivitaiClient
        from civitdock.adapters.clock import SystemClock
        from civitdock.adapters.files.disk import LocalDisk
        from civitdock.adapters.files.picture_cache import PictureCache
        from civitdock.adapters.picture_host import CivitaiPictures
        from civitdock.adapters.picture_texts import PictureTexts
        from civitdock.services.gallery import GalleryService
        from civitdock.services.links import LinkService
        from civitdock.services.missing import MissingService
        from civitdock.services.pictures import PictureService
        from civitdock.services.search import SearchService
        from civitdock.services.send import SendService
        from civitdock.services.settings import SettingsService
        from civitdock.services.status import About, StatusService
        from civitdock.web.services import Services

        data, clock, vault = self._host.data_dir(), SystemClock(), self._key_vault()
        settings = SettingsService(self._host, vault, self._environ, lambda key: catalogue.account(key, Patience()))
        catalogue = CivitaiClient(settings, vault, clock, data / "cache", USER_AGENT)
        self._closing.callback(catalogue.close)
        shelf = self._shelf(Means(settings, vault, clock, catalogue))
        about = About(__version__, missing_packages)
        return Services(
            search=SearchService(catalogue, shelf.models, settings),
            gallery=GalleryService(catalogue, settings),
            links=LinkService(catalogue, settings, clock),
            downloads=shelf.downloads,
            library=shelf.library,
            sync=shelf.sync,
            previews=shelf.previews,
            updates=shelf.updates,
            restore=shelf.restore,
            filing=shelf.filing,
            send=SendService(catalogue, shelf.models, self._host),
            missing=MissingService(catalogue, shelf.models, self._host, settings, clock, PictureTexts()),
            pictures=PictureService(CivitaiPictures(settings, USER_AGENT), PictureCache(data / "pictures"), settings),
            settings=settings,
            status=StatusService(about, self._host, catalogue, shelf.downloads, shelf.sync, LocalDisk()),
            host=self._host,
            pool=ThreadPoolExecutor(POOL_THREADS, thread_name_prefix="civitdock-route"),
            fetchers=ThreadPoolExecutor(PICTURE_THREADS, thread_name_prefix="civitdock-picture"),
            assets=self._tab_files(),
        )

    def _shelf(self, means: Means) -> Shelf:
        """Everything that works on the disk."""
        from civitdock.adapters.files.archives import ZipArchives
        from civitdock.adapters.files.disk import LocalDisk
        from civitdock.adapters.files.pickles import PicklescanScanner
        from civitdock.adapters.files.places import LocalPlaces
        from civitdock.adapters.files.previews import LocalPreviews
        from civitdock.adapters.files.sidecars import FileSidecars
        from civitdock.adapters.files.walk import ModelFolders
        from civitdock.adapters.images import PictureSource
        from civitdock.adapters.sqlite.index import SqliteModelStore, open_index
        from civitdock.adapters.sqlite.memory import SqliteIgnores, SqliteOriginals, SqliteSyncMemory
        from civitdock.adapters.sqlite.operations import SqliteOperationStore
        from civitdock.adapters.sqlite.state import SqliteDownloadStore, open_state
        from civitdock.adapters.transfer.http import HttpTransfers
        from civitdock.services.arrivals import ArrivalService, Beside, Records
        from civitdock.services.downloads.service import DownloadService
        from civitdock.services.filing.desk import FilingTools, open_desk
        from civitdock.services.in_use import InUse
        from civitdock.services.library import LibraryService
        from civitdock.services.previews import PreviewService
        from civitdock.services.restore import RestoreService
        from civitdock.services.sync import SyncService
        from civitdock.services.sync_scan import SyncTools
        from civitdock.services.updates import UpdateService

        data, host, settings, clock = self._host.data_dir(), self._host, means.settings, means.clock
        index = self._closing.enter_context(closing(open_index(data)))
        state = self._closing.enter_context(closing(open_state(data)))
        models = SqliteModelStore(index)
        originals, ignores = SqliteOriginals(state), SqliteIgnores(state)
        sidecars, disk = FileSidecars(originals), LocalDisk()
        previews = LocalPreviews(PictureSource(settings, USER_AGENT), settings, originals)
        beside = Beside(sidecars, previews)
        in_use = InUse()
        arrivals = ArrivalService(beside, Records(models, ignores), host, settings, clock, in_use)
        downloads = DownloadService(
            catalogue=means.catalogue,
            transfers=HttpTransfers(settings, means.vault, clock, USER_AGENT, host.is_generating),
            store=SqliteDownloadStore(state),
            models=models,
            disk=disk,
            arrivals=arrivals,
            scanner=PicklescanScanner(),
            host=host,
            settings=settings,
            clock=clock,
            archives=ZipArchives(),
        )
        tools = SyncTools(
            means.catalogue, ModelFolders(), models, sidecars, originals, SqliteSyncMemory(index), arrivals
        )
        sync = SyncService(tools, host, settings, clock)
        filing = FilingTools(
            models, sidecars, originals, disk, LocalPlaces(), SqliteOperationStore(state), host, settings, clock,
            in_use, downloads.works_on,
        )  # fmt: skip
        return Shelf(
            models,
            downloads,
            LibraryService(models, settings),
            PreviewService(means.catalogue, models, previews, host, settings),
            sync,
            UpdateService(models, ignores, clock),
            RestoreService(sidecars, originals, host),
            open_desk(filing),
        )


class LateEndpoints:
    """The named endpoints, imported at the first call: the tab is built while the host starts and must cost little."""

    def __init__(self, services: Callable[[], Services]) -> None:
        self._services = services

    def call(self, name: str, caller: Caller, values: dict[str, object]) -> dict[str, object]:
        """See `web.endpoints.Endpoints.call`."""
        from civitdock.web.endpoints import Endpoints

        return Endpoints(self._services).call(name, caller, values)


@dataclass(frozen=True)
class Means:
    """What every service leans on."""

    settings: SettingsSource
    vault: KeyVault
    clock: Clock
    catalogue: Catalogue


@dataclass(frozen=True)
class Shelf:
    """The services that work on the disk, and the index they share."""

    models: ModelStore
    downloads: DownloadService
    library: LibraryService
    previews: PreviewService
    sync: SyncService
    updates: UpdateService
    restore: RestoreService
    filing: FilingDesk


def missing_packages() -> tuple[str, ...]:
    """The packages of ours that are not installed, each with what is lost without it."""
    return tuple(f"{each.name}: {each.loss}" for each in PACKAGES if importlib.util.find_spec(each.module) is None)


def run_standalone(start: Start, opened: Callable[[str], None]) -> None:
    """Serve CivitDock without a WebUI until the process is asked to end.

    Calls `opened` with the address once it listens. Raises `OSError` where it cannot listen or use its folders.
    """
    with ExitStack() as stack:
        environ = dict(os.environ)
        if start.demo:
            environ |= _demo_addresses(stack)
        if start.civitai_url:
            environ["CIVITAI_API_URL"] = start.civitai_url
        _serve(start, environ, opened)


@contextmanager
def opened(place: Place, environ: Mapping[str, str]) -> Iterator[Offer]:
    """The use cases for one command, without a page and without background work that nobody asked for."""
    from civitdock.adapters.files.atomic import write_atomic
    from civitdock.cli.main import Start
    from civitdock.cli.work import Offer
    from civitdock.host.standalone import StandaloneHost

    changed = dict(environ) | {"CIVITAI_AUTO_SYNC": "false"}
    if place.civitai_url:
        changed["CIVITAI_API_URL"] = place.civitai_url
    start = Start("127.0.0.1", 0, place.data_dir, place.models_dir, None, demo=False, browser=False, auth=None)
    dock = App(StandaloneHost(_standalone_options(start), write_atomic), changed)
    try:
        services = dock.services()
        yield Offer(
            sync=services.sync,
            library=services.library,
            updates=services.updates,
            restore=services.restore,
            downloads=services.downloads,
            links=services.links,
            filing=services.filing,
            missing=services.missing,
        )
    finally:
        dock.stop()


def _serve(start: Start, environ: Mapping[str, str], opened: Callable[[str], None]) -> None:
    from civitdock.adapters.files.atomic import write_atomic
    from civitdock.host import page
    from civitdock.host.standalone import StandaloneHost

    host = StandaloneHost(_standalone_options(start), write_atomic)
    page.serve(host, build(host, environ), page.read_head(EXTENSION_ROOT), opened)


def _standalone_options(start: Start) -> StandaloneOptions:
    from civitdock.host.standalone import Options, user_data_dir

    data = (start.data_dir or user_data_dir(os.environ, Path.home())).absolute()
    data = data / "demo" if start.demo else data
    models = (start.models_dir or data / "models").absolute()
    return Options(
        start.host, start.port, data, models / "demo" if start.demo and start.models_dir else models, start.auth
    )


def _demo_addresses(stack: ExitStack) -> dict[str, str]:
    """Start the offline CivitAI for as long as the stack lives; answers the settings that lead to it."""
    from civitdock.demo.server import DemoCivitai

    demo = stack.enter_context(DemoCivitai(throttle=DEMO_BYTES_PER_SECOND))
    return {"CIVITAI_API_URL": demo.api_base, "CIVITAI_PAGE_URL": demo.page_base}
