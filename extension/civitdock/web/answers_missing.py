"""What pictures use, as answers; see `answers` for the common rules."""

from __future__ import annotations

from civitdock.domain.wanted import Candidate, Missing, Wanted
from civitdock.web.answers import Json


def missing(found: Missing) -> Json:
    """`POST missing`."""
    totals = found.totals
    return {
        "source": found.source.value,
        "infotext": found.infotext,
        "generation": dict(found.generation) if found.generation is not None else None,
        "resources": [_wanted(each) for each in found.resources],
        "totals": {
            "here": totals.here,
            "found": totals.found,
            "ambiguous": totals.ambiguous,
            "unknown": totals.unknown,
            "size_bytes": totals.size_bytes,
        },
        "failure": found.failure.as_dict() if found.failure is not None else None,
    }


def _wanted(each: Wanted) -> Json:
    return {
        "kind": each.kind.value,
        "name": each.name,
        "weight": each.weight,
        "base_model": each.base_model,
        "fits": each.fits,
        "state": each.state.value,
        "path": each.path.as_posix() if each.path is not None else None,
        "reason": each.reason,
        "candidates": [_candidate(one) for one in each.candidates],
    }


def _candidate(each: Candidate) -> Json:
    version, file = each.version, each.file
    return {
        "model_id": version.model_id,
        "version_id": version.id,
        "file_id": file.id if file is not None else None,
        "model_name": version.model_name,
        "version_name": version.name,
        "base_model": version.base_model,
        "filename": file.name if file is not None else None,
        "size_bytes": file.size_bytes if file is not None else None,
        "early_access_until": version.early_access_until,
        "page_url": each.page_url,
        "match": each.match.value,
        "refusal": each.refusal,
    }
