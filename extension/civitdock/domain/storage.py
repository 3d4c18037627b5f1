"""Where downloads may come from: one table of hosts, and which addresses count as public (design section 10)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from civitdock.domain.addresses import is_public, reached
from civitdock.domain.links import CIVITAI_HOSTS, is_loopback, key_may_go
from civitdock.errors import UnsafeRedirect

_R2 = "5ac0637cfd0766c97916cefa3764fbdf.r2.cloudflarestorage.com"
#: Exact host -> how the path must begin. From the list of storage hosts in `civitai-api.md 3`.
STORAGE_HOSTS: Mapping[str, str] = MappingProxyType(
    {
        f"civitai-delivery-worker-prod.{_R2}": "/",
        f"civitai-delivery-worker-prod-2023-05-01.{_R2}": "/",
        f"civitai-delivery-worker-prod-2023-10-01.{_R2}": "/",
        f"civitai-prod-settled.{_R2}": "/",
        "b2.civitai.com": "/file/civitai-modelfiles/",
        "b2.civitai.red": "/file/civitai-modelfiles/",
        "s3.us-west-004.backblazeb2.com": "/civitai-modelfiles/",
    }
)
_NO_HTTPS = "Nothing was fetched. Try again later; if it stays, report it to CivitAI."
_HINT = "If you trust that host, add it to the setting civitai_download_hosts."


class RedirectRule:
    """Which addresses a download may touch, for one API base and the user's further hosts."""

    def __init__(self, api_url: str, further_hosts: tuple[str, ...] = ()) -> None:
        self.api_base = api_url
        self.local_base = is_loopback(urlsplit(api_url).hostname or "")
        self._further = frozenset(further_hosts)

    def check(self, url: str) -> None:
        """Raise `UnsafeRedirect`, naming the host, unless the address may be asked.

        Beside an API base on this machine, names of this machine pass too, by http or https and on any port.
        """
        host, port = _host_and_port(url)
        parts = urlsplit(url)
        if parts.username is not None or parts.scheme not in ("http", "https"):
            raise UnsafeRedirect(f"CivitAI sent the download to an address that cannot be used, at {host}.")
        if self.local_base and (is_loopback(host) or host.endswith(".localhost")):
            return
        if parts.scheme != "https":
            raise UnsafeRedirect(f"CivitAI sent the download to {host} without encryption.", hint=_NO_HTTPS)
        if not self._known(host, parts.path) or port not in (None, 443):
            raise UnsafeRedirect(f"CivitAI sent the download to {host}, which CivitDock does not know.", hint=_HINT)

    def address_allowed(self, host: str, address: str) -> bool:
        """Whether a connection to `host` may use this IP address: public ones, or loopback beside a local API base."""
        ip = reached(address)
        if ip is None:
            return False
        if self.local_base and ip.is_loopback:
            return True
        known = host.lower() in STORAGE_HOSTS or host.lower() in CIVITAI_HOSTS or host.lower() in self._further
        return known and is_public(ip)

    def gets_key(self, url: str) -> bool:
        """Whether a request there carries the API key: CivitAI by https on its own port, or the local API base."""
        return key_may_go(url, self.api_base)

    def is_storage(self, url: str) -> bool:
        """Whether the address is a storage host, not CivitAI itself."""
        return not self.gets_key(url)

    def _known(self, host: str, path: str) -> bool:
        if host in CIVITAI_HOSTS or host in self._further:
            return True
        return host in STORAGE_HOSTS and path.startswith(STORAGE_HOSTS[host])


def _host_and_port(url: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        host, port = "", None
    if not host:
        raise UnsafeRedirect("CivitAI sent the download to an address without a host.", hint=_NO_HTTPS)
    return host, port
