"""Local models, their sync with CivitAI, and the state of this installation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path as FilePath

from fastapi import APIRouter, Path, Query

from civitdock.domain.library import LocalFilter, LocalState
from civitdock.domain.sync import Sync, SyncRequest
from civitdock.errors import InvalidRequest
from civitdock.web import answers_work
from civitdock.web.bodies import MAX_LOCAL, SyncBody
from civitdock.web.json_answer import JsonAnswer
from civitdock.web.models_work import LocalPageShape, StatusShape, SyncJobShape, SyncPlanShape
from civitdock.web.routes.common import Documented, answer, failures, words
from civitdock.web.services import Services


def add(router: APIRouter, services: Services) -> None:
    """Put the routes of this module on a router."""
    _add_sync(router, services)

    @router.get("/local-models", response_model=LocalPageShape, responses=failures())
    async def local_models(  # noqa: PLR0913 - each is a query parameter
        model_type: str | None = Query(None, alias="type", max_length=200),
        query: str | None = Query(None, max_length=4096),
        state: LocalState | None = Query(None),
        base_model: str | None = Query(None, max_length=200),
        folder: str | None = Query(None, max_length=4096),
        limit: int = Query(100, ge=1, le=MAX_LOCAL),
        cursor: str | None = Query(None, max_length=4096),
    ) -> JsonAnswer:
        """Model files that are here, ordered by name."""
        wanted = LocalFilter(
            type=model_type or None,
            text=query or None,
            state=state,
            limit=limit,
            cursor=cursor or None,
            base_model=base_model or None,
            folder=absolute(folder),
        )
        return await answer(services, lambda: answers_work.local_page(services.library.local_models(wanted)))

    @router.get("/status", response_model=StatusShape, responses=failures())
    async def status() -> JsonAnswer:
        """Who we are, where models lie, and how things stand."""
        return await answer(services, lambda: answers_work.status(services.status.status()))


def _add_sync(router: APIRouter, services: Services) -> None:
    dry: Documented = {200: {"model": SyncPlanShape, "description": "With dry_run: what would be done"}}

    @router.post(
        "/sync-metadata", response_model=SyncJobShape, status_code=202, responses={**dry, **failures(413, 415)}
    )
    async def sync_metadata(body: SyncBody) -> JsonAnswer:
        """Look up local models at CivitAI; while a sync runs, widen it."""
        request = sync_request(body)
        if body.dry_run:
            return await answer(services, lambda: {"plan": answers_work.plan(services.sync.plan(request))})
        return await answer(services, lambda: {"job": answers_work.sync(services.sync.submit(request))}, 202)

    @router.get("/sync-progress", response_model=SyncJobShape, responses=failures())
    async def sync_progress() -> JsonAnswer:
        """The sync that runs or ran last; null where there was none since the start."""
        return await answer(services, lambda: {"job": answers_work.sync(services.sync.progress())})

    def steer(verb: str, act: Callable[[str], Sync], text: str) -> None:
        async def handler(job_id: str = Path(..., alias="id")) -> JsonAnswer:
            return await answer(services, lambda: {"job": answers_work.sync(act(job_id))})

        router.add_api_route(
            f"/sync/{{id}}/{verb}",
            handler,
            methods=["POST"],
            name=f"{verb}_sync",
            description=text,
            response_model=SyncJobShape,
            responses=failures(404, 409, 415),
        )

    steer("pause", services.sync.pause, "Let a sync rest.")
    steer("resume", services.sync.resume, "Go on with a paused sync.")
    steer("cancel", services.sync.cancel, "End a sync; what it found stays.")


def sync_request(body: SyncBody) -> SyncRequest:
    """What a caller sent as what the service takes."""
    return SyncRequest(types=words("types", body.types), paths=tuple(body.paths), force=body.force)


def absolute(folder: str | None) -> FilePath | None:
    """A folder that a caller names; raises `InvalidRequest` unless it is absolute."""
    if not folder:
        return None
    if "\0" in folder or not FilePath(folder).is_absolute():
        raise InvalidRequest("folder: an absolute path is needed.")
    return FilePath(folder)
