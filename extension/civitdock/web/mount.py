"""Putting our routes on an app that belongs to the host."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.routing import BaseRoute

from civitdock.web.assets import StaticRoute
from civitdock.web.call import Mount
from civitdock.web.problems import DockRoute, LastRoute
from civitdock.web.router import build_router
from civitdock.web.services import Services


def mount_routes(app: FastAPI, services: Services, with_tab: bool) -> None:
    """Put the routes on this app, before everything else there; without a page (`--nowebui`) only those for programs.

    Gradio takes every path that nobody took before it, so ours go to the front (`ui.md 4`, rule 12). A second call
    with the same app replaces what the first one put there. The list is exchanged in one step, because the app may
    be serving already.
    """
    mounts = (Mount.API, Mount.TAB) if with_tab else (Mount.API,)
    ours: list[BaseRoute] = [route for mount in mounts for route in build_router(services, mount).routes]
    if with_tab:
        ours.append(StaticRoute(services.assets))
    app.router.routes = ours + [route for route in app.router.routes if not is_ours(route)]
    app.openapi_schema = None


def is_ours(route: BaseRoute) -> bool:
    """Whether `mount_routes` put this route there."""
    return isinstance(route, (DockRoute, LastRoute, StaticRoute))
