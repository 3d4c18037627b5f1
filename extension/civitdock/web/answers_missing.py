"""What pictures use, as an answer; see `answers` for the common rules."""

from __future__ import annotations

from dataclasses import asdict

from civitdock.domain.wanted import Missing
from civitdock.web.answers import Json


def missing(found: Missing) -> Json:
    """`POST missing`."""
    return {
        "source": found.source.value,
        "infotext": found.infotext,
        "generation": dict(found.generation) if found.generation is not None else None,
        "resources": [each.as_dict() for each in found.resources],
        "totals": asdict(found.totals),
        "failure": found.failure.as_dict() if found.failure is not None else None,
    }
