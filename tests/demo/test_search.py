"""The list route has CivitAI's traps (`civitai-api.md` 1.1 and 8.1 to 8.37)."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from civitdock.demo.server import DemoCivitai
from tests.demo.conftest import Get

pytestmark = pytest.mark.timeout(60)


def _walk(get: Get, **query: object) -> list[int]:
    """All ids of a listing by following the cursor."""
    ids: list[int] = []
    cursor: str | None = None
    for _ in range(100):
        answer = get("models", **query, **({} if cursor is None else {"cursor": cursor})).json()
        ids += [item["id"] for item in answer["items"]]
        cursor = answer["metadata"].get("nextCursor")
        if cursor is None:
            return ids
    raise AssertionError("the listing never ended")


def _item(get: Get, demo: DemoCivitai, trap: str) -> dict[str, Any]:
    model = demo.catalogue.trap(trap)
    items = get("models", ids=model.id, nsfw="true").json()["items"]
    return dict(items[0])


def test_the_page_number_is_ignored_but_echoed(get: Get) -> None:
    one, two = get("models", limit=3, page=1).json(), get("models", limit=3, page=2).json()
    assert one["items"] == two["items"]
    assert two["metadata"]["currentPage"] == 2
    assert two["metadata"]["pageSize"] == 3


def test_too_deep_a_page_is_429_without_retry_after(get: Get) -> None:
    answer = get("models", limit=100, page=11)
    assert answer.status_code == 429
    assert "Retry-After" not in answer.headers
    assert get("models", limit=100, page=10).status_code == 200


def test_a_query_refuses_a_page_and_counts_its_cursor(get: Get) -> None:
    assert get("models", query="style", page=1).status_code == 400
    answer = get("models", query="style", limit=2).json()
    assert answer["metadata"]["nextCursor"] == "2"
    assert get("models", query="style", cursor="a|b").status_code == 400


def test_following_the_cursor_gives_every_model_once(get: Get) -> None:
    ids = _walk(get, limit=37)
    assert max(Counter(ids).values()) == 1
    assert sorted(ids) == sorted(_walk(get, limit=100))
    assert len(ids) > 250


def test_newest_loses_one_model_at_each_boundary(get: Get) -> None:
    every = _walk(get, limit=100, sort="Oldest")
    fine, coarse = _walk(get, limit=10, sort="Newest"), _walk(get, limit=100, sort="Newest")
    assert len(every) > len(coarse) > len(fine)
    assert set(fine) < set(every)


def test_the_cursor_holds_odd_characters_and_wrong_ones_are_named(get: Get) -> None:
    cursor = get("models", limit=5, sort="Newest").json()["metadata"]["nextCursor"]
    assert all(character in cursor for character in "|: ")
    answer = get("models", cursor="nonsense")
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("Invalid cursor")


def test_the_last_page_has_no_cursor_at_all(get: Get) -> None:
    metadata = get("models", types="LLM").json()["metadata"]
    assert "nextCursor" not in metadata
    assert "nextPage" not in metadata


def test_next_page_repeats_what_was_sent_with_the_token(get: Get) -> None:
    url = get("models", limit=2, token="demo-key", surprise="1").json()["metadata"]["nextPage"]
    query = parse_qs(urlsplit(url).query)
    assert query["token"] == ["demo-key"]
    assert query["surprise"] == ["1"]
    assert requests.get(url, timeout=10).status_code == 200


def test_limits(get: Get) -> None:
    answer = get("models", limit=101)
    assert answer.status_code == 400
    assert answer.json()["error"]["name"] == "ZodError"
    assert json.loads(answer.json()["error"]["message"])[0]["path"] == ["limit"]
    zero = get("models", limit=0).json()
    assert len(zero["items"]) == 1
    assert "nextCursor" not in zero["metadata"]


def test_lists_with_commas(get: Get) -> None:
    assert get("models", types="LORA,Checkpoint").status_code == 400
    assert get("models", baseModels="SD 1.5,Pony").json()["items"] == []
    repeated = get("models", types=["LORA", "VAE"]).json()["items"]
    assert {item["type"] for item in repeated} == {"LORA", "VAE"}
    ignored = get("models", **{"types[]": "LORA"}).json()["items"]
    assert len({item["type"] for item in ignored}) > 2


def test_base_models_trim_the_versions(get: Get) -> None:
    items = get("models", baseModels="SDXL 1.0").json()["items"]
    assert items
    assert {version["baseModel"] for item in items for version in item["modelVersions"]} == {"SDXL 1.0"}


def test_a_false_that_counts_as_true(get: Get) -> None:
    items = get("models", supportsGeneration="false").json()["items"]
    assert items
    assert all(item["supportsGeneration"] for item in items)


def test_favorites_need_an_account(get: Get) -> None:
    assert get("models", favorites="false").status_code == 401
    assert get("models", favorites="false", headers={"Authorization": "Bearer demo-key"}).status_code == 200
    assert get("models", favorites="false", headers={"Authorization": "Bearer wrong"}).status_code == 401


@pytest.mark.parametrize(
    ("name", "value"),
    [("nsfw", "maybe"), ("sort", "Best"), ("period", "Ever"), ("checkpointType", "Standard"), ("fileFormats", "GGUF"),
     ("browsingLevel", "31"), ("allowNoCredit", "true"), ("limit", "ten"), ("ids", "a")],
)  # fmt: skip
def test_what_the_schema_refuses(get: Get, name: str, value: str) -> None:
    assert get("models", **{name: value}).status_code == 400


def test_unknown_tags_filter_nothing_and_unknown_users_are_404(get: Get) -> None:
    assert len(get("models", tag="no such tag").json()["items"]) == 100
    tagged = get("models", tag="landscape").json()["items"]
    assert tagged
    assert all("landscape" in item["tags"] for item in tagged)
    answer = get("models", username="nobody here")
    assert (answer.status_code, answer.json()) == (404, {"message": "User not found"})
    named = get("models", username="Harbor_Light").json()["items"]
    assert {item["creator"]["username"] for item in named} == {"harbor_light"}


def test_ratings(get: Get, demo: DemoCivitai) -> None:
    def ids(*traps: str) -> str:
        return ",".join(str(demo.catalogue.trap(trap).id) for trap in traps)

    asked = ids("mature-only", "level-31-flag-false", "minor-flag", "poi-flag", "not-rated-yet", "soft-only")
    shown = {item["name"] for item in get("models", ids=asked).json()["items"]}
    assert shown == {"Trap Level 31 Flag False", "Trap Minor Flag"}
    shown = {item["name"] for item in get("models", ids=asked, nsfw="true").json()["items"]}
    assert shown == {"Trap Level 31 Flag False", "Trap Mature Only", "Trap Soft Only"}
    item = get("models", ids=ids("level-31-flag-false")).json()["items"][0]
    assert [image["nsfwLevel"] for image in item["modelVersions"][0]["images"]] == [1]
    assert (item["nsfw"], item["nsfwLevel"]) == (False, 31)


def test_archived_and_taken_down(get: Get, demo: DemoCivitai) -> None:
    archived = demo.catalogue.trap("archived")
    assert get("models", ids=archived.id).json()["items"] == []
    item = get("models", ids=archived.id, archived="true").json()["items"][0]
    assert item["mode"] == "Archived"
    assert item["modelVersions"][0]["files"] == []
    assert "downloadUrl" not in item["modelVersions"][0]
    down = _item(get, demo, "taken-down")
    assert down["mode"] == "TakenDown"
    assert down["modelVersions"][0]["images"] == []
    assert down["modelVersions"][0]["files"]


def test_shapes_that_differ_from_model_to_model(get: Get, demo: DemoCivitai) -> None:
    uses = [_item(get, demo, f"commercial-{form}")["allowCommercialUse"] for form in ("array", "literal", "string")]
    assert uses == [["Image", "RentCivit"], "{Image,RentCivit}", "RentCivit"]
    assert "creator" not in _item(get, demo, "creator-absent")
    assert _item(get, demo, "creator-null")["creator"]["username"] is None
    assert _item(get, demo, "stats-hidden")["stats"]["downloadCount"] is None
    assert _item(get, demo, "description-null")["description"] is None
    assert len(_item(get, demo, "description-long")["description"]) >= 100_000
    assert _item(get, demo, "empty-versions")["modelVersions"] == []
    unscanned = _item(get, demo, "unscanned")["modelVersions"][0]["files"][0]
    assert (unscanned["hashes"], unscanned["scannedAt"]) == ({}, None)
    assert not _item(get, demo, "zoneless-times")["modelVersions"][0]["publishedAt"].endswith("Z")
    unknown = _item(get, demo, "unknown-enums")
    assert (unknown["type"], unknown["mode"]) == ("Hologram", "Dreaming")
    assert "futureFlag" in unknown


def test_files_of_one_version(get: Get, demo: DemoCivitai) -> None:
    twins = _item(get, demo, "twin-files")["modelVersions"][0]["files"]
    assert len({file["name"] for file in twins}) == 1
    assert len({file["downloadUrl"] for file in twins[1:]}) == 1
    multi = _item(get, demo, "multi-file")["modelVersions"][0]["files"]
    assert [file.get("primary") for file in multi[:3]] == [None, None, True]
    assert {"Training Data", "Config", "VAE", "Text Encoder"} <= {file["type"] for file in multi}
    linked = _item(get, demo, "linked-vae")["modelVersions"][0]["files"]
    assert linked[1]["downloadUrl"].endswith("?type=VAE")
    primary = get("models", ids=demo.catalogue.trap("multi-file").id, primaryFileOnly="true").json()["items"][0]
    assert [file["name"] for file in primary["modelVersions"][0]["files"]] == ["trapMultiFile_v10.safetensors"]


def test_words_find_names_and_a_late_filter_leaves_short_pages(get: Get) -> None:
    items = get("models", query="lantern style", limit=5).json()["items"]
    assert all("lantern" in item["name"].lower() or "lantern" in str(item).lower() for item in items)
    assert "lantern" in items[0]["name"].lower()
    short = get("models", query="style", limit=2, baseModels="Wan Video 14B t2v").json()
    assert len(short["items"]) < 2
    assert "nextCursor" in short["metadata"]


def test_version_ids_resolve_to_trimmed_models(get: Get, demo: DemoCivitai) -> None:
    chain = demo.catalogue.trap("update-chain")
    wanted = chain.versions[1].id
    items = get("models", modelVersionIds=str(wanted), nsfw="true").json()["items"]
    assert [[version["id"] for version in item["modelVersions"]] for item in items] == [[wanted]]


def test_periods_narrow(get: Get) -> None:
    counts = [len(_walk(get, period=period)) for period in ("AllTime", "Year", "Month", "Week", "Day")]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] > 0


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST"])
def test_only_get_may_list(demo: DemoCivitai, session: requests.Session, method: str) -> None:
    assert session.request(method, f"{demo.api_base}/models", timeout=10).status_code == 405


def test_broken_escapes_are_a_500(demo: DemoCivitai) -> None:
    import http.client

    connection = http.client.HTTPConnection(urlsplit(demo.page_base).netloc, timeout=10)
    connection.request("GET", "/api/v1/models?query=%E0%A4%A&limit=1")
    answer = connection.getresponse()
    assert answer.status == 500
    assert json.loads(answer.read())["error"] == "URI malformed"
    connection.close()
