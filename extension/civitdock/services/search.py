"""Searching CivitAI, and looking at one model, as people see it: levels cut, installed files marked."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from civitdock.domain import cursors, levels, links, narrowing, nsfw, phrases, vocabulary
from civitdock.domain.catalogue import Enums, Model, ModelPage, Source, Version
from civitdock.domain.cursors import Position
from civitdock.domain.library import Installed, LocalModel
from civitdock.domain.links import Link
from civitdock.domain.query import CheckpointKind, EarlyAccessChoice, FileFormat, ModelQuery
from civitdock.errors import CivitDockError, InvalidRequest, NotFound
from civitdock.ports import Catalogue, Patience
from civitdock.ports.host import SettingsSource
from civitdock.ports.library import ModelStore
from civitdock.services.page_links import page_base
from civitdock.services.views import ModelView, VersionView, installed_state, paths_of

log = logging.getLogger(__name__)

#: Pages of CivitAI that one search may go through while everything on them is filtered away.
MOST_PAGES = 5
MOST_ITEMS = 100


@dataclass(frozen=True)
class SearchRequest:
    """What `POST search` takes (design section 8). `nsfw_level` None means the setting's."""

    query: str = ""
    types: tuple[str, ...] = ()
    base_models: tuple[str, ...] = ()
    tag: str | None = None
    creator: str | None = None
    sort: str | None = None
    period: str | None = None
    nsfw_level: str | None = None
    early_access: EarlyAccessChoice = EarlyAccessChoice.SHOW
    checkpoint_kind: CheckpointKind | None = None
    formats: tuple[FileFormat, ...] = ()
    hide_installed: bool = False
    limit: int = 20
    cursor: str | None = None


@dataclass(frozen=True)
class Found:
    """One page of results. It may be short or empty and still have a `next_cursor`, which is opaque."""

    items: tuple[ModelView, ...]
    next_cursor: str | None
    source: Source


class SearchService:
    """Search, details and look-up by hash. Every method raises the errors of `ports.Catalogue`."""

    def __init__(self, catalogue: Catalogue, store: ModelStore, settings: SettingsSource) -> None:
        self._catalogue = catalogue
        self._store = store
        self._settings = settings

    def search(self, request: SearchRequest, patience: Patience | None = None) -> Found:
        """One page. A query that is a link, AIR, id or hash finds that one model; a number or hash that CivitAI does
        not know is searched for as a text.

        Raises `InvalidRequest` for a limit outside 1..100, an unknown level, a foreign cursor or an address that
        names no model; `NotFound` where a link or creator leads nowhere.
        """
        patience = patience or Patience()
        _check(request)
        level = self._level(request.nsfw_level)
        phrase = phrases.parse_phrase(request.query)
        bases = self._bases()
        link = links.parse(request.query, bases)
        if link is not None and request.cursor is None:
            found = self._by_link(link, request.query, level, patience)
            if found is not None:
                return found
        elif link is None and links.looks_like_address(request.query, bases):
            raise InvalidRequest("This address names no model of CivitAI.", hint="Paste a model's or a file's link.")
        query = ModelQuery(
            text=phrase.text,
            types=request.types,
            base_models=request.base_models,
            tag=(link.tag if link else None) or phrase.tag or request.tag or None,
            creator=(link.creator if link else None) or phrase.creator or request.creator or None,
            sort=request.sort or None,
            period=request.period or None,
            nsfw_level=level,
            early_access=request.early_access,
            checkpoint_kind=request.checkpoint_kind,
            formats=request.formats,
            limit=request.limit,
        )
        if link is not None and (link.tag or link.creator):
            query = replace(query, text="")
        try:
            return self._list(query, request, patience)
        except NotFound as error:
            if not query.creator:
                raise
            raise NotFound(
                f"CivitAI knows no creator {query.creator}.", hint="Check how the name is spelled."
            ) from error

    def model(self, model_id: int, patience: Patience | None = None) -> ModelView:
        """One model with all its versions, pictures cut to the level of the setting; `NotFound`."""
        model = self._catalogue.model(model_id, patience or Patience())
        return self._views([model], self._level(None))[0]

    def version(self, version_id: int, patience: Patience | None = None) -> VersionView:
        """One version, its pictures with their generation data, which `model` does not have; `NotFound`."""
        return self.version_view(self._catalogue.version(version_id, patience or Patience()))

    def version_by_hash(self, value: str, patience: Patience | None = None) -> VersionView:
        """The version that owns a file with this hash (any of the six types); `NotFound`."""
        version = self._catalogue.version_by_hash(value, patience or Patience())
        return self.version_view(version)

    def version_view(self, version: Version) -> VersionView:
        """A version as people see it."""
        rows = [row for row in self._store.of_models([version.model_id]) if row.version_id == version.id]
        cut, hidden = levels.cut_version(version, self._level(None))
        return VersionView(cut, hidden, bool(rows), paths_of([version], rows))

    def enums(self, patience: Patience | None = None) -> Enums:
        """CivitAI's lists; those known at the time of writing while it does not answer."""
        try:
            return self._catalogue.enums(patience or Patience())
        except CivitDockError as error:
            log.info("CivitAI's lists are not available (%s); the built-in ones are used.", error.code)
            return vocabulary.KNOWN

    # --- links -----------------------------------------------------------------------------------

    def _bases(self) -> tuple[str, ...]:
        """Where links may begin besides CivitAI's own names."""
        return self._page_base(), self._settings.current().text("civitai_api_url")

    def _by_link(self, link: Link, query: str, level: str, patience: Patience) -> Found | None:
        """The page with the one model that a link names, or None where it should rather be searched for."""
        if link.creator or link.tag:
            return None
        try:
            page, version_id = self._resolve(link, patience)
        except NotFound:
            if query.strip().isalnum():  # a bare number or hash may be a word just as well
                return None
            raise
        view = replace(self._views(page.items, level)[0], wanted_version=version_id)
        return Found((view,), None, page.source)

    def _resolve(self, link: Link, patience: Patience) -> tuple[ModelPage, int | None]:
        version_id = link.version_id
        model_id = link.model_id
        if model_id is None:
            if link.hash is not None:
                version = self._catalogue.version_by_hash(link.hash, patience)
            else:
                version = self._catalogue.version(version_id or 0, patience)
            model_id, version_id = version.model_id, version.id
        return self._catalogue.model_page(model_id, patience), version_id

    # --- listings --------------------------------------------------------------------------------

    def _list(self, query: ModelQuery, request: SearchRequest, patience: Patience) -> Found:
        """The first page that shows anything, going on at most `MOST_PAGES` times."""
        position = cursors.decode(request.cursor) if request.cursor else None
        source = Source.CACHE
        for _page in range(MOST_PAGES):
            page = self._catalogue.search(replace(query, cursor=position.cursor if position else None), patience)
            source = source.weakest(page.source)
            if query.tag and _tag_is_unknown(query.tag, page.items):
                return Found((), None, source)
            fresh = [model for model in page.items if position is None or model.id not in position.shown]
            shown = frozenset(model.id for model in page.items)
            position = Position(page.next_cursor, shown) if page.next_cursor else None
            views = self._listed(fresh, query, request)
            if views or position is None:
                return Found(views, cursors.encode(position) if position else None, source)
        return Found((), cursors.encode(position) if position else None, source)

    def _listed(self, models: Iterable[Model], query: ModelQuery, request: SearchRequest) -> tuple[ModelView, ...]:
        admitted = (levels.listed(model, query.nsfw_level) for model in self._unhidden(models, query))
        wanted = (narrowing.narrowed(model, query) for model in admitted if model is not None)
        views = self._views([model for model in wanted if model is not None], query.nsfw_level)
        if request.hide_installed:
            return tuple(view for view in views if view.installed is Installed.NONE)
        return views

    def _unhidden(self, models: Iterable[Model], query: ModelQuery) -> Iterable[Model]:
        """The models of creators whom the user has not hidden; who asks for a creator means that one."""
        if query.creator:
            return models
        hidden = {name.removeprefix("@") for name in self._settings.current().names("civitai_hidden_creators")}
        return (model for model in models if (model.creator or "").lower() not in hidden)

    def _views(self, models: Sequence[Model], level: str) -> tuple[ModelView, ...]:
        rows: dict[int, list[LocalModel]] = {model.id: [] for model in models}
        for row in self._store.of_models(list(rows)):
            if row.model_id in rows:
                rows[row.model_id].append(row)
        page = self._page_base()
        return tuple(_view(model, rows[model.id], level, f"{page}/models/{model.id}") for model in models)

    def _page_base(self) -> str:
        return page_base(self._settings.current())

    def _level(self, asked: str | None) -> str:
        return nsfw.lower_of(self._settings.current().text("civitai_nsfw_level"), asked)


def _view(model: Model, rows: Sequence[LocalModel], level: str, page_url: str) -> ModelView:
    cut, hidden = levels.cut_model(model, level)
    return ModelView(
        model=cut,
        hidden_images=hidden,
        installed=installed_state(rows),
        installed_paths=paths_of(model.versions, rows),
        installed_versions=frozenset(row.version_id for row in rows if row.version_id is not None),
        page_url=page_url,
        hidden_by_version=levels.hidden_by_version(model, cut),
    )


def _check(request: SearchRequest) -> None:
    if not 1 <= request.limit <= MOST_ITEMS:
        raise InvalidRequest(f"limit: must lie between 1 and {MOST_ITEMS}.")
    if request.nsfw_level is not None and request.nsfw_level not in nsfw.ORDER:
        raise InvalidRequest(f"nsfw_level: choose one of {', '.join(nsfw.ORDER)}.")


def _tag_is_unknown(tag: str, models: Sequence[Model]) -> bool:
    """CivitAI drops a filter by a tag that it does not know and lists everything (`civitai-api.md 1.1`)."""
    wanted = tag.casefold()
    return bool(models) and not any(wanted in (name.casefold() for name in model.tags) for model in models)
