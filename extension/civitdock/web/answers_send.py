"""Plans for sending as answers; see `answers` for the common rules."""

from __future__ import annotations

from civitdock.domain.send import Held, Plan, PlannedField, Resource
from civitdock.web.answers import Json


def plan(made: Plan) -> Json:
    """`POST send/plan`."""
    return {
        "target": made.target.value,
        "has_fields": made.has_fields,
        "fields": [_field(each) for each in made.fields],
        "resources": [_resource(each) for each in made.resources],
        "words": list(made.words),
        "infotext": made.infotext,
        "copy_text": made.copy_text,
    }


def held(chosen: Held) -> Json:
    """`GET send/held`."""
    return {
        "checkpoint": chosen.checkpoint.title if chosen.checkpoint is not None else None,
        "vae": chosen.vae,
        "modules": list(chosen.modules),
        "preset": chosen.preset,
        "clip_skip": chosen.clip_skip,
        "modules_element": chosen.modules_element,
    }


def _field(planned: PlannedField) -> Json:
    return {
        "name": planned.name.value,
        "wanted": list(planned.wanted) if isinstance(planned.wanted, tuple) else planned.wanted,
        "value": list(planned.value) if isinstance(planned.value, tuple) else planned.value,
        "problem": planned.problem.value if planned.problem is not None else None,
        "guessed_for": planned.guessed_for,
    }


def _resource(found: Resource) -> Json:
    return {
        "kind": found.kind.value,
        "name": found.name,
        "state": found.state.value,
        "weight": found.weight,
        "tag": found.tag,
        "insert": found.insert,
        "path": found.path.as_posix() if found.path is not None else None,
        "names": list(found.names),
        "fits": found.fits,
        "model_id": found.model_id,
        "version_id": found.version_id,
        "file_id": found.file_id,
        "size_bytes": found.size_bytes,
        "base_model": found.base_model,
        "words": list(found.words),
    }
