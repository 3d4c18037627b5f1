"""The connection side of requests: proxies, certificates, no cookies, no `.netrc`."""

from __future__ import annotations

import os
import ssl
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.util.ssl_ import create_urllib3_context

from civitdock.domain.links import is_loopback, is_proxy
from civitdock.errors import Offline

#: Connections kept per host: more than the 40 threads in which Starlette serves requests, and the jobs besides.
_POOL_SIZE = 64


class TrustingAdapter(HTTPAdapter):
    """Trusts the usual certificates and those of one more file; never repeats a request by itself."""

    def __init__(self, ca_file: str, pool_size: int = _POOL_SIZE) -> None:
        self._context = _context(ca_file) if ca_file else None
        super().__init__(pool_maxsize=pool_size, max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> Any:
        """Called by requests for direct connections."""
        return super().init_poolmanager(*args, **self._with_context(options))

    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        """Called by requests for connections through a proxy."""
        return super().proxy_manager_for(proxy, **self._with_context(options))

    def _with_context(self, options: dict[str, Any]) -> dict[str, Any]:
        return options if self._context is None else {**options, "ssl_context": self._context}


class _PlainSession(requests.Session):
    """Leaves redirects to its caller entirely; requests would take even those apart that are not to be followed."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Called by requests: there is no target."""


def open_session(ca_file: str, user_agent: str) -> requests.Session:
    """A session that takes nothing from the environment by itself; raises `Offline` for an unusable CA file."""
    session = _PlainSession()
    session.trust_env = False  # a .netrc entry would replace the key; proxies are read in `proxies_for`
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["User-Agent"] = user_agent
    session.headers["Accept"] = "application/json"
    adapter = TrustingAdapter(ca_file)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def proxies_for(url: str, setting: str) -> dict[str, str]:
    """The proxies for an address: the setting's, else the environment's with its exceptions; none for this machine.

    Raises `Offline` where one of them is no address of a proxy.
    """
    if is_loopback(urlsplit(url).hostname or ""):
        return {}
    found = {"http": setting, "https": setting} if setting else dict(get_environ_proxies(url))
    if not all(is_proxy(found[kind]) for kind in ("http", "https", "all") if found.get(kind)):
        raise unusable_proxy()
    return found


def unusable_proxy() -> Offline:
    """What to say of a proxy's address that is none."""
    return Offline(
        "The proxy's address cannot be used.",
        hint="Correct or empty the setting civitai_proxy, or the proxy variables of the environment.",
    )


def trusted_file() -> str | bool:
    """The certificates to trust in place of the usual ones where the environment names some, as requests reads it."""
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True


def _context(ca_file: str) -> ssl.SSLContext:
    """requests adds the usual certificates; urllib3's own context, because it knows who checks the host's name."""
    try:
        if not os.path.isfile(ca_file):  # a pipe or a device would be read for ever
            raise FileNotFoundError(ca_file)
        context = create_urllib3_context()
        context.load_verify_locations(cafile=ca_file)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError; a NUL in the name is a ValueError
        raise Offline(
            "The CA certificate file cannot be used.",
            hint=f"Correct or empty the setting civitai_ca_file ({type(error).__name__}).",
        ) from error
    return context
