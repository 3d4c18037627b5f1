"""The pictures posted with a model, against the demo CivitAI."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from civitdock.adapters.civitai.client import CivitaiClient
from civitdock.demo import faults
from civitdock.demo.faults import Match
from civitdock.demo.server import DemoCivitai
from civitdock.errors import CivitaiDown, InvalidRequest
from civitdock.ports import Outage, Patience
from civitdock.services.gallery import MOST_PAGES, GalleryPage, GalleryRequest, GalleryService
from civitdock.settings import Settings, Value
from tests.support.clock import FakeClock


class Bench:
    """The service over a client of the demo."""

    def __init__(self, demo: DemoCivitai, clock: FakeClock, folder: Path) -> None:
        self.values: dict[str, Value] = {"civitai_api_url": demo.api_base, "civitai_nsfw_level": "X"}
        self.client = CivitaiClient(self, self, clock, folder / "cache", "CivitDock-tests/1")
        self.service = GalleryService(self.client, self)

    def current(self) -> Settings:
        return Settings(dict(self.values))

    def key(self) -> str | None:
        return None

    def walk(self, request: GalleryRequest) -> list[GalleryPage]:
        """All pages."""
        pages: list[GalleryPage] = []
        while len(pages) < 50:
            pages.append(self.service.images(request))
            if pages[-1].next_cursor is None:
                return pages
            request = replace(request, cursor=pages[-1].next_cursor)
        raise AssertionError("the listing does not end")


@pytest.fixture
def bench(demo: DemoCivitai, clock: FakeClock, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(demo, clock, tmp_path)
    yield made
    made.client.close()


def test_all_pages_together_have_every_picture_once(bench: Bench, demo: DemoCivitai) -> None:
    version = demo.catalogue.trap("many-images").versions[0]
    pages = bench.walk(GalleryRequest(model_version_id=version.id, limit=7))
    assert [len(page.items) for page in pages] == [7, 7, 7, 7, 2]
    ids = [picture.id for page in pages for picture in page.items]
    assert sorted(ids, key=str) == sorted((image.id for image in version.images), key=str)
    assert all("page" not in asked.query for asked in demo.asked(path="/api/v1/images"))


@pytest.mark.parametrize(("word", "levels"), [("None", {1}), ("Soft", {1, 2}), ("Mature", {1, 2, 4})])
def test_pictures_above_the_level_are_left_out_and_counted(
    bench: Bench, demo: DemoCivitai, word: str, levels: set[int]
) -> None:
    bench.values["civitai_nsfw_level"] = word
    version = demo.catalogue.trap("level-31-flag-false").versions[0]
    page = bench.service.images(GalleryRequest(model_version_id=version.id))
    assert {picture.nsfw_level for picture in page.items} == levels
    assert page.hidden_images == 5 - len(levels)


def test_pages_without_anything_to_show_are_passed_over_but_not_for_ever(bench: Bench, demo: DemoCivitai) -> None:
    bench.values["civitai_nsfw_level"] = "None"
    version = demo.catalogue.trap("level-31-flag-false").versions[0]
    pages = bench.walk(GalleryRequest(model_version_id=version.id, limit=1))
    assert sum(len(page.items) for page in pages) == 1
    assert sum(page.hidden_images for page in pages) == 4
    assert all(page.items or page.hidden_images <= MOST_PAGES for page in pages)
    assert len(pages) < 5


def test_generation_data_is_flat_and_by_model_alone_there_is_one_page(bench: Bench, demo: DemoCivitai) -> None:
    model = demo.catalogue.trap("odd-meta")
    by_model = bench.service.images(GalleryRequest(model_id=model.id, limit=3))
    assert by_model.next_cursor is None
    assert any(picture.meta for picture in by_model.items)
    assert all("meta" not in (picture.meta or {}) for picture in by_model.items)
    both = bench.service.images(GalleryRequest(model_version_id=model.versions[0].id, model_id=model.id))
    assert len(both.items) == len(model.versions[0].images)
    assert "modelId" not in demo.asked(path="/api/v1/images")[-1].query


def test_a_picture_that_a_page_repeats_is_shown_once(bench: Bench, demo: DemoCivitai) -> None:
    version = demo.catalogue.trap("many-images").versions[0]
    last: list[object] = []

    def repeat(page: dict[str, list[object]]) -> object:
        """Begins with the last picture of the page before, and ends with its own last one twice."""
        items = [*last, *page["items"], page["items"][-1]]
        last[:] = page["items"][-1:]
        return {**page, "items": items}

    demo.faults.add(match=Match(path="/api/v1/images"), fault=faults.edit_json(repeat), times=9)
    pages = bench.walk(GalleryRequest(model_version_id=version.id, limit=10))
    assert [len(page.items) for page in pages] == [10, 10, 10]
    assert len({picture.url for page in pages for picture in page.items}) == 30


@pytest.mark.parametrize(
    "request_",
    [
        GalleryRequest(),
        GalleryRequest(model_id=1, limit=0),
        GalleryRequest(model_id=1, limit=101),
        GalleryRequest(model_id=1, cursor="7|1740756600000"),
        GalleryRequest(model_id=1, sort="Nicest"),
    ],
)
def test_what_cannot_be_asked(bench: Bench, request_: GalleryRequest) -> None:
    with pytest.raises(InvalidRequest):
        bench.service.images(request_)


def test_a_failure_of_civitai_is_told(bench: Bench, demo: DemoCivitai) -> None:
    demo.faults.add(match=Match(path="/api/v1/images"), fault=faults.overloaded(), times=20)
    with pytest.raises(CivitaiDown):
        bench.service.images(GalleryRequest(model_version_id=1), Patience(seconds=1.0, outage=Outage.FAIL))
