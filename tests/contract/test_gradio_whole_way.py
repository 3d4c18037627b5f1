"""Search, download, installed: by `gradio_client` alone, against the standalone program on the demo catalogue."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client

from civitdock.compat.gradio import supported
from tests.support.standalone import Standalone

pytestmark = [pytest.mark.timeout(180), pytest.mark.slow]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    """A client of the running program."""
    with Standalone(tmp_path, ["--demo"]) as program:
        yield Client(program.url, **supported(Client.__init__, verbose=False))


def ask(client: Client, name: str, *values: object) -> Any:
    return json.loads(client.predict(*values, api_name=f"/{name}"))


def test_a_found_model_is_downloaded_and_then_installed(client: Client) -> None:
    page = ask(client, "search", "", json.dumps({"types": ["LORA"]}), 20, "")
    card = next(each for each in page["items"] if each["latest"]["file"] and not each["latest"]["early_access_until"])
    assert card["installed"] == "none"
    version = card["latest"]["version_id"]
    job = ask(client, "download", version, 0, "", "", False)["job"]
    deadline = time.monotonic() + 60
    # Asking again for what is queued answers its job, so no other endpoint is needed to watch it.
    while job["state"] not in ("done", "failed") and time.monotonic() < deadline:
        job = ask(client, "download", version, 0, "", "", False)["job"]
    assert job["state"] == "done", job
    assert Path(job["target_path"]).stat().st_size == job["bytes_total"]
    local = ask(client, "local_models", "", "LORA", "identified", 10, "")
    assert [each["version_id"] for each in local["items"]] == [version]
    again = ask(client, "search", str(card["id"]), "", 5, "")
    assert [each["installed"] for each in again["items"]] == ["installed"]
    assert ask(client, "sync_all", False)["job"]["id"]
