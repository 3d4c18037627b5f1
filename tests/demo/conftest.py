"""A plain HTTP client for the demo's own tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from civitdock.demo.server import DemoCivitai

Get = Callable[..., requests.Response]


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as opened:
        opened.trust_env = False
        opened.headers["User-Agent"] = "civitdock-tests/1"
        yield opened


@pytest.fixture
def get(demo: DemoCivitai, session: requests.Session) -> Get:
    """`get("models", limit=5)` asks the API; lists become repeated parameters."""

    def ask(route: str, headers: dict[str, str] | None = None, **query: Any) -> requests.Response:
        return session.get(f"{demo.api_base}/{route}", params=query, headers=headers, timeout=10)

    return ask


@pytest.fixture
def download(demo: DemoCivitai, session: requests.Session) -> Get:
    """`download("trap")` asks for the first file of a trap's first version; `follow=False` stops at the redirect."""

    def ask(trap: str, *, follow: bool = True, key: str | None = None, **query: Any) -> requests.Response:
        version = demo.catalogue.trap(trap).versions[0]
        chosen = query or {"fileId": version.files[0].id}
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        url = f"{demo.page_base}/api/download/models/{version.id}"
        return session.get(url, params=chosen, headers=headers, allow_redirects=follow, timeout=10)

    return ask
