"""Single values out of drifting answers."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.adapters.civitai import coerce

_any = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.lists(st.integers()),
    st.binary(),
    st.just(10**400),
)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5),
        ("5", 5),
        (" 5 ", 5),
        ("5.9", 5),
        (5.9, 5),
        ("1e3", 1000),
        ("9007199254740993", 9007199254740993),
        (2**63 - 1, 2**63 - 1),
        (2**63, None),
        (str(2**70), None),
        ("9" * 400, None),
        (True, None),
        (None, None),
        ("", None),
        ("x", None),
        ("²", None),
        (float("nan"), None),
        ("inf", None),
        ([5], None),
        ({}, None),
    ],
)
def test_whole_numbers(value: object, number: int | None) -> None:
    assert coerce.as_int(value) == number


def test_ids_and_counts() -> None:
    assert [coerce.as_id(value) for value in (1, 0, -1, "7")] == [1, None, None, 7]
    assert [coerce.as_count(value) for value in (1, 0, -1, "7")] == [1, 0, None, 7]


@pytest.mark.parametrize(
    ("value", "flag"),
    [(True, True), (0, False), (1.0, True), ("TRUE", True), ("off", False), ("", False), ("maybe", None), (None, None)],
)
def test_yes_and_no(value: object, flag: bool | None) -> None:
    assert coerce.as_bool(value) is flag


def test_texts() -> None:
    assert coerce.as_text("a\ud800b") == "a?b"
    assert coerce.as_text(5) == "5"
    assert coerce.as_text(True) is None
    assert coerce.as_texts("one") == ["one"]
    assert coerce.as_texts(["a", None, "", "  ", 3, {"x": 1}]) == ["a", "3"]
    assert coerce.as_texts({"a": 1}) == []


def test_json_is_made_storable() -> None:
    deep: object = "end"
    for _level in range(50):
        deep = [deep]
    cleaned = coerce.plain({"a\ud800": [math.inf, 10**30, True, None, 1.5, "\udfff"], "deep": deep, "set": {1}})
    assert isinstance(cleaned, dict)
    assert cleaned["a?"] == [None, None, True, None, 1.5, "?"]
    assert cleaned["set"] is None
    assert "end" not in repr(cleaned["deep"])


@given(value=_any)
def test_nothing_raises(value: object) -> None:
    for function in (
        coerce.as_int,
        coerce.as_id,
        coerce.as_count,
        coerce.as_float,
        coerce.as_bool,
        coerce.as_text,
        coerce.as_texts,
        coerce.as_object,
        coerce.as_objects,
        coerce.plain,
    ):
        function(value)
