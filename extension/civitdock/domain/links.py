"""What people paste: CivitAI addresses, AIR names, ids and hashes; and which addresses are CivitAI's."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from civitdock.domain import hashes

#: The site under its three names with the two sub-domains that serve pages and API (`civitai-api.md 5`); the key may
#: go to these and to nobody else, storage hosts included (design section 4).
CIVITAI_HOSTS = frozenset(
    prefix + site for site in ("civitai.com", "civitai.red", "civitai.green") for prefix in ("", "www.", "api.")
)
#: Further names under which the site's pages are pasted.
_PAGE_HOSTS = CIVITAI_HOSTS | {"civitaired.com", "www.civitaired.com"}
#: Ids are 32-bit in CivitAI's database; above that its answer is an error, not "not found" (`civitai-api.md 1.2`).
MAX_ID = 2**31 - 1
_PROXY_SCHEMES = frozenset({"http", "https", "socks4", "socks4a", "socks5", "socks5h"})
_PROXY_HOST = re.compile(r"[^\x00-\x20\x7f/?#@\\]+\Z")

_ID = r"(\d{1,10})"
_MODEL = re.compile(rf"/(?:api/v1/)?models/{_ID}(?:/.*)?\Z")
_VERSION = re.compile(rf"/(?:api/v1/)?model-versions/(?:mini/)?{_ID}(?:/.*)?\Z")
_DOWNLOAD = re.compile(rf"/api/download/models/{_ID}/?\Z")
_BY_HASH = re.compile(r"/api/v1/model-versions/by-hash/([0-9A-Fa-f]+)/?\Z")
_USER = re.compile(r"/user/([^/]+)(?:/.*)?\Z")
_TAG = re.compile(r"/tag/([^/]+)/?\Z")
_AIR = re.compile(
    r"(?:urn:)?(?:air:)?(?:[a-z0-9_.-]+:){0,2}civitai:(\d{1,10})(?:@(\d{1,10}))?(?::[\w.-]+)?(?:\.[a-z]+)?\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Link:
    """What a text names; exactly one of model, version, hash, creator and tag leads, the others narrow it down."""

    model_id: int | None = None
    version_id: int | None = None
    file_id: int | None = None
    hash: str | None = None
    creator: str | None = None
    tag: str | None = None


def parse(text: str, bases: Sequence[str] = ()) -> Link | None:
    """A pasted CivitAI address, AIR, id (a model's) or hash; None for any other text.

    `bases`: the configured addresses of pages and API, so that links may begin with them too. Eight digits are an id
    rather than a hash: a bare number is a model first (design section 8).
    """
    value = text.strip().strip("<>\"'`").strip()
    if value.isascii() and value.isdecimal() and len(value) <= 10:
        number = _number(value)
        return Link(model_id=number) if number else None
    digest = hashes.clean(value)
    if digest is not None:
        return Link(hash=digest)
    return parse_air(value) or _parse_url(value, bases)


def parse_air(text: str) -> Link | None:
    """`urn:air:sdxl:lora:civitai:123@456` and its short forms down to `civitai:123`; None where it is none."""
    found = _AIR.match(text.strip())
    if found is None:
        return None
    model_id, version_id = _number(found.group(1)), _number(found.group(2))
    return Link(model_id=model_id, version_id=version_id) if model_id else None


def looks_like_address(text: str, bases: Sequence[str] = ()) -> bool:
    """Whether a text is meant as an address, so that searching for its words would be pointless."""
    value = text.strip().lower()
    begins = value.startswith(("http://", "https://", "urn:"))
    return " " not in value and (begins or _page_path(value, bases) is not None)


def valid_api_base(url: str) -> bool:
    """Whether the API may be called there: CivitAI by https on its usual port, or a server on this machine."""
    parts = _safe_split(url.strip())
    if parts is None or parts.username or parts.password or parts.query or parts.fragment:
        return False
    if parts.scheme in ("http", "https") and is_loopback(parts.hostname or ""):
        return True
    return _is_civitai(parts)


def valid_page_base(url: str) -> bool:
    """Whether links to CivitAI's pages may begin so: any of its names, or a server on this machine."""
    parts = _safe_split(url.strip())
    if parts is None or parts.scheme not in ("http", "https") or parts.username or parts.password:
        return False
    return is_loopback(parts.hostname or "") or (parts.scheme == "https" and parts.hostname in _PAGE_HOSTS)


def is_proxy(address: str) -> bool:
    """Whether this can be a proxy's address; requests lets the scheme be missing."""
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        _ = parts.port
        (parts.hostname or "").encode("idna")
    except ValueError:
        return False
    usable = parts.scheme.lower() in _PROXY_SCHEMES and address.isprintable()
    return usable and _PROXY_HOST.match(parts.hostname or "") is not None


def key_may_go(url: str, api_base: str) -> bool:
    """Whether a request to `url` may carry the API key: CivitAI itself, or exactly the loopback API base."""
    parts = _safe_split(url)
    if parts is None:
        return False
    if _is_civitai(parts):
        return True
    base = _safe_split(api_base)
    return base is not None and is_loopback(base.hostname or "") and _origin(parts) == _origin(base)


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _is_civitai(parts: SplitResult) -> bool:
    return parts.scheme == "https" and parts.hostname in CIVITAI_HOSTS and _port(parts) == 443


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, _port(parts)


def _port(parts: SplitResult) -> int | None:
    return parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def _safe_split(url: str) -> SplitResult | None:
    """The parts of an address whose port is a number; None for anything that cannot be taken apart."""
    if any(character.isspace() or character == "\\" for character in url):
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.hostname else None


def _page_path(value: str, bases: Sequence[str]) -> SplitResult | None:
    """The parts of an address on one of CivitAI's hosts or below a configured base, whose path then is taken off.

    The scheme is optional, and the port is a base's own or missing.
    """
    for candidate in (value,) if "://" in value else (f"https://{value}", f"http://{value}"):
        parts = _safe_split(candidate)
        if parts is None or parts.scheme not in ("http", "https"):
            return None
        if parts.hostname in _PAGE_HOSTS:
            return parts
        for base in bases:
            own = _safe_split(base.strip())
            if own is not None and (own.hostname, _port(own)) == (parts.hostname, _port(parts)):
                return parts._replace(path=_below(parts.path, own.path.rstrip("/")))
    return None


def _below(path: str, prefix: str) -> str:
    """A path without what the base puts before it; the API's own path is known by its words."""
    if not prefix or prefix.startswith("/api/") or not path.startswith(f"{prefix}/"):
        return path
    return path[len(prefix) :]


def _parse_url(value: str, bases: Sequence[str]) -> Link | None:
    parts = _page_path(value, bases)
    if parts is None:
        return None
    path, query = parts.path, parse_qs(parts.query)
    if found := _DOWNLOAD.match(path):
        return _link(Link(version_id=_number(found.group(1)), file_id=_query_number(query, "fileId")))
    if found := _BY_HASH.match(path):
        return _link(Link(hash=hashes.clean(found.group(1))))
    if found := _VERSION.match(path):
        return _link(Link(version_id=_number(found.group(1)), file_id=_query_number(query, "modelFileId")))
    if found := _MODEL.match(path):
        return _link(Link(model_id=_number(found.group(1)), version_id=_query_number(query, "modelVersionId")))
    if found := _USER.match(path):
        return Link(creator=unquote(found.group(1)))
    if found := _TAG.match(path):
        return Link(tag=unquote(found.group(1)))
    return None


def _link(link: Link) -> Link | None:
    return link if link.model_id or link.version_id or link.hash else None


def _query_number(query: dict[str, list[str]], name: str) -> int | None:
    return _number(query.get(name, [""])[0])


def _number(text: str | None) -> int | None:
    if not text or not text.isascii() or not text.isdecimal():
        return None
    number = int(text)
    return number if 0 < number <= MAX_ID else None
