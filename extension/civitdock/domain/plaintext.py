"""Author HTML as plain text for cards, which show it as it is."""

from __future__ import annotations

from html.parser import HTMLParser

#: A card has room for a few lines; longer text breaks its layout (`peers.md 2`, interop rules).
SHORT = 300
LONG = 4000
#: Authors paste pages; beyond this nothing is read, so that a hostile text costs no time.
_MAX_INPUT = 200_000
_SKIPPED = frozenset({"script", "style", "head", "template", "iframe", "noscript", "svg"})
_BREAKS = frozenset(
    "address article blockquote br div dd dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre section table tr ul".split()
)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._skipping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _SKIPPED:
            self._skipping.append(tag)
        elif tag in _BREAKS:
            self.parts.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._skipping:
            while self._skipping.pop() != tag:
                pass
        elif tag in _BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.parts.append(data)


def plain(html: str, limit: int = SHORT) -> str:
    """The words of an HTML text, at most `limit` characters, lines kept, cut between words with an ellipsis.

    The result holds no tags, no control characters and no `<` or `>`: some hosts print descriptions as HTML.
    """
    reader = _Text()
    reader.feed(html[:_MAX_INPUT])
    reader.close()
    lines = (" ".join(_clean(line).split()) for line in "".join(reader.parts).split("\n"))
    return shortened("\n".join(line for line in lines if line), limit)


def shortened(text: str, limit: int) -> str:
    """Text of at most `limit` characters, cut between words and marked with an ellipsis where it was longer."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    cut = max(head.rfind(" "), head.rfind("\n"))
    return head[: cut if cut > limit // 2 else len(head)].rstrip(" \n,;:.") + "…"


def _clean(line: str) -> str:
    return "".join({"<": "‹", ">": "›"}.get(char, char) for char in line if char.isprintable() or char.isspace())
