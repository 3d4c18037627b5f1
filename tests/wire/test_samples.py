"""Every captured answer of CivitAI becomes the values it stands for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from civitdock.adapters.civitai import answers
from civitdock.adapters.civitai.mapping import to_match, to_model, to_picture, to_version
from civitdock.adapters.civitai.wire import WireImage, WireMatch, WireModel, WireName, WireVersion, many, one
from civitdock.domain.catalogue import MediaKind, Model, ModelFile, Version
from civitdock.domain.versions import primary_file
from tests.wire import samples


def model(raw: Any) -> Model:
    wire = one(WireModel, raw)
    assert wire is not None
    return to_model(wire, samples.NOW)


def version(raw: Any) -> Version:
    wire = one(WireVersion, raw)
    assert wire is not None
    found = to_version(wire, samples.NOW)
    assert found is not None
    return found


def files_of(entry: Any) -> tuple[ModelFile, ...]:
    return version({**entry["version"], "modelId": entry["model"]["id"], "files": entry["files"]}).files


def test_every_model_keeps_its_versions_files_and_pictures() -> None:
    raws = samples.listed_models()
    assert len(raws) == 8
    for raw in raws:
        found = model(raw)
        assert (found.id, found.name, found.type) == (raw["id"], raw["name"].strip(), raw["type"])
        assert [v.id for v in found.versions] == [v["id"] for v in raw["modelVersions"]]
        for shown, sent in zip(found.versions, raw["modelVersions"], strict=True):
            assert shown.model_id == raw["id"]
            assert shown.model_name == found.name
            assert len(shown.images) == len(sent.get("images", []))
            if all("id" in file for file in sent["files"]):
                assert [file.id for file in shown.files] == [file["id"] for file in sent["files"]]


@pytest.mark.parametrize("raw", samples.lone_versions(), ids=lambda raw: str(raw["id"]))
def test_every_lone_version_keeps_its_files_and_model(raw: Any) -> None:
    found = version(raw)
    assert (found.id, found.model_id, found.base_model) == (raw["id"], raw["modelId"], raw["baseModel"])
    assert found.model_name == raw.get("model", {}).get("name", "")
    assert [file.name for file in found.files] == [file["name"] for file in raw["files"]]
    assert all(picture.nsfw_level == 1 for picture in found.images)


@pytest.mark.parametrize(
    "entry", samples.load("file-objects-edge-cases-2023-07"), ids=lambda e: str(e["version"]["id"])
)
def test_odd_files_are_kept_with_what_is_known_of_them(entry: Any) -> None:
    shown = files_of(entry)
    assert [file.id for file in shown] == [file["id"] for file in entry["files"]]
    for file, sent in zip(shown, entry["files"], strict=True):
        assert file.name == sent["name"]
        assert file.size_bytes == (round(sent["sizeKB"] * 1024) or None)
        assert (file.pickle_scan, file.virus_scan) == (sent["pickleScanResult"], sent["virusScanResult"])
        stated = {name.lower(): value.lower() for name, value in sent["hashes"].items()}
        for name, value in stated.items():
            assert getattr(file.hashes, name) == value
        assert file.hashes.autov1 == stated.get("autov1")


def test_newest_listing_of_2025() -> None:
    found = model(samples.load("models-by-ids-2025")["items"][0])
    assert found.creator == "LeonDoesntDraw"
    assert found.license.commercial_use == ("Image", "RentCivit", "Rent", "Sell")
    assert found.nsfw_level == 15
    assert not found.nsfw
    assert (found.stats.downloads, found.stats.likes, found.stats.comments, found.stats.rating) == (2051, 385, 2, None)
    newest = found.versions[0]
    assert newest.published_at == "2023-07-27T10:41:45Z"
    assert newest.trained_words == ("VSKnormal", "VSKFace")
    file = primary_file(newest)
    assert file is not None
    assert (file.id, file.format, file.fp, file.size_bytes) == (91869, "SafeTensor", None, 75662024)
    assert file.hashes.autov3 == "a799b2202ecc"
    assert (newest.images[0].id, newest.images[0].blurhash) == (1743620, "UXHog{b_xuF~.Ts,I;TLbawIIoD*E2t6xZf7")


def test_the_three_forms_of_commercial_use() -> None:
    assert model(samples.load("model-215485-2024-01")).license.commercial_use == ("RentCivit",)
    assert model(samples.load("model-item-takendown-12035-2023-07")).license.commercial_use == ("Sell",)
    assert model(samples.load("model-item-archived-71141-2023-07")).license.commercial_use == ()
    assert model({"id": 1, "allowCommercialUse": "{Image,RentCivit}"}).license.commercial_use == ("Image", "RentCivit")
    assert model({"id": 1}).license.commercial_use is None


def test_archived_has_no_files_and_taken_down_no_pictures() -> None:
    archived = model(samples.load("model-item-archived-71141-2023-07"))
    assert archived.mode == "Archived"
    assert [(v.archived, v.files) for v in archived.versions] == [(True, ())]
    taken = model(samples.load("model-item-takendown-12035-2023-07"))
    assert taken.mode == "TakenDown"
    assert [(len(v.files), v.images) for v in taken.versions] == [(1, ()), (1, ())]


def test_two_files_of_which_the_second_is_primary() -> None:
    first = model(samples.load("model-item-multifile-8552-2023-07")).versions[0]
    assert [file.primary for file in first.files] == [False, True]
    chosen = primary_file(first)
    assert chosen is not None
    assert chosen.name.endswith(".safetensors")


def test_picture_ids_come_from_the_address_where_the_answer_has_none() -> None:
    assert [p.id for p in version(samples.load("model-version-1318-2023")).images] == [10852, 10853]
    assert [p.nsfw_level for p in version(samples.load("model-version-1318-2023")).images] == [1, 1]


def test_a_linked_vae_keeps_its_own_address_and_the_other_files_need_none() -> None:
    text, main, vae = version(samples.load("model-version-2983680-REDUCED-2026-09")).files
    assert (text.id, text.download_url) == (2863150, None)
    assert (main.id, main.download_url, main.primary) == (2863158, None, True)
    assert vae.download_url == "https://civitai.com/api/download/models/2983680?type=VAE"
    assert vae.id < 0


@pytest.mark.parametrize("name", ["images-page-2023", "images-page-2025-02"])
def test_picture_listings(name: str) -> None:
    sent = samples.load(name)["items"][0]
    (wire,) = many(WireImage, samples.load(name)["items"])
    picture = to_picture(wire)
    assert picture is not None
    assert (picture.id, picture.width, picture.height) == (sent["id"], sent["width"], sent["height"])
    assert (picture.kind, picture.nsfw_level) == (MediaKind.IMAGE, 1)
    assert picture.meta is not None
    assert picture.meta["seed"] == sent["meta"]["seed"]


@pytest.mark.parametrize("name", ["tags-page-2023", "creators-page-2023"])
def test_names(name: str) -> None:
    sent = samples.load(name)["items"]
    assert [w.name or w.username for w in many(WireName, sent)] == [i.get("name") or i["username"] for i in sent]


def test_the_documented_bulk_look_up() -> None:
    (sent,) = samples.load("OFFICIAL-DOC-EXAMPLES-2026-08")["POST /api/v1/model-versions/by-hash/ids"]
    (wire,) = many(WireMatch, [sent])
    match = to_match(wire)
    assert match is not None
    assert (match.sha256, match.version_id, match.model_id) == (sent["hash"].lower(), 2514310, None)


@pytest.mark.parametrize("entry", samples.load("error-bodies"), ids=lambda entry: entry["request"][:40])
def test_every_captured_error_becomes_one_of_ours(entry: Any) -> None:
    expected = {400: "invalid_request", 401: "no_api_key", 404: "not_found", 500: "civitai_down", 503: "civitai_down"}
    body = json.dumps(entry["body"]).encode()
    error = answers.failure(entry["status"], entry.get("headers", {}), body, samples.NOW, None)
    assert error.code == expected[entry["status"]]
    assert error.retry_after == (2.0 if entry["status"] == 503 else None)


def test_no_sample_is_left_out() -> None:
    """A new file in the folder must get a test of its own."""
    assert samples.NAMES == [
        "OFFICIAL-DOC-EXAMPLES-2026-08",
        "creators-page-2023",
        "download-redirects",
        "error-bodies",
        "file-objects-edge-cases-2023-07",
        "images-page-2023",
        "images-page-2025-02",
        "model-215485-2024-01",
        "model-2544636-REDUCED-2026-09",
        "model-item-archived-71141-2023-07",
        "model-item-multifile-8552-2023-07",
        "model-item-takendown-12035-2023-07",
        "model-version-1318-2023",
        "model-version-242807-2023-12",
        "model-version-2983680-REDUCED-2026-09",
        "model-version-by-hash-1050496-2024-11",
        "models-by-ids-2025",
        "models-query-empty-page-2026-01",
        "models-search-page-2024-05",
        "tags-page-2023",
    ]
