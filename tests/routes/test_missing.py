"""`POST missing`: pictures and long texts in, and never a block of the loop."""

from __future__ import annotations

import base64

import pytest

from tests.support.stage import API, TAB, Stage
from tests.support.told_pictures import png


@pytest.mark.parametrize("base", [API, TAB])
def test_a_text_is_looked_into(stage: Stage, base: str) -> None:
    answer = stage.post(base + "missing", {"text": "a cat"}).json()
    assert (answer["source"], answer["infotext"], answer["generation"]) == ("infotext", "a cat", None)
    assert [each["state"] for each in answer["resources"]] == ["here", "found", "unknown", "ambiguous"]
    assert answer["totals"] == {"here": 1, "found": 1, "ambiguous": 1, "unknown": 1, "size_bytes": 1024}
    assert stage.post(base + "missing", {"text": "workflow"}).json()["generation"] == {"prompt": "a cat"}


def test_a_picture_arrives_as_its_bytes_in_our_own_threads(stage: Stage) -> None:
    picture = png(parameters="x") + bytes(3 * 1024 * 1024)  # above what other routes take
    body = {"text": None, "image": base64.b64encode(picture).decode()}
    assert stage.post(TAB + "missing", body).status_code == 200
    assert stage.missing.asked[-1].picture == picture
    assert stage.missing.threads == {"pool_"}


def test_a_long_text_arrives_whole(stage: Stage) -> None:
    text = "x" * (4 * 1024 * 1024)
    assert stage.post(API + "missing", {"text": text}).status_code == 200
    assert stage.missing.asked[-1].text == text


@pytest.mark.parametrize(
    "body", [{}, {"text": "a", "image": "YQ=="}, {"text": 3}, {"image": 3}, {"text": "a", "more": 1}, {"texts": "a"}]
)
def test_other_bodies_are_refused(stage: Stage, body: dict[str, object]) -> None:
    assert stage.error(stage.post(API + "missing", body)) == (422, "invalid_request")


def test_the_schema_says_what_it_takes(stage: Stage) -> None:
    schema = stage.app.openapi()["paths"][API + "missing"]["post"]["requestBody"]["content"]["application/json"]
    assert set(schema["schema"]["properties"]) == {"text", "image"}
