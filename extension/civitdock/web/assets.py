"""The tab's own scripts and styles: read once, kept in memory, served under a digest of all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from civitdock.errors import NotFound
from civitdock.web import pack
from civitdock.web.json_answer import problem

PREFIX = "/civitdock/static"
#: Fixed here because Windows takes the types from its registry, where other programs write (`text/plain` for scripts).
TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".mjs": "text/javascript; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".svg": "image/svg+xml",
        ".json": "application/json",
    }
)
#: The modules that are loaded by name; all others belong to one of them.
ROOTS = ("mount.mjs", "lang/en.mjs", "lang/de.mjs")
#: The style sheet that imports the others.
SHEET = "tab.css"
_DIGEST_LENGTH = 16
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Assets:
    """File contents by their path below the folder, with forward slashes, and the digest over all of them."""

    digest: str
    files: Mapping[str, bytes]

    def content(self, name: str) -> bytes | None:
        """What is served under a name: what is loaded by name comes with all that it imports."""
        return self._joined.get(name) or self.files.get(name)

    @cached_property
    def _joined(self) -> Mapping[str, bytes]:
        joined = pack.pack(self.files, [root for root in ROOTS if root in self.files])
        if SHEET in self.files:
            joined[SHEET] = pack.pack_sheets(self.files, SHEET)
        return joined


def read_assets(folder: Path) -> Assets:
    """Read every file of a known type below `folder`; other files (notes, editor backups) are left out."""
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in TYPES and path.is_file()
    }
    joins = {"pack.py": Path(pack.__file__).read_bytes()}  # joined otherwise, the same files are other ones
    return Assets(digest_of({**files, **joins}), MappingProxyType(files))


def digest_of(files: Mapping[str, bytes]) -> str:
    """16 hex digits of the SHA256 over names and contents; every name and content counts with its length."""
    total = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode("utf-8"), files[name]):
            total.update(len(part).to_bytes(8, "big"))
            total.update(part)
    return total.hexdigest()[:_DIGEST_LENGTH]


class StaticRoute(Route):
    """`GET /civitdock/static/{digest}/{path}`: anybody may have these files, they are public on the project's page."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets
        super().__init__(PREFIX + "/{digest}/{name:path}", self._serve, methods=["GET"], include_in_schema=False)

    async def _serve(self, request: Request) -> Response:
        """The file, or 404 where digest or name are not ours: a lookup in memory, so no path can lead elsewhere."""
        name = request.path_params["name"]
        content = self._assets.content(name)
        if content is None or request.path_params["digest"] != self._assets.digest:
            return problem(NotFound("There is no such file in this version.", hint="Reload the page."))
        headers = {
            "Content-Type": TYPES[name[name.rindex(".") :]],
            "Cache-Control": _FOR_EVER,
            "X-Content-Type-Options": "nosniff",
            "ETag": f'"{self._assets.digest}"',
        }
        return Response(content, headers=headers)
