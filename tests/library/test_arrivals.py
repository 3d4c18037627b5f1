"""A file that has its final name gets sidecar, preview and library entry; nothing beside it can cost the file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from civitdock.adapters.files.previews import LocalPreviews
from civitdock.adapters.files.sidecars import FileSidecars
from civitdock.adapters.images import PictureSource
from civitdock.adapters.sqlite.index import SqliteModelStore, open_index
from civitdock.adapters.sqlite.memory import SqliteIgnores, SqliteOriginals
from civitdock.adapters.sqlite.state import open_state
from civitdock.demo.faults import Match, challenge, not_found, rate_limited
from civitdock.demo.records import DemoModel
from civitdock.demo.server import DemoCivitai
from civitdock.domain.arrival import Arrival
from civitdock.domain.library import LocalState
from civitdock.domain.times import iso
from civitdock.services.arrivals import ArrivalService, Beside, Records
from tests.library.support import FixedSettings, RecordingHost, file_of, settings_for
from tests.support.clock import FakeClock


class Bench:
    """An ArrivalService over real files and the demo's picture host."""

    def __init__(self, demo: DemoCivitai, home: Path, clock: FakeClock, store: SqliteModelStore) -> None:
        self.settings: FixedSettings = settings_for(demo)
        self.host = RecordingHost(home)
        self.store = store
        self.state = open_state(home / "data")
        self.originals, self.ignores = SqliteOriginals(self.state), SqliteIgnores(self.state)
        previews = LocalPreviews(PictureSource(self.settings, "CivitDock-tests"), self.settings, self.originals)
        beside = Beside(FileSidecars(self.originals), previews)
        self.service = ArrivalService(beside, Records(store, self.ignores), self.host, self.settings, clock)


@pytest.fixture
def bench(demo: DemoCivitai, tmp_path: Path, clock: FakeClock) -> Iterator[Bench]:
    with closing(open_index(tmp_path / "data")) as database:
        made = Bench(demo, tmp_path, clock, SqliteModelStore(database))
        yield made
        made.state.close()


def lora(demo: DemoCivitai) -> DemoModel:
    return next(
        model
        for model in demo.catalogue.models
        if model.type == "LORA"
        and model.versions[0].trained_words
        and model.versions[0].base_model == "SDXL 1.0"
        and model.versions[0].images
        and all(image.level == 1 and not image.gone for image in model.versions[0].images)
    )


@pytest.fixture
def arrival(demo: DemoCivitai, bench: Bench) -> Arrival:
    version, model, file, content = file_of(demo, lora(demo))
    root = bench.host.root("LORA")
    path = root.path / "sub" / "arrived.safetensors"
    path.parent.mkdir()
    path.write_bytes(content)
    return Arrival(path, root, len(content), file.hashes, version, file, model)


def read(arrival: Arrival) -> dict[str, object]:
    found = json.loads(arrival.path.with_suffix(".json").read_bytes())
    assert isinstance(found, dict)
    return found


def test_an_arrival_is_complete(bench: Bench, arrival: Arrival, clock: FakeClock) -> None:
    assert bench.service.arrived(arrival) == ()
    found = read(arrival)
    assert found["sd version"] == "SDXL"
    assert str(found["activation text"]).startswith(arrival.version.trained_words[0].strip(" ,"))
    civitai, local = found["civitai"], found["local"]
    assert isinstance(civitai, dict)
    assert isinstance(local, dict)
    assert civitai["version_id"] == arrival.version.id
    assert civitai["download_url"].endswith(f"/api/download/models/{arrival.version.id}?fileId={arrival.file.id}")
    assert civitai["synced_at"] == iso(clock.now())
    assert local["autov2"] == local["sha256"][:10]
    assert local["preview"]["file"] == "arrived.preview.jpg"
    assert arrival.path.with_name("arrived.preview.jpg").is_file()
    row = bench.store.get(arrival.path)
    assert row is not None
    assert (row.state, row.version_id, row.size_bytes) == (
        LocalState.IDENTIFIED,
        arrival.version.id,
        arrival.size_bytes,
    )
    assert row.preview_url is not None
    assert "/width=450/" in row.preview_url
    assert bench.host.refreshed == [((arrival.path, arrival.path.with_suffix(".json"), *previews_of(arrival)), "LORA")]


def test_an_arrival_lets_its_updates_be_told_at_once(bench: Bench, arrival: Arrival) -> None:
    bench.service.arrived(arrival)
    (line,) = bench.store.lines()
    assert arrival.model is not None
    assert line.model_id == arrival.model.id
    assert [version.id for version in line.versions] == [version.id for version in arrival.model.versions]


def previews_of(arrival: Arrival) -> tuple[Path, ...]:
    return (arrival.path.with_name("arrived.preview.jpg"),)


def test_a_second_arrival_keeps_the_users_edits(bench: Bench, arrival: Arrival, clock: FakeClock) -> None:
    bench.service.arrived(arrival)
    edited = {"mine": [1], **read(arrival), "activation text": "my words"}
    arrival.path.with_suffix(".json").write_text(json.dumps(edited), encoding="utf-8")
    preview = previews_of(arrival)[0]
    preview.write_bytes(b"my own picture")
    clock.advance(3600)
    assert arrival.model is not None
    renamed = replace(arrival, model=replace(arrival.model, description_html="<p>New &amp; better</p>"))
    assert bench.service.arrived(renamed) == ()
    found = read(arrival)
    assert list(found) == list(edited)
    assert found["mine"] == [1]
    assert found["activation text"] == "my words"
    assert found["description"] == "New & better"
    assert preview.read_bytes() == b"my own picture"
    first = bench.store.get(arrival.path)
    assert first is not None
    assert first.first_seen == iso(clock.now() - 3600)


def test_arriving_again_changes_no_file(bench: Bench, arrival: Arrival) -> None:
    bench.service.arrived(arrival)
    before = {path: path.read_bytes() for path in arrival.path.parent.iterdir()}
    assert bench.service.arrived(arrival) == ()
    assert {path: path.read_bytes() for path in arrival.path.parent.iterdir()} == before


def test_without_the_setting_there_is_no_preview(bench: Bench, arrival: Arrival, demo: DemoCivitai) -> None:
    bench.settings.values["civitai_download_preview"] = False
    assert bench.service.arrived(arrival) == ()
    assert sorted(path.suffix for path in arrival.path.parent.iterdir()) == [".json", ".safetensors"]
    assert demo.asked(where="image") == []


@pytest.mark.parametrize("fault", [not_found(), rate_limited(5), challenge()], ids=["404", "429", "html"])
def test_a_missing_preview_is_a_warning(bench: Bench, arrival: Arrival, demo: DemoCivitai, fault: object) -> None:
    demo.faults.add(match=Match(where="image"), fault=fault, times=None)  # type: ignore[arg-type]
    warnings = bench.service.arrived(arrival)
    assert len(warnings) == 1
    assert "preview" in warnings[0].lower()
    assert read(arrival)["sd version"] == "SDXL"
    assert bench.store.get(arrival.path) is not None


def test_pictures_above_the_level_are_neither_fetched_nor_named(
    bench: Bench, arrival: Arrival, demo: DemoCivitai
) -> None:
    pictures = tuple(replace(picture, nsfw_level=8) for picture in arrival.version.images)
    assert bench.service.arrived(replace(arrival, version=replace(arrival.version, images=pictures))) == ()
    civitai = read(arrival)["civitai"]
    assert isinstance(civitai, dict)
    assert civitai["images"] == []
    row = bench.store.get(arrival.path)
    assert row is not None
    assert row.preview_url is None
    assert demo.asked(where="image") == []


def test_a_hostile_description_becomes_short_plain_text(bench: Bench, arrival: Arrival) -> None:
    hostile = (
        "<script>alert(1)</script><p onclick=x>Hello <b>there</b></p><style>p{}</style><img src=x onerror=alert(2)>"
        "&lt;script&gt;alert(3)&lt;/script&gt;<p>Line\x00 two\u202e</p><unclosed <p>" + "<div>" * 5000 + "word " * 500
    )
    assert arrival.model is not None
    assert bench.service.arrived(replace(arrival, model=replace(arrival.model, description_html=hostile))) == ()
    text = read(arrival)["description"]
    assert isinstance(text, str)
    assert text.startswith("Hello there\n")
    assert len(text) <= 300
    assert not set("<>\x00\u202e") & set(text)
    assert "alert(1)" not in text


@pytest.mark.parametrize("content", [b"[1]", b"{", b'{"notes": "\xff"}'], ids=["list", "cut", "bytes"])
def test_a_broken_json_of_the_users_is_kept_and_said(bench: Bench, arrival: Arrival, content: bytes) -> None:
    arrival.path.with_suffix(".json").write_bytes(content)
    (warning,) = bench.service.arrived(arrival)
    kept = arrival.path.with_name("arrived.json.civitdock-aside")
    assert kept.read_bytes() == content
    assert kept.name in warning
    assert read(arrival)["sd version"] == "SDXL"


def test_a_sidecar_that_cannot_be_written_costs_nothing_else(bench: Bench, arrival: Arrival) -> None:
    arrival.path.with_suffix(".json").mkdir()
    (warning,) = bench.service.arrived(arrival)
    assert "arrived.json" in warning
    assert bench.store.get(arrival.path) is not None
    assert previews_of(arrival)[0].is_file()
    assert bench.host.refreshed


def test_a_file_that_is_gone_is_a_warning_not_a_crash(bench: Bench, arrival: Arrival) -> None:
    arrival.path.unlink()
    arrival.path.parent.rename(arrival.path.parent.with_name("moved"))
    assert bench.service.arrived(arrival)
    assert bench.store.get(arrival.path) is None


def test_without_the_model_the_version_is_enough(bench: Bench, arrival: Arrival) -> None:
    assert bench.service.arrived(replace(arrival, model=None)) == ()
    civitai = read(arrival)["civitai"]
    assert isinstance(civitai, dict)
    assert civitai["model_name"] == arrival.version.model_name
    assert bench.service.arrived(arrival) == ()
    civitai = read(arrival)["civitai"]
    assert isinstance(civitai, dict)
    assert arrival.model is not None
    assert civitai["creator"] == arrival.model.creator
    assert bench.service.arrived(replace(arrival, model=None)) == ()
    civitai = read(arrival)["civitai"]
    assert isinstance(civitai, dict)
    assert civitai["creator"] == arrival.model.creator


def test_civitai_info_comes_on_request(bench: Bench, arrival: Arrival) -> None:
    info = arrival.path.with_suffix(".civitai.info")
    bench.service.arrived(arrival)
    assert not info.exists()
    bench.settings.values["civitai_foreign_sidecars"] = "civitai.info"
    bench.service.arrived(arrival)
    found = json.loads(info.read_bytes())
    assert (found["id"], found["modelId"]) == (arrival.version.id, arrival.version.model_id)
    assert found["files"][0]["hashes"]["SHA256"] == str(arrival.file.hashes.sha256).upper()
