"""A requests session whose connections go only to addresses that were checked after DNS, and can be cut.

The name is looked up once, every address is checked, and the connection is made to the checked address itself, so a
second look-up cannot lead elsewhere (DNS rebinding). TLS still verifies the name. Behind a proxy the proxy resolves.
"""

from __future__ import annotations

import socket
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Protocol, cast

import requests
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.poolmanager import PoolManager

from civitdock.adapters.civitai.network import TrustingAdapter
from civitdock.adapters.transfer.wires import Plug, Wires
from civitdock.errors import CivitaiDown, Offline, UnsafeRedirect


class AddressRule(Protocol):
    """Says which addresses a name may lead to."""

    def address_allowed(self, host: str, address: str) -> bool:
        """Whether a connection to `host` may use this IP address."""


class GuardedAdapter(TrustingAdapter):
    """An adapter whose direct connections obey an `AddressRule`, and all of whose connections can be cut."""

    def __init__(self, rule: AddressRule, ca_file: str, wires: Wires) -> None:
        self._doors = Doors(rule, wires)
        super().__init__(ca_file)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Called by requests for direct connections."""
        super().init_poolmanager(*args, **options)
        self._doors.fit(self.poolmanager, checked=True)

    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        """Called by requests for connections through a proxy."""
        known = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **options)
        if not known:
            self._doors.fit(manager, checked=False)
        return manager


class GuardedSession(requests.Session):
    """Takes nothing from the environment and keeps no cookies; raises `Offline` for an unusable CA file."""

    def __init__(self, rule: AddressRule, ca_file: str) -> None:
        super().__init__()
        self.wires = Wires()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = GuardedAdapter(rule, ca_file, self.wires)
        self.mount("https://", adapter)
        self.mount("http://", adapter)


class Doors:
    """Opens the connections of one session. The addresses of a name are asked for once, and anew when none answers."""

    def __init__(self, rule: AddressRule, wires: Wires) -> None:
        self.wires = wires
        self._rule = rule
        self._known: dict[tuple[str, int], list[str]] = {}

    def fit(self, manager: PoolManager, checked: bool) -> None:
        """Let a pool manager make connections that can be cut, `checked` ones only to allowed addresses."""
        pools = manager.pool_classes_by_scheme
        manager.pool_classes_by_scheme = {scheme: self._pool(pools[scheme], checked) for scheme in pools}

    def _pool(self, pool: type[HTTPConnectionPool], checked: bool) -> type[HTTPConnectionPool]:
        doors, base = self, cast("Any", pool.ConnectionCls)

        class Connection(base):  # type: ignore[misc, valid-type]
            _plug: Plug | None = None
            _answering = False

            def _new_conn(self) -> socket.socket:
                sock: socket.socket = doors.open(self) if checked else super()._new_conn()
                self._unplug()
                self._plug = Plug(sock)
                doors.wires.mine().hold(self._plug)
                return sock

            def getresponse(self, *args: Any, **options: Any) -> Any:
                if self._plug is not None:
                    doors.wires.mine().hold(self._plug)
                self._answering = True
                try:
                    return super().getresponse(*args, **options)
                finally:
                    self._answering = False

            def close(self) -> None:
                super().close()
                if not self._answering:  # an answer after which the connection ends closes it before its body is read
                    self._unplug()

            def _unplug(self) -> None:
                if self._plug is not None:
                    self._plug.close()

        return cast("type[HTTPConnectionPool]", type(pool.__name__, (pool,), {"ConnectionCls": Connection}))

    def open(self, connection: Any) -> socket.socket:
        """A socket connected to one of the allowed addresses; raises `UnsafeRedirect`, `Offline`, `CivitaiDown`."""
        host, port = str(connection.host), int(connection.port)
        allowed = self._allowed(host, port)
        last: OSError | None = None
        for address in allowed:
            try:
                return self._connect(address, port, connection)
            except OSError as error:
                last = error
        self._known.pop((host, port), None)
        if isinstance(last, TimeoutError):
            raise CivitaiDown(f"{host} does not answer in time.") from last
        raise Offline(f"No connection to {host}.") from last

    def _allowed(self, host: str, port: int) -> list[str]:
        addresses = self._known.get((host, port)) or _addresses(host, port)
        allowed = [address for address in addresses if self._rule.address_allowed(host, address)]
        if not allowed:
            raise UnsafeRedirect(
                f"{host} leads to the address {addresses[0]}, which is not a public one.",
                hint="Nothing was fetched. Check the network's DNS; a download never goes to a private address.",
            )
        self._known[host, port] = allowed
        return allowed

    def _connect(self, address: str, port: int, connection: Any) -> socket.socket:
        """A socket that is on the thread's wire before it connects: some networks drop the first packet in silence."""
        sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        plug = Plug(sock)
        wire = self.wires.mine()
        try:
            for option in connection.socket_options or ():
                sock.setsockopt(*option)
            sock.settimeout(connection.timeout)
            wire.hold(plug)
            sock.connect((address, port))
        except OSError:
            sock.close()
            raise
        finally:
            wire.free()
            plug.close()
        if wire.was_cut:
            sock.close()
            raise ConnectionAbortedError("cut while it was made")
        return sock


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Offline(f"The name {host} cannot be found in the network.") from error
    return [str(entry[4][0]) for entry in found]
