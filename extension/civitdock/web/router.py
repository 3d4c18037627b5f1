"""One router, built once for each mount with that mount's rules (design section 8)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fastapi import APIRouter

from civitdock.web.call import Mount
from civitdock.web.gate import Gate
from civitdock.web.problems import last_routes, route_class
from civitdock.web.routes import (
    cards,
    catalogue,
    downloads,
    filing,
    library,
    missing,
    pictures,
    queue,
    send,
    settings,
    updates,
)
from civitdock.web.services import Services

PREFIXES: Mapping[Mount, str] = MappingProxyType({Mount.API: "/sdapi/v1/civitai", Mount.TAB: "/civitdock/api"})


def build_router(services: Services, mount: Mount) -> APIRouter:
    """Every route of one mount, the one that answers 404 and 405 last. Only those for programs are in the schema."""
    gate = Gate(mount, services.host, services.settings, services.pool)
    router = APIRouter(
        prefix=PREFIXES[mount],
        route_class=route_class(gate),
        include_in_schema=mount is Mount.API,
        tags=["CivitDock"],
    )
    for group in (catalogue, downloads, queue, library, updates, filing, send, missing, settings):
        group.add(router, services)
    if mount is Mount.TAB:
        pictures.add(router, services)
        cards.add(router, services)
    router.routes.extend(last_routes(PREFIXES[mount], gate, tuple(router.routes)))
    return router
