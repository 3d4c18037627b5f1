"""The API key on its way to CivitAI."""

from __future__ import annotations

import re

from requests import PreparedRequest
from requests.auth import AuthBase

from civitdock.domain.links import key_may_go

_SENDABLE = re.compile(r"[\x21-\x7e]+\Z")


class BearerAuth(AuthBase):
    """Adds the key as a Bearer header where it may go, and takes any such header away where it may not.

    An auth object, because a `.netrc` entry silently replaces a header that was set by hand (`stack.md` section 3).
    """

    def __init__(self, key: str | None, api_base: str) -> None:
        self._key = key if sendable(key) else None
        self._api_base = api_base

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign one prepared request; called by requests."""
        request.headers.pop("Authorization", None)
        if self._key is not None and key_may_go(request.url or "", self._api_base):
            request.headers["Authorization"] = f"Bearer {self._key}"
        return request

    def __repr__(self) -> str:
        return "<BearerAuth>"


def sendable(key: str | None) -> bool:
    """Whether a key can stand in a header at all: visible ASCII without blanks."""
    return bool(key and _SENDABLE.match(key))
