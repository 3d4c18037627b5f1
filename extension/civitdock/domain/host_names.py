"""Exact host names, as the settings list them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable

from civitdock.domain.links import is_loopback

_LONGEST = 253
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*\Z", re.IGNORECASE)


def is_host_name(text: str) -> bool:
    """Whether a text is one exact name or IPv4 address: no scheme, port, path, wildcard or letter beyond ASCII."""
    return len(text) <= _LONGEST and _NAME.match(text) is not None


def is_download_host(text: str) -> bool:
    """Whether downloads may be led to this name: a DNS name, not an address of any form and not this machine."""
    last = text.rpartition(".")[2].lower()
    return is_host_name(text) and not is_loopback(text) and not last.isdecimal() and not last.startswith("0x")


def is_own_host(text: str) -> bool:
    """Whether a WebUI can be called by this: an exact host name or an IP address."""
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return is_host_name(text)
    return True


def first_bad(entries: tuple[str, ...], fits: Callable[[str], bool]) -> str | None:
    """The first entry of a list that does not fit."""
    return next((entry for entry in entries if not fits(entry)), None)
