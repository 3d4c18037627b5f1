"""The named endpoints, through a real Gradio server and the `gradio_client` that comes with it."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
import requests
from gradio_client import Client

from civitdock.compat import gradio as compat
from civitdock.host.access import GradioAccess
from civitdock.ui.tab import build_tab
from civitdock.web.endpoints import Endpoints
from civitdock.web.mount import mount_routes
from civitdock.web.services import Services
from tests.support.memory_host import MemoryHost
from tests.support.stage import API, memory_services

pytestmark = pytest.mark.timeout(90)


def free_port() -> int:
    """A port that nobody listened on a moment ago; Gradio cannot choose one itself."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def page(folder: Path, auth: tuple[str, str] | None = None) -> Iterator[tuple[str, Services, MemoryHost]]:
    """A standalone page with our tab, as `host/page.py` makes it."""
    with memory_services(folder) as (services, host):
        outer = compat.page("CivitDock", build_tab(Endpoints(lambda: services), services.assets.digest), "")
        app, url = compat.launch(outer, "127.0.0.1", free_port(), auth, "")
        host.doors = GradioAccess(app, lambda: None)  # type: ignore[assignment]
        mount_routes(app, services, with_tab=True)
        try:
            yield url, services, host
        finally:
            compat.close(outer)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Services, MemoryHost]]:
    """One page for all tests of this module that need no login."""
    with page(tmp_path_factory.mktemp("page")) as running:
        yield running


def connect(url: str, **more: Any) -> Client:
    """A client that says nothing on the console."""
    quiet = compat.supported(Client.__init__, verbose=False)
    return Client(url, **quiet, **more)


def ask(client: Client, name: str, *values: object) -> Any:
    """The answer of an endpoint."""
    return json.loads(client.predict(*values, api_name=f"/{name}"))


def test_the_client_searches_downloads_lists_and_syncs(served: tuple[str, Services, MemoryHost]) -> None:
    url, services, _host = served
    client = connect(url)
    filters = json.dumps({"types": ["LORA"], "sort": "Newest"})
    page = ask(client, "search", "cat", filters, 5, "")
    assert page["items"][0]["name"] == "Model 7"
    parts: Any = services
    asked = parts.search.asked[-1]
    assert (asked.query, asked.types, asked.sort, asked.limit, asked.cursor) == ("cat", ("LORA",), "Newest", 5, None)
    job = ask(client, "download", 70, 0, "sub", "", False)["job"]
    assert (job["state"], job["version_id"], job["file_id"]) == ("queued", 70, None)
    local = ask(client, "local_models", "good", "LORA", "identified", 10, "")
    assert local["items"][0]["path"] == "sub/good.safetensors"
    assert ask(client, "sync_all", True)["job"]["state"] == "running"
    assert parts.sync.asked[-1].force is True


def test_an_error_reaches_the_client_with_code_message_and_hint(served: tuple[str, Services, MemoryHost]) -> None:
    client = connect(served[0])
    with pytest.raises(Exception, match=r"invalid_request: .*limit.* — .*docs/routes\.md"):
        client.predict("", "", 500, "", api_name="/search")
    with pytest.raises(Exception, match="invalid_request: filters: not valid JSON"):
        client.predict("", "{", 5, "", api_name="/search")
    with pytest.raises(Exception, match="not_found: "):
        client.predict(404, 0, "", "", False, api_name="/download")


def call_directly(url: str, name: str, data: list[object], headers: dict[str, str], **more: Any) -> str:
    """Everything that the server says to one HTTP call of an endpoint, whatever its Gradio's protocol is."""
    prefix = "gradio_api/" if gr.__version__ >= "5" else ""
    path = f"{prefix}call/{name}" if gr.__version__ >= "4" else f"api/{name}"
    posted = requests.post(url + path, json={"data": data, **more}, headers=headers, timeout=20)
    if gr.__version__ < "4" or posted.status_code != 200:
        return posted.text
    event = posted.json()["event_id"]
    return requests.get(f"{url}{path}/{event}", headers=headers, timeout=20).text


ATTACKS = {
    "a foreign page": {"Origin": "https://evil.example"},
    "a sandboxed frame": {"Origin": "null"},
    "a modern browser's foreign page": {"Sec-Fetch-Site": "cross-site"},
    "a rebound name": {"Host": "evil.example"},
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_foreign_page_reaches_nothing_through_gradio(served: tuple[str, Services, MemoryHost], attack: str) -> None:
    url, services, _host = served
    parts: Any = services
    parts.downloads.jobs.clear()
    call_directly(url, "download", [71, 0, "", "", False], ATTACKS[attack])
    assert not parts.downloads.jobs
    call_directly(url, "download", [71, 0, "", "", False], {})
    assert [job.version_id for job in parts.downloads.jobs.values()] == [71]


def test_a_caller_cannot_describe_a_request_that_it_did_not_make(served: tuple[str, Services, MemoryHost]) -> None:
    url, services, _host = served
    parts: Any = services
    parts.downloads.jobs.clear()
    described = {"headers": {"host": "127.0.0.1"}, "cookies": {}, "query_params": {}, "path_params": {}, "client": {}}
    foreign = {"Origin": "https://evil.example"}
    call_directly(url, "download", [71, 0, "", "", False], foreign, request=described)
    assert not parts.downloads.jobs


def test_with_a_login_a_client_that_has_it_may_call(tmp_path: Path) -> None:
    with page(tmp_path, ("user", "secret")) as (url, services, _host):
        parts: Any = services
        call_directly(url, "search", ["", "", 5, ""], {})
        assert not parts.search.asked
        entered = requests.post(url + "login", data={"username": "user", "password": "secret"}, timeout=10)
        cookie = "; ".join(f"{name}={value}" for name, value in entered.cookies.items())
        assert "Model 7" in call_directly(url, "search", ["", "", 5, ""], {"Cookie": cookie})
        assert requests.get(url.rstrip("/") + API + "status", headers={"Cookie": cookie}, timeout=10).status_code == 200
        assert requests.get(url.rstrip("/") + API + "status", timeout=10).status_code == 401


def test_nothing_of_ours_enters_a_webuis_ui_config(tmp_path: Path) -> None:
    with memory_services(tmp_path) as (services, _host):
        tab = build_tab(Endpoints(lambda: services), services.assets.digest)
    kept = [
        block
        for block in tab.blocks.values()
        if isinstance(block, (gr.Textbox, gr.Number, gr.Checkbox, gr.Button))
        and not getattr(block, "do_not_save_to_config", False)
    ]
    assert not kept
