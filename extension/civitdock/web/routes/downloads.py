"""Asking for downloads, and watching and steering the queue."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Path, Query

from civitdock.domain.downloads import Download, Unsafe, Wish
from civitdock.web import answers_work, guards
from civitdock.web.bodies import MAX_ID, DownloadBody, UnpackBody
from civitdock.web.json_answer import JsonAnswer
from civitdock.web.models_work import DownloadJobShape, ProgressShape
from civitdock.web.routes.common import answer, failures
from civitdock.web.services import Services

_STEER = (404, 409, 415)


def add(router: APIRouter, services: Services) -> None:
    """Put the routes of this module on a router."""

    @router.post("/download", response_model=DownloadJobShape, status_code=202, responses=failures(404, 409, 413, 415))
    async def download(body: DownloadBody) -> JsonAnswer:
        """Queue a file of a version; what is queued or installed already is not fetched twice."""
        return await answer(services, lambda: submit(services, body), 202)

    @router.get("/download-progress", response_model=ProgressShape, responses=failures())
    async def download_progress(since: int = Query(0, ge=0, le=MAX_ID, description="A revision")) -> JsonAnswer:
        """Jobs that changed after a revision; with 0 all active ones and the last hundred finished."""
        return await answer(services, lambda: answers_work.progress(services.downloads.progress(since)))

    def steer(verb: str, act: Callable[[str], Download], text: str) -> None:
        async def handler(job_id: str = Path(..., alias="id")) -> JsonAnswer:
            return await answer(services, lambda: {"job": answers_work.download(act(job_id))})

        router.add_api_route(
            f"/downloads/{{id}}/{verb}",
            handler,
            methods=["POST"],
            name=f"{verb.replace('-', '_')}_download",
            description=text,
            response_model=DownloadJobShape,
            responses=failures(*_STEER),
        )

    steer("pause", services.downloads.pause, "Stop a download and keep what is here.")
    steer("resume", services.downloads.resume, "Go on with a paused download.")
    steer("try-now", services.downloads.try_now, "Let a download that waits for another try begin at once.")
    steer("cancel", services.downloads.cancel, "Give a download up and delete its part file.")

    @router.post("/downloads/{id}/unpack", response_model=DownloadJobShape, responses=failures(404, 409, 413, 415, 507))
    async def unpack_download(body: UnpackBody | None = None, job_id: str = Path(..., alias="id")) -> JsonAnswer:
        """Unpack a finished .zip download into a folder named like it beside it."""
        return await answer(services, lambda: unpack(services, job_id, body is not None and body.allow_unsafe))


def unpack(services: Services, job_id: str, allow_unsafe: bool) -> dict[str, object]:
    """Unpack an archive and answer once that is done; raises `LockedByHost` where the host refuses unsafe files."""
    if allow_unsafe:
        guards.check_unsafe_unlocked(services.host.exposure())
    unsafe = Unsafe.ALLOW if allow_unsafe else Unsafe.REFUSE
    return {"job": answers_work.download(services.downloads.unpack(job_id, unsafe))}


def submit(services: Services, body: DownloadBody) -> dict[str, object]:
    """Queue what a body asks for; raises `LockedByHost` where the host refuses unsafe files."""
    if body.allow_unsafe:
        guards.check_unsafe_unlocked(services.host.exposure())
    return {"job": answers_work.download(services.downloads.submit(wish_of(body), body.priority))}


def wish_of(body: DownloadBody) -> Wish:
    """What a caller sent as what the service takes."""
    return Wish(
        version_id=body.version_id,
        file_id=body.file_id,
        folder=body.folder,
        filename=body.filename,
        unsafe=Unsafe.ALLOW if body.allow_unsafe else Unsafe.REFUSE,
        on_conflict=body.on_conflict,
        unpack=body.unpack,
    )
