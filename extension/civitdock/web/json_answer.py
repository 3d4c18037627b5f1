"""The one form of our JSON answers."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from starlette.responses import Response

from civitdock.errors import CivitDockError

HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class JsonAnswer(Response):
    """JSON in UTF-8 that is never kept by a cache. Text that no UTF-8 can hold becomes `?`, not a failure."""

    media_type = "application/json"

    def __init__(self, content: object, status_code: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """`content` is made of plain values; a number that JSON cannot write becomes null."""
        super().__init__(render(content), status_code, {**HEADERS, **(headers or {})})


def render(content: object) -> bytes:
    """Compact JSON of plain values."""
    try:
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError:
        text = json.dumps(_finite(content), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def _finite(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value


def problem(error: CivitDockError, headers: Mapping[str, str] | None = None) -> JsonAnswer:
    """An error as `{"error": {"code", "message", "hint"}}` with its status (design section 8)."""
    more = dict(headers or {})
    if error.retry_after is not None:
        more.setdefault("Retry-After", str(max(0, math.ceil(error.retry_after))))
    return JsonAnswer({"error": error.as_dict()}, error.status, more)
