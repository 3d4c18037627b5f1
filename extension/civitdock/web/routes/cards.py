"""What the buttons on the WebUI's own model cards need, for the tab alone."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Query

from civitdock.errors import NotFound
from civitdock.web import answers_cards, guards
from civitdock.web.bodies_cards import PreviewBody
from civitdock.web.json_answer import JsonAnswer
from civitdock.web.routes.common import answer, failures
from civitdock.web.services import Services


def add(router: APIRouter, services: Services) -> None:
    """Put the routes of this module on a router."""

    @router.get("/cards", responses=failures())
    async def cards() -> JsonAnswer:
        """A few facts for every local model that CivitAI knows, in one compact answer."""
        return await answer(services, lambda: answers_cards.facts(services.library.card_facts()))

    @router.get("/local-model", responses=failures(404))
    async def local_model(path: str = Query(..., max_length=4096)) -> JsonAnswer:
        """One model file of the library; `path` is absolute."""
        return await answer(services, lambda: answers_cards.one(services.library.local_model(_path(path))))

    @router.post("/local-preview", responses=failures(404, 409, 413, 415, 429, 502, 503))
    async def replace_preview(body: PreviewBody) -> JsonAnswer:
        """Make another picture of its version the preview of a local model."""

        def work() -> object:
            guards.check_restore_unlocked(services.host.exposure())
            return answers_cards.replaced(services.previews.replace(_path(body.path), body.picture_url))

        return await answer(services, work)


def _path(text: str) -> Path:
    if "\0" in text:
        raise NotFound("There is no such model here.", hint="GET local-models lists the models.")
    return Path(text)
