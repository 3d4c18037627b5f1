"""Sending a picture's parameters or trigger words to the host's own tabs: plans, and what the host has chosen."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter

from civitdock.errors import NotFound
from civitdock.services.send import SendRequest
from civitdock.web import answers_send
from civitdock.web.bodies import SendBody
from civitdock.web.json_answer import JsonAnswer
from civitdock.web.models_send import HeldShape, SendPlanShape
from civitdock.web.routes.common import answer, failures, words
from civitdock.web.services import Services


def add(router: APIRouter, services: Services) -> None:
    """Put the routes of this module on a router."""

    @router.post("/send/plan", response_model=SendPlanShape, responses=failures(404, 413, 415))
    async def send_plan(body: SendBody) -> JsonAnswer:
        """How a picture or trigger words would go into the WebUI's fields, and what of it is here; changes nothing."""
        request = send_request(body)
        return await answer(services, lambda: answers_send.plan(services.send.plan(request)))

    @router.get("/send/held", response_model=HeldShape, responses=failures())
    async def send_held() -> JsonAnswer:
        """What the WebUI has chosen at this moment: checkpoint, VAE, text encoders, preset, clip skip."""
        return await answer(services, lambda: answers_send.held(services.send.held()))


def send_request(body: SendBody) -> SendRequest:
    """What a caller sent as what the service takes."""
    return SendRequest(
        target=body.target,
        image_meta=body.image_meta,
        infotext=body.infotext,
        words=words("words", body.words),
        model_id=body.model_id,
        version_id=body.version_id,
        path=_path(body.path) if body.path else None,
    )


def _path(text: str) -> Path:
    if "\0" in text:
        raise NotFound("There is no such model here.", hint="GET local-models lists the models.")
    return Path(text)
