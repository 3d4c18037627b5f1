"""Whatever CivitAI drops, nulls, retypes or adds: no exception but ours, and the other items stay whole."""

from __future__ import annotations

import copy
import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civitdock.adapters.civitai.mapping import to_model, to_picture, to_version
from civitdock.adapters.civitai.wire import WireImage, WireModel, WireVersion, many, one, unwrap_meta
from civitdock.domain.catalogue import Model
from tests.wire import samples

_SOUND = samples.load("models-by-ids-2025")["items"][0]
_MODELS = samples.listed_models()
_VERSIONS = samples.lone_versions()
_IMAGES = samples.load("images-page-2025-02")["items"]

_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.sampled_from(["", "0", "-1", "1e400", "\ud800", "null", "NaN", "{Image,RentCivit}", "None", "9" * 40, 10**30]),
)
_junk = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=6
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value inside a JSON value."""
    found = [path] if path else []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        found += _places(inner, (*path, key))
    return found


@st.composite
def drifted(draw: st.DrawFn, sources: list[dict[str, Any]]) -> dict[str, Any]:
    """A captured answer with one to six places changed."""
    value = copy.deepcopy(draw(st.sampled_from(sources)))
    for _change in range(draw(st.integers(1, 6))):
        places = _places(value)
        if not places:
            break
        *way, last = draw(st.sampled_from(places))
        holder = value
        for key in way:
            holder = holder[key]
        change = draw(st.sampled_from(["drop", "null", "retype", "add"]))
        if change == "drop":
            del holder[last]
        elif change == "add" and isinstance(holder, dict):
            holder[draw(st.text(min_size=1))] = draw(_junk)
        else:
            holder[last] = None if change == "null" else draw(_junk)
    return value


def _storable(model: Model) -> None:
    """What came out can be written as JSON in UTF-8 and fits a database."""
    json.dumps(asdict(model), ensure_ascii=False, allow_nan=False).encode("utf-8")
    assert 0 < model.id < 2**63
    for version in model.versions:
        assert 0 < version.id < 2**63
        assert len({file.id for file in version.files}) == len(version.files)
        for picture in version.images:
            assert picture.url.startswith(("http://", "https://"))


@given(changed=drifted(_MODELS))
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_a_changed_model_harms_nobody_else_on_its_page(changed: dict[str, Any]) -> None:
    page = many(WireModel, [_SOUND, changed, _SOUND])
    models = [to_model(wire, samples.NOW) for wire in page]
    sound = to_model(page[0], samples.NOW)
    assert models[0] == sound
    assert models[-1] == sound
    assert len(models) in (2, 3)
    for model in models:
        _storable(model)


@given(changed=drifted(_VERSIONS))
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_a_changed_version_is_a_version_or_nothing(changed: dict[str, Any]) -> None:
    wire = one(WireVersion, changed)
    version = None if wire is None else to_version(wire, samples.NOW)
    if version is not None:
        assert version.model_id > 0
        _storable(Model(id=version.model_id, name=version.model_name, versions=(version,)))


@given(changed=drifted(_IMAGES))
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
def test_a_changed_picture_is_a_picture_or_nothing(changed: dict[str, Any]) -> None:
    for wire in many(WireImage, [changed]):
        picture = to_picture(wire)
        if picture is not None:
            json.dumps(picture.meta, allow_nan=False).encode("utf-8")


@given(value=_junk)
@settings(max_examples=200)
def test_any_json_at_all_is_taken_without_an_exception(value: Any) -> None:
    assert isinstance(many(WireModel, value), list)
    one(WireModel, value)
    one(WireVersion, value)
    unwrap_meta(value)


def test_one_broken_file_or_picture_costs_only_itself() -> None:
    raw = copy.deepcopy(_SOUND)
    raw["modelVersions"][0]["files"].insert(0, {"name": "no id, no address"})
    raw["modelVersions"][0]["images"] += [None, 7, {"id": 5}, {"url": "javascript:alert(1)"}]
    raw["modelVersions"].insert(0, {"name": "no id"})
    changed, sound = (to_model(wire, samples.NOW) for wire in many(WireModel, [raw, _SOUND]))
    assert changed == sound


def test_a_dropped_item_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert many(WireModel, [{"name": "no id"}, None, _SOUND])[0].id == _SOUND["id"]
    assert [record.message for record in caplog.records] == [
        "CivitAI sent an unusable WireModel, which is left out: id"
    ]


@pytest.mark.parametrize(
    ("sent", "level"),
    [
        ({"nsfwLevel": 4}, 4),
        ({"nsfwLevel": "16"}, 16),
        ({"nsfwLevel": "Soft", "nsfw": True}, 2),
        ({"nsfwLevel": "Mature", "browsingLevel": 4}, 4),
        ({"nsfw": "X"}, 8),
        ({"nsfw": False}, 1),
        ({"nsfw": "None"}, 1),
        ({"nsfwLevel": 0, "nsfw": False}, 0),
        ({}, 0),
        ({"nsfwLevel": "Unheard"}, 0),
    ],
)
def test_levels_in_all_their_forms(sent: dict[str, Any], level: int) -> None:
    (wire,) = many(WireImage, [{"url": "https://image.civitai.com/a/b.jpeg", **sent}])
    picture = to_picture(wire)
    assert picture is not None
    assert picture.nsfw_level == level


@pytest.mark.parametrize(
    ("sent", "flat"),
    [
        ({"id": 3, "meta": {"prompt": "a hill"}}, {"prompt": "a hill"}),
        ({"prompt": "a hill", "comfy": "{}"}, {"prompt": "a hill", "comfy": "{}"}),
        ({"id": 3, "meta": None}, None),
        ({}, None),
        (None, None),
        ("text", None),
        ({"seed": 10**30, "cfg": float("inf")}, {"seed": None, "cfg": None}),
    ],
)
def test_generation_data_is_unwrapped(sent: object, flat: object) -> None:
    assert unwrap_meta(sent) == flat


def test_early_access_is_told_in_any_of_its_places_until_it_is_over() -> None:
    for raw in (
        {"earlyAccessDeadline": "2099-01-01T00:00:00"},
        {"paidAccess": {"permanent": False, "endsAt": "2099-01-01T00:00:00.000Z"}},
        {"earlyAccessEndsAt": "2099-01-01T00:00:00Z"},
    ):
        (wire,) = many(WireVersion, [{"id": 1, "modelId": 2, **raw}])
        found = to_version(wire, samples.NOW)
        assert found is not None
        assert (found.early_access_until, found.paid_forever) == ("2099-01-01T00:00:00Z", False)
        later = to_version(wire, 5e9)
        assert later is not None
        assert later.early_access_until is None


def test_the_model_of_a_version_is_found_in_its_air() -> None:
    (wire,) = many(WireVersion, [{"id": 9, "air": "urn:air:sdxl:lora:civitai:827184@9"}])
    found = to_version(wire, samples.NOW)
    assert found is not None
    assert found.model_id == 827184


def test_addresses_of_the_batch_look_up_are_not_believed() -> None:
    """`POST by-hash` answers `https://undefined/...` for every file (civitai-api.md 1.5)."""
    file = {"id": 5, "name": "a.safetensors", "downloadUrl": "https://undefined/api/download/models/7?type=VAE"}
    (wire,) = many(WireVersion, [{"id": 1, "modelId": 2, "files": [file]}])
    found = to_version(wire, samples.NOW)
    assert found is not None
    assert found.files[0].download_url is None
