"""Pictures for the tab alone: previews of local models, and those of CivitAI where they come through this program."""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from types import MappingProxyType

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from civitdock.domain.shown_pictures import ShownPicture
from civitdock.errors import NotFound
from civitdock.web.gate import in_pool
from civitdock.web.routes.common import CIVITAI, failures
from civitdock.web.services import Services

#: Pictures only; SVG is not among them because it can carry scripts.
TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".png": "image/png",
        ".jpg": "image/jpeg",
        ".jpeg": "image/jpeg",
        ".webp": "image/webp",
        ".gif": "image/gif",
        ".avif": "image/avif",
        ".jxl": "image/jxl",
    }
)
MAX_PICTURE_BYTES = 32 * 1024 * 1024
_SAFE_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
)
#: An address at CivitAI names one content for ever; a week is as long as a deleted picture may be seen.
_KEEP = "private, max-age=604800, immutable"
_RANGE = re.compile(r"bytes=(\d{1,18})-(\d{0,18})\Z")


class Absent(str, Enum):
    """What answers for a model without a preview: an error, or 204, which browsers do not report as a failure."""

    ERROR = "error"
    EMPTY = "empty"


def add(router: APIRouter, services: Services) -> None:
    """Put the route of this module on a router."""

    @router.get("/local-preview", response_class=Response, responses=failures(404))
    async def local_preview(
        request: Request, path: str = Query(..., max_length=4096), absent: Absent = Query(Absent.ERROR)
    ) -> Response:
        """The preview beside a model of the library; `path` is that of the model file, absolute."""
        known = request.headers.get("if-none-match", "")
        try:
            return await in_pool(services.pool, lambda: picture(services.library.preview_of(Path(path)), known))
        except NotFound:
            if absent is Absent.ERROR:
                raise
            return Response(status_code=204, headers={"Cache-Control": "no-store"})

    @router.get("/picture", response_class=Response, responses=failures(404, *CIVITAI))
    async def civitai_picture(request: Request, url: str = Query(..., max_length=2048)) -> Response:
        """A picture or short video of CivitAI, kept on disk; only where `civitai_pictures` is `local`."""
        known = request.headers.get("if-none-match", "")
        tag = services.pictures.tag(url)
        if _names(known, tag):
            return Response(status_code=304, headers=_headers(tag))
        found = await in_pool(services.pool, lambda: services.pictures.kept(url))
        if found is None:
            found = await in_pool(services.fetchers, lambda: services.pictures.fetch(url))
        return shown(found, request.headers.get("range", ""))


def shown(found: ShownPicture, wanted: str) -> Response:
    """A picture or video whole, or the part that a player asks for with one `Range` (`wanted`)."""
    content, headers = found.content, {**_headers(found.tag), "Accept-Ranges": "bytes"}
    part = _RANGE.match(wanted)
    if part is not None and int(part[1]) < len(content):
        first, last = int(part[1]), min(int(part[2] or len(content)), len(content) - 1)
        if first <= last:
            headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
            return Response(content[first : last + 1], 206, headers, found.media_type)
    return Response(content, headers=headers, media_type=found.media_type)


def _headers(tag: str) -> dict[str, str]:
    return {**_SAFE_HEADERS, "ETag": f'"{tag}"', "Cache-Control": _KEEP}


def _names(known: str, tag: str) -> bool:
    """Whether an `If-None-Match` names this tag."""
    return f'"{tag}"' in (each.strip().removeprefix("W/") for each in known.split(","))


def picture(path: Path, known: str) -> Response:
    """A picture file, or 304 where the browser has it (`known` is its `If-None-Match`); raises `NotFound`."""
    kind = TYPES.get(path.suffix.lower())
    try:
        facts = path.stat()
        if kind is None or not stat.S_ISREG(facts.st_mode) or facts.st_size > MAX_PICTURE_BYTES:
            raise NotFound("The preview of this model is no picture that can be shown.")
        etag = f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'
        headers = {**_SAFE_HEADERS, "ETag": etag, "Cache-Control": "private, no-cache"}
        if etag in (tag.strip() for tag in known.split(",")):
            return Response(status_code=304, headers=headers)
        return Response(path.read_bytes(), headers=headers, media_type=kind)
    except OSError as error:
        raise NotFound("The preview of this model cannot be read.") from error
