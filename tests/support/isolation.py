"""Keeps a test away from this machine: its own home, no settings from outside, no network but loopback."""

from __future__ import annotations

import ipaddress
import os
import socket
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

# Folder variables, and the folder below the test's home that each is set to.
HOME_VARIABLES = {
    "HOME": "",
    "USERPROFILE": "",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_CACHE_HOME": ".cache",
    "XDG_STATE_HOME": ".local/state",
    "APPDATA": "AppData/Roaming",
    "LOCALAPPDATA": "AppData/Local",
    "GRADIO_TEMP_DIR": "gradio",
    "HF_HOME": "hf",
}
# Hosts' own start flags and everybody's proxies would change what a test sees.
DROPPED_PREFIXES = ("CIVITAI_", "CIVITDOCK_", "GRADIO_", "COMMANDLINE_ARGS")
DROPPED = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "FTP_PROXY", "REQUESTS_CA_BUNDLE", "NETRC")
# Whoever runs the tests may name a real WebUI and its Python (design section 13).
KEPT = ("CIVITDOCK_WEBUI_DIR", "CIVITDOCK_WEBUI_PYTHON")
FIXED = {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1", "NO_PROXY": "*", "no_proxy": "*"}


def isolated_variables(home: Path) -> dict[str, str | None]:
    """What to set in the environment (None: remove) so that a process sees only `home`."""
    changes: dict[str, str | None] = {name: None for name in os.environ if _is_dropped(name)}
    changes |= {name: str(home / folder) for name, folder in HOME_VARIABLES.items()}
    # gradio 3 imports matplotlib, which builds a font cache for some seconds in every new home.
    changes["MPLCONFIGDIR"] = str(Path(tempfile.gettempdir()) / "civitdock-tests-matplotlib")
    return {**changes, **FIXED}


def _is_dropped(name: str) -> bool:
    upper = name.upper()
    return upper not in KEPT and (upper in DROPPED or upper.startswith(DROPPED_PREFIXES))


def apply_variables(changes: dict[str, str | None]) -> None:
    """Change this process's environment for good."""
    for name, value in changes.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


class NetworkBlocked(OSError):
    """A test tried to leave this machine. An OSError, so that code under test meets it as a failure."""


@dataclass
class SocketGuard:
    """Lets sockets reach loopback and nothing else, and remembers what was refused.

    Names are resolved only when they are loopback's; a name under `.invalid` fails as an unknown name does
    (RFC 6761), which is how a test makes a DNS failure.
    """

    refused: list[str] = field(default_factory=list)

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Guard the `socket` module of this process."""
        resolve = socket.getaddrinfo
        patch.setattr(socket.socket, "connect", self._guarded(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", self._guarded(socket.socket.connect_ex))

        def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
            if is_unknown_name(host):
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            if not (is_loopback(host) or _is_address(host)):
                self._refuse(f"look up {host}")
            return resolve(host, *args, **kwargs)

        patch.setattr(socket, "getaddrinfo", getaddrinfo)

    def _guarded(self, connect: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(sock: socket.socket, address: Any) -> Any:
            if isinstance(address, tuple) and not is_loopback(address[0]):
                self._refuse(f"connect to {address[0]} port {address[1]}")
            return connect(sock, address)

        return guarded

    def _refuse(self, what: str) -> None:
        self.refused.append(what)
        raise NetworkBlocked(f"the tests do not reach other machines: refused to {what}")


def is_unknown_name(host: object) -> bool:
    """Whether this is a name that never exists."""
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    return isinstance(text, str) and text.rstrip(".").endswith(".invalid")


def _is_address(host: object) -> bool:
    """Whether this is an IP address already, so that resolving it asks nobody."""
    try:
        ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return True


def is_loopback(host: object) -> bool:
    """Whether this host is this machine; None and the empty string are wildcard addresses to listen on."""
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if text is None or text in ("", "localhost"):
        return True
    if not isinstance(text, str):
        return False
    if text.rstrip(".").endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
