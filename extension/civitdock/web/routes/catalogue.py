"""Searching and looking up what CivitAI offers."""

from __future__ import annotations

from fastapi import APIRouter, Path, Query

from civitdock.domain import hashes
from civitdock.domain.nsfw import ORDER
from civitdock.errors import InvalidRequest
from civitdock.services.gallery import MOST_PICTURES, GalleryRequest
from civitdock.services.search import SearchRequest
from civitdock.web import answers
from civitdock.web.bodies import MAX_ID, SearchBody
from civitdock.web.description import Pictures
from civitdock.web.json_answer import JsonAnswer
from civitdock.web.models import EnumsShape, GalleryShape, ModelShape, SearchShape, VersionShape
from civitdock.web.routes.common import CIVITAI, answer, failures, words
from civitdock.web.services import Services


def add(router: APIRouter, services: Services) -> None:
    """Put the routes of this module on a router."""

    @router.post("/search", response_model=SearchShape, responses=failures(413, 415, *CIVITAI))
    async def search(body: SearchBody) -> JsonAnswer:
        """Models by text and filters; a pasted CivitAI address, AIR, model id or hash finds just that."""
        request = search_request(body)
        return await answer(services, lambda: answers.search_page(services.search.search(request)))

    @router.get("/model/{model_id}", response_model=ModelShape, responses=failures(*CIVITAI))
    async def model(model_id: int = Path(..., ge=1, le=MAX_ID)) -> JsonAnswer:
        """One model with all its versions."""
        return await answer(services, lambda: answers.full_model(services.search.model(model_id), pictures(services)))

    @router.get("/model-version/{version_id}", response_model=VersionShape, responses=failures(*CIVITAI))
    async def model_version(version_id: int = Path(..., ge=1, le=MAX_ID)) -> JsonAnswer:
        """One version, with the generation data of its pictures."""
        return await answer(
            services, lambda: answers.full_version(services.search.version(version_id), pictures(services))
        )

    @router.get("/model-by-hash/{hash}", response_model=VersionShape, responses=failures(*CIVITAI))
    async def model_by_hash(value: str = Path(..., alias="hash", description="Any of the six types")) -> JsonAnswer:
        """The version that owns a file with this hash: SHA256, AutoV1, AutoV2, AutoV3, BLAKE3 or CRC32."""
        known = hashes.clean(value)
        if known is None:
            raise InvalidRequest("hash: 8, 10, 12 or 64 hex digits are needed.")
        return await answer(
            services, lambda: answers.full_version(services.search.version_by_hash(known), pictures(services))
        )

    @router.get("/model-images", response_model=GalleryShape, responses=failures(*CIVITAI))
    async def model_images(
        model_version_id: int | None = Query(None, ge=1, le=MAX_ID, description="CivitAI's version id"),
        model_id: int | None = Query(None, ge=1, le=MAX_ID, description="CivitAI's model id"),
        sort: str | None = Query(None, max_length=100, description="CivitAI's word"),
        limit: int = Query(30, ge=1, le=MOST_PICTURES, description="1 to 100"),
        cursor: str | None = Query(None, max_length=8192, description="next_cursor of the page before"),
    ) -> JsonAnswer:
        """The pictures that people posted with a version or a model, with their generation data."""
        request = GalleryRequest(model_version_id, model_id, sort or None, limit, cursor or None)
        return await answer(services, lambda: answers.gallery_page(services.gallery.images(request)))

    @router.get("/enums", response_model=EnumsShape, responses=failures(*CIVITAI))
    async def enums() -> JsonAnswer:
        """CivitAI's own words for the filters of a search."""
        return await answer(services, lambda: answers.enums(services.search.enums()))


def search_request(body: SearchBody) -> SearchRequest:
    """What a caller sent as what the service takes."""
    return SearchRequest(
        query=body.query.strip(),
        types=words("types", body.types),
        base_models=words("base_models", body.base_models),
        tag=body.tag,
        creator=body.creator,
        sort=body.sort,
        period=body.period,
        nsfw_level=body.nsfw_level and body.nsfw_level.value,
        early_access=body.early_access,
        checkpoint_kind=body.checkpoint_kind,
        formats=tuple(dict.fromkeys(body.file_formats)),
        hide_installed=body.hide_installed,
        limit=body.limit,
        cursor=body.cursor or None,
    )


def pictures(services: Services) -> Pictures:
    """Pictures in descriptions carry no level, so they are kept only where everything may be shown."""
    shown = services.settings.current().text("civitai_nsfw_level") == ORDER[-1]
    return Pictures.KEEP if shown else Pictures.DROP
