"""Our own cursors: CivitAI's, together with the ids that the page before has already shown."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass

from civitdock.errors import InvalidRequest

_LONGEST = 8192


@dataclass(frozen=True)
class Position:
    """Where a listing goes on. `shown` lets the next page leave out repetitions, which occur because CivitAI's counts
    move while one pages (`civitai-api.md 1.1`)."""

    cursor: str
    shown: frozenset[int] = frozenset()


def encode(position: Position) -> str:
    """A position as text that means nothing to anybody else."""
    data = json.dumps([position.cursor, sorted(position.shown)], separators=(",", ":"))
    return base64.urlsafe_b64encode(data.encode()).decode("ascii")


def decode(text: str) -> Position:
    """The position behind a cursor of ours; raises `InvalidRequest` for any other text."""
    try:
        if len(text) > _LONGEST:
            raise ValueError("too long")
        cursor, shown = json.loads(base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True))
        if not isinstance(cursor, str) or not all(isinstance(number, int) for number in shown):
            raise TypeError("not a position")
        return Position(cursor, frozenset(shown))
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise InvalidRequest("cursor: not one that CivitDock gave.", hint="Begin again without a cursor.") from error
