"""The named Gradio endpoints: the same bodies, checks and answers as the routes (design section 9).

Any web page can reach Gradio's queue, so each call passes the guards like a request to a route.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from civitdock.compat.pydantic import ClosedModel, ValidationError
from civitdock.domain.library import LocalFilter, LocalState
from civitdock.errors import InvalidRequest
from civitdock.web import answers, answers_work, guards
from civitdock.web.answers import Json
from civitdock.web.bodies import MAX_LOCAL, DownloadBody, SearchBody, SyncBody
from civitdock.web.call import Mount, call_from_headers
from civitdock.web.problems import faults
from civitdock.web.routes.catalogue import search_request
from civitdock.web.routes.downloads import submit
from civitdock.web.routes.library import sync_request
from civitdock.web.services import Services

Body = TypeVar("Body", bound=ClosedModel)


class Endpoints:
    """What the named endpoints do. `services` is asked at each call, because the tab is built before they are wired."""

    def __init__(self, services: Callable[[], Services]) -> None:
        self._services = services

    def call(self, name: str, caller: tuple[Iterable[tuple[str, str]], Mapping[str, str]], values: Json) -> Json:
        """Run one endpoint for a caller (header pairs and cookies) and answer what its route answers.

        Raises the errors of the tree.
        """
        services = self._services()
        guards.admit(call_from_headers(Mount.GRADIO, "POST", *caller), services.host, services.settings)
        return _ENDPOINTS[name](services, values)


def _search(services: Services, values: Json) -> Json:
    plain = {key: value for key, value in values.items() if key != "filters"}
    body = _load(SearchBody, {**_object("filters", values.get("filters", "{}")), **plain})
    return answers.search_page(services.search.search(search_request(body)))


def _download(services: Services, values: Json) -> Json:
    return submit(services, _load(DownloadBody, values))


def _sync_all(services: Services, values: Json) -> Json:
    return {"job": answers_work.sync(services.sync.submit(sync_request(_load(SyncBody, values))))}


def _local_models(services: Services, values: Json) -> Json:
    limit = values.get("limit", 100)
    if not isinstance(limit, int) or not 1 <= limit <= MAX_LOCAL:
        raise InvalidRequest(f"limit: must be a whole number between 1 and {MAX_LOCAL}.")
    wanted = LocalFilter(
        type=_text(values, "type"),
        text=_text(values, "query"),
        state=_state(_text(values, "state")),
        limit=limit,
        cursor=_text(values, "cursor"),
    )
    return answers_work.local_page(services.library.local_models(wanted))


_ENDPOINTS: Mapping[str, Callable[[Services, Json], Json]] = {
    "search": _search,
    "download": _download,
    "sync_all": _sync_all,
    "local_models": _local_models,
}


def _load(kind: type[Body], values: Json) -> Body:
    try:
        return kind.load(values)
    except ValidationError as error:
        raise InvalidRequest(faults([{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()])) from error


def _object(name: str, text: object) -> Json:
    """A JSON object in a text; raises `InvalidRequest` for anything else."""
    try:
        value = json.loads(str(text))
    except (ValueError, RecursionError) as error:
        raise InvalidRequest(f"{name}: not valid JSON.") from error
    if not isinstance(value, dict):
        raise InvalidRequest(f'{name}: must be a JSON object such as {{"types": ["LORA"]}}.')
    return value


def _text(values: Json, key: str) -> str | None:
    value = values.get(key)
    if value is None or isinstance(value, str):
        return value
    raise InvalidRequest(f"{key}: must be a text.")


def _state(word: str | None) -> LocalState | None:
    try:
        return LocalState(word) if word is not None else None
    except ValueError as error:
        raise InvalidRequest(f"state: choose one of {', '.join(state.value for state in LocalState)}.") from error
