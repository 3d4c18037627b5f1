"""The door of a mount: every request passes `guards.admit` here before anything else happens."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import TypeVar

from starlette.requests import Request

from civitdock.ports.host import Host, SettingsSource
from civitdock.web import guards
from civitdock.web.call import Mount, call_from_headers

Answer = TypeVar("Answer")


async def in_pool(pool: Executor, work: Callable[[], Answer]) -> Answer:
    """Run blocking work in our own threads, never on the loop that we share with the host (`ui.md 1`)."""
    return await asyncio.get_running_loop().run_in_executor(pool, work)


@dataclass(frozen=True)
class Gate:
    """Checks the requests of one mount. The host's login may be any function, so the checks run in our pool."""

    mount: Mount
    host: Host
    settings: SettingsSource
    pool: Executor

    async def admit(self, request: Request, method: str | None = None) -> None:
        """Raise the error that says why this request may not pass; `method` is judged instead of its own."""
        call = call_from_headers(self.mount, request.method, request.headers.items(), request.cookies)
        if method is not None:
            call = replace(call, method=method)
        await in_pool(self.pool, functools.partial(guards.admit, call, self.host, self.settings))
