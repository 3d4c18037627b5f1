"""What stands in the search box, taken apart: words, `@creator`, `#tag` or `#"two words"`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(r'(?<!\S)(?P<mark>[@#])(?:"(?P<quoted>[^"]+)"|(?P<plain>[^\s"]+))(?!\S)')


@dataclass(frozen=True)
class Phrase:
    """The words to search for, and the creator and tag that were marked among them (the last of each counts)."""

    text: str = ""
    creator: str | None = None
    tag: str | None = None


def parse_phrase(query: str) -> Phrase:
    """Take a query apart; a lone `@` or `#` stays a word."""
    creator = tag = None
    for found in _TOKEN.finditer(query):
        value = (found["quoted"] or found["plain"]).strip()
        if found["mark"] == "@":
            creator = value or creator
        else:
            tag = value or tag
    return Phrase(" ".join(_TOKEN.sub(" ", query).split()), creator, tag)
