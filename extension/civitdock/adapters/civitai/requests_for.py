"""The parameters of our requests, with the traps of CivitAI's API in mind (`civitai-api.md 1.1`, `1.9`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from civitdock.domain import hashes, nsfw
from civitdock.domain.catalogue import Model
from civitdock.domain.links import MAX_ID
from civitdock.domain.query import EarlyAccessChoice, ImageQuery, ModelQuery
from civitdock.errors import InvalidRequest

Params = tuple[tuple[str, str], ...]

_NEWEST = "Newest"
_CHECKPOINT = "Checkpoint"


def model_listing(query: ModelQuery) -> Params:
    """Lists are repeated keys, never commas; `page` is never sent; `sort` means nothing beside a text.

    `nsfw=true` is sent only above PG: with it CivitAI leaves out models flagged `minor`, so it is no superset of the
    plain listing (section 5).
    """
    limit = min(max(query.limit, 1), 100)
    if lost_model(query) is not None and limit > 1:
        limit -= 1  # leaves room for the model that is fetched by itself
    params = [("limit", str(limit))]
    if query.text:
        params.append(("query", query.text))
    params += _kinds(query)
    params += [("baseModels", name) for name in query.base_models]
    singles = (("tag", query.tag), ("username", query.creator), ("sort", query.sort), ("period", query.period))
    params += [(name, value) for name, value in singles if value]
    if nsfw.mask(query.nsfw_level) != nsfw.PG:
        params.append(("nsfw", "true"))
    if query.early_access is EarlyAccessChoice.ONLY:
        params.append(("earlyAccess", "true"))  # any other value would mean the same
    # A single value is no list to CivitAI and refused; the same one twice is a list of one.
    formats = query.formats * 2 if len(query.formats) == 1 else query.formats
    params += [("fileFormats", name.value) for name in formats]
    if query.cursor:
        params.append(("cursor", query.cursor))
    return tuple(params)


def _kinds(query: ModelQuery) -> list[tuple[str, str]]:
    """Types and the kind of checkpoints. CivitAI lets models of every other type pass that kind, so without types it
    is asked for checkpoints alone; beside types without checkpoints the kind says nothing."""
    kind = query.checkpoint_kind
    types = query.types or ((_CHECKPOINT,) if kind else ())
    params = [("types", name) for name in types]
    return [*params, ("checkpointType", kind.value)] if kind and _CHECKPOINT in types else params


def image_listing(query: ImageQuery) -> Params:
    """`browsingLevel`, because `nsfw=true` answers no safe picture at all; flat generation data."""
    numbers = (
        ("modelVersionId", query.model_version_id),
        ("modelId", query.model_id),
        ("postId", query.post_id),
    )
    texts = (
        ("username", query.creator),
        ("sort", query.sort),
        ("period", query.period),
        ("cursor", query.cursor),
    )
    params = [("limit", str(min(max(query.limit, 1), 200)))]
    params += [(name, str(value)) for name, value in numbers if value]
    params += [("browsingLevel", str(nsfw.mask(query.nsfw_level))), ("withMeta", "true"), ("flatMeta", "true")]
    params += [(name, value) for name, value in texts if value]
    return tuple(params)


def lost_model(query: ModelQuery) -> int | None:
    """The model that a page of `Newest` leaves out: its cursor names the first unread model as `time|id`, but the
    server goes on strictly after it. None for every other page."""
    if query.sort != _NEWEST or query.text or not query.cursor or "|" not in query.cursor:
        return None
    number = query.cursor.rpartition("|")[2].strip()
    if not number.isascii() or not number.isdecimal():
        return None
    return int(number) if 0 < int(number) <= MAX_ID else None


def trimmed(model: Model, query: ModelQuery) -> Model:
    """The model as the listing would show it: `baseModels` cuts away versions of other base models."""
    if not query.base_models:
        return model
    return replace(model, versions=tuple(v for v in model.versions if v.base_model in query.base_models))


def id_list(ids: Sequence[int], most: int) -> str:
    """Ids as CivitAI takes them, in ascending order so that equal sets share a cache row; impossible ones left out."""
    wanted = sorted({number for number in ids if 0 < number <= MAX_ID})
    if len(wanted) > most:
        raise InvalidRequest(f"At most {most} ids fit into one request.")
    return ",".join(str(number) for number in wanted)


def hash_list(sha256: Sequence[str], most: int) -> str:
    """The body of a look-up by hashes; one wrong element would fail the whole batch (`civitai-api.md 1.5`)."""
    wanted = [hashes.clean(value) for value in sha256]
    if len(wanted) > most:
        raise InvalidRequest(f"At most {most} hashes fit into one request.")
    if any(value is None or len(value) != 64 for value in wanted):
        raise InvalidRequest("Only SHA256 hashes can be looked up together.")
    return json.dumps([value.upper() for value in wanted if value])
