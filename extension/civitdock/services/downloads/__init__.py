"""The download queue: `DownloadService` is what the edges use."""

from civitdock.services.downloads.progress import ProgressView, Totals
from civitdock.services.downloads.service import DownloadService

__all__ = ["DownloadService", "ProgressView", "Totals"]
