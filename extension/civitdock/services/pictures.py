"""Pictures for the tab through this program: from the disk, else fetched once from CivitAI and kept."""

from __future__ import annotations

import threading
from concurrent.futures import Future

from civitdock.domain.shown_pictures import HEAD_BYTES, PictureRule, ShownPicture, media_type, tag_of
from civitdock.errors import BadAnswer, CivitDockError, InvalidRequest, NotFound
from civitdock.ports.host import SettingsSource
from civitdock.ports.pictures import PictureHost, PictureShelf

LOCAL = "local"
_MIB = 1024 * 1024


class PictureService:
    """Answers pictures by their address at CivitAI, where the setting says that they come through this program."""

    def __init__(self, host: PictureHost, shelf: PictureShelf, settings: SettingsSource) -> None:
        self._host = host
        self._shelf = shelf
        self._settings = settings
        self._lock = threading.Lock()
        self._running: dict[str, Future[ShownPicture]] = {}

    def tag(self, url: str) -> str:
        """What the picture under an address is called; nothing is fetched.

        Raises `InvalidRequest` for an address that is none of CivitAI's pictures, `NotFound` where the setting has
        pictures come from CivitAI directly.
        """
        settings = self._settings.current()
        if settings.text("civitai_pictures") != LOCAL:
            raise NotFound(
                "Pictures do not come through this program.",
                hint="Set civitai_pictures to local, or load the picture from CivitAI itself.",
            )
        if not PictureRule(settings.text("civitai_api_url")).allows(url):
            raise InvalidRequest("url: pictures come only from CivitAI's picture hosts, by https.")
        return tag_of(url)

    def kept(self, url: str) -> ShownPicture | None:
        """The picture where it is on disk; no network is asked. Raises what `tag` raises."""
        tag = self.tag(url)
        content = self._shelf.get(tag)
        kind = None if content is None else media_type(content[:HEAD_BYTES])
        return None if content is None or kind is None else ShownPicture(content, kind, tag)

    def fetch(self, url: str) -> ShownPicture:
        """The picture, from the disk or from CivitAI; whoever asks for it meanwhile waits for the same answer.

        Raises what `tag` and `PictureHost.fetch` raise; `BadAnswer` too where it is neither picture nor video.
        """
        tag = self.tag(url)
        own: Future[ShownPicture] = Future()
        with self._lock:
            running = self._running.setdefault(tag, own)
        if running is not own:
            return running.result()
        try:
            own.set_result(self.kept(url) or self._fetched(url, tag))
        except CivitDockError as error:
            own.set_exception(error)
        finally:
            with self._lock:
                del self._running[tag]
            if not own.done():  # a fault of ours, raised here: who waits is told of one too
                own.set_exception(CivitDockError())
        return own.result()

    def _fetched(self, url: str, tag: str) -> ShownPicture:
        content = self._host.fetch(url)
        kind = media_type(content[:HEAD_BYTES])
        if kind is None:
            raise BadAnswer("What the image host sent is neither a picture nor a video.")
        self._shelf.put(tag, content, self._settings.current().number("civitai_picture_cache_mib") * _MIB)
        return ShownPicture(content, kind, tag)
