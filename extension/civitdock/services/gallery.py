"""The pictures that people posted with a model: cut to the NSFW level, counted, none twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from civitdock.domain import cursors, nsfw
from civitdock.domain.catalogue import Picture, Source
from civitdock.domain.cursors import Position
from civitdock.domain.query import ImageQuery
from civitdock.errors import InvalidRequest
from civitdock.ports import Catalogue, Patience
from civitdock.ports.host import SettingsSource

#: Pages of CivitAI that one call may go through while every picture on them lies above the level.
MOST_PAGES = 3
MOST_PICTURES = 100


@dataclass(frozen=True)
class GalleryRequest:
    """What `GET model-images` takes. With both ids the version counts: by model alone CivitAI is slow and gives no
    cursor (`civitai-api.md 1.9`). `sort` is CivitAI's word, None for its default."""

    model_version_id: int | None = None
    model_id: int | None = None
    sort: str | None = None
    limit: int = 30
    cursor: str | None = None


@dataclass(frozen=True)
class GalleryPage:
    """One page. It may be short or empty and still have a `next_cursor`, which is opaque. `hidden_images` counts the
    pictures of this page that lie above the level."""

    items: tuple[Picture, ...]
    next_cursor: str | None
    source: Source
    hidden_images: int


class GalleryService:
    """Lists pictures; raises the errors of `ports.Catalogue`."""

    def __init__(self, catalogue: Catalogue, settings: SettingsSource) -> None:
        self._catalogue = catalogue
        self._settings = settings

    def images(self, request: GalleryRequest, patience: Patience | None = None) -> GalleryPage:
        """One page of pictures with their generation data, as CivitAI orders them.

        CivitAI is asked for every level and the cut is made here, so that what is hidden can be counted. Raises
        `InvalidRequest` for a limit outside 1..100, no id at all, or a foreign cursor.
        """
        _check(request)
        patience = patience or Patience()
        level = self._settings.current().text("civitai_nsfw_level")
        position = cursors.decode(request.cursor) if request.cursor else None
        hidden = 0
        source = Source.CACHE
        kept: tuple[Picture, ...] = ()
        for _page in range(MOST_PAGES):
            page = self._catalogue.images(_query(request, position), patience)
            source = source.weakest(page.source)
            fresh = tuple(_fresh(page.items, position.shown if position else frozenset()))
            shown = frozenset(picture.id for picture in page.items if picture.id is not None)
            position = Position(page.next_cursor, shown) if page.next_cursor else None
            kept = tuple(picture for picture in fresh if nsfw.admits(level, picture.nsfw_level))
            hidden += len(fresh) - len(kept)
            if kept or position is None:
                break
        return GalleryPage(kept, cursors.encode(position) if position else None, source, hidden)


def _query(request: GalleryRequest, position: Position | None) -> ImageQuery:
    return ImageQuery(
        model_version_id=request.model_version_id,
        model_id=None if request.model_version_id else request.model_id,
        sort=request.sort,
        nsfw_level=nsfw.ORDER[-1],
        limit=request.limit,
        cursor=position.cursor if position else None,
    )


def _fresh(pictures: Iterable[Picture], shown: frozenset[int]) -> Iterator[Picture]:
    """Those that neither this page nor the one before has had; one without an id is known by its address."""
    seen: set[int | str] = set(shown)
    for picture in pictures:
        key = picture.url if picture.id is None else picture.id
        if key not in seen:
            seen.add(key)
            yield picture


def _check(request: GalleryRequest) -> None:
    if not 1 <= request.limit <= MOST_PICTURES:
        raise InvalidRequest(f"limit: must lie between 1 and {MOST_PICTURES}.")
    if request.model_version_id is None and request.model_id is None:
        raise InvalidRequest("model_version_id or model_id: one of them is needed.")
