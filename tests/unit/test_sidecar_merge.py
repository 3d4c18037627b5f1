"""The merge into the host's user metadata: what is the user's stays, what is ours is renewed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.domain.sidecar import SidecarFacts, digest, merge, same

SHA, OTHER_SHA = "a" * 64, "b" * 64
NOW, LATER = "2026-11-20T12:00:00Z", "2026-11-21T12:00:00Z"
OUR_KEYS = ["description", "sd version", "activation text", "preferred weight", "notes", "civitai", "local"]

FACTS = SidecarFacts(
    host={
        "description": "A warm film look.",
        "sd version": "SDXL",
        "activation text": "filmlook, grain",
        "preferred weight": 0,
        "notes": "",
    },
    civitai={
        "model_id": 12,
        "version_id": 34,
        "creator": "ada",
        "tags": ["style"],
        "images": [{"url": "https://image.civitai.com/x/u/width=450/1.jpeg", "nsfw": "None", "nsfw_level": 1}],
        "stats": {"downloads": 5, "rating": None, "favorites": 2},
    },
    local={"sha256": SHA, "autov2": SHA[:10], "blake3": "c" * 64, "crc32": "", "file_size": 9},
    now=NOW,
)


def changed(facts: SidecarFacts, **host: object) -> SidecarFacts:
    return replace(facts, host={**facts.host, **host})  # type: ignore[dict-item]


def test_a_new_sidecar_has_the_fields_of_the_contract_in_order() -> None:
    made = merge(None, FACTS)
    assert list(made) == OUR_KEYS
    assert made["preferred weight"] == 0
    assert made["civitai"] == {**FACTS.civitai, "synced_at": NOW}
    local = made["local"]
    assert isinstance(local, dict)
    assert local["first_seen"] == NOW
    assert local["written"]["description"] == digest("A warm film look.")


def test_unknown_facts_are_left_out_instead_of_guessed() -> None:
    made = merge(None, changed(FACTS, **{"sd version": None, "activation text": None}))
    assert "sd version" not in made
    assert "activation text" not in made


def test_a_field_that_we_wrote_is_renewed_and_one_that_the_user_edited_stays() -> None:
    made = merge(None, FACTS)
    made["activation text"] = "my own words"
    again = merge(made, changed(FACTS, **{"description": "New text.", "activation text": "theirs"}))
    assert again["description"] == "New text."
    assert again["activation text"] == "my own words"
    third = merge(again, changed(FACTS, description="Newest."))
    assert third["description"] == "Newest."
    assert third["activation text"] == "my own words"


@pytest.mark.parametrize("emptied", [True, False])
def test_what_the_user_emptied_or_deleted_is_not_put_back(emptied: bool) -> None:
    made = merge(None, FACTS)
    if emptied:
        made["description"] = ""
    else:
        del made["description"]
    again = merge(made, FACTS)
    assert again.get("description", "") == ""
    assert same(again, made)


def test_blank_fields_of_the_hosts_editor_are_filled() -> None:
    saved = {"description": "", "sd version": "Unknown", "activation text": "", "preferred weight": 0.0, "notes": ""}
    made = merge(saved, FACTS)
    assert made["description"] == "A warm film look."
    assert made["activation text"] == "filmlook, grain"
    assert made["sd version"] == "Unknown"
    assert list(made)[:5] == list(saved)


def test_only_a_new_time_is_no_change() -> None:
    made = merge(None, FACTS)
    assert same(merge(made, replace(FACTS, now=LATER)), made)
    moved = merge(made, replace(FACTS, now=LATER, civitai={**FACTS.civitai, "creator": "bob"}))
    assert moved["civitai"]["synced_at"] == LATER  # type: ignore[index]


def test_what_was_known_is_not_dropped_because_an_answer_lacks_it() -> None:
    made = merge(None, FACTS)
    poor = replace(
        FACTS,
        host={"description": None, "activation text": None},
        civitai={"version_id": 34, "creator": "", "tags": [], "images": [], "stats": {"downloads": None}},
        local={"sha256": SHA, "blake3": "", "file_size": 9},
    )
    assert same(merge(made, poor), made)


def test_pictures_that_may_no_longer_be_listed_go() -> None:
    made = merge(None, FACTS)
    hidden = merge(made, replace(FACTS, civitai={**FACTS.civitai, "images": ()}))
    assert hidden["civitai"]["images"] == []  # type: ignore[index]


def test_another_version_under_the_same_name_takes_nothing_over() -> None:
    made = merge(None, FACTS)
    made["notes"] = "bought on holiday"
    other = replace(
        FACTS,
        host={"description": "Other.", "sd version": None, "activation text": None, "notes": ""},
        civitai={"model_id": 12, "version_id": 35, "creator": "", "tags": [], "images": []},
        local={"sha256": OTHER_SHA, "autov2": OTHER_SHA[:10], "blake3": "", "crc32": "", "file_size": 10},
    )
    made = merge(made, other)
    assert made["notes"] == "bought on holiday"
    assert "sd version" not in made
    assert "activation text" not in made
    assert made["civitai"]["tags"] == []  # type: ignore[index]
    assert made["local"]["blake3"] == ""  # type: ignore[index]


@pytest.mark.parametrize(
    ("key", "wrong", "repaired"),
    [
        ("description", ["one", 2], "one, 2"),
        ("activation text", 5, "5"),
        ("activation text", {"a": 1}, "filmlook, grain"),
        ("sd version", ["SDXL"], "SDXL"),
        ("negative text", ["blurry"], "blurry"),
        ("preferred weight", "0.8", 0.8),
        ("preferred weight", "1);alert(1", 0),
        ("preferred weight", True, 0),
    ],
)
def test_types_that_break_the_host_are_repaired_and_the_original_is_kept(
    key: str, wrong: object, repaired: object
) -> None:
    made = merge({key: wrong, "mine": 1}, FACTS)
    assert made[key] == repaired
    assert made["local"]["kept"] == {key: wrong}  # type: ignore[index]
    assert same(merge(made, FACTS), made)


def test_endless_numbers_do_not_reach_the_card() -> None:
    made = merge(json.loads('{"preferred weight": NaN}'), FACTS)
    assert made["preferred weight"] == 0


def test_foreign_values_under_our_names_are_kept() -> None:
    made = merge({"civitai": "my notes about civitai", "local": [1], "x": 2}, FACTS)
    local = made["local"]
    assert isinstance(local, dict)
    assert local["kept"] == {"civitai": "my notes about civitai", "local": [1]}
    assert list(made)[:3] == ["civitai", "local", "x"]
    mine = merge({"civitai": {"creator": "me", "extra": 1}}, FACTS)
    assert mine["civitai"]["extra"] == 1  # type: ignore[index]
    assert mine["local"]["kept"]["civitai"] == {"creator": "me", "extra": 1}  # type: ignore[index]


def test_a_dump_keeps_every_root_key_and_gets_only_what_is_missing() -> None:
    dump = {"id": 12, "name": "Film", "description": None, "type": "LORA", "modelVersions": [{"id": 34}], "nsfw": False}
    made = merge(dump, FACTS)
    assert {key: made[key] for key in dump} == dump
    assert list(made)[: len(dump)] == list(dump)
    assert made["activation text"] == "filmlook, grain"
    assert same(merge(made, FACTS), made)


def test_a_stub_of_an_unknown_model_is_completed() -> None:
    stub = {"modelId": "Model not found", "modelVersionId": "Model not found", "sha256": SHA.upper()}
    made = merge(stub, FACTS)
    assert {key: made[key] for key in stub} == stub
    assert made["description"] == "A warm film look."


def test_the_place_of_our_preview_is_remembered() -> None:
    made = merge(None, replace(FACTS, preview={"file": "m.preview.jpg", "sha256": SHA}))
    again = merge(made, FACTS)
    assert again["local"]["preview"] == {"file": "m.preview.jpg", "sha256": SHA}  # type: ignore[index]


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
)
keys = st.text(max_size=8) | st.sampled_from([*OUR_KEYS, "negative text", "modelVersions", "sha256", "files", "vae"])
user_objects = st.dictionaries(keys, values, max_size=8)
facts = st.builds(
    SidecarFacts,
    host=st.fixed_dictionaries(
        {
            "description": st.none() | st.text(max_size=8),
            "sd version": st.none() | st.sampled_from(["SD1", "SDXL"]),
            "activation text": st.none() | st.text(min_size=1, max_size=8),
            "preferred weight": st.just(0),
            "notes": st.just(""),
        }
    ),
    civitai=st.fixed_dictionaries(
        {
            "version_id": st.sampled_from([1, 2]),
            "creator": st.sampled_from(["", "ada"]),
            "tags": st.lists(st.text(max_size=4), max_size=2),
            "stats": st.fixed_dictionaries({"downloads": st.none() | st.integers(0, 9)}),
        }
    ),
    local=st.fixed_dictionaries({"sha256": st.sampled_from([SHA, OTHER_SHA]), "blake3": st.sampled_from(["", SHA])}),
    now=st.sampled_from([NOW, LATER]),
)


def _is_users(key: str, value: object) -> bool:
    """A value that nobody may change: not ours, not blank, of a type that the host can show."""
    if key in ("civitai", "local") or value is None or value == "":
        return False
    if key in ("description", "sd version", "activation text", "negative text", "notes"):
        return isinstance(value, str)
    return key != "preferred weight" or (isinstance(value, (int, float)) and not isinstance(value, bool))


@given(user_objects, facts)
def test_whatever_the_user_has_survives(user: dict[str, object], known: SidecarFacts) -> None:
    before = json.dumps(user)
    made = merge(user, known)
    assert json.dumps(user) == before, "the argument was changed"
    assert list(made)[: len(user)] == list(user)
    for key, value in user.items():
        if _is_users(key, value):
            assert same(made[key], value), key
        elif value not in (None, "") and not same(made[key], value):
            kept = made["local"]["kept"]  # type: ignore[index]
            assert any(same(kept[name], value) for name in kept), key


@given(user_objects, facts)
def test_merging_twice_changes_nothing_more(user: dict[str, object], known: SidecarFacts) -> None:
    once = merge(user, known)
    assert same(merge(once, known), once)
    assert same(merge(json.loads(json.dumps(once)), replace(known, now=LATER)), once)


@given(user_objects, facts, facts, st.text(min_size=1, max_size=6))
def test_an_edit_between_two_syncs_stays(
    user: dict[str, object], first: SidecarFacts, second: SidecarFacts, edit: str
) -> None:
    made = merge(user, first)
    made["description"] = edit
    ours = made["local"]["written"].get("description") == digest(edit)  # type: ignore[index]
    after = merge(made, second)
    if not ours:
        assert after["description"] == edit
    for key in ("description", "sd version", "activation text", "notes"):
        assert isinstance(after.get(key, ""), (str, type(None)))
    weight = after.get("preferred weight", 0)
    assert isinstance(weight, (int, float))
    assert not isinstance(weight, bool)
