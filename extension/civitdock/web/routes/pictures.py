"""Preview pictures of local models, for the tab alone."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from types import MappingProxyType

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from civitdock.errors import NotFound
from civitdock.web.gate import in_pool
from civitdock.web.routes.common import failures
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


def picture(path: Path, known: str) -> Response:
    """A picture file, or 304 where the browser has it (`known` is its `If-None-Match`); raises `NotFound`."""
    kind = TYPES.get(path.suffix.lower())
    try:
        facts = path.stat()
        if kind is None or not stat.S_ISREG(facts.st_mode) or facts.st_size > MAX_PICTURE_BYTES:
            raise NotFound("The preview of this model is no picture that can be shown.")
        etag = f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'
        headers = {
            "ETag": etag,
            "Cache-Control": "private, no-cache",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        if etag in (tag.strip() for tag in known.split(",")):
            return Response(status_code=304, headers=headers)
        return Response(path.read_bytes(), headers=headers, media_type=kind)
    except OSError as error:
        raise NotFound("The preview of this model cannot be read.") from error
