"""`GET /api/v1/models` with the real behaviour of every parameter (`civitai-api.md` 1.1)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from civitdock.demo.builder import TODAY
from civitdock.demo.catalogue import Catalogue
from civitdock.demo.params import Refusal, flag, many_of, next_page, numbers, one_of, slug, whole, zod_error
from civitdock.demo.records import DemoModel, DemoVersion
from civitdock.demo.render import Renderer
from civitdock.demo.vocabulary import (
    CHECKPOINT_TYPES,
    COMMERCIAL_USES,
    FILE_FORMATS,
    MODEL_TYPES,
    PERIOD_DAYS,
    PG,
    SORTS,
)
from civitdock.demo.wire import Answer, Request, json_answer

_TYPED_ONLY = (
    "allowNoCredit", "allowDerivatives", "allowDifferentLicense", "browsingLevel",
    "collectionId", "isFeatured", "disablePoi", "pending",
)  # fmt: skip
_MATURE = 31
_PAGED_MAX = 1000


@dataclass(frozen=True)
class Wanted:
    """The parameters that need more than one look."""

    limit: int
    sort: str
    mature: bool
    page: int | None
    query: str | None
    cursor: str | None
    base_models: tuple[str, ...]
    version_ids: tuple[int, ...]


def parse(request: Request, account: str | None) -> Wanted:
    """Check every parameter as the schema does; raises `Refusal`."""
    for name in _TYPED_ONLY:
        if name in request.query:
            raise zod_error(name, "Invalid input: unexpected string")
    for name in ("favorites", "hidden"):
        if name in request.query and account is None:
            raise Refusal(json_answer({"error": "Unauthorized"}, 401))
        flag(request, name)
    if request.first("availability") == "Private":
        raise Refusal(json_answer({"error": "Unauthorized"}, 401))
    if len(request.query.get("fileFormats", ["", ""])) < 2:
        raise zod_error("fileFormats", "Invalid input: expected array, received string")
    many_of(request, "allowCommercialUse", COMMERCIAL_USES)
    one_of(request, "checkpointType", CHECKPOINT_TYPES, "Trained")
    one_of(request, "period", tuple(PERIOD_DAYS), "AllTime")
    one_of(request, "periodMode", ("stats", "published"), "published")
    many_of(request, "types", MODEL_TYPES)
    flag(request, "primaryFileOnly")
    limit = whole(request, "limit", 100, 0, 100)
    page = whole(request, "page", 1, 1, 10**9) if "page" in request.query else None
    query = request.first("query") or None
    if page is not None:
        if query is not None:
            raise Refusal(
                json_answer({"error": "Cannot use page param with query search. Use cursor-based pagination."}, 400)
            )
        if page * limit > _PAGED_MAX:
            raise Refusal(json_answer({"error": "You've requested too many pages, please use cursors instead"}, 429))
    return Wanted(
        limit=limit,
        sort=one_of(request, "sort", SORTS, SORTS[0]),
        mature=bool(flag(request, "nsfw")),
        page=page,
        query=query,
        cursor=request.first("cursor"),
        base_models=tuple(request.query.get("baseModels", [])),
        version_ids=tuple(numbers(request, "modelVersionIds")),
    )


class ModelSearch:
    """Answers the list route."""

    def __init__(self, catalogue: Catalogue, renderer: Renderer) -> None:
        self._catalogue = catalogue
        self._renderer = renderer

    def answer(self, request: Request, account: str | None) -> Answer:
        """One page of models; raises `Refusal` for what the schema rejects."""
        wanted = parse(request, account)
        keep = self._filter(request, wanted)
        if wanted.query is not None:
            found, cursor = self._by_words(request, wanted, keep)
        else:
            found, cursor = self._by_metric(wanted, [model for model in self._listed(wanted, request) if keep(model)])
        metadata: dict[str, Any] = {}
        if cursor is not None:
            metadata.update(nextCursor=cursor, nextPage=next_page(request, cursor))
        if wanted.page is not None:
            metadata.update(currentPage=wanted.page, pageSize=wanted.limit)
        return json_answer({"items": [self._item(model, request, wanted) for model in found], "metadata": metadata})

    def _item(self, model: DemoModel, request: Request, wanted: Wanted) -> dict[str, Any]:
        item = self._renderer.item(model, request.origin, wanted.mature, self._versions(model, wanted))
        if flag(request, "primaryFileOnly"):
            for version in item["modelVersions"]:
                version["files"] = [file for file in version["files"] if file.get("primary")]
        return item

    @staticmethod
    def _versions(model: DemoModel, wanted: Wanted) -> list[DemoVersion]:
        return [
            version
            for version in model.published
            if (not wanted.base_models or version.base_model in wanted.base_models)
            and (not wanted.version_ids or version.id in wanted.version_ids)
        ]

    def _listed(self, wanted: Wanted, request: Request) -> list[DemoModel]:
        """What level, type and mode admit, for both ways of searching."""
        types = request.query.get("types", [])

        def admits(model: DemoModel) -> bool:
            level = model.nsfw_level
            rated = bool(level & _MATURE) and not model.minor if wanted.mature else bool(level & PG)
            archived = model.mode == "Archived" and not request.first("archived")
            return rated and not model.poi and not archived and (not types or model.type in types)

        return [model for model in self._catalogue.models if admits(model)]

    def _filter(self, request: Request, wanted: Wanted) -> Callable[[DemoModel], bool]:
        """All other filters as one test."""
        tests: list[Callable[[DemoModel], bool]] = []
        if wanted.base_models or wanted.version_ids:
            tests.append(lambda model: bool(self._versions(model, wanted)))
        tag = (request.first("tag") or request.first("tagname") or "").lower()
        if tag and any(tag in map(str.lower, model.tags) for model in self._catalogue.models):
            tests.append(lambda model: tag in map(str.lower, model.tags))
        name = request.first("username") or request.first("user")
        if name:
            self._known_user(name)
            tests.append(lambda model: not model.anonymous and slug(model.creator or "") == slug(name))
        ids = numbers(request, "ids")
        if ids and wanted.query is None:
            tests.append(lambda model: model.id in ids)
        days = PERIOD_DAYS[request.first("period") or "AllTime"]
        if days is not None:
            tests.append(lambda model: _moment(model.last_version_at) >= TODAY - timedelta(days=days))
        if request.first("supportsGeneration"):
            tests.append(lambda model: model.supports_generation)
        if request.first("earlyAccess"):
            tests.append(lambda model: any(version.early for version in model.published))
        if "checkpointType" in request.query:
            # Models of other types pass, as they do on CivitAI.
            kind = request.first("checkpointType")
            tests.append(lambda model: model.type != "Checkpoint" or model.checkpoint_type == kind)
        uses = request.query.get("allowCommercialUse", [])
        if uses:
            tests.append(lambda model: bool(set(uses) & set(model.commercial or ["None"])))
        formats = [text for text in request.query.get("fileFormats", []) if text in FILE_FORMATS]
        if formats:
            tests.append(lambda model: any(f.format in formats for v in model.published for f in v.files))
        return lambda model: all(test(model) for test in tests)

    def _known_user(self, name: str) -> None:
        if not any(slug(model.creator or "") == slug(name) for model in self._catalogue.models):
            raise Refusal(json_answer({"message": "User not found"}, 404))

    def _by_words(
        self, request: Request, wanted: Wanted, keep: Callable[[DemoModel], bool]
    ) -> tuple[list[DemoModel], str | None]:
        """Relevance order; the cursor is an offset; all but type and level is filtered after the page was cut."""
        text = wanted.cursor or "0"
        if not text.isdigit():
            raise Refusal(json_answer({"message": f"Invalid cursor: {text}"}, 400))
        words = (wanted.query or "").lower().split()
        hits = [
            (-_relevance(model, words), -model.downloads, model.id, model) for model in self._listed(wanted, request)
        ]
        ranked = [hit[3] for hit in sorted(hits, key=lambda hit: hit[:3]) if hit[0] < 0]
        start, size = int(text), max(wanted.limit, 1)
        page = ranked[start : start + size]
        more = start + size < len(ranked) and wanted.limit > 0
        return [model for model in page if keep(model)], str(start + size) if more else None

    @staticmethod
    def _by_metric(wanted: Wanted, models: list[DemoModel]) -> tuple[list[DemoModel], str | None]:
        """Metric order; the cursor names the first unread model. With `Newest` that one is lost."""
        newest = wanted.sort in ("Newest", "Oldest")
        metric = _METRICS.get(wanted.sort, _METRICS["Highest Rated"])
        backward = wanted.sort != "Oldest"

        def place(model: DemoModel) -> tuple[Any, ...]:
            if newest:
                return (model.last_version_at.replace("T", " ").rstrip("Z"), model.id)
            return (metric(model), model.downloads, model.id)

        ordered = sorted(models, key=place, reverse=backward)
        if wanted.cursor is not None:
            mark = _parse_cursor(wanted.cursor, newest)
            strict = wanted.sort == "Newest"
            ordered = [model for model in ordered if _unread(place(model), mark, backward, strict)]
        size = max(wanted.limit, 1)
        if wanted.limit == 0 or len(ordered) <= size:
            return ordered[:size], None
        return ordered[:size], "|".join(str(part) for part in place(ordered[size]))


_METRICS: dict[str, Callable[[DemoModel], int]] = {
    "Highest Rated": lambda model: model.thumbs_up - model.thumbs_down,
    "Most Downloaded": lambda model: model.downloads,
    "Most Liked": lambda model: model.thumbs_up,
    "Most Discussed": lambda model: model.comments,
    "Most Collected": lambda model: model.tips,
    "Most Images": lambda model: sum(len(version.images) for version in model.published),
}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _relevance(model: DemoModel, words: list[str]) -> int:
    """Zero unless every word occurs somewhere; the name counts most."""
    name = model.name.lower()
    rest = " ".join([model.creator or "", *model.tags, *(w for v in model.published for w in v.trained_words)]).lower()
    total = 0
    for word in words:
        score = (10 if word in name else 0) + (5 if re.search(rf"\b{re.escape(word)}", name) else 0)
        score += 1 if word in rest else 0
        if score == 0:
            return 0
        total += score
    return total


def _parse_cursor(text: str, newest: bool) -> tuple[Any, ...]:
    parts = text.split("|")
    if newest and len(parts) == 2 and parts[1].isdigit() and re.fullmatch(r"\d{4}-\d\d-\d\d [\d:.]+", parts[0]):
        return (parts[0], int(parts[1]))
    if not newest and len(parts) == 3 and all(re.fullmatch(r"-?\d+", part) for part in parts):
        return tuple(int(part) for part in parts)
    raise Refusal(json_answer({"message": f"Invalid cursor: {text}"}, 400))


def _unread(place: tuple[Any, ...], mark: tuple[Any, ...], backward: bool, strict: bool) -> bool:
    if place == mark:
        return not strict
    return place < mark if backward else place > mark
