"""One definition of a model means the same on both majors of pydantic."""

from __future__ import annotations

from typing import Any

import pytest

from civitdock.compat.pydantic import CamelModel, Field, SnakeModel, ValidationError, before, to_camel


class Part(CamelModel):
    name: str


class Whole(CamelModel):
    model_id: int
    size_kb: float | None = Field(default=None, alias="sizeKB")
    trained_words: list[str] = Field(default_factory=list)
    parts: list[Part] = Field(default_factory=list)

    @before("trained_words")
    def _words(cls, value: Any) -> Any:
        return value or []


class Body(SnakeModel):
    query: str = ""
    limit: int = Field(default=20, ge=1, le=100)


def test_names_on_the_wire() -> None:
    assert to_camel("early_access_ends_at") == "earlyAccessEndsAt"
    found = Whole.load({"modelId": "5", "sizeKB": 1.5, "trainedWords": None, "parts": [{"name": "a"}], "extra": 1})
    assert found.to_dict() == {"model_id": 5, "size_kb": 1.5, "trained_words": [], "parts": [{"name": "a"}]}
    assert found.to_dict(by_alias=True)["sizeKB"] == 1.5
    assert Whole.load({"model_id": 5}).model_id == 5
    assert Whole.field_names() == ("model_id", "size_kb", "trained_words", "parts")


def test_json() -> None:
    assert Body(query="a").to_json().replace(" ", "") == '{"query":"a","limit":20}'


def test_numbers_are_taken_as_text() -> None:
    assert Body.load({"query": 5}).query == "5"


@pytest.mark.parametrize("data", [{}, {"modelId": None}, {"modelId": "x"}, {"modelId": 1, "parts": [{}]}])
def test_what_does_not_fit_is_refused(data: object) -> None:
    with pytest.raises(ValidationError):
        Whole.load(data)


def test_limits() -> None:
    with pytest.raises(ValidationError) as caught:
        Body.load({"limit": 101})
    assert caught.value.errors()[0]["loc"] == ("limit",)


def test_defaults_are_not_shared() -> None:
    Whole.load({"modelId": 1}).trained_words.append("x")
    assert Whole.load({"modelId": 1}).trained_words == []
