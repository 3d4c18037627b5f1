"""Who may pass: the checks of design section 10 and the logins of section 8, as pure decisions over a `Call`.

Hosts let any web page reach the routes of an extension (`hosts.md 8`), so every request is checked here. Each
function answers nothing and raises the error that says why a request may not pass.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from civitdock.domain.exposure import Exposure
from civitdock.errors import ForbiddenHost, ForbiddenOrigin, LockedByHost, Unauthorized, UnsupportedMediaType
from civitdock.ports.host import Access, Host, SettingsSource
from civitdock.settings import BY_KEY, Guard
from civitdock.web.call import Call, Mount

ALLOWED_HOSTS = "civitai_allowed_hosts"
MARKER_HEADER = "X-CivitDock"

PairCheck = Callable[[str, str], bool]

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FETCH_SITES = frozenset({"same-origin", "none"})
_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\Z")
_LONGEST_NAME = 253


@dataclass(frozen=True)
class Place:
    """A host name (lower case, no trailing dot, IPv6 without brackets) and the port if one was written."""

    name: str
    port: int | None = None


@dataclass(frozen=True)
class Names:
    """Under which names we may be called besides addresses, single labels and `*.local`."""

    allowed: frozenset[str] = frozenset()
    share_host: str | None = None
    any_name: bool = False


def parse_place(text: str) -> Place | None:
    """The host and port of a `Host` header; None where it is not one."""
    match = re.fullmatch(r"(\[[^\[\]/?#@\s]+\]|[^\[\]:/?#@\s\\]+)(?::(\d{1,5}))?", text.strip())
    if match is None:
        return None
    port = int(match[2]) if match[2] else None
    if port is not None and port > 65535:
        return None
    name = match[1].lower()
    if name.startswith("["):
        address = name[1:-1].partition("%")[0]
        return Place(address, port) if _is_address(address, version=6) else None
    name = name.removesuffix(".")
    if len(name) > _LONGEST_NAME or not _NAME.match(name):
        return None
    return Place(name, port)


def _is_address(name: str, version: int | None = None) -> bool:
    try:
        return version in (None, ipaddress.ip_address(name).version)
    except ValueError:
        return False


def clean_name(entry: str) -> str | None:
    """A host name as a user writes it in the settings, with or without scheme and port; None where it is none."""
    authority = entry.strip().rpartition("//")[2].partition("/")[0]
    place = parse_place(authority)
    return place.name if place else None


def check_host(call: Call, names: Names) -> None:
    """Refuse a name that somebody else may have pointed at this machine (DNS rebinding); raises `ForbiddenHost`."""
    place = parse_place(call.host[0]) if len(call.host) == 1 else None
    if place is None:
        raise ForbiddenHost("The request does not say properly under which name it called.")
    if names.any_name or _is_home(place.name) or place.name in names.allowed or place.name == names.share_host:
        return
    raise ForbiddenHost(
        f"CivitDock does not know the name {place.name}.",
        hint=f"If this is your WebUI, add {place.name} to the setting {ALLOWED_HOSTS}.",
    )


def _is_home(name: str) -> bool:
    """Names that a stranger cannot register: addresses, single labels, `*.local` and `*.localhost`."""
    return _is_address(name) or "." not in name or name.endswith((".local", ".localhost"))


def check_origin(call: Call) -> None:
    """Refuse what another web page sent; raises `ForbiddenOrigin`. `Sec-Fetch-Site` decides where it is present."""
    if call.sec_fetch_site:
        if all(site.strip().lower() in _FETCH_SITES for site in call.sec_fetch_site):
            return
        raise ForbiddenOrigin
    if not call.origin:
        return
    if len(call.origin) != 1 or len(call.host) != 1 or not _same_place(call.origin[0], call.host[0]):
        raise ForbiddenOrigin


def _same_place(origin: str, host: str) -> bool:
    scheme, separator, authority = origin.strip().lower().partition("://")
    theirs, ours = parse_place(authority), parse_place(host)
    default = _DEFAULT_PORTS.get(scheme)
    if not separator or default is None or theirs is None or ours is None:
        return False
    # Behind a proxy that ends TLS we do not know our own scheme, so the origin's scheme gives both default ports.
    return theirs.name == ours.name and (theirs.port or default) == (ours.port or default)


def check_body_type(call: Call) -> None:
    """Refuse a POST that a plain HTML form could send: JSON needs a preflight; raises `UnsupportedMediaType`."""
    if call.method in _SAFE_METHODS or call.mount is Mount.GRADIO:
        return
    kinds = [value.partition(";")[0].strip().lower() for value in call.content_type]
    if kinds != ["application/json"]:
        raise UnsupportedMediaType


def check_marker(call: Call) -> None:
    """On the tab's mount a POST carries `X-CivitDock: 1`, which no form can; raises `ForbiddenOrigin`."""
    if call.mount is not Mount.TAB or call.method in _SAFE_METHODS:
        return
    if [value.strip() for value in call.marker] != ["1"]:
        raise ForbiddenOrigin(
            f"The header {MARKER_HEADER} is missing.",
            hint="These routes are the tab's own. Programs use the ones below /sdapi/v1/civitai/.",
        )


def check_login(call: Call, access: Access) -> None:
    """Ask for the credentials that the host itself asks for; raises `Unauthorized`.

    The tab brings the login's cookie; a program may send the same user and password as Basic instead.
    """
    if call.mount is Mount.API and access.has_api_auth():
        if not _basic_passes(call, access.api_accepts):
            raise Unauthorized("This WebUI asks for the user and password of its API.")
        return
    if not access.has_login() or access.cookie_user(call.cookies) is not None:
        return
    if call.mount is Mount.TAB or not _basic_passes(call, access.login_accepts):
        raise Unauthorized


def _basic_passes(call: Call, accepts: PairCheck) -> bool:
    pair = basic_pair(call.authorization[0]) if len(call.authorization) == 1 else None
    return pair is not None and accepts(*pair)


def basic_pair(authorization: str) -> tuple[str, str] | None:
    """User and password of a Basic `Authorization` header; None where it is none."""
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(token.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return None
    return (user, password) if colon else None


def check_settings_unlocked(values: Mapping[str, object], exposure: Exposure) -> None:
    """On an exposed host with locked extension access key, folders, addresses and proxy stay; raises `LockedByHost`."""
    guarded = [key for key in values if key in BY_KEY and BY_KEY[key].guard is Guard.LOCKABLE]
    if guarded and _is_locked(exposure):
        raise LockedByHost(f"This WebUI is reachable from the network and has locked {', '.join(guarded)}.")


def check_unsafe_unlocked(exposure: Exposure) -> None:
    """On an exposed host with locked extension access nobody may wave a pickle through; raises `LockedByHost`."""
    if _is_locked(exposure):
        raise LockedByHost("This WebUI is reachable from the network and takes no file without a clean scan.")


def check_restore_unlocked(exposure: Exposure) -> None:
    """On an exposed host with locked extension access no metadata or preview is taken away; raises `LockedByHost`."""
    if _is_locked(exposure):
        raise LockedByHost("This WebUI is reachable from the network and lets nobody take metadata or previews away.")


def check_filing_unlocked(exposure: Exposure) -> None:
    """On an exposed host with locked extension access no file is moved or deleted; raises `LockedByHost`."""
    if _is_locked(exposure):
        raise LockedByHost("This WebUI is reachable from the network and lets nobody move or delete files.")


def _is_locked(exposure: Exposure) -> bool:
    return exposure.exposed and exposure.locked


def names_of(host: Host, settings: SettingsSource) -> Names:
    """The names that count at this moment: from the setting, the announced share address, and the login."""
    share = host.exposure().share_host
    return Names(
        allowed=frozenset(_clean_names(settings.current().names(ALLOWED_HOSTS))),
        share_host=clean_name(share) if share else None,
        any_name=host.access().has_login(),
    )


def _clean_names(entries: Iterable[str]) -> Iterable[str]:
    return (name for name in map(clean_name, entries) if name)


def admit(call: Call, host: Host, settings: SettingsSource) -> None:
    """All checks of one request, in the order in which a caller can mend them; raises the first error."""
    check_host(call, names_of(host, settings))
    check_origin(call)
    check_login(call, host.access())
    check_marker(call)
    check_body_type(call)
