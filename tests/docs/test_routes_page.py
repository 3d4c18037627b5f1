"""docs/routes.md lists exactly the routes of the code with what they take, and its commands work."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from civitdock.compat.pydantic import SnakeModel
from civitdock.web import models, models_filing, models_library, models_missing, models_send, models_work
from civitdock.web.bodies import DownloadBody, IgnoreBody, RestoreBody, SearchBody, SendBody, SyncBody, UnpackBody
from civitdock.web.bodies_filing import DeleteBody, EmptyBody, OrganiseBody, OrganisePlanBody
from civitdock.web.bodies_missing import MissingBody
from civitdock.web.bodies_queue import BatchBody, ClearBody, MoveBody, PriorityBody, RetryBody
from civitdock.web.call import Mount
from civitdock.web.problems import DockRoute
from civitdock.web.router import build_router
from tests.support.stage import API, Stage, memory_services, staged

PAGE = Path(__file__).resolve().parents[2] / "docs" / "routes.md"
TEXT = PAGE.read_text(encoding="utf-8")
SECTIONS = {
    title: body
    for title, body in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", TEXT, re.DOTALL | re.MULTILINE)
    if title.startswith(("GET ", "POST "))
}
BODIES: dict[str, type[SnakeModel]] = {
    "POST search": SearchBody,
    "POST download": DownloadBody,
    "POST downloads/batch": BatchBody,
    "POST downloads/{id}/retry": RetryBody,
    "POST downloads/{id}/move": MoveBody,
    "POST downloads/{id}/priority": PriorityBody,
    "POST download-history/clear": ClearBody,
    "POST downloads/{id}/unpack": UnpackBody,
    "POST sync-metadata": SyncBody,
    "POST updates/ignore": IgnoreBody,
    "POST updates/unignore": IgnoreBody,
    "POST restore": RestoreBody,
    "POST organise/plan": OrganisePlanBody,
    "POST organise": OrganiseBody,
    "POST local-models/delete": DeleteBody,
    "POST trash/empty": EmptyBody,
    "POST send/plan": SendBody,
    "POST missing": MissingBody,
}


@pytest.fixture
def routes(tmp_path: Path) -> dict[str, DockRoute]:
    """The routes of the code by their headings."""
    with memory_services(tmp_path) as (services, _host):
        router = build_router(services, Mount.API)
    found = [route for route in router.routes if isinstance(route, DockRoute)]
    return {f"{min(route.methods or ())} {route.path.removeprefix(API)}": route for route in found}


def test_the_page_has_a_section_for_every_route_and_for_nothing_else(routes: dict[str, DockRoute]) -> None:
    assert list(SECTIONS) == list(routes)


def test_each_section_says_what_the_schema_says(routes: dict[str, DockRoute]) -> None:
    for title, route in routes.items():
        assert " ".join(route.description.split()) in SECTIONS[title]
        assert "Answer: " in SECTIONS[title]


def test_each_section_lists_what_the_route_takes(routes: dict[str, DockRoute]) -> None:
    for title, route in routes.items():
        listed = re.findall(r"^\| `(\w+)` \|", SECTIONS[title], re.MULTILINE)
        query: list[Any] = route.dependant.query_params
        expected = [field.alias for field in query]
        if title in BODIES:
            expected += BODIES[title].field_names()
        assert listed == expected, title


def test_the_shapes_list_their_keys() -> None:
    listed = {
        name: tuple(re.findall(r"`(\w+)`", keys))
        for name, keys in re.findall(r"^\| (\w+) \| (`[^|]+) \|", TEXT.split("## Shapes")[1], re.MULTILINE)
    }
    shapes: dict[str, type[SnakeModel]] = {
        "Card": models.CardShape,
        "Model": models.ModelShape,
        "Version": models.VersionShape,
        "file": models.FileShape,
        "image": models.ImageShape,
        "Enums": models.EnumsShape,
        "Download": models_work.DownloadShape,
        "Totals": models_work.TotalsShape,
        "Sync": models_work.SyncShape,
        "Local": models_work.LocalShape,
        "Newer": models_library.NewerShape,
        "Move": models_filing.MoveShape,
        "Operation": models_filing.OperationShape,
        "Orphan": models_filing.OrphanShape,
        "Plan": models_send.SendPlanShape,
        "Resource": models_send.ResourceShape,
        "Missing": models_missing.MissingShape,
        "Wanted": models_missing.WantedShape,
        "Candidate": models_missing.CandidateShape,
        "Status": models_work.StatusShape,
    }
    assert listed == {name: shape.field_names() for name, shape in shapes.items()}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage of this module's own."""
    with staged(tmp_path_factory.mktemp("docs")) as running:
        yield running


@pytest.mark.parametrize("title", SECTIONS)
def test_each_command_reaches_its_route(stage: Stage, title: str) -> None:
    stage.reset()
    stage.search.models[12345] = stage.search.models[7]
    job = stage.post(API + "download", {"version_id": 1}).json()["job"]["id"]
    sync = stage.post(API + "sync-metadata").json()["job"]["id"]
    (command,) = re.findall(r"```bash\n(.*?)\n```", SECTIONS[title])
    words = shlex.split(
        command.replace("/JOB/", f"/{job}/").replace("/SYNC/", f"/{sync}/").replace("/OPERATION/", "/sample/")
    )
    assert words[:2] == ["curl", "-s"]
    url = words[2]
    assert url.startswith("http://127.0.0.1:7860" + API)
    options = dict(zip(words[3::2], words[4::2], strict=True))
    header = options.get("-H", "Accept: */*").split(": ")
    answer = stage.ask(
        "POST" if "-d" in options else "GET",
        url.removeprefix("http://127.0.0.1:7860"),
        data=options.get("-d"),
        headers={header[0]: header[1]},
    )
    refused = ("POST downloads/{id}/resume", "POST downloads/{id}/retry", "POST downloads/{id}/unpack")
    expected = {**dict.fromkeys(refused, 409), "GET model-by-hash/{hash}": 404}
    assert title.split()[0] == ("POST" if "-d" in options else "GET")
    assert answer.status_code in (200, 202, expected.get(title)), answer.text
