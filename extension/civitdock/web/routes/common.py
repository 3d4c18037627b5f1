"""What the route modules share: running work in the pool, documented failures, small checks."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from civitdock.errors import InvalidRequest
from civitdock.web.gate import in_pool
from civitdock.web.json_answer import JsonAnswer
from civitdock.web.models_work import ProblemShape
from civitdock.web.services import Services

Documented = dict[int | str, dict[str, Any]]

#: What any route can answer besides its own failures (design section 8).
EVERYWHERE = (401, 403, 422, 500)
#: What a route that asks CivitAI can answer.
CIVITAI = (404, 429, 451, 502, 503)

_MOST_WORDS = 100


async def answer(services: Services, work: Callable[[], object], status: int = 200) -> JsonAnswer:
    """Do the work and write its answer in our pool, so that the loop is only ever handed bytes."""
    return await in_pool(services.pool, lambda: JsonAnswer(work(), status))


def failures(*statuses: int) -> Documented:
    """The `responses` of a route for the schema: every failure has the one shape."""
    return {status: {"model": ProblemShape, "description": "The error object"} for status in (*EVERYWHERE, *statuses)}


def words(name: str, values: Collection[str]) -> tuple[str, ...]:
    """A list of words from a body; raises `InvalidRequest` above a hundred."""
    if len(values) > _MOST_WORDS:
        raise InvalidRequest(f"{name}: at most {_MOST_WORDS} values.")
    return tuple(values)
