"""Answers for the WebUI's own cards; see `answers` for the common rules."""

from __future__ import annotations

import os
from collections.abc import Sequence

from civitdock.domain.cards import CardFact
from civitdock.domain.library import LocalModel
from civitdock.services.previews import Replaced
from civitdock.web.answers import Json
from civitdock.web.answers_work import local


def facts(found: Sequence[CardFact]) -> Json:
    """`GET cards`: each root once, and for each file a list instead of an object, since there may be 50,000.

    A card is `[root, path, model_id, version_id, version_name, level, has_words, update_id, update_name]`, `root` a
    place in `roots`, `path` below it with forward slashes.
    """
    roots: dict[bytes, int] = {}
    cards = []
    for fact in found:
        number = roots.setdefault(fact.root, len(roots))
        named = fact.path.startswith(fact.root)
        below = _shown(fact.path[len(fact.root) :] if named else fact.path).lstrip("/")
        cards.append([number, below, *fact[2:]])
    return {"roots": [_shown(root) for root in roots], "cards": cards}


def one(model: LocalModel) -> Json:
    """`GET local-model`."""
    return {"model": local(model)}


def replaced(done: Replaced) -> Json:
    """`POST local-preview`."""
    return {
        "previews": [_shown(os.fsencode(path)) for path in done.paths],
        "model": local(done.row),
        "previous_url": done.previous_url,
    }


def _shown(path: bytes) -> str:
    """Forward slashes on every system; a name that is no Unicode cannot be asked for and only shall not fail."""
    return os.fsdecode(path).replace(os.sep, "/").encode("utf-8", "replace").decode("utf-8")
