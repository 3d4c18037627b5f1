"""Who may call, as Gradio's own login and the host's API credentials say (`hosts.md 8`)."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping


class GradioAccess:
    """Implements `ports.host.Access` over the FastAPI app that Gradio made; every answer is read at call time.

    Gradio 3 keeps its token in the cookie `access-token` (`access-token-unsecure`), later ones add `-<cookie_id>`.
    """

    def __init__(self, app: object | None, api_credentials: Callable[[], str | None]) -> None:
        self._app = app
        self._api_credentials = api_credentials

    def has_login(self) -> bool:
        """Whether Gradio asks for a login."""
        return getattr(self._app, "auth", None) is not None

    def cookie_user(self, cookies: Mapping[str, str]) -> str | None:
        """The user whose token these cookies hold."""
        tokens = getattr(self._app, "tokens", None) or {}
        suffix = getattr(self._app, "cookie_id", None)
        for base in ("access-token", "access-token-unsecure"):
            token = cookies.get(f"{base}-{suffix}" if suffix else base)
            if token and token in tokens:
                return str(tokens[token])
        return None

    def login_accepts(self, user: str, password: str) -> bool:
        """Whether Gradio's login takes this pair."""
        auth = getattr(self._app, "auth", None)
        if callable(auth):
            return bool(auth(user, password))
        if isinstance(auth, Mapping):
            expected = auth.get(user)
            return expected is not None and _same(str(expected), password)
        return False

    def has_api_auth(self) -> bool:
        """Whether the host was started with `--api-auth`."""
        return bool(self._api_credentials())

    def api_accepts(self, user: str, password: str) -> bool:
        """Whether `--api-auth` (`user:password`, comma list) names this pair."""
        pairs = (self._api_credentials() or "").split(",")
        matches = [_same(pair.strip(), f"{user}:{password}") for pair in pairs if ":" in pair]
        return any(matches)


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode())
