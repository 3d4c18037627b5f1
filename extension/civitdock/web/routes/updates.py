"""Newer versions of local models, what the user does not want to hear of, and the way back to other tools' files."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Query

from civitdock.domain.updates import IgnoreRule
from civitdock.errors import InvalidRequest
from civitdock.web import answers_library, guards
from civitdock.web.bodies import MAX_LOCAL, IgnoreBody, RestoreBody
from civitdock.web.json_answer import JsonAnswer
from civitdock.web.models_library import IgnoredShape, MigrationShape, RestoredShape, UpdatesShape
from civitdock.web.routes.common import answer, failures, words
from civitdock.web.services import Services


def add(router: APIRouter, services: Services) -> None:
    """Put the routes of this module on a router."""
    _add_updates(router, services)

    @router.post("/restore", response_model=RestoredShape, responses=failures(413, 415))
    async def restore(body: RestoreBody) -> JsonAnswer:
        """Make metadata files and previews what they were before CivitDock changed them first."""
        places = words("paths", body.paths)
        return await answer(services, lambda: restored(services, places))

    @router.get("/migration-report", response_model=MigrationShape, responses=failures())
    async def migration_report() -> JsonAnswer:
        """What was taken from other tools' files, for each metadata file it went into."""
        return await answer(services, lambda: answers_library.migration(services.restore.report()))


def _add_updates(router: APIRouter, services: Services) -> None:
    @router.get("/updates", response_model=UpdatesShape, responses=failures())
    async def updates(
        ignored: bool = Query(False),
        limit: int = Query(100, ge=1, le=MAX_LOCAL),
        cursor: str | None = Query(None, max_length=20),
    ) -> JsonAnswer:
        """Local models that have newer versions, as the last sync found them."""
        place = place_of(cursor)
        return await answer(services, lambda: answers_library.updates(services.updates.page(place, limit, ignored)))

    @router.post("/updates/ignore", response_model=IgnoredShape, responses=failures(404, 413, 415))
    async def ignore(body: IgnoreBody) -> JsonAnswer:
        """Hear no more of a version, or of a whole model."""
        rule = IgnoreRule(body.model_id, body.version_id)

        def work() -> object:
            services.updates.ignore(rule)
            return answers_library.ignored(services.updates.rules())

        return await answer(services, work)

    @router.post("/updates/unignore", response_model=IgnoredShape, responses=failures(404, 413, 415))
    async def unignore(body: IgnoreBody) -> JsonAnswer:
        """Hear again of what was ignored."""
        rule = IgnoreRule(body.model_id, body.version_id)

        def work() -> object:
            services.updates.heed(rule)
            return answers_library.ignored(services.updates.rules())

        return await answer(services, work)


def restored(services: Services, places: Sequence[str]) -> dict[str, object]:
    """Put files back; raises `LockedByHost` where the host lets nobody take anything away."""
    guards.check_restore_unlocked(services.host.exposure())
    return answers_library.restored(services.restore.restore(places))


def place_of(cursor: str | None) -> int:
    """The place in the list that a cursor stands for; raises `InvalidRequest`."""
    if not cursor:
        return 0
    if not cursor.isascii() or not cursor.isdecimal():
        raise InvalidRequest("cursor: this is not a cursor of this list.")
    return int(cursor)
