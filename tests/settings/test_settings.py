"""The one tuple of settings: parsing, bounds, and the environment that wins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.errors import InvalidRequest
from civitdock.settings import BY_KEY, SETTINGS, Kind, read

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)
)


def test_every_key_has_the_prefix_and_is_unique() -> None:
    assert all(setting.key.startswith("civitai_") for setting in SETTINGS)
    assert len(BY_KEY) == len(SETTINGS)


def test_every_default_is_a_valid_value_of_its_own_setting() -> None:
    for setting in SETTINGS:
        assert setting.parse(setting.default) == setting.default


def test_the_environment_wins_over_what_is_stored() -> None:
    settings = read({"civitai_cache_hours": 5}, {"CIVITAI_CACHE_HOURS": "0"})
    assert settings.number("civitai_cache_hours") == 0


def test_an_unusable_environment_value_falls_back_to_what_is_stored() -> None:
    settings = read({"civitai_nsfw_level": "Soft"}, {"CIVITAI_NSFW_LEVEL": "everything"})
    assert settings.text("civitai_nsfw_level") == "Soft"


def test_the_api_key_is_never_part_of_a_snapshot() -> None:
    settings = read({"civitai_api_key": "k" * 32}, {"CIVITAI_API_KEY": "e" * 32})
    assert "civitai_api_key" not in settings.values


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        ("civitai_parallel_downloads", 0),
        ("civitai_parallel_downloads", 9),
        ("civitai_cache_hours", 1.5),
        ("civitai_cache_hours", float("nan")),
        ("civitai_cache_hours", True),
        ("civitai_nsfw_level", "none"),
        ("civitai_auto_sync", "perhaps"),
        ("civitai_proxy", 7),
    ],
)
def test_what_does_not_fit_is_refused_with_the_key_in_the_message(key: str, raw: object) -> None:
    with pytest.raises(InvalidRequest, match=key):
        BY_KEY[key].parse(raw)


TEXTS = [setting.key for setting in SETTINGS if setting.kind in (Kind.TEXT, Kind.SECRET)]


@pytest.mark.parametrize("key", TEXTS)
@pytest.mark.parametrize("raw", ["a\0b", "a\x1bb", "a\tb", "a\x7fb", "a\x85b", "a\u2028b", "a\ud800b", "a\rb"])
def test_control_characters_are_refused_in_every_text(key: str, raw: str) -> None:
    with pytest.raises(InvalidRequest, match=f"{key}.*control"):
        BY_KEY[key].parse(raw)


@pytest.mark.parametrize("key", TEXTS)
def test_absurdly_long_texts_are_refused(key: str) -> None:
    longest = 4000 if key in ("civitai_folder_templates", "civitai_hidden_creators") else 1000
    assert BY_KEY[key].parse("ä" * longest) == "ä" * longest
    with pytest.raises(InvalidRequest, match=f"{key}.*{longest}"):
        BY_KEY[key].parse("ä" * (longest + 1))


@pytest.mark.parametrize("key", TEXTS)
def test_only_templates_have_lines(key: str) -> None:
    if key == "civitai_folder_templates":
        assert BY_KEY[key].parse("LORA = a\r\nVAE = b\n") == "LORA = a\nVAE = b"
    else:
        with pytest.raises(InvalidRequest, match="control"):
            BY_KEY[key].parse("a\nb")


@given(st.dictionaries(st.sampled_from([setting.key for setting in SETTINGS]), ANYTHING))
def test_any_stored_rubbish_gives_a_complete_snapshot_of_the_right_types(stored: dict[str, object]) -> None:
    settings = read(stored, {})
    for setting in SETTINGS:
        if setting.kind is Kind.SECRET:
            continue
        value = settings.values.get(setting.key, setting.default)
        assert type(value) is type(setting.default)
        assert setting.parse(value) == value


def test_names_are_split_and_lower_case() -> None:
    settings = read({"civitai_allowed_hosts": " My.Host , other;THIRD "}, {})
    assert settings.names("civitai_allowed_hosts") == ("my.host", "other", "third")
