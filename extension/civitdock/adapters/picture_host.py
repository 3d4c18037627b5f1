"""Fetches pictures and videos from CivitAI's picture hosts (`civitai-api.md 6`). No key and no cookie ever goes there.

Redirects are followed by hand: each address is checked, and each connection goes to a public address only.
"""

from __future__ import annotations

import threading
from urllib.parse import urljoin, urlsplit

import requests

from civitdock.adapters.civitai.network import proxies_for, trusted_file
from civitdock.adapters.transfer.connection import GuardedSession
from civitdock.domain.shown_pictures import PictureRule
from civitdock.errors import BadAnswer, ChallengePage, CivitaiDown, NotFound, Offline, RateLimited, UnsafeRedirect
from civitdock.ports.host import SettingsSource

#: Originals of 2200 pixels and short videos are some MB; more is no preview.
MAX_BYTES = 32 * 1024 * 1024
_MAX_HOPS = 5
_TIMEOUT = (10.0, 30.0)
_CHUNK = 64 * 1024
_ACCEPT = "image/webp,image/jpeg,image/png,image/*;q=0.8,video/*;q=0.5"


class CivitaiPictures:
    """Implements `ports.pictures.PictureHost`. Safe for many threads."""

    def __init__(self, settings: SettingsSource, user_agent: str) -> None:
        self._settings = settings
        self._headers = {"Accept": _ACCEPT, "Accept-Encoding": "identity", "User-Agent": user_agent}
        self._lock = threading.Lock()
        self._sessions: dict[tuple[str, str], requests.Session] = {}

    def fetch(self, url: str) -> bytes:
        """See the port; at most `MAX_BYTES`."""
        rule = PictureRule(self._settings.current().text("civitai_api_url"))
        is_first_break = True
        for _ in range(_MAX_HOPS):
            if not rule.allows(url):
                raise UnsafeRedirect(f"A picture lies on {_host(url)}, which is none of CivitAI's image hosts.")
            try:
                with self._get(url, rule) as answer:
                    target = answer.headers.get("Location")
                    if answer.is_redirect and target:
                        url = _joined(url, target)
                        continue
                    return _body(answer)
            except requests.RequestException as error:
                # The host may have closed a kept connection just when it was used again.
                if not (is_first_break and isinstance(error, requests.ConnectionError)):
                    raise Offline("The image host cannot be reached.") from error
                is_first_break = False
        raise BadAnswer("The image host redirects in a circle.")

    def _get(self, url: str, rule: PictureRule) -> requests.Response:
        settings = self._settings.current()
        session = self._session(settings.text("civitai_ca_file"), settings.text("civitai_api_url"), rule)
        # By the adapter, because a session looks into redirects even when it is told not to follow them.
        return session.get_adapter(url).send(
            session.prepare_request(requests.Request("GET", url, headers=self._headers)),
            timeout=_TIMEOUT,
            stream=True,
            verify=trusted_file(),
            proxies=proxies_for(url, settings.text("civitai_proxy")),
        )

    def _session(self, ca_file: str, api_url: str, rule: PictureRule) -> requests.Session:
        with self._lock:
            key = (ca_file, api_url)
            if key not in self._sessions:
                self._sessions[key] = GuardedSession(rule, ca_file)
            return self._sessions[key]


def _body(answer: requests.Response) -> bytes:
    if answer.status_code in (404, 410):
        raise NotFound("The picture is gone from the image host.")
    if answer.status_code == 429:
        raise RateLimited("The image host asks for fewer requests.", retry_after=_seconds(answer))
    if answer.status_code != 200:
        raise CivitaiDown(f"The image host answers with status {answer.status_code}.")
    if answer.headers.get("Content-Type", "").lower().startswith("text/html"):
        raise ChallengePage("The image host answered with a web page instead of a picture.")
    data = bytearray()
    for chunk in answer.iter_content(_CHUNK):
        data += chunk
        if len(data) > MAX_BYTES:
            raise BadAnswer("A picture is too large.")
    stated = answer.headers.get("Content-Length", "")
    if stated.isdecimal() and "Content-Encoding" not in answer.headers and len(data) != int(stated):
        raise CivitaiDown("The image host broke the picture off.")  # urllib3 1.26 does not look
    return bytes(data)


def _seconds(answer: requests.Response) -> float | None:
    text = answer.headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else None


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise UnsafeRedirect("The image host redirects to an address that cannot be read.") from error


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
