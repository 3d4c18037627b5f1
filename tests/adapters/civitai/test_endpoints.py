"""Every endpoint, against the demo CivitAI."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from civitdock.demo.contents import large_tensor_blob
from civitdock.demo.server import DemoCivitai
from civitdock.domain.catalogue import MediaKind, Source
from civitdock.domain.library import MODEL_TYPES
from civitdock.domain.query import ImageQuery, ModelQuery
from civitdock.domain.versions import in_early_access
from civitdock.errors import BadApiKey, InvalidRequest, NotFound
from civitdock.ports import Patience
from tests.adapters.civitai.conftest import USER_AGENT, Bench


def walk(bench: Bench, query: ModelQuery) -> list[int]:
    """The ids of a whole listing, page by page."""
    ids: list[int] = []
    for _page in range(100):
        page = bench.client.search(query, Patience())
        ids += [model.id for model in page.items]
        if page.next_cursor is None:
            return ids
        query = replace(query, cursor=page.next_cursor)
    raise AssertionError("the listing does not end")


def test_a_page_of_models(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    page = bench.client.search(ModelQuery(types=("LORA", "Checkpoint"), base_models=("SD 1.5",), limit=5), patience)
    assert len(page.items) == 5
    assert page.next_cursor
    assert page.source is Source.NETWORK
    assert {model.type for model in page.items} <= {"LORA", "Checkpoint"}
    assert {version.base_model for model in page.items for version in model.versions} == {"SD 1.5"}
    (asked,) = demo.asked(path="/api/v1/models")
    assert asked.query["types"] == ["LORA", "Checkpoint"]
    assert "nsfw" not in asked.query
    assert "page" not in asked.query


def test_the_request_is_honest(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    bench.client.search(ModelQuery(), patience)
    headers = {name.lower(): value for name, value in demo.requests[0].headers.items()}
    assert headers["user-agent"] == USER_AGENT
    assert "cookie" not in headers
    assert "authorization" not in headers


@pytest.mark.parametrize("sort", ["Newest", "Highest Rated", "Oldest", "Most Downloaded"])
def test_no_model_is_lost_or_repeated_between_pages(bench: Bench, sort: str) -> None:
    ids = walk(bench, ModelQuery(sort=sort, limit=17, nsfw_level="X"))
    assert len(ids) == len(set(ids))
    assert sorted(ids) == sorted(walk(bench, ModelQuery(limit=100, nsfw_level="X")))


def test_the_model_lost_by_newest_is_shown_as_the_listing_shows_it(bench: Bench, demo: DemoCivitai) -> None:
    query = ModelQuery(sort="Newest", limit=7, base_models=("SDXL 1.0",), types=("LORA",))
    found = walk(bench, query)
    assert sorted(found) == sorted(walk(bench, ModelQuery(limit=100, base_models=("SDXL 1.0",), types=("LORA",))))
    assert any("ids" in line.query for line in demo.requests)


def test_mature_models_come_only_when_asked_for(bench: Bench, demo: DemoCivitai) -> None:
    mature = demo.catalogue.trap("mature-only").id
    assert mature not in walk(bench, ModelQuery(limit=100))
    assert mature in walk(bench, ModelQuery(limit=100, nsfw_level="X"))


def test_an_unknown_creator_is_not_found(bench: Bench, patience: Patience) -> None:
    with pytest.raises(NotFound):
        bench.client.search(ModelQuery(creator="nobody_of_that_name"), patience)


def test_a_parameter_that_civitai_refuses_is_told_in_its_words(bench: Bench, patience: Patience) -> None:
    with pytest.raises(InvalidRequest, match=r"sort|Invalid"):
        bench.client.search(ModelQuery(sort="Loudest"), patience)


def test_one_model(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    early = demo.catalogue.trap("early-access")
    model = bench.client.model(early.id, patience)
    newest, older = model.versions
    assert (model.name, model.type) == (early.name, "LORA")
    assert newest.early_access_until == "2099-01-01T00:00:00Z"
    assert in_early_access(newest, bench.clock.now())
    assert not in_early_access(older, bench.clock.now())
    assert newest.published_at is not None
    assert newest.published_at.endswith("Z")
    assert bench.client.model(demo.catalogue.trap("paid-permanent").id, patience).versions[0].paid_forever


@pytest.mark.parametrize("number", [0, -1, 2**31, 2**70, 999_999_999])
def test_ids_that_do_not_exist(bench: Bench, patience: Patience, number: int) -> None:
    with pytest.raises(NotFound):
        bench.client.model(number, patience)
    with pytest.raises(NotFound):
        bench.client.version(number, patience)


def test_models_by_ids_mature_ones_included(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    wanted = [demo.catalogue.trap("mature-only").id, demo.catalogue.models[0].id]
    assert {model.id for model in bench.client.models([*wanted, 999_999_999], patience)} == set(wanted)
    assert bench.client.models([], patience) == ()
    with pytest.raises(InvalidRequest):
        bench.client.models(range(1, 102), patience)


def test_models_by_versions_hold_only_these(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    model = next(model for model in demo.catalogue.models if len(model.versions) > 1 and not model.minor)
    wanted = model.versions[1].id
    (found,) = bench.client.models_by_versions([wanted], patience)
    assert found.id == model.id
    assert [version.id for version in found.versions] == [wanted]


def test_one_version(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    trap = demo.catalogue.trap("download-disabled")
    version = bench.client.version(trap.versions[0].id, patience)
    assert (version.model_id, version.model_name, version.type) == (trap.id, trap.name, "LORA")
    assert not version.downloadable
    assert version.files[0].hashes.sha256 == trap.versions[0].files[0].blob.digests().sha256.lower()


def test_an_archived_model_has_no_files(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    trap = demo.catalogue.trap("archived")
    version = bench.client.version(trap.versions[0].id, patience)
    assert version.archived
    assert version.files == ()
    assert bench.client.model(trap.id, patience).mode == "Archived"


def test_a_linked_vae_is_told_from_own_files(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    name = next(name for name in demo.catalogue.traps if "linked" in name and "owner" not in name)
    trap = demo.catalogue.trap(name)
    for version in (
        bench.client.version(trap.versions[0].id, patience),
        bench.client.model(trap.id, patience).versions[0],
    ):
        linked = [file for file in version.files if file.download_url]
        assert [file.type for file in linked] == ["VAE"]
        assert len(version.files) > len(linked)


def test_all_six_hashes_lead_to_the_version(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    """CivitAI has an AutoV1 for files of 2 MiB and more only."""
    blob = large_tensor_blob("six hashes", "lora", "sd1", "six hashes", 3 * 1024 * 1024)
    expected = demo.catalogue.add("Six Hashes", blob).versions[0]
    hashes = bench.client.version(expected.id, patience).files[0].hashes
    for value in (hashes.sha256, hashes.autov1, hashes.autov2, hashes.autov3, hashes.blake3, hashes.crc32):
        assert value is not None
        assert bench.client.version_by_hash(value.upper(), patience).id == expected.id


@pytest.mark.parametrize("value", ["0" * 64, "deadbeef", "", "xyz", "../../me", "E3B0C44298FC"])
def test_hashes_that_lead_nowhere(bench: Bench, patience: Patience, value: str) -> None:
    with pytest.raises(NotFound):
        bench.client.version_by_hash(value, patience)


def test_bulk_look_up_by_hash(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    shared = demo.catalogue.trap("shared-hash-old").versions[0]
    other = demo.catalogue.trap("shared-hash-new").versions[0]
    sha256 = shared.files[0].blob.digests().sha256
    unknown = hashlib.sha256(b"nobody's file").hexdigest()
    assert {match.version_id for match in bench.client.match_hashes([sha256, unknown], patience)} == {
        shared.id,
        other.id,
    }
    assert {version.id for version in bench.client.versions_by_hashes([sha256.lower(), unknown], patience)} == {
        shared.id,
        other.id,
    }
    assert bench.client.match_hashes([], patience) == ()
    assert bench.client.versions_by_hashes([], patience) == ()


def test_batches_are_checked_before_they_fail_as_a_whole(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    good = "0" * 64
    for bad in ([good] * 101, [good, "deadbeef"], [good, ""]):
        with pytest.raises(InvalidRequest):
            bench.client.versions_by_hashes(bad, patience)
    assert not demo.requests


def test_pictures_with_their_generation_data(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    version = demo.catalogue.trap("level-31-flag-false").versions[0]
    shown = {
        word: bench.client.images(ImageQuery(model_version_id=version.id, nsfw_level=word), patience).items
        for word in ("None", "Soft", "Mature", "X")
    }
    assert [len(items) for items in shown.values()] == [1, 2, 3, 5]
    assert {picture.nsfw_level for picture in shown["Mature"]} == {1, 2, 4}
    assert all(picture.kind in MediaKind for picture in shown["X"])


def test_names_and_lists(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    assert all(tag.startswith("a") for tag in bench.client.tags("a", 5, patience))
    creator = next(model.creator for model in demo.catalogue.models if model.creator)
    assert bench.client.creators("", 200, patience)
    assert creator is not None
    enums = bench.client.enums(patience)
    assert set(MODEL_TYPES) >= set(enums.model_types)
    assert "SDXL 1.0" in enums.base_models
    assert "Newest" in enums.sorts
    assert "AllTime" in enums.periods


def test_the_account_behind_a_key(bench: Bench, demo: DemoCivitai, patience: Patience) -> None:
    assert bench.client.account("demo-key", patience) == "demo"
    assert bench.client.account("demo-key", patience) == "demo"
    assert len(demo.asked(path="/api/v1/me")) == 2
    for wrong in ("", "wrong", "two words", "line\nbreak", "schlüssel"):
        with pytest.raises(BadApiKey):
            bench.client.account(wrong, patience)


def test_download_addresses(bench: Bench, demo: DemoCivitai) -> None:
    assert bench.client.download_url(5, 7) == f"{demo.page_base}/api/download/models/5?fileId=7"
    assert bench.client.download_url(5, -3) == f"{demo.page_base}/api/download/models/5"
    bench.values["civitai_api_url"] = "https://evil.example/api/v1"
    assert bench.client.download_url(5, 7) == "https://civitai.com/api/download/models/5?fileId=7"
