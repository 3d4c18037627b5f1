"""Web pages, XML and JSON messages under the name of a model, told by how a body begins (design section 7)."""

from __future__ import annotations

import re
from enum import Enum

from civitdock.domain.library import MODEL_SUFFIXES
from civitdock.domain.names import split

#: Bytes of a body that are looked at; what comes before a page's first tag is shorter.
HEAD_BYTES = 4096
#: What the sanitizer makes of names that are markup by themselves; such a file is taken for nothing else.
_MARKUP_SUFFIXES = (".xml_", ".html_", ".htm_", ".svg_", ".xht_", ".xhtml_", ".mht_")
#: Text that people write by hand; it may begin with a tag (`<lora:...>` in a wildcard) or a brace.
_PROSE = frozenset(".txt .md .csv .yaml .yml .toml".split())
_HTML = re.compile(r"<(?:!doctype|html|head|body|title|meta|script|center)\b", re.IGNORECASE)
_TAG = re.compile(r"<[a-z!?/]", re.IGNORECASE)
_JSON = re.compile(r'\{\s*["}]|\[\s*[\[{"\]]')
_COMMENTS = re.compile(r"(?:\s*<!--.*?-->)+\s*", re.DOTALL)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class Foreign(str, Enum):
    """What a body is instead of the file."""

    HTML = "html"
    XML = "xml"
    JSON = "json"


def by_type(name: str, content_type: str | None) -> Foreign | None:
    """What the answer calls itself, where a file of this name is never that; None where it may be the file."""
    kind = (content_type or "").partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        return Foreign.HTML if not _is_markup(name) else None
    if kind in ("application/xml", "text/xml") or kind.endswith("+xml"):
        return Foreign.XML if not _is_markup(name) else None
    if kind in ("application/json", "text/json") or kind.endswith("+json"):
        return Foreign.JSON if not name.lower().endswith(".json") else None
    return None


def by_content(name: str, head: bytes) -> Foreign | None:
    """What the beginning of the content shows, where a file of this name is never that.

    Byte-order marks, white space and comments before the first tag hide nothing. A model's content holds no text at its
    beginning (a safetensors header has zeros in its length), so a model counts as markup at any tag; other files only
    where a page or an XML declaration is plain to see.
    """
    if _is_markup(name):
        return None
    text = opening(head)
    suffix = split(name)[1].lower()
    if _HTML.match(text):
        return Foreign.HTML
    if text[:5].lower() == "<?xml":
        return Foreign.XML
    if "\0" in text[:64] or suffix in _PROSE:
        return None
    if _TAG.match(text) and (suffix in MODEL_SUFFIXES or suffix == ".json"):
        return Foreign.XML
    return Foreign.JSON if suffix != ".json" and _JSON.match(text) else None


def is_page(head: bytes) -> bool:
    """Whether content begins as a web page."""
    return _HTML.match(opening(head)) is not None


def opening(head: bytes) -> str:
    """The beginning of a body as text, without what may stand before the first tag."""
    encoding = "latin-1"
    for mark, name in _BOMS:
        if head.startswith(mark):
            head, encoding = head[len(mark) :], name
            break
    text = head[:HEAD_BYTES].decode(encoding, "replace").lstrip()
    comments = _COMMENTS.match(text)
    return text[comments.end() :] if comments else text


def _is_markup(name: str) -> bool:
    return name.lower().endswith(_MARKUP_SUFFIXES)
