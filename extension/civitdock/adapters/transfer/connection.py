"""A requests session whose connections go only to addresses that were checked after DNS.

The name is looked up once, every address is checked, and the connection is made to the checked address itself, so a
second look-up cannot lead elsewhere (DNS rebinding). TLS still verifies the name. Behind a proxy the proxy resolves.
"""

from __future__ import annotations

import socket
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Protocol

import requests
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util import connection as sockets

from civitdock.adapters.civitai.network import TrustingAdapter
from civitdock.errors import CivitaiDown, Offline, UnsafeRedirect


class AddressRule(Protocol):
    """Says which addresses a name may lead to."""

    def address_allowed(self, host: str, address: str) -> bool:
        """Whether a connection to `host` may use this IP address."""


class GuardedAdapter(TrustingAdapter):
    """An adapter whose direct connections obey an `AddressRule`."""

    def __init__(self, rule: AddressRule, ca_file: str) -> None:
        self._rule = rule
        super().__init__(ca_file)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Called by requests for direct connections."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _pool_classes(self._rule)


def guarded_session(rule: AddressRule, ca_file: str) -> requests.Session:
    """A session that takes nothing from the environment and keeps no cookies; `Offline` for an unusable CA file."""
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = GuardedAdapter(rule, ca_file)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _pool_classes(rule: AddressRule) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, rule)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, rule)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _connect(connection: Any, rule: AddressRule) -> socket.socket:
    host, port = str(connection.host), int(connection.port)
    addresses = _addresses(host, port)
    allowed = [address for address in addresses if rule.address_allowed(host, address)]
    if not allowed:
        raise UnsafeRedirect(
            f"{host} leads to the address {addresses[0]}, which is not a public one.",
            hint="Nothing was fetched. Check the network's DNS; a download never goes to a private address.",
        )
    last: OSError | None = None
    for address in allowed:
        try:
            return sockets.create_connection(
                (address, port),
                connection.timeout,
                source_address=connection.source_address,
                socket_options=connection.socket_options,
            )
        except OSError as error:
            last = error
    if isinstance(last, TimeoutError):
        raise CivitaiDown(f"{host} does not answer in time.") from last
    raise Offline(f"No connection to {host}.") from last


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Offline(f"The name {host} cannot be found in the network.") from error
    return [str(entry[4][0]) for entry in found]
