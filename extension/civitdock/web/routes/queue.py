"""Steering the download queue as a whole: batches, order, history."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Path, Query

from civitdock.domain.downloads import Choice, Download, State, Unsafe, Wish
from civitdock.domain.history import HistoryFilter
from civitdock.domain.ordering import Move
from civitdock.errors import InvalidRequest
from civitdock.services.downloads.planner import Item
from civitdock.web import answers_queue, answers_work, guards
from civitdock.web.bodies import MAX_ID, MAX_LOCAL
from civitdock.web.bodies_queue import (
    MOST_IDS,
    MOST_ITEMS,
    BatchBody,
    ClearBody,
    Ended,
    MoveBody,
    PriorityBody,
    RetryBody,
)
from civitdock.web.json_answer import JsonAnswer
from civitdock.web.models_queue import (
    BatchPlanOnlyShape,
    BatchShape,
    ClearedShape,
    HistoryShape,
    ManyJobsShape,
    TargetShape,
)
from civitdock.web.models_work import DownloadJobShape
from civitdock.web.routes.common import CIVITAI, Documented, answer, failures
from civitdock.web.routes.downloads import wish_of
from civitdock.web.services import Services

_STEER = (404, 409, 413, 415)


def add(router: APIRouter, services: Services) -> None:
    """Put the routes of this module on a router."""
    _add_batch(router, services)
    _add_all(router, services)
    _add_order(router, services)
    _add_history(router, services)

    @router.get("/download-target", response_model=TargetShape, responses=failures(*CIVITAI))
    async def download_target(
        version_id: int = Query(..., ge=1, le=MAX_ID),
        file_id: int | None = Query(None, ge=1, le=MAX_ID),
        folder: str | None = Query(None, max_length=4096),
        filename: str | None = Query(None, max_length=200),
    ) -> JsonAnswer:
        """Where a file would be put, and which folders there are to choose from."""
        wish = Wish(version_id, file_id, folder, filename or None)
        return await answer(services, lambda: answers_queue.target(services.downloads.preview(wish)))


def _add_batch(router: APIRouter, services: Services) -> None:
    dry: Documented = {200: {"model": BatchPlanOnlyShape, "description": "With dry_run: what would be done"}}

    @router.post(
        "/downloads/batch", response_model=BatchShape, status_code=202, responses={**dry, **failures(409, 413, 415)}
    )
    async def download_batch(body: BatchBody) -> JsonAnswer:
        """Queue many files at once; one that cannot be had spoils none of the others."""
        if body.dry_run:
            return await answer(services, lambda: {"plan": services.downloads.plan(_items(body)).as_dict()})
        return await answer(services, lambda: _submitted(services, body), 202)


def _submitted(services: Services, body: BatchBody) -> dict[str, object]:
    if any(item.allow_unsafe for item in body.items):
        guards.check_unsafe_unlocked(services.host.exposure())
    plan, jobs = services.downloads.submit_all(_items(body))
    return {"jobs": [answers_work.download(job) for job in jobs], "plan": plan.as_dict()}


def _items(body: BatchBody) -> tuple[Item, ...]:
    if not 1 <= len(body.items) <= MOST_ITEMS:
        raise InvalidRequest(f"items: 1 to {MOST_ITEMS} are needed.")
    return tuple(Item(wish_of(item), item.all_files, item.priority) for item in body.items)


def _add_all(router: APIRouter, services: Services) -> None:
    def for_all(verb: str, act: Callable[[], tuple[Download, ...]], text: str) -> None:
        async def handler() -> JsonAnswer:
            return await answer(services, lambda: answers_queue.many(act()))

        router.add_api_route(
            f"/downloads/{verb}",
            handler,
            methods=["POST"],
            name=verb.replace("-", "_") + "_downloads",
            description=text,
            response_model=ManyJobsShape,
            responses=failures(409, 415),
        )

    downloads = services.downloads
    for_all("pause-all", downloads.pause_all, "Pause every download that is not finished.")
    for_all("resume-all", downloads.resume_all, "Go on with every paused download.")
    for_all("retry-failed", downloads.retry_failed, "Try every failed download again that another try can help.")


def _add_order(router: APIRouter, services: Services) -> None:
    @router.post("/downloads/{id}/retry", response_model=DownloadJobShape, responses=failures(*_STEER))
    async def retry_download(body: RetryBody | None = None, job_id: str = Path(..., alias="id")) -> JsonAnswer:
        """Try a failed or cancelled download again, or otherwise than before."""
        return await answer(services, lambda: {"job": answers_work.download(_retried(services, job_id, body))})

    @router.post("/downloads/{id}/move", response_model=DownloadJobShape, responses=failures(*_STEER))
    async def move_download(body: MoveBody, job_id: str = Path(..., alias="id")) -> JsonAnswer:
        """Give a waiting download another place in the queue."""
        move = Move(body.to, body.before, body.after)
        return await answer(services, lambda: {"job": answers_work.download(services.downloads.move(job_id, move))})

    @router.post("/downloads/{id}/priority", response_model=DownloadJobShape, responses=failures(*_STEER))
    async def prioritize_download(body: PriorityBody, job_id: str = Path(..., alias="id")) -> JsonAnswer:
        """Let a download begin before or after the others."""
        return await answer(
            services, lambda: {"job": answers_work.download(services.downloads.prioritize(job_id, body.priority))}
        )

    @router.post("/downloads/{id}/again", response_model=DownloadJobShape, status_code=202, responses=failures(*_STEER))
    async def download_again(job_id: str = Path(..., alias="id")) -> JsonAnswer:
        """Fetch the file of a finished download anew, where it is no longer here."""
        return await answer(services, lambda: {"job": answers_work.download(services.downloads.again(job_id))}, 202)


def _retried(services: Services, job_id: str, body: RetryBody | None) -> Download:
    if body is None:
        return services.downloads.retry(job_id)
    if body.allow_unsafe:
        guards.check_unsafe_unlocked(services.host.exposure())
    unsafe = None if body.allow_unsafe is None else Unsafe.ALLOW if body.allow_unsafe else Unsafe.REFUSE
    return services.downloads.retry(job_id, Choice(body.folder, body.filename, unsafe, body.on_conflict, body.unpack))


def _add_history(router: APIRouter, services: Services) -> None:
    @router.get("/download-history", response_model=HistoryShape, responses=failures())
    async def download_history(
        query: str | None = Query(None, max_length=4096),
        state: Ended | None = Query(None),
        limit: int = Query(100, ge=1, le=MAX_LOCAL),
        cursor: int | None = Query(None, ge=0, le=MAX_ID),
    ) -> JsonAnswer:
        """Finished downloads, the newest first."""
        wanted = HistoryFilter(query or "", (State(state.value),) if state else (), limit, cursor)
        return await answer(services, lambda: answers_queue.history(services.downloads.history(wanted)))

    @router.post("/download-history/clear", response_model=ClearedShape, responses=failures(409, 413, 415))
    async def clear_download_history(body: ClearBody) -> JsonAnswer:
        """Forget finished downloads; finished files stay, what was kept of failed ones is deleted."""
        if len(body.ids) > MOST_IDS:
            raise InvalidRequest(f"ids: at most {MOST_IDS} values.")
        states = [State(each.value) for each in body.states]
        return await answer(services, lambda: answers_queue.cleared(services.downloads.clear_history(body.ids, states)))
