"""Moving and deleting files, with a way back."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Path

from civitdock.domain.filing import MOST_ITEMS, Operation, Trash
from civitdock.errors import InvalidRequest
from civitdock.services.filing.organise import OrganiseRequest
from civitdock.web import answers_filing, guards
from civitdock.web.bodies_filing import DeleteBody, EmptyBody, OrganiseBody, OrganisePlanBody
from civitdock.web.json_answer import JsonAnswer
from civitdock.web.models_filing import (
    OperationJobShape,
    OperationsShape,
    OrganisePlanShape,
    OrphansShape,
    TrashShape,
)
from civitdock.web.routes.common import answer, failures, words
from civitdock.web.services import Services


def add(router: APIRouter, services: Services) -> None:
    """Put the routes of this module on a router."""
    _add_organise(router, services)
    _add_operations(router, services)

    @router.post(
        "/local-models/delete",
        response_model=OperationJobShape,
        status_code=202,
        responses=failures(404, 409, 413, 415, 507),
    )
    async def delete_local_models(body: DeleteBody) -> JsonAnswer:
        """Move models with all that belongs to them, or orphans, into the trash."""
        return await _begun(services, lambda: services.filing.operations.delete(body.paths))

    @router.get("/orphans", response_model=OrphansShape, responses=failures())
    async def orphans() -> JsonAnswer:
        """Metadata files and previews whose model is gone."""
        return await answer(services, lambda: answers_filing.orphans(services.filing.orphans.find()))


def _add_organise(router: APIRouter, services: Services) -> None:
    @router.post("/organise/plan", response_model=OrganisePlanShape, responses=failures(413, 415))
    async def organise_plan(body: OrganisePlanBody) -> JsonAnswer:
        """Where each model would go, by template and content or into one folder; changes nothing."""
        if len(body.paths) > MOST_ITEMS:
            raise InvalidRequest(f"paths: at most {MOST_ITEMS} values.")
        request = OrganiseRequest(tuple(body.paths), words("types", body.types), body.folder)
        return await answer(services, lambda: answers_filing.plan(services.filing.organise.plan(request)))

    @router.post(
        "/organise", response_model=OperationJobShape, status_code=202, responses=failures(404, 409, 413, 415, 507)
    )
    async def organise(body: OrganiseBody) -> JsonAnswer:
        """Move models with all that belongs to them; never overwrites."""
        moves = [(move.path, move.target) for move in body.moves]
        return await _begun(services, lambda: services.filing.operations.move(moves))


def _add_operations(router: APIRouter, services: Services) -> None:
    @router.get("/file-operations", response_model=OperationsShape, responses=failures())
    async def file_operations() -> JsonAnswer:
        """What was moved and deleted last, and what lies in the trash."""
        return await answer(services, lambda: answers_filing.overview(services.filing.operations.overview()))

    @router.post(
        "/file-operations/{id}/undo",
        response_model=OperationJobShape,
        status_code=202,
        responses=failures(404, 409, 415),
    )
    async def undo_file_operation(operation_id: str = Path(..., alias="id")) -> JsonAnswer:
        """Put everything back where it was; what cannot go back stays where it is."""
        return await _begun(services, lambda: services.filing.operations.undo(operation_id))

    @router.post("/trash/empty", response_model=TrashShape, responses=failures(404, 409, 413, 415))
    async def empty_trash(body: EmptyBody) -> JsonAnswer:
        """Remove deleted files for good."""
        ids = words("ids", body.ids)
        return await answer(services, lambda: answers_filing.trash(_emptied(services, ids)))


async def _begun(services: Services, begin: Callable[[], Operation]) -> JsonAnswer:
    return await answer(services, lambda: {"operation": answers_filing.operation(_allowed(services, begin))}, 202)


def _allowed(services: Services, begin: Callable[[], Operation]) -> Operation:
    """Begin an operation; raises `LockedByHost` where the host lets nobody move or delete files."""
    guards.check_filing_unlocked(services.host.exposure())
    return begin()


def _emptied(services: Services, ids: tuple[str, ...]) -> Trash:
    guards.check_filing_unlocked(services.host.exposure())
    return services.filing.operations.empty(ids)
