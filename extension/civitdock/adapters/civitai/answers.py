"""What an answer that is no success means, as errors of ours (`civitai-api.md 4`)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from civitdock.adapters.civitai import coerce
from civitdock.domain.retry import retry_after_seconds
from civitdock.errors import (
    Archived,
    BadAnswer,
    BadApiKey,
    ChallengePage,
    CivitaiDown,
    CivitDockError,
    InvalidRequest,
    NoApiKey,
    NotFound,
    RateLimited,
    RegionBlocked,
)

_LONGEST_QUOTE = 200
_REGION_STATUS = 451


def is_html(headers: Mapping[str, str], start: bytes) -> bool:
    """Whether the body is a web page: by its type, or by how it begins where the type says otherwise."""
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        return True
    return start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


def decode(body: bytes) -> object:
    """The JSON value of a whole body; raises `CivitaiDown` where it was cut off or is no JSON at all."""
    try:
        return json.loads(body, parse_constant=lambda _name: None)
    except RecursionError as error:
        raise BadAnswer("CivitAI's answer is nested too deeply.") from error
    except ValueError as error:
        what = "an empty answer" if not body.strip() else "an answer that breaks off or is not JSON"
        raise CivitaiDown(f"CivitAI sent {what}.") from error


def failure(status: int, headers: Mapping[str, str], body: bytes, now: float, key_sent: str | None) -> CivitDockError:
    """The error for a status of 400 and above. `now` is Unix seconds, `key_sent` the key of the request or None."""
    retry_after = retry_after_seconds(headers.get("Retry-After"), now)
    if status == _REGION_STATUS:
        return RegionBlocked()
    if is_html(headers, body):
        return ChallengePage(f"CivitAI answered with a web page (status {status}).", retry_after=retry_after)
    said = quote(body)
    if status == 429:
        return RateLimited(retry_after=retry_after)
    if status >= 500:
        return CivitaiDown(f"CivitAI has trouble (status {status}{said}).", retry_after=retry_after)
    if status == 401:
        return BadApiKey() if key_sent else NoApiKey("CivitAI wants an API key for this.")
    if status == 404:
        return NotFound()
    if status == 410:
        return Archived()
    if status in (400, 422):
        return InvalidRequest(f"CivitAI does not accept the request{said}.", hint="Check filters, sort and cursor.")
    return BadAnswer(f"CivitAI refuses the request (status {status}{said}).")


def quote(body: bytes) -> str:
    """What CivitAI says in any of its error shapes, as `: text` for the end of a sentence, or nothing."""
    try:
        text = _words(json.loads(body))
    except (ValueError, RecursionError):
        return ""
    text = " ".join(text.split()).rstrip(".")[:_LONGEST_QUOTE]
    return f": {text}" if text else ""


def _words(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "; ".join(part for part in (_words(item) for item in value[:5]) if part)
    fields = coerce.as_object(value)
    for name in ("message", "error", "issues"):
        text = _words(fields[name]) if name in fields else ""
        if text:
            return _zod(text)
    return ""


def _zod(text: str) -> str:
    """Zod's message is itself JSON text (`civitai-api.md 4`, form b)."""
    if not text.lstrip().startswith("["):
        return text
    try:
        return _words(json.loads(text)) or text
    except (ValueError, RecursionError):
        return text
