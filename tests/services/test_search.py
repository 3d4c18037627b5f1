"""Searching, against the demo CivitAI and a real index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from civitdock.adapters.civitai.client import CivitaiClient
from civitdock.adapters.sqlite.database import Database
from civitdock.adapters.sqlite.index import INDEX_FILE, MIGRATIONS, SqliteModelStore
from civitdock.demo import faults
from civitdock.demo.faults import Match
from civitdock.demo.records import DemoModel
from civitdock.demo.server import DemoCivitai
from civitdock.domain.catalogue import Source
from civitdock.domain.hashes import Hashes
from civitdock.domain.library import Installed, LocalModel, LocalState, Update
from civitdock.domain.nsfw import admits
from civitdock.errors import CivitaiDown, InvalidRequest, NotFound
from civitdock.ports import Patience
from civitdock.services.search import SearchRequest, SearchService
from civitdock.services.views import ModelView
from civitdock.settings import Settings, Value
from tests.support.clock import FakeClock


class Bench:
    """The service over a client of the demo and an index on disk."""

    def __init__(self, demo: DemoCivitai, store: SqliteModelStore, clock: FakeClock, folder: Path) -> None:
        self.values: dict[str, Value] = {"civitai_api_url": demo.api_base, "civitai_nsfw_level": "X"}
        self.clock = clock
        self.store = store
        self.folder = folder
        self.client = CivitaiClient(self, self, clock, folder / "cache", "CivitDock-tests/1")
        self.service = SearchService(self.client, store, self)

    def current(self) -> Settings:
        return Settings(dict(self.values))

    def key(self) -> str | None:
        return None

    def install(self, model: DemoModel, number: int = 0, **fields: object) -> LocalModel:
        """Put the first file of one version into the index."""
        version = model.versions[number]
        file = version.files[0]
        row = LocalModel(
            path=self.folder / "models" / f"{version.id}.safetensors",
            root=self.folder / "models",
            type=model.type,
            size_bytes=1,
            state=LocalState.IDENTIFIED,
            hashes=Hashes(sha256=file.blob.digests().sha256.lower()),
            model_id=model.id,
            version_id=version.id,
            file_id=file.id,
        )
        row = replace(row, **fields)  # type: ignore[arg-type]
        self.store.put(row)
        return row

    def one(self, query: str) -> ModelView:
        """The only result of a query."""
        found = self.service.search(SearchRequest(query=query))
        assert found.next_cursor is None
        (view,) = found.items
        return view

    def walk(self, request: SearchRequest) -> list[int]:
        """The ids of all pages."""
        ids: list[int] = []
        for _page in range(200):
            found = self.service.search(request)
            assert len(found.items) <= request.limit
            ids += [view.model.id for view in found.items]
            if found.next_cursor is None:
                return ids
            request = replace(request, cursor=found.next_cursor)
        raise AssertionError("the listing does not end")


@pytest.fixture
def bench(demo: DemoCivitai, clock: FakeClock, tmp_path: Path) -> Iterator[Bench]:
    database = Database(tmp_path / INDEX_FILE, MIGRATIONS)
    made = Bench(demo, SqliteModelStore(database), clock, tmp_path)
    yield made
    made.client.close()
    database.close()


# --- what the search box takes -------------------------------------------------------------------


def test_words(bench: Bench, demo: DemoCivitai) -> None:
    name = demo.catalogue.models[0].name
    assert name in [view.model.name for view in bench.service.search(SearchRequest(query=name)).items]


def test_every_form_of_a_link_finds_the_one_model(bench: Bench, demo: DemoCivitai) -> None:
    model = next(model for model in demo.catalogue.models if len(model.versions) > 1 and model.mode is None)
    version = model.versions[1]
    sha256 = next(
        file.hashes.sha256
        for shown in bench.client.model(model.id, Patience()).versions
        if shown.id == version.id
        for file in shown.files
    )
    assert sha256 is not None
    for query, wanted in (
        (str(model.id), None),
        (f"https://civitai.com/models/{model.id}/slug", None),
        (f"civitai.red/models/{model.id}?modelVersionId={version.id}", version.id),
        (f"https://civitai.com/api/download/models/{version.id}?fileId=1", version.id),
        (f"https://civitai.com/model-versions/{version.id}", version.id),
        (f"urn:air:sd1:lora:civitai:{model.id}@{version.id}", version.id),
        (sha256.upper(), version.id),
        (sha256[:10], version.id),
    ):
        view = bench.one(f"  {query} ")
        assert (view.model.id, view.wanted_version) == (model.id, wanted)
        assert len(view.model.versions) == len(model.versions)


def test_a_number_or_hash_that_is_none_is_searched_for_as_a_word(bench: Bench, demo: DemoCivitai) -> None:
    for word in ("999999999", "deadbeef"):
        demo.requests.clear()
        bench.service.search(SearchRequest(query=word))
        assert demo.requests[-1].query["query"] == [word]


@pytest.mark.parametrize(
    "query",
    [
        "https://civitai.com/models/999999999",
        "urn:air:sd1:lora:civitai:999999999",
        "civitai.com/model-versions/999999999",
    ],
)
def test_a_link_to_nothing_is_not_found(bench: Bench, query: str) -> None:
    with pytest.raises(NotFound):
        bench.service.search(SearchRequest(query=query))


@pytest.mark.parametrize("query", ["https://example.org/models/1", "https://civitai.com/images/5"])
def test_an_address_of_something_else_is_refused(bench: Bench, demo: DemoCivitai, query: str) -> None:
    with pytest.raises(InvalidRequest):
        bench.service.search(SearchRequest(query=query))
    assert not demo.requests


def test_creator_and_tag_tokens(bench: Bench, demo: DemoCivitai) -> None:
    model = next(model for model in demo.catalogue.models if model.creator and model.tags)
    by_token = bench.service.search(SearchRequest(query=f"@{model.creator}"))
    assert {view.model.creator for view in by_token.items} == {model.creator}
    tagged = bench.service.search(SearchRequest(query=f'#"{model.tags[0]}"'))
    assert tagged.items
    assert all(model.tags[0] in view.model.tags for view in tagged.items)
    by_link = bench.walk(SearchRequest(query=f"https://civitai.com/user/{model.creator}/models", limit=2))
    assert by_link == bench.walk(SearchRequest(creator=model.creator, limit=2))
    assert model.id in by_link


def test_an_unknown_tag_finds_nothing_although_civitai_lists_everything(bench: Bench, demo: DemoCivitai) -> None:
    found = bench.service.search(SearchRequest(tag="no such tag anywhere"))
    assert (found.items, found.next_cursor) == ((), None)


def test_an_unknown_creator_is_not_found(bench: Bench) -> None:
    with pytest.raises(NotFound, match="no creator nobody_at_all"):
        bench.service.search(SearchRequest(creator="nobody_at_all"))


@pytest.mark.parametrize(
    "request_",
    [
        SearchRequest(limit=0),
        SearchRequest(limit=101),
        SearchRequest(nsfw_level="Everything"),
        SearchRequest(cursor="not ours"),
        SearchRequest(sort="Loudest"),
        SearchRequest(period="Fortnight"),
    ],
)
def test_what_makes_no_sense_is_refused(bench: Bench, request_: SearchRequest) -> None:
    with pytest.raises(InvalidRequest):
        bench.service.search(request_)


# --- pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", ["Newest", "Highest Rated"])
@pytest.mark.parametrize("limit", [7, 100])
def test_the_whole_listing_without_gaps_and_repetitions(bench: Bench, sort: str, limit: int) -> None:
    ids = bench.walk(SearchRequest(sort=sort, limit=limit))
    assert len(ids) == len(set(ids))
    assert len(ids) > 250


def test_what_the_page_before_has_shown_is_not_repeated(bench: Bench, demo: DemoCivitai) -> None:
    first = bench.service.search(SearchRequest(limit=5))
    repeated = first.items[-1].model.id
    raw = requests.get(f"{demo.api_base}/models", params={"limit": 5, "nsfw": "true"}, timeout=10).json()
    copy = next(item for item in raw["items"] if item["id"] == repeated)
    demo.faults.add(
        match=Match(path="/api/v1/models"),
        fault=faults.edit_json(lambda page: {**page, "items": [copy, *page["items"]]}),
    )
    second = bench.service.search(SearchRequest(limit=5, cursor=first.next_cursor))
    assert repeated not in [view.model.id for view in second.items]
    assert len(second.items) == 5


def test_an_empty_page_with_a_cursor_goes_on(bench: Bench, demo: DemoCivitai) -> None:
    demo.faults.add(
        match=Match(path="/api/v1/models"), fault=faults.edit_json(lambda page: {**page, "items": []}), times=3
    )
    found = bench.service.search(SearchRequest(limit=5))
    assert len(found.items) == 5
    assert len(demo.requests) == 4


def test_but_not_for_ever(bench: Bench, demo: DemoCivitai) -> None:
    demo.faults.add(
        match=Match(path="/api/v1/models"), fault=faults.edit_json(lambda page: {**page, "items": []}), times=None
    )
    found = bench.service.search(SearchRequest(limit=5))
    assert found.items == ()
    assert found.next_cursor is not None
    assert len(demo.requests) == 5


def test_where_an_answer_came_from(bench: Bench, demo: DemoCivitai) -> None:
    model = demo.catalogue.models[0]
    for request in (SearchRequest(limit=2), SearchRequest(query=str(model.id))):
        assert bench.service.search(request).source is Source.NETWORK
        assert bench.service.search(request).source is Source.CACHE
    bench.clock.advance(48 * 3600)
    demo.faults.add(match=Match(where="api"), fault=faults.overloaded(), times=None)
    for request in (SearchRequest(limit=2), SearchRequest(query=str(model.id))):
        assert bench.service.search(request).source is Source.STALE
    with pytest.raises(CivitaiDown):
        bench.service.search(SearchRequest(limit=3))


# --- levels --------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["None", "Soft", "Mature", "X"])
def test_nothing_above_the_level_is_listed(bench: Bench, level: str) -> None:
    bench.values["civitai_nsfw_level"] = level
    request = SearchRequest(limit=100)
    seen = 0
    while True:
        found = bench.service.search(request)
        for view in found.items:
            for version in view.model.versions:
                seen += len(version.images)
                assert all(admits(level, picture.nsfw_level) for picture in version.images)
        if found.next_cursor is None:
            break
        request = replace(request, cursor=found.next_cursor)
    assert seen


def test_models_wholly_above_are_left_out_of_listings_but_answer_by_id(bench: Bench, demo: DemoCivitai) -> None:
    mature = demo.catalogue.trap("mature-only")
    for level, listed, hidden in (("None", False, 3), ("Soft", False, 3), ("Mature", True, 2), ("X", True, 0)):
        bench.values["civitai_nsfw_level"] = level
        assert (mature.id in bench.walk(SearchRequest(limit=100))) is listed
        for view in (bench.service.model(mature.id), bench.one(str(mature.id))):
            assert view.hidden_images == hidden
            assert len(view.model.versions[0].images) == 3 - hidden


def test_a_request_may_ask_for_less_but_never_for_more(bench: Bench, demo: DemoCivitai) -> None:
    mature = demo.catalogue.trap("mature-only").id
    assert mature not in bench.walk(SearchRequest(limit=100, nsfw_level="None"))
    bench.values["civitai_nsfw_level"] = "None"
    demo.requests.clear()
    assert mature not in bench.walk(SearchRequest(limit=100, nsfw_level="X"))
    assert all("nsfw" not in line.query for line in demo.requests)


# --- installed -----------------------------------------------------------------------------------


def two_versions(demo: DemoCivitai) -> DemoModel:
    return next(
        m for m in demo.catalogue.models if len(m.versions) > 1 and m.mode is None and m.level is None and not m.minor
    )


def test_installed_models_are_marked(bench: Bench, demo: DemoCivitai) -> None:
    model = two_versions(demo)
    assert bench.service.model(model.id).installed is Installed.NONE
    row = bench.install(model, 1)
    view = bench.service.model(model.id)
    assert view.installed is Installed.INSTALLED
    assert view.installed_versions == {model.versions[1].id}
    assert view.installed_paths == {model.versions[1].files[0].id: str(row.path)}
    listed = bench.service.search(SearchRequest(query=model.name)).items
    assert [v.installed for v in listed if v.model.id == model.id] == [Installed.INSTALLED]


def test_an_update_is_shown_until_it_is_here(bench: Bench, demo: DemoCivitai) -> None:
    model = two_versions(demo)
    bench.install(model, 1, update=Update(model.versions[0].id, "newer"))
    assert bench.service.model(model.id).installed is Installed.UPDATE
    bench.install(model, 0)
    assert bench.service.model(model.id).installed is Installed.INSTALLED


def test_other_content_of_the_same_version_is_not_the_file(bench: Bench, demo: DemoCivitai) -> None:
    model = two_versions(demo)
    bench.install(model, hashes=Hashes(sha256="0" * 64))
    view = bench.service.model(model.id)
    assert view.installed is Installed.INSTALLED
    assert view.installed_paths == {}
    bench.install(model, hashes=Hashes())
    assert list(bench.service.model(model.id).installed_paths) == [model.versions[0].files[0].id]


def test_installed_models_can_be_hidden(bench: Bench, demo: DemoCivitai) -> None:
    model = two_versions(demo)
    every = bench.walk(SearchRequest(limit=50))
    bench.install(model)
    left = bench.walk(SearchRequest(limit=50, hide_installed=True))
    assert set(every) - set(left) == {model.id}


def test_models_of_hidden_creators_are_left_out_but_where_one_asks_for_them(bench: Bench, demo: DemoCivitai) -> None:
    creator = two_versions(demo).creator
    theirs = set(bench.walk(SearchRequest(limit=50, creator=creator)))
    every = bench.walk(SearchRequest(limit=50))
    bench.values["civitai_hidden_creators"] = f"somebody-else, @{creator.upper()}"
    left = bench.walk(SearchRequest(limit=50))
    assert theirs
    assert set(every) - set(left) == theirs & set(every) != set()
    assert set(bench.walk(SearchRequest(limit=50, creator=creator))) == theirs
    link = f"https://civitai.com/models/{next(iter(theirs))}"
    assert [view.model.id for view in bench.service.search(SearchRequest(query=link)).items] == [next(iter(theirs))]


def test_a_version_by_hash(bench: Bench, demo: DemoCivitai) -> None:
    model = demo.catalogue.trap("first-picture-mature")
    sha256 = model.versions[0].files[0].blob.digests().sha256
    bench.values["civitai_nsfw_level"] = "None"
    view = bench.service.version_by_hash(sha256)
    assert (view.version.model_id, view.hidden_images, view.installed) == (model.id, 2, False)
    row = bench.install(model)
    view = bench.service.version_by_hash(sha256[:10])
    assert view.installed
    assert view.installed_paths == {model.versions[0].files[0].id: str(row.path)}
    with pytest.raises(NotFound):
        bench.service.version_by_hash("0" * 64)


# --- the rest ------------------------------------------------------------------------------------


def test_a_link_below_the_configured_addresses_finds_its_model(bench: Bench, demo: DemoCivitai) -> None:
    model = demo.catalogue.models[0]
    assert bench.one(f"{demo.api_base}/models/{model.id}").model.id == model.id
    with pytest.raises(InvalidRequest):
        bench.service.search(SearchRequest(query=f"http://localhost:1/models/{model.id}"))
    bench.values["civitai_page_url"] = "http://localhost:1"
    assert bench.one(f"http://localhost:1/models/{model.id}").model.id == model.id


def test_links_to_pages(bench: Bench, demo: DemoCivitai) -> None:
    number = demo.catalogue.models[0].id
    assert bench.service.model(number).page_url == f"https://civitai.com/models/{number}"
    bench.values["civitai_page_url"] = "https://civitai.red/"
    assert bench.service.model(number).page_url == f"https://civitai.red/models/{number}"
    bench.values["civitai_page_url"] = "https://evil.example"
    assert bench.service.model(number).page_url == f"https://civitai.com/models/{number}"


def test_lists_are_there_even_without_civitai(bench: Bench, demo: DemoCivitai) -> None:
    demo.faults.add(match=Match(where="api"), fault=faults.challenge(), times=None)
    offline = bench.service.enums()
    assert len(offline.base_models) == 69
    assert len(offline.model_types) == 23
    demo.faults.clear()
    bench.clock.advance(60)
    assert bench.service.enums().sorts == offline.sorts
