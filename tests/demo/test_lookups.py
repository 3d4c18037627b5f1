"""Models, versions and hashes one by one and in batches (`civitai-api.md` 1.2 to 1.10)."""

from __future__ import annotations

import pytest
import requests

from civitdock.demo.catalogue import stored_hashes
from civitdock.demo.server import DemoCivitai
from tests.demo.conftest import Get

pytestmark = pytest.mark.timeout(60)


def _main_hashes(demo: DemoCivitai, trap: str) -> dict[str, str]:
    return stored_hashes(demo.catalogue.trap(trap).versions[0].files[0])


def _post(session: requests.Session, demo: DemoCivitai, body: object, route: str = "by-hash") -> requests.Response:
    return session.post(f"{demo.api_base}/model-versions/{route}", json=body, timeout=10)


def test_a_model_by_id_loses_null_and_empty_keys(get: Get, demo: DemoCivitai) -> None:
    version = get(f"models/{demo.catalogue.trap('no-words').id}").json()["modelVersions"][0]
    assert "trainedWords" not in version
    assert "description" not in version
    assert "fp" not in version["files"][0]["metadata"]
    assert all("id" not in image for image in version["images"])
    assert "images" not in get(f"models/{demo.catalogue.trap('no-images').id}").json()["modelVersions"][0]


@pytest.mark.parametrize(
    ("trap", "status"), [("mature-only", 200), ("archived", 200), ("not-rated-yet", 404), ("poi-flag", 404)]
)
def test_which_models_are_served_by_id(get: Get, demo: DemoCivitai, trap: str, status: int) -> None:
    assert get(f"models/{demo.catalogue.trap(trap).id}").status_code == status


def test_unknown_and_impossible_ids(get: Get) -> None:
    assert get("models/987654").json() == {"error": "No model with id 987654"}
    assert get("models/abc").status_code == 400
    assert get("models/99999999999").status_code == 400
    assert get("model-versions/0").status_code == 400
    assert get("model-versions/99999999999").status_code == 500
    assert get("model-versions/987654").json() == {"error": "Model not found"}


def test_a_version_has_what_the_list_lacks(get: Get, demo: DemoCivitai) -> None:
    version = demo.catalogue.trap("odd-meta").versions[0]
    shown = get(f"model-versions/{version.id}").json()
    assert shown["modelId"] == version.model_id
    assert shown["air"] == f"urn:air:sd1:lora:civitai:{version.model_id}@{version.id}"
    assert shown["images"][0]["meta"]["meta"]["steps"]
    assert isinstance(shown["images"][1]["meta"]["steps"], str)
    assert isinstance(shown["images"][2]["meta"]["comfy"], str)
    assert (shown["images"][3]["meta"], shown["images"][3]["hasMeta"]) == (None, True)
    assert not shown["files"][0]["scannedAt"].endswith("Z")
    multi = get(f"model-versions/{demo.catalogue.trap('multi-file').versions[0].id}").json()
    assert [file["primary"] for file in multi["files"]].count(False) == 6


def test_superseded_files_are_listed_by_version_only(get: Get, demo: DemoCivitai) -> None:
    version = demo.catalogue.trap("superseded-file").versions[0]
    assert len(get(f"model-versions/{version.id}").json()["files"]) == 2
    old = stored_hashes(version.files[1])["SHA256"]
    assert get(f"model-versions/by-hash/{old}").status_code == 404
    current = stored_hashes(version.files[0])["SHA256"]
    assert len(get(f"model-versions/by-hash/{current}").json()["files"]) == 1


def test_any_hash_type_in_any_case_finds_the_version(get: Get, demo: DemoCivitai) -> None:
    version = demo.catalogue.trap("big").versions[0]
    hashes = stored_hashes(version.files[0])
    assert {"SHA256", "AutoV1", "AutoV2", "AutoV3", "CRC32"} <= set(hashes)
    for value in hashes.values():
        assert get(f"model-versions/by-hash/{value.lower()}").json()["id"] == version.id
    assert get(f"model-versions/by-hash/{hashes['SHA256'][:20]}").status_code == 404


def test_a_shared_hash_answers_the_oldest_version(get: Get, demo: DemoCivitai) -> None:
    sha = _main_hashes(demo, "shared-hash-new")["SHA256"]
    assert get(f"model-versions/by-hash/{sha}").json()["id"] == demo.catalogue.trap("shared-hash-old").versions[0].id


def test_a_long_autov3_does_not_match_its_prefix(get: Get, demo: DemoCivitai) -> None:
    value = _main_hashes(demo, "long-autov3")["AutoV3"]
    assert len(value) == 64
    assert get(f"model-versions/by-hash/{value}").status_code == 200
    assert get(f"model-versions/by-hash/{value[:12]}").status_code == 404


def test_an_archived_version_is_found_without_its_files(get: Get, demo: DemoCivitai) -> None:
    sha = _main_hashes(demo, "archived")["SHA256"]
    shown = get(f"model-versions/by-hash/{sha}").json()
    assert (shown["files"], shown["model"]["mode"]) == ([], "Archived")


def test_a_batch_answers_per_file_in_its_own_order(demo: DemoCivitai, session: requests.Session) -> None:
    shared, other = _main_hashes(demo, "shared-hash-old")["SHA256"], _main_hashes(demo, "no-words")["SHA256"]
    answer = _post(session, demo, [other.lower(), shared, "F" * 64]).json()
    assert len(answer) == 3
    assert all(entry["files"][0]["downloadUrl"].startswith("https://undefined/") for entry in answer)
    hidden = _main_hashes(demo, "no-public-file")["SHA256"]
    assert _post(session, demo, [hidden]).json() == [None]
    assert _post(session, demo, []).json() == []


def test_a_batch_refuses_what_its_schema_refuses(demo: DemoCivitai, session: requests.Session) -> None:
    good = "A" * 64
    assert _post(session, demo, [good] * 100).status_code == 200
    assert _post(session, demo, [good] * 101).status_code == 400
    assert _post(session, demo, [good, "short"]).status_code == 400
    assert _post(session, demo, {"hashes": [good]}).status_code == 400
    url = f"{demo.api_base}/model-versions/by-hash"
    assert session.post(url, data=f'["{good}"]', timeout=10).status_code == 400
    assert session.get(url, timeout=10).status_code == 400
    assert _post(session, demo, [good] * 10_000, "by-hash/ids").status_code == 200
    assert _post(session, demo, [good] * 10_001, "by-hash/ids").status_code == 400


def test_ids_of_hashes_give_every_version(demo: DemoCivitai, session: requests.Session) -> None:
    sha = _main_hashes(demo, "shared-hash-old")["SHA256"]
    answer = _post(session, demo, [sha.lower(), "0" * 64], "by-hash/ids").json()
    owners = {demo.catalogue.trap(name).id for name in ("shared-hash-old", "shared-hash-new")}
    assert {entry["modelId"] for entry in answer} == owners
    assert {entry["hash"] for entry in answer} == {sha}


def test_a_scan_that_finishes_later_is_found_later(make_demo: type[DemoCivitai]) -> None:
    own = make_demo()
    file = own.catalogue.trap("unscanned").versions[0].files[0]
    sha = file.blob.digests().sha256
    url = f"{own.api_base}/model-versions/by-hash/{sha}"
    assert requests.get(url, timeout=10).status_code == 404
    file.hash_style = type(file.hash_style).FULL
    assert requests.get(url, timeout=10).status_code == 200


def test_mini_tells_about_login_and_early_access(get: Get, demo: DemoCivitai) -> None:
    early = get(f"model-versions/mini/{demo.catalogue.trap('early-access').versions[0].id}").json()
    assert early["earlyAccessEndsAt"].startswith("2099")
    login = demo.catalogue.trap("login-required").versions[0].id
    assert get(f"model-versions/mini/{login}").json()["requireAuth"] is True
    assert get(f"model-versions/mini/{login}", modelFileId=1).status_code == 404
    assert get(f"model-versions/mini/{login}", epoch=1).status_code == 400


def test_images_have_word_levels_and_their_own_paging(get: Get, demo: DemoCivitai) -> None:
    version = demo.catalogue.trap("level-31-flag-false").versions[0].id
    assert {item["nsfwLevel"] for item in get("images", modelVersionId=version).json()["items"]} == {"None"}
    every = get("images", modelVersionId=version, browsingLevel=31).json()["items"]
    assert [item["browsingLevel"] for item in sorted(every, key=lambda item: item["browsingLevel"])] == [1, 2, 4, 8, 16]
    assert all(item["browsingLevel"] >= 4 for item in get("images", nsfw="true").json()["items"])
    first = get("images", limit=2).json()
    assert "|" in first["metadata"]["nextCursor"]
    second = get("images", limit=2, cursor=first["metadata"]["nextCursor"]).json()
    assert {item["id"] for item in first["items"]}.isdisjoint(item["id"] for item in second["items"])
    slow = get("images", modelId=demo.catalogue.trap("many-images").id, limit=5, withMeta="true").json()
    assert "nextCursor" not in slow["metadata"]
    assert "page=2" in slow["metadata"]["nextPage"]
    assert slow["items"][0]["meta"]["meta"]["steps"]
    assert all(item["meta"] is None for item in get("images", limit=3).json()["items"])


def test_tags_have_pages_that_they_deny(get: Get) -> None:
    one = get("tags", limit=5).json()
    assert one["metadata"]["totalPages"] == 1
    assert "nextPage" not in one["metadata"]
    assert get("tags", limit=5, page=2).json()["items"]
    assert all(item["name"].startswith("ph") for item in get("tags", query="ph").json()["items"])


def test_creators_users_enums_and_permissions(get: Get) -> None:
    assert get("creators", query="harbor").json()["items"][0]["username"] == "harbor_light"
    assert get("users", query="o").json()["items"]
    assert len(get("enums").json()["ModelType"]) == 23
    assert get("permissions/check").status_code == 400
    assert get("permissions/check", entityIds="20001").json() == {"20001": True}


def test_me_knows_good_keys_only(get: Get) -> None:
    assert get("me").status_code == 401
    assert get("me", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert get("me", headers={"Authorization": "Bearer demo-key"}).json()["username"] == "demo"
    assert get("me", token="demo-key").status_code == 200
    assert get("me", token="demo-key", headers={"Authorization": "Basic eDp5"}).status_code == 401
    assert get("models", limit=1, headers={"Authorization": "Bearer wrong"}).status_code == 200


def test_unknown_paths_and_pages_are_html(demo: DemoCivitai, session: requests.Session) -> None:
    lost = session.get(f"{demo.page_base}/api/v1/models-versions/1", timeout=10)
    assert (lost.status_code, lost.headers["Content-Type"][:9]) == (404, "text/html")
    odd = demo.catalogue.trap("model-name-markup")
    page = session.get(f"{demo.page_base}/models/{odd.id}", timeout=10)
    assert page.status_code == 200
    assert "&lt;img" in page.text


def test_a_stored_hash_may_be_wrong(demo: DemoCivitai) -> None:
    file = demo.catalogue.trap("bad-autov3").versions[0].files[0]
    assert stored_hashes(file)["AutoV3"] == "E3B0C44298FC"
    assert stored_hashes(file)["SHA256"] == file.blob.digests().sha256
