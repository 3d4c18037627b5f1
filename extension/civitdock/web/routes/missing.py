"""Looking into pictures, infotexts and workflows for what they use."""

from __future__ import annotations

from fastapi import APIRouter, Request

from civitdock.web import answers_missing
from civitdock.web.bodies_missing import look_request
from civitdock.web.json_answer import JsonAnswer
from civitdock.web.models_missing import MissingShape
from civitdock.web.problems import unparsed
from civitdock.web.routes.common import answer, failures
from civitdock.web.services import Services

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

    async def missing(request: Request) -> JsonAnswer:
        """Everything that a picture, an infotext or a workflow uses, and what of it is here or on CivitAI."""
        raw = await request.body()
        return await answer(services, lambda: answers_missing.missing(services.missing.look(look_request(raw))))

    router.add_api_route(
        "/missing",
        missing,
        methods=["POST"],
        response_model=MissingShape,
        responses=failures(413, 415),
        openapi_extra=_SCHEMA,
        route_class_override=unparsed(router.route_class),
    )
