"""What CivitAI or a storage host means when it does not send the file (`civitai-api.md 3`, order of checks)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from civitdock.domain import sniffing
from civitdock.domain.sniffing import Foreign
from civitdock.domain.times import normal_iso
from civitdock.errors import (
    Archived,
    BadAnswer,
    BadApiKey,
    ChallengePage,
    CivitaiDown,
    CivitDockError,
    DownloadDisabled,
    EarlyAccess,
    InvalidFile,
    NoApiKey,
    NotFound,
    RateLimited,
    RegionBlocked,
)

_TAKEN_FOR = {
    Foreign.HTML: "The file is a web page, not a model.",
    Foreign.XML: "An XML message came instead of the file.",
    Foreign.JSON: "A JSON message came instead of the file.",
}


@dataclass(frozen=True)
class Refusal:
    """An answer that is not the file: status, headers (lower-case names), the first bytes of its body.

    `with_key`: an API key was sent along. `now`: Unix seconds, for `Retry-After` as a date.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    with_key: bool
    now: float

    def error(self) -> CivitDockError:
        """The error of our tree that says what happened."""
        if is_html(self.headers.get("content-type"), self.body):
            return ChallengePage()
        if self.status in (401, 403):
            return self._denied()
        if self.status == 404:
            return NotFound("CivitAI has no such file, or its storage has lost it for the moment.")
        if self.status == 410:
            return Archived()
        if self.status == 429:
            return RateLimited(retry_after=self._retry_after())
        if self.status == 451:
            return RegionBlocked()
        if self.status >= 500:
            return CivitaiDown(f"CivitAI answered with status {self.status}.", retry_after=self._retry_after())
        return BadAnswer(f"CivitAI answered the download with status {self.status}.")

    def _denied(self) -> CivitDockError:
        said = _json_object(self.body)
        error, message = str(said.get("error") or ""), str(said.get("message") or "")
        words = f"{error} {message}".lower()
        if "disabled downloads" in words:
            return DownloadDisabled()
        if "early access" in words:
            until = normal_iso(str(said.get("deadline") or ""))
            return EarlyAccess(f"This version is in early access until {until}." if until else None, until=until)
        if self.status == 401:
            return BadApiKey() if self.with_key else NoApiKey()
        if "do not have access" in words:
            return DownloadDisabled(
                "Your CivitAI account may not download this file.",
                hint="Look at the model's page on CivitAI: it may be for sale or for invited users only.",
            )
        return DownloadDisabled(
            "CivitAI refuses this download for your address or account.",
            hint="Open the model's page in a browser; if it works there, check the API key and the proxy setting.",
        )

    def _retry_after(self) -> float | None:
        text = (self.headers.get("retry-after") or "").strip()
        if text.isdecimal():
            return float(text)
        try:
            return max(0.0, parsedate_to_datetime(text).timestamp() - self.now)
        except (TypeError, ValueError):
            return None


def is_html(content_type: str | None, body: bytes) -> bool:
    """Whether an answer is a web page, by its type or its first bytes."""
    return sniffing.by_type("", content_type) is Foreign.HTML or sniffing.is_page(body)


def check_body(name: str, content_type: str | None, head: bytes) -> None:
    """Raise where a body that came with 200 or 206 cannot be the file of that name; `head` is its beginning.

    `ChallengePage` for an answer that calls itself HTML, `InvalidFile` for a file that merely holds HTML, for XML, and
    for JSON where the name does not end in `.json`.
    """
    said = sniffing.by_type(name, content_type)
    if said is Foreign.HTML:
        raise ChallengePage("A web page came instead of the file.")
    check_content(name, head, said)


def check_content(name: str, head: bytes, said: Foreign | None = None) -> None:
    """Raise `InvalidFile` where content that begins like this, or that calls itself so, is no file of that name."""
    found = sniffing.by_content(name, head) or said
    if found is not None:
        raise InvalidFile(_TAKEN_FOR[found])


def _json_object(body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
