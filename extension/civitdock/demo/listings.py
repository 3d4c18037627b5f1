"""Images, tags, creators, users, enumerations and the account (`civitai-api.md` 1.9, 1.10)."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlencode

from civitdock.demo.catalogue import Catalogue
from civitdock.demo.params import Refusal, next_page, numbers, one_of, whole, zod_error
from civitdock.demo.records import DemoImage, DemoModel, DemoVersion
from civitdock.demo.render import LEVEL_WORDS, Renderer
from civitdock.demo.vocabulary import (
    ACTIVE_BASE_MODELS,
    BASE_MODEL_TYPES,
    BASE_MODELS,
    FILE_TYPES,
    IMAGE_SORTS,
    MODEL_TYPES,
)
from civitdock.demo.wire import Answer, Request, json_answer

_NSFW_LEVELS = {"None": 1, "Soft": 3, "Mature": 7, "X": 31, "Blocked": 32, "false": 1, "true": 60}
_PAGED_MAX = 1000


class Listings:
    """Answers the listing routes."""

    def __init__(self, catalogue: Catalogue, renderer: Renderer) -> None:
        self._catalogue = catalogue
        self._renderer = renderer

    def images(self, request: Request) -> Answer:
        """`GET images`: cursor `offset|timestamp`; `page` repeats page one; `nsfw=true` gives no PG picture."""
        limit = whole(request, "limit", 100, 0, 200)
        slow = "imageId" in request.query or ("modelId" in request.query and "modelVersionId" not in request.query)
        found = self._matching(request)
        page = whole(request, "page", 1, 1, 10**9) if "page" in request.query else None
        if page is not None and page * limit > _PAGED_MAX:
            raise Refusal(json_answer({"error": "You've requested too many pages, please use cursors instead"}, 429))
        start = self._offset(request.first("cursor"))
        items = [self._image(version, image, request, slow) for version, image in found[start : start + limit]]
        metadata: dict[str, Any] = {}
        if start + limit < len(found) and limit:
            if slow:
                query = {**{key: values[-1] for key, values in request.query.items()}, "page": str((page or 1) + 1)}
                metadata["nextPage"] = f"{request.origin}{request.path}?{urlencode(query)}"
            else:
                cursor = f"{start + limit}|1740756600000"
                metadata.update(nextCursor=cursor, nextPage=next_page(request, cursor))
        if page is not None:
            metadata.update(currentPage=page, pageSize=limit)
        return json_answer({"items": items, "metadata": metadata})

    @staticmethod
    def _offset(cursor: str | None) -> int:
        if cursor is None:
            return 0
        offset = cursor.partition("|")[0]
        if not offset.isdigit() or "|" not in cursor:
            raise Refusal(json_answer({"message": f"Invalid cursor: {cursor}"}, 400))
        return int(offset)

    def _matching(self, request: Request) -> list[tuple[DemoVersion, DemoImage]]:
        level = _NSFW_LEVELS.get(one_of(request, "nsfw", tuple(_NSFW_LEVELS), "None"), 1)
        level = whole(request, "browsingLevel", level, 0, 63)
        kind = one_of(request, "type", ("image", "video", "audio", ""), "")
        bases = [part for text in request.query.get("baseModels", []) for part in text.split(",")]
        if any(base not in BASE_MODELS for base in bases):
            raise zod_error("baseModels", "Invalid option")
        wanted = {name: numbers(request, name) for name in ("modelId", "modelVersionId", "imageId", "postId")}
        user = request.first("username")

        def admits(version: DemoVersion, image: DemoImage) -> bool:
            owned = {
                "modelId": version.model_id,
                "modelVersionId": version.id,
                "imageId": image.id,
                "postId": image.post_id,
            }
            return (
                version.status == "Published"
                and bool(image.level & level)
                and (not kind or image.kind == kind)
                and (not bases or version.base_model in bases)
                and all(not ids or owned[name] in ids for name, ids in wanted.items())
                and (user is None or self._model(version).creator == user)
            )

        found = [pair for pair in self._catalogue.images() if admits(*pair)]
        sort = one_of(request, "sort", IMAGE_SORTS, "Most Reactions")
        if sort in ("Newest", "Oldest"):
            return sorted(found, key=lambda pair: pair[1].created_at, reverse=sort == "Newest")
        if sort == "Random":
            return sorted(found, key=lambda pair: hashlib.sha256(pair[1].uuid.encode()).digest())
        return sorted(found, key=lambda pair: (-pair[1].reactions, pair[1].id))

    def _model(self, version: DemoVersion) -> DemoModel:
        model = self._catalogue.model(version.model_id)
        assert model is not None
        return model

    def _image(self, version: DemoVersion, image: DemoImage, request: Request, slow: bool) -> dict[str, Any]:
        meta: Any = image.meta if request.first("withMeta") in ("true", "1") else None
        if slow and meta is not None and request.first("flatMeta") != "true":
            meta = {"id": image.id, "meta": meta}
        return {
            "id": image.id,
            "url": self._renderer.image_url(image, image.uuid),
            "hash": self._renderer.blurhash(image),
            "width": image.width,
            "height": image.height,
            "nsfwLevel": LEVEL_WORDS.get(image.level, "Blocked"),
            "type": image.kind,
            "nsfw": image.level > 3,
            "browsingLevel": image.level,
            "createdAt": image.created_at,
            "postId": image.post_id,
            "stats": {
                "cryCount": 0,
                "laughCount": image.reactions // 5,
                "likeCount": image.reactions,
                "dislikeCount": 0,
                "heartCount": image.reactions // 2,
                "commentCount": image.reactions // 50,
            },
            "meta": meta,
            "username": self._model(version).creator,
            "baseModel": version.base_model,
            "modelVersionIds": [version.id],
        }

    def tags(self, request: Request) -> Answer:
        """`GET tags`: no count and no `nextPage`, yet page 2 has items."""
        query = (request.first("query") or "").lower()
        names = sorted({tag for model in self._catalogue.models for tag in model.tags if tag.lower().startswith(query)})
        limit, page = whole(request, "limit", 20, 1, 200), whole(request, "page", 1, 1, 10**6)
        shown = names[(page - 1) * limit : page * limit]
        items = [{"name": name, "link": f"{request.origin}/api/v1/models?tag={name}"} for name in shown]
        metadata = {"totalItems": 0, "currentPage": page, "pageSize": limit, "totalPages": 1}
        return json_answer({"items": items, "metadata": metadata})

    def creators(self, request: Request) -> Answer:
        """`GET creators`: names that contain `query`; keys are absent when there is nothing to say."""
        query = (request.first("query") or "").lower()
        counts: dict[str, int] = {}
        for model in self._catalogue.models:
            if model.creator and not model.anonymous and query in model.creator.lower():
                counts[model.creator] = counts.get(model.creator, 0) + 1
        limit, page = whole(request, "limit", 20, 1, 200), whole(request, "page", 1, 1, 10**6)
        names = sorted(counts)[(page - 1) * limit : page * limit]
        items = [
            {"username": name, "modelCount": counts[name], "link": f"{request.origin}/api/v1/models?username={name}"}
            for name in names
        ]
        pages = -(-len(counts) // limit)
        metadata: dict[str, Any] = {
            "totalItems": len(counts), "currentPage": page, "pageSize": limit, "totalPages": pages,
        }  # fmt: skip
        if page < pages:
            metadata["nextPage"] = f"{request.origin}{request.path}?{urlencode({'limit': limit, 'page': page + 1})}"
        return json_answer({"items": items, "metadata": metadata})

    def users(self, request: Request) -> Answer:
        """`GET users` by `ids` or `query`, at most five for a query."""
        ids, query = numbers(request, "ids"), (request.first("query") or "").lower()
        known = {model.user_id: model.creator for model in self._catalogue.models if model.creator}
        found = [
            {"id": user, "username": name}
            for user, name in sorted(known.items())
            if (user in ids if ids else query in name.lower())
        ]
        return json_answer({"items": found if ids else found[:5]})

    def enums(self) -> Answer:
        """`GET enums`."""
        return json_answer(
            {
                "ModelType": list(MODEL_TYPES),
                "ModelFileType": list(FILE_TYPES),
                "ActiveBaseModel": list(ACTIVE_BASE_MODELS),
                "BaseModel": list(BASE_MODELS),
                "BaseModelType": list(BASE_MODEL_TYPES),
            }
        )

    def permissions(self, request: Request) -> Answer:
        """`GET permissions/check`: whether versions may generate."""
        if "entityIds" not in request.query:
            return json_answer({"error": "Could not parse provided model versions array."}, 400)
        ids = numbers(request, "entityIds")
        if not ids:
            return json_answer([])
        return json_answer({str(number): self._catalogue.version(number) is not None for number in ids})


def me(account: str | None) -> Answer:
    """`GET me`: the account of the key, or 401."""
    if account is None:
        return json_answer({"error": "Unauthorized"}, 401)
    shown = {"id": 1, "username": account, "tier": "free", "status": "active", "isMember": False, "subscriptions": []}
    return json_answer(shown)
