"""Every failure of our routes as one JSON shape, without touching the app, which is the host's (design section 8).

A route class wraps each handler; one last route per mount answers what no other route takes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, ClassVar

from fastapi.datastructures import DefaultPlaceholder
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

from civitdock.errors import (
    CivitDockError,
    ForbiddenOrigin,
    InvalidRequest,
    MethodNotAllowed,
    NotFound,
    TooLarge,
    Unauthorized,
    UnsupportedMediaType,
)
from civitdock.web import body
from civitdock.web.call import Mount
from civitdock.web.gate import Gate
from civitdock.web.json_answer import HEADERS, problem

log = logging.getLogger(__name__)

_MOST_FAULTS = 3
_BODY_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_HTTP_ERRORS: Mapping[int, type[CivitDockError]] = {
    401: Unauthorized,
    403: ForbiddenOrigin,
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
    415: UnsupportedMediaType,
}
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def as_answer(error: Exception, gate: Gate | None = None) -> Response:
    """Any exception as our answer; what nobody foresaw is logged and answered without a word of its text."""
    if isinstance(error, CivitDockError):
        if error.status >= 500 and error.code == CivitDockError.code:
            log.error("A request failed.", exc_info=error)
        # Programs wait to be asked for credentials; in the tab the question would make the browser open a dialog.
        asks = isinstance(error, Unauthorized) and gate is not None and gate.mount is Mount.API
        return problem(error, {"WWW-Authenticate": 'Basic realm="CivitDock"'} if asks else None)
    if isinstance(error, RequestValidationError):
        return problem(InvalidRequest(faults(error.errors())))
    if isinstance(error, HTTPException):
        known = _HTTP_ERRORS.get(error.status_code, InvalidRequest if error.status_code < 500 else CivitDockError)
        return problem(known(), error.headers)
    log.error("A request failed in a way that nobody foresaw.", exc_info=error)
    return problem(CivitDockError())


def faults(errors: Sequence[Any]) -> str:
    """The first few faults of a request as `limit: must be less than or equal to 100`."""
    lines = []
    for fault in errors[:_MOST_FAULTS]:
        place = ".".join(str(part) for part in fault.get("loc", ())[1:])
        lines.append(f"{place}: {fault.get('msg', 'not valid')}" if place else str(fault.get("msg", "not valid")))
    more = len(errors) - _MOST_FAULTS
    return "; ".join(lines) + (f"; and {more} more" if more > 0 else "") + "."


class DockRoute(APIRoute):
    """A route of ours: answers HEAD wherever it answers GET, and every failure in our shape.

    `gate` is None only for files that anybody may have.
    """

    gate: ClassVar[Gate | None] = None

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """FastAPI's arguments. Handlers build their answers themselves, so shapes of answers are for the schema alone:
        none where a route is not in it, and none as `response_model`, which the A1111 line's FastAPI copies in depth
        for a check that never comes (0.5 of 0.6 s for all routes, at every start)."""
        shape, known = options.pop("response_model", None), options.pop("responses", None) or {}
        if options.get("include_in_schema", True):
            success = {options.get("status_code") or 200: {"model": shape, "description": "Successful Response"}}
            options["responses"] = known if isinstance(shape, DefaultPlaceholder) else {**success, **known}
        super().__init__(path, endpoint, response_model=None, **options)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As FastAPI decides, with HEAD counted as GET."""
        return super().matches(self._as_get(scope))

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As FastAPI does; the server leaves the body of a HEAD answer out."""
        await super().handle(self._as_get(scope), receive, send)

    async def take(self, request: Request) -> Request:
        """The request with its body read and judged."""
        return await body.checked(request)

    def get_route_handler(self) -> Handler:
        """FastAPI's own handler behind the gate and the body check."""
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                if self.gate is not None:
                    await self.gate.admit(request)
                if request.method in _BODY_METHODS:
                    request = await self.take(request)
                return await inner(request)
            except Exception as error:  # noqa: BLE001 - the one place where a route turns failures into answers
                return as_answer(error, self.gate)

        return handler

    def _as_get(self, scope: Scope) -> Scope:
        is_head = scope["type"] == "http" and scope["method"] == "HEAD" and "GET" in (self.methods or ())
        return {**scope, "method": "GET"} if is_head else scope


def route_class(gate: Gate | None) -> type[DockRoute]:
    """The route class of one mount, for `APIRouter(route_class=...)`."""
    return type("GatedRoute", (DockRoute,), {"gate": gate})


class UnparsedRoute(DockRoute):
    """A route whose handler reads the body itself (`body.large`)."""

    async def take(self, request: Request) -> Request:
        """The request as it came."""
        return request


def unparsed(kind: type[APIRoute]) -> type[APIRoute]:
    """A mount's route class for such a handler."""
    return type("GatedUnparsedRoute", (UnparsedRoute, kind), {})


class LastRoute(Route):
    """Answers whatever no other route of ours takes below a prefix: 404, 405 with `Allow`, or OPTIONS."""

    def __init__(self, path: str, gate: Gate, others: Sequence[BaseRoute]) -> None:
        """`others` are the routes that were tried before this one."""
        super().__init__(path, _Nothing(gate, others), methods=None, include_in_schema=False)


def last_routes(prefix: str, gate: Gate, others: Sequence[BaseRoute]) -> list[BaseRoute]:
    """The routes that take what is left: the bare prefix and everything below it."""
    return [LastRoute(path, gate, others) for path in (prefix, prefix + "/{rest:path}")]


class _Nothing:
    """The ASGI app behind `LastRoute`."""

    def __init__(self, gate: Gate, others: Sequence[BaseRoute]) -> None:
        self._gate = gate
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(Request(scope, receive), scope)
        await answer(scope, receive, send)

    async def _answer(self, request: Request, scope: Scope) -> Response:
        try:
            await self._gate.admit(request, method="GET")
        except Exception as error:  # noqa: BLE001 - as in DockRoute
            return as_answer(error, self._gate)
        allowed = self._allowed(scope)
        if not allowed:
            return problem(NotFound("There is no such route.", hint="docs/routes.md lists every route."))
        headers = {"Allow": ", ".join(sorted({*allowed, "OPTIONS"}))}
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={**HEADERS, **headers})
        return problem(MethodNotAllowed(), headers)

    def _allowed(self, scope: Scope) -> set[str]:
        """The methods that the routes of this path take."""
        found: set[str] = set()
        for route in self._others:
            if isinstance(route, DockRoute) and route.matches(scope)[0] is not Match.NONE:
                found |= set(route.methods or ())
        return found | ({"HEAD"} if "GET" in found else set())
