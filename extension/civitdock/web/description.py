"""The authors' HTML made safe on the server; the tab shows it in a frame without scripts besides (`ui.md 5`)."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from enum import Enum
from urllib.parse import urlsplit

from civitdock.domain.plaintext import plain
from civitdock.domain.previews import HOSTS as PICTURE_HOSTS

_allow_listed: Callable[..., str] | None
try:
    from nh3 import clean as _allow_listed
except ImportError:  # a host without our packages: descriptions become plain text (design section 14)
    _allow_listed = None


class Pictures(Enum):
    """Pictures in a description carry no NSFW level, so they stay only where everything may be shown."""

    KEEP = "keep"
    DROP = "drop"


_TAGS = frozenset(
    "p br b i em strong u s del a ul ol li h1 h2 h3 h4 h5 h6 blockquote code pre hr "
    "table thead tbody tfoot tr th td caption span div".split()
)
_DROPPED_WITH_CONTENT = {"script", "style", "title", "iframe", "object", "template", "noscript", "textarea", "svg"}
#: The entry for every tag stands against the library's own, which keeps `title` and `lang`.
_ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),
    "a": {"href"},
    "img": {"src", "alt"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
_LONGEST_TEXT = 100_000
#: Where a browser and Python could disagree about which part of an address is the host.
_DOUBTFUL = re.compile(r"[\\\x00-\x20\x7f]")
_SET = {"a": {"target": "_blank"}, "img": {"loading": "lazy", "referrerpolicy": "no-referrer"}}


def clean(text: str, pictures: Pictures) -> str:
    """Allow-listed HTML: https links that open elsewhere, pictures from CivitAI's image hosts, no styles, no scripts.

    Without the package nh3 the text alone, escaped, with its line breaks.
    """
    if not text:
        return ""
    if _allow_listed is None:
        return as_text(text)
    return _allow_listed(
        text,
        tags=set(_TAGS) | ({"img"} if pictures is Pictures.KEEP else set()),
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=_checked_attribute,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values=_SET,
        url_schemes={"https"},
    )


def as_text(text: str) -> str:
    """The words of some HTML, escaped, one `<br>` for each line break."""
    return html.escape(plain(text, _LONGEST_TEXT)).replace("\n", "<br>")


def _checked_attribute(tag: str, attribute: str, value: str) -> str | None:
    if attribute not in ("href", "src"):
        return value
    host = _https_host(value)
    if host is None or (tag == "img" and host not in PICTURE_HOSTS):
        return None
    return value


def _https_host(url: str) -> str | None:
    """The host of an absolute https address on the usual port without credentials; None for anything else."""
    if _DOUBTFUL.search(url):
        return None
    try:
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.username or parts.password or parts.port not in (None, 443):
            return None
        return (parts.hostname or "").lower() or None
    except ValueError:
        return None
