"""The tab's picture route on a real socket, over the demo's picture host and a cache on disk."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests
from fastapi import FastAPI

from civitdock.adapters.files.picture_cache import PictureCache
from civitdock.adapters.picture_host import CivitaiPictures
from civitdock.demo.records import DemoImage
from civitdock.demo.server import DemoCivitai
from civitdock.demo.storage import IMAGE_ROOT
from civitdock.services.pictures import PictureService
from civitdock.web.mount import mount_routes
from tests.support.memory_host import MemoryHost
from tests.support.stage import TAB, memory_services, serving


@dataclass
class PictureStage:
    """Where pictures are asked for as a browser does."""

    url: str
    host: MemoryHost
    folder: Path
    demo: DemoCivitai
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, picture: str, **headers: str) -> requests.Response:
        """The answer for one address at CivitAI."""
        path = f"{TAB}picture?url={quote(picture, safe='')}"
        return self.ask("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        return self.session.request(method, self.url + path.lstrip("/"), timeout=10, allow_redirects=False, **more)

    def refused(self, picture: str, **headers: str) -> tuple[int, str]:
        """Status and code of a refusal."""
        answer = self.get(picture, **headers)
        return answer.status_code, answer.json()["error"]["code"]

    def images(self, **wanted: object) -> list[DemoImage]:
        shown = (image for _, image in self.demo.catalogue.images() if not image.gone and image.kind == "image")
        return [image for image in shown if all(getattr(image, name) == value for name, value in wanted.items())]

    def address(self, image: DemoImage, params: str = "width=450") -> str:
        return f"{self.demo.image_base}{IMAGE_ROOT}{image.uuid}/{params}/{image.id}.jpeg"

    def addresses(self, count: int) -> list[str]:
        return [self.address(image) for image in self.images()[:count]]

    def kept(self) -> list[Path]:
        """Every file of the cache."""
        return sorted(path for path in self.folder.rglob("*") if path.is_file())


@contextlib.contextmanager
def picture_stage(folder: Path, demo: DemoCivitai) -> Iterator[PictureStage]:
    """A stage whose setting has pictures come through the program."""
    with memory_services(folder) as (services, host):
        host.stored.update({"civitai_api_url": demo.api_base, "civitai_pictures": "local"})
        cache = folder / "pictures"
        settings = services.settings
        real = PictureService(CivitaiPictures(settings, "CivitDock-tests"), PictureCache(cache), settings)
        app = FastAPI()
        mount_routes(app, replace(services, pictures=real), with_tab=True)
        with serving(app) as url:
            yield PictureStage(url, host, cache, demo)
