"""Links to a model that name no version of it: they mean the newest that can be had, as for a download."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from civitdock.domain.catalogue import Model
from civitdock.domain.generation import Mention
from civitdock.domain.versions import newest_to_have
from civitdock.errors import CivitDockError
from civitdock.ports import Catalogue, Clock, Patience

log = logging.getLogger(__name__)

#: Seconds that a person waits for it, and models of one question.
PATIENCE_S = 8.0
MOST_MODELS = 100


@dataclass(frozen=True)
class Resolved:
    """The mentions, those of models now of versions; `failure` is why some could not be."""

    mentions: tuple[Mention, ...]
    failure: CivitDockError | None = None


def resolve(mentions: Sequence[Mention], catalogue: Catalogue, clock: Clock) -> Resolved:
    """Each mention of a model alone with a version of it; never raises because of CivitAI."""
    ids = sorted({each.model_id for each in mentions if each.model_id and not each.version_id})
    if not ids:
        return Resolved(tuple(mentions))
    try:
        models = catalogue.models(ids[:MOST_MODELS], Patience(seconds=PATIENCE_S))
    except CivitDockError as error:
        log.info("CivitAI could not say which models a text links to (%s).", error.code)
        return Resolved(tuple(mentions), error)
    newest = {model.id: _newest(model, clock.now()) for model in models}
    return Resolved(
        tuple(
            replace(each, version_id=newest.get(each.model_id)) if each.model_id and not each.version_id else each
            for each in mentions
        )
    )


def _newest(model: Model, now: float) -> int | None:
    """Its newest version that can be had; where there is none, the newest, which then says why."""
    try:
        return newest_to_have(model, now).id
    except CivitDockError:
        return model.versions[0].id if model.versions else None
