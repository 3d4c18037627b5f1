"""What CivitAI or a storage host means when it does not send the file (`civitai-api.md 3`, order of checks)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

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

_HTML_MARKS = (b"<!doctype html", b"<html", b"<head", b"<body")
_TEXT_SUFFIXES = (".xml_", ".html_", ".htm_", ".svg_", ".xhtml_")


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
    kind = (content_type or "").partition(";")[0].strip().lower()
    return kind in ("text/html", "application/xhtml+xml") or body[:512].lstrip().lower().startswith(_HTML_MARKS)


def check_body(name: str, content_type: str | None, head: bytes) -> None:
    """Raise where a body that came with 200 or 206 cannot be the file of that name; `head` is its beginning.

    `ChallengePage` for an answer that calls itself HTML, `InvalidFile` for a file that merely holds HTML, for XML, and
    for JSON where the name does not end in `.json`.
    """
    if name.lower().endswith(_TEXT_SUFFIXES):
        return
    if is_html(content_type, b""):
        raise ChallengePage("A web page came instead of the file.")
    if is_html(None, head):
        raise InvalidFile("The file is a web page, not a model.")
    kind = (content_type or "").partition(";")[0].strip().lower()
    start = head[:64].lstrip()
    if kind in ("application/xml", "text/xml") or start.startswith(b"<?xml"):
        raise InvalidFile("The storage sent an error message instead of the file.")
    if kind == "application/json" and not name.lower().endswith(".json"):
        raise InvalidFile("The storage sent a JSON message instead of the file.")


def _json_object(body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
