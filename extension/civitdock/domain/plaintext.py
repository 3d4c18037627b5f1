"""Author HTML as plain text for cards, which show it as it is.

Not `html.parser`: on the Pythons that hosts bring, hostile markup (`<a <a <a`) costs it time with the square of the
length. This scanner looks at every character once.
"""

from __future__ import annotations

import html
import re

#: A card has room for a few lines; longer text breaks its layout (`peers.md 2`, interop rules).
SHORT = 300
LONG = 4000
#: Authors paste pages; beyond this nothing is read.
_MAX_INPUT = 200_000
_SKIPPED = frozenset({"script", "style", "head", "template", "iframe", "noscript", "svg"})
_BREAKS = frozenset(
    "address article blockquote br div dd dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre section table tr ul".split()
)
_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]*)")
_CLOSING = {tag: re.compile(f"</{tag}", re.IGNORECASE) for tag in _SKIPPED}
_SHOWN = {"<": "‹", ">": "›"}


def plain(text: str, limit: int = SHORT) -> str:
    """The words of an HTML text, at most `limit` characters, lines kept, cut between words with an ellipsis.

    The result holds no tags, no control characters and no `<` or `>`: some hosts print descriptions as HTML.
    """
    lines = (" ".join(_clean(line).split()) for line in _words(text[:_MAX_INPUT]).split("\n"))
    return shortened("\n".join(line for line in lines if line), limit)


def shortened(text: str, limit: int) -> str:
    """Text of at most `limit` characters, cut between words and marked with an ellipsis where it was longer."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    cut = max(head.rfind(" "), head.rfind("\n"))
    return head[: cut if cut > limit // 2 else len(head)].rstrip(" \n,;:.") + "…"


def _words(text: str) -> str:
    """The text between the tags, with line ends where blocks begin and end."""
    parts: list[str] = []
    at = 0
    while (start := text.find("<", at)) >= 0:
        parts.append(html.unescape(text[at:start]))
        name = _NAME.match(text, start + 1)
        if name is None and text[start + 1 : start + 2] not in ("!", "?"):
            parts.append("<")
            at = start + 1
            continue
        end = _end_of_tag(text, start)
        if end < 0:
            return "".join(parts)
        at = end
        tag = name.group(1).lower() if name is not None else ""
        if tag in _BREAKS:
            parts.append("\n")
        elif tag in _SKIPPED and text[start + 1] != "/" and text[end - 2] != "/":
            close = _CLOSING[tag].search(text, end)
            if close is None:
                return "".join(parts)
            at = close.start()
    parts.append(html.unescape(text[at:]))
    return "".join(parts)


def _end_of_tag(text: str, start: int) -> int:
    """Where the tag or comment that begins at `start` is over; -1 where it never is."""
    mark = "-->" if text.startswith("<!--", start) else ">"
    found = text.find(mark, start)
    return found if found < 0 else found + len(mark)


def _clean(line: str) -> str:
    return "".join(_SHOWN.get(char, char) for char in line if char.isprintable() or char.isspace())
