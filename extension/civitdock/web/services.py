"""What the routes and the named endpoints work with."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass

from civitdock.ports.host import Host
from civitdock.services.downloads.service import DownloadService
from civitdock.services.filing.desk import FilingDesk
from civitdock.services.gallery import GalleryService
from civitdock.services.library import LibraryService
from civitdock.services.links import LinkService
from civitdock.services.missing import MissingService
from civitdock.services.pictures import PictureService
from civitdock.services.previews import PreviewService
from civitdock.services.restore import RestoreService
from civitdock.services.search import SearchService
from civitdock.services.send import SendService
from civitdock.services.settings import SettingsService
from civitdock.services.status import StatusService
from civitdock.services.sync import SyncService
from civitdock.services.updates import UpdateService
from civitdock.web.assets import Assets


@dataclass(frozen=True)
class Services:
    """The use cases, the host, our own threads for blocking calls and for fetching pictures, and the tab's files."""

    search: SearchService
    gallery: GalleryService
    links: LinkService
    downloads: DownloadService
    library: LibraryService
    sync: SyncService
    previews: PreviewService
    updates: UpdateService
    restore: RestoreService
    filing: FilingDesk
    send: SendService
    missing: MissingService
    pictures: PictureService
    settings: SettingsService
    status: StatusService
    host: Host
    pool: Executor
    fetchers: Executor
    assets: Assets
