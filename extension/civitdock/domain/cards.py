"""What the WebUI's own model cards are told of the files behind them: a few facts for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class CardFact(NamedTuple):
    """A file that CivitAI knows; paths are the file system's bytes.

    `level` is the NSFW bit of its preview (0 where CivitAI shows none), `has_words` is 1 where there are trigger words,
    `update_id` and `update_name` the newer version that can replace it.
    """

    path: bytes
    root: bytes
    model_id: int
    version_id: int | None
    version_name: str | None
    level: int
    has_words: int
    update_id: int | None
    update_name: str | None


def heard_of(facts: Iterable[CardFact]) -> Iterator[CardFact]:
    """The facts without updates that lie beside the older file already."""
    known = tuple(facts)
    here = {fact.version_id for fact in known}
    for fact in known:
        yield fact._replace(update_id=None, update_name=None) if fact.update_id in here else fact
