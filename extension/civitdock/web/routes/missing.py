"""Looking into pictures, infotexts and workflows for what they use."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext

from fastapi import APIRouter, Request

from civitdock.domain.recipe import Recipe
from civitdock.web import answers_missing, body
from civitdock.web.bodies_missing import look_request
from civitdock.web.gate import in_pool
from civitdock.web.json_answer import JsonAnswer
from civitdock.web.models_missing import MissingShape
from civitdock.web.problems import unparsed
from civitdock.web.routes.common import answer, failures
from civitdock.web.services import Services

#: Large bodies that are read and taken apart at the same time in one mount; each needs up to some 200 MB.
LARGE_AT_A_TIME = 2
#: The body for the schema; FastAPI is not told of it, since it would parse it on the loop.
_BODY = {
    "type": "object",
    "properties": {
        "text": {"type": "string", "nullable": True},
        "image": {"type": "string", "format": "byte", "nullable": True},
    },
}
_SCHEMA = {"requestBody": {"content": {"application/json": {"schema": _BODY}}, "required": True}}


def add(router: APIRouter, services: Services) -> None:
    """Put the route of this module on a router."""

    turns = asyncio.Semaphore(LARGE_AT_A_TIME)

    async def read(request: Request) -> Recipe:
        """What the body says. Of a large one nothing is read before its turn, and nothing of it is left afterwards:
        asking CivitAI may take long."""
        async with nullcontext() if body.is_small(request) else turns:
            raw = await body.large(request)
            return await in_pool(services.pool, lambda: services.missing.read(look_request(raw)))

    async def missing(request: Request) -> JsonAnswer:
        """Everything that a picture, an infotext or a workflow uses, and what of it is here or on CivitAI."""
        made = await read(request)
        return await answer(services, lambda: answers_missing.missing(services.missing.find(made)))

    router.add_api_route(
        "/missing",
        missing,
        methods=["POST"],
        response_model=MissingShape,
        responses=failures(413, 415),
        openapi_extra=_SCHEMA,
        route_class_override=unparsed(router.route_class),
    )
