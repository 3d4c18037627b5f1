"""Asks CivitAI for a file and follows it to its storage host."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from civitdock.adapters.civitai.auth import BearerAuth, sendable
from civitdock.adapters.civitai.network import proxies_for, trusted_file
from civitdock.adapters.transfer.connection import GuardedSession
from civitdock.domain.refusals import Refusal
from civitdock.domain.storage import RedirectRule
from civitdock.domain.transfers import MAX_REDIRECTS, REDIRECTS
from civitdock.errors import BadApiKey, CivitaiDown, CivitDockError, NoApiKey, Offline, UnsafeRedirect
from civitdock.ports import Clock

_TIMEOUTS = (10.0, 30.0)  # seconds: to connect, between two pieces of an answer
_ERROR_BODY = 64 * 1024


class Again(Exception):
    """This try is over but another may work; `error` is what to say when none does."""

    def __init__(self, error: CivitDockError) -> None:
        self.error = error
        super().__init__(error.message)


class Caller:
    """Asks for a file, following redirects by hand: each address is checked, the key goes to CivitAI alone.

    Whoever waits in one of its threads, for an answer or for the bytes of one, is woken by its wire in `wires`.
    `latency` is the shortest time to an answer so far, in seconds.
    """

    def __init__(
        self, session: GuardedSession, rule: RedirectRule, key: str | None, user_agent: str, clock: Clock, proxy: str
    ) -> None:
        self.wires = session.wires
        self._session = session
        self._rule = rule
        self._auth = BearerAuth(key, rule.api_base)
        self._has_key = sendable(key)
        self._proxy = proxy
        self._clock = clock
        self.latency = float("inf")
        self._headers = {"User-Agent": user_agent, "Accept": "*/*", "Accept-Encoding": "identity"}

    def ask(self, url: str, ranges: Callable[[str], Mapping[str, str]]) -> requests.Response:
        """The first answer that is no redirect; `ranges` gives the range headers for a host. `response.url` is its
        address.

        Raises `UnsafeRedirect`, `Offline`, `CivitaiDown`, `NoApiKey`, `BadApiKey`.
        """
        for _ in range(MAX_REDIRECTS + 1):
            self._rule.check(url)
            response = self._send(url, ranges(urlsplit(url).netloc))
            location = response.headers.get("Location")
            if response.status_code not in REDIRECTS or location is None:
                return response
            response.close()
            url = _joined(url, location)
            if self._rule.gets_key(url) and urlsplit(url).path.startswith("/login"):
                raise BadApiKey() if self._has_key else NoApiKey()
        raise UnsafeRedirect(
            f"The download was sent in circles, last to {urlsplit(url).hostname}.",
            hint="Try again later; if it stays, report it to CivitAI.",
        )

    def give_back(self, response: requests.Response) -> None:
        """Keep the connection for the next request where the whole body was read; else closing the answer ends it."""
        self.wires.mine().free()
        raw: Any = response.raw
        inner: Any = getattr(raw, "_original_response", None)
        if inner is not None and inner.isclosed():
            raw.release_conn()

    def refusal(self, response: requests.Response) -> CivitDockError:
        """What an answer without the file means."""
        try:
            body = response.raw.read(_ERROR_BODY, decode_content=True)
        except (urllib3.exceptions.HTTPError, OSError):
            body = b""
        refusal = Refusal(
            response.status_code, lower_headers(response), body, self._with_key(response.url), self._clock.now()
        )
        return refusal.error()

    def is_storage(self, response: requests.Response) -> bool:
        """Whether a storage host answered, not CivitAI."""
        return self._rule.is_storage(response.url)

    def _with_key(self, url: str) -> bool:
        return self._has_key and self._rule.gets_key(url)

    def _send(self, url: str, ranges: Mapping[str, str]) -> requests.Response:
        host = urlsplit(url).hostname
        asked = self._clock.monotonic()
        try:
            request = requests.Request("GET", url, headers={**self._headers, **ranges}, auth=self._auth)
            # By the adapter, because a session looks into redirects even when it is told not to follow them.
            response = self._session.get_adapter(url).send(
                self._session.prepare_request(request),
                stream=True,
                timeout=_TIMEOUTS,
                verify=trusted_file(),
                proxies=proxies_for(url, self._proxy),
            )
        except requests.Timeout as error:
            raise CivitaiDown(f"{host} does not answer in time.") from error
        except (requests.exceptions.SSLError, requests.exceptions.ProxyError) as error:
            raise Offline(
                f"No secure connection to {host} could be made.",
                hint="Check the proxy setting; behind a company proxy, set civitai_ca_file to its certificate.",
            ) from error
        except requests.ConnectionError as error:
            raise Again(CivitaiDown(f"{host} broke the connection off.")) from error
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise Offline(f"{host} cannot be asked ({type(error).__name__}).") from error
        self.latency = min(self.latency, self._clock.monotonic() - asked)
        response.raw.enforce_content_length = False  # sizes are compared here: urllib3 1.26 would not (`stack.md 3`)
        return response


def read_some(response: requests.Response, most: int) -> bytes:
    """The next bytes of a body as soon as there are any, empty at its end; `read` would wait until `most` are there.

    urllib3 2 has `read1` itself, before that only the standard library's response inside it.
    """
    raw: Any = response.raw
    if hasattr(raw, "read1"):
        return bytes(raw.read1(most, decode_content=False))
    inner: Any = getattr(raw, "_fp", None)
    chunk = inner.read1(most) if hasattr(inner, "read1") else raw.read(most, decode_content=False)
    return bytes(chunk)


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise UnsafeRedirect("CivitAI sent the download to an address that cannot be read.") from error


def lower_headers(response: requests.Response) -> dict[str, str]:
    """The headers of an answer with their names in lower case."""
    return {name.lower(): value for name, value in response.headers.items()}
