"""Reading the body of a request with a limit, and refusing what is no JSON before FastAPI sees it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive

from civitdock.errors import InvalidRequest, TooLarge

#: Enough for a sync of ten thousand paths.
MAX_BODY_BYTES = 2 * 1024 * 1024
#: For the one route that takes pictures, which are a third larger as text.
MAX_PICTURE_BODY_BYTES = 48 * 1024 * 1024
#: Seconds without a byte after which a large body counts as given up, so that it keeps no turn.
STALLED_S = 30.0
_HINT = "Send one JSON object; docs/routes.md has an example for each route."


async def checked(request: Request) -> Request:
    """The same request with its body read: a JSON object, `{}` where there was none.

    Raises `TooLarge` above `MAX_BODY_BYTES`, and `InvalidRequest` for what is no JSON object in UTF-8.
    """
    body = await _read(request, MAX_BODY_BYTES)
    if body.strip():
        check_json(body)
    return Request(request.scope, _replay(body if body.strip() else b"{}", request.receive))


def is_small(request: Request) -> bool:
    """Whether a body is announced that any route would take."""
    announced = request.headers.get("content-length", "")
    return announced.isdigit() and int(announced[:20]) <= MAX_BODY_BYTES


async def large(request: Request) -> bytes:
    """A body of up to `MAX_PICTURE_BODY_BYTES`, not looked at, since that takes too long for the loop.

    Raises `TooLarge`, and `InvalidRequest` where it ends too early or nothing comes for `STALLED_S`.
    """
    return await _read(request, MAX_PICTURE_BODY_BYTES, STALLED_S)


async def _read(request: Request, most: int, stalled: float | None = None) -> bytes:
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced[:20]) > most:
        raise TooLarge
    parts: list[bytes] = []
    size = 0
    try:
        async for part in _parts(request, stalled):
            size += len(part)
            if size > most:
                raise TooLarge
            parts.append(part)
    except (ClientDisconnect, asyncio.TimeoutError) as gone:
        raise InvalidRequest("The request ended before its body was complete.") from gone
    return b"".join(parts)


async def _parts(request: Request, stalled: float | None) -> AsyncIterator[bytes]:
    """The body as it comes; raises `asyncio.TimeoutError` where nothing comes for `stalled` seconds."""
    stream = request.stream()
    while True:
        try:
            yield await (asyncio.wait_for(stream.__anext__(), stalled) if stalled else stream.__anext__())
        except StopAsyncIteration:
            return


def check_json(body: bytes) -> object:
    """A JSON object in UTF-8; raises `InvalidRequest` for everything else."""
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
        # A lone surrogate can be written in JSON and in nothing else: neither in a database nor in an answer.
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise InvalidRequest("The body is not valid JSON in UTF-8.", hint=_HINT) from error
    if not isinstance(value, dict):
        raise InvalidRequest("The body must be a JSON object.", hint=_HINT)
    return value


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _replay(body: bytes, receive: Receive) -> Receive:
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return pending.pop() if pending else await receive()

    return again
