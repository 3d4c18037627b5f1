"""One request to the API over the wire: who may be called, what is sent, how much is read, what a failure means."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin, urlsplit

import requests
from requests.exceptions import InvalidSchema, InvalidURL, ProxyError, RequestException, SSLError, Timeout
from urllib3.exceptions import NewConnectionError, ProtocolError

from civitdock.adapters.civitai import answers
from civitdock.adapters.civitai.auth import BearerAuth
from civitdock.adapters.civitai.gate import CIVITAI_RATES, LOOPBACK_RATES, Gate, NotSent, Pace, Wait
from civitdock.adapters.civitai.network import open_session, proxies_for, trusted_file, unusable_proxy
from civitdock.domain.links import is_loopback, key_may_go, valid_api_base
from civitdock.errors import BadAnswer, ChallengePage, CivitaiDown, CivitDockError, Offline
from civitdock.ports import CallCancelled, Clock
from civitdock.ports.host import SettingsSource
from civitdock.settings import BY_KEY, Settings

#: No answer of the API comes near this; it bounds the memory that a broken or hostile server can take.
MAX_BODY = 64 * 1024 * 1024
_MAX_ERROR_BODY = 256 * 1024
_CHUNK = 64 * 1024
_MAX_REDIRECTS = 5
_CONNECT_SECONDS = 10.0
_READ_SECONDS = 30.0
_MOVED = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class Call:
    """One API request: a path below the API base, query pairs in order, and for a POST its JSON body as text."""

    path: str
    params: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    key: str | None = None

    def url(self, base: str) -> str:
        """The whole address below an API base."""
        query = urlencode(self.params)
        return f"{base}/{self.path}" + (f"?{query}" if query else "")


@dataclass(frozen=True)
class Reply:
    """A successful answer: its JSON text and what that says."""

    body: bytes
    payload: object


def api_base(settings: Settings) -> str:
    """The API address without a slash at its end; the default where the setting is none that may be used."""
    base = settings.text("civitai_api_url").strip().rstrip("/")
    return base if valid_api_base(base) else str(BY_KEY["civitai_api_url"].default)


@dataclass(frozen=True)
class _Way:
    """The settings that decide how CivitAI is reached: what failed on one way says nothing about another."""

    base: str
    proxy: str
    ca_file: str


class Transport:
    """Sends calls; keeps one session per CA file, one pace per destination, and a gate until the way changes."""

    def __init__(self, settings: SettingsSource, clock: Clock, user_agent: str) -> None:
        self._settings = settings
        self._clock = clock
        self._user_agent = user_agent
        self._lock = threading.Lock()
        self._sessions: dict[str, requests.Session] = {}
        self._paces: dict[str, Pace] = {}
        self._way: _Way | None = None
        self._gate: Gate | None = None

    def send(self, call: Call, wait: Wait) -> Reply:
        """A successful JSON answer; raises the errors of `ports.Catalogue`, `CallCancelled`, and `gate.NotSent`."""
        way = _way(self._settings.current())
        gate = self._gate_for(way)
        session = self._session_for(way)
        gate.enter(wait)
        try:
            body = self._exchange(call, way, session, wait)
            reply = Reply(body, answers.decode(body))
        except CivitDockError as error:
            gate.failed(error, wait)
            raise
        gate.worked()
        return reply

    def reachable(self) -> bool | None:
        """Whether the last contact worked with the present network settings; None before the first."""
        return self._gate_for(_way(self._settings.current())).reachable

    def close(self) -> None:
        """Close all connections; the next call opens new ones."""
        with self._lock:
            for session in self._sessions.values():
                session.close()
            self._sessions.clear()

    def _gate_for(self, way: _Way) -> Gate:
        """A changed way begins with a clean slate, calls still under way report to the old gate; the pace goes on."""
        parts = urlsplit(way.base)
        rates = LOOPBACK_RATES if is_loopback(parts.hostname or "") else CIVITAI_RATES
        with self._lock:
            if self._gate is None or self._way != way:
                self._way = way
                self._gate = Gate(self._clock, self._paces.setdefault(parts.netloc, Pace(rates)))
            return self._gate

    def _session_for(self, way: _Way) -> requests.Session:
        """The session with the CA file; raises `NotSent` where that or the proxy cannot be used."""
        try:
            proxies_for(way.base, way.proxy)
            with self._lock:
                session = self._sessions.get(way.ca_file)
                if session is None:
                    session = self._sessions[way.ca_file] = open_session(way.ca_file, self._user_agent)
                return session
        except Offline as error:
            raise NotSent(error) from error

    def _exchange(self, call: Call, way: _Way, session: requests.Session, wait: Wait) -> bytes:
        """Send, follow what may be followed, and read the answer."""
        url, body = call.url(way.base), call.body
        for _hop in range(_MAX_REDIRECTS + 1):
            with self._send_one(Call(url, body=body, key=call.key), way, session, wait) as response:
                if response.status_code not in _MOVED:
                    return self._read(response, call.key, wait)
                url = _next_url(url, response, way.base)
                if response.status_code not in (307, 308):
                    body = None
        raise ChallengePage("CivitAI's answer leads round in circles.")

    def _send_one(self, call: Call, way: _Way, session: requests.Session, wait: Wait) -> requests.Response:
        request = requests.Request(
            "GET" if call.body is None else "POST",
            call.path,
            data=call.body.encode() if call.body is not None else None,
            headers={} if call.body is None else {"Content-Type": "application/json"},
            auth=BearerAuth(call.key, way.base),
        )
        left = max(0.1, wait.left(self._clock))
        try:
            return session.send(
                session.prepare_request(request),
                stream=True,
                timeout=(min(_CONNECT_SECONDS, left), min(_READ_SECONDS, left)),
                proxies=proxies_for(call.path, way.proxy),
                verify=trusted_file(),
                allow_redirects=False,
            )
        except RequestException as error:
            raise _no_answer(error) from error
        except (OSError, ValueError) as error:  # a bundle of certificates that does not exist or has an odd name
            raise NotSent(Offline(f"No connection can be made: {error}.")) from error

    def _read(self, response: requests.Response, key: str | None, wait: Wait) -> bytes:
        status, headers = response.status_code, response.headers
        if status >= 400:
            body = self._body(response, wait, _MAX_ERROR_BODY)
            raise answers.failure(status, headers, body, self._clock.now(), key)
        if answers.is_html(headers, b""):
            raise ChallengePage
        body = self._body(response, wait, MAX_BODY)
        if answers.is_html(headers, body[:64]):
            raise ChallengePage
        return body

    def _body(self, response: requests.Response, wait: Wait, limit: int) -> bytes:
        """The whole body, at most `limit` bytes; an error's body is cut there, a success's refused."""
        chunks: list[bytes] = []
        size = 0
        try:
            for chunk in response.iter_content(_CHUNK):
                chunks.append(chunk)
                size += len(chunk)
                if wait.cancelled.is_set():
                    raise CallCancelled
                if wait.left(self._clock) <= 0:
                    raise CivitaiDown("CivitAI answers too slowly.")
                if size > limit:
                    if response.status_code >= 400:
                        break
                    raise BadAnswer(f"CivitAI's answer is larger than {limit // 2**20} MiB.")
        except RequestException as error:
            if response.status_code < 400:
                raise _no_answer(error) from error
        if response.status_code < 400:
            _check_length(response)
        return b"".join(chunks)


def _way(settings: Settings) -> _Way:
    return _Way(api_base(settings), settings.text("civitai_proxy"), settings.text("civitai_ca_file"))


def _check_length(response: requests.Response) -> None:
    """urllib3 1.26 passes a body that is too short without a word (`stack.md` section 3)."""
    announced = response.headers.get("Content-Length", "")
    if announced.isascii() and announced.isdecimal() and response.raw.tell() < int(announced):
        raise CivitaiDown("CivitAI's answer broke off.")


def _next_url(url: str, response: requests.Response, base: str) -> str:
    """Where a redirect leads; only CivitAI itself or the configured server is followed, never down to http."""
    try:
        target = urljoin(url, _header(response.headers, "Location"))
        host = urlsplit(target).hostname
    except ValueError:
        target, host = "", None
    if not key_may_go(target, base):
        raise ChallengePage(f"CivitAI's answer leads to another site ({host or 'nowhere'}).")
    return target


def _header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    return value if value.isascii() else ""


def _no_answer(error: RequestException) -> CivitDockError | NotSent:
    """Offline where nobody answered at all, CivitaiDown where the answer failed on its way (design section 5)."""
    if isinstance(error, ProxyError):
        return Offline("The proxy does not answer.", hint="Check the setting civitai_proxy and the environment.")
    if isinstance(error, (InvalidURL, InvalidSchema)):  # the API address is checked, so it is the proxy's
        return NotSent(unusable_proxy())
    if isinstance(error, SSLError):
        return Offline(
            "No secure connection to CivitAI could be made.",
            hint="Behind a company proxy, set civitai_ca_file to its certificate. Also check this machine's clock.",
        )
    if isinstance(error, Timeout):
        return CivitaiDown("CivitAI did not answer in time.")
    causes = list(_causes(error))
    if any(isinstance(cause, NewConnectionError) for cause in causes):
        return Offline()
    if any(isinstance(cause, ProtocolError) for cause in causes):
        return CivitaiDown("CivitAI broke off its answer.")
    if isinstance(error, requests.ConnectionError):
        return Offline()
    return CivitaiDown("CivitAI's answer could not be read.")


def _causes(error: BaseException) -> list[BaseException]:
    """The error and everything it wraps: by cause, by context, in its arguments and as urllib3's `reason`."""
    seen: list[BaseException] = []
    queue: list[object] = [error]
    while queue and len(seen) < 20:
        item = queue.pop(0)
        if isinstance(item, BaseException) and item not in seen:
            seen.append(item)
            queue += [item.__cause__, item.__context__, getattr(item, "reason", None), *item.args]
    return seen
