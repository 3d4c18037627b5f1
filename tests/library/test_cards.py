"""What the WebUI's own cards are told, and how a card gets another picture without losing the one before."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from civitdock.demo.records import DemoImage, DemoModel
from civitdock.demo.server import DemoCivitai
from civitdock.domain.library import LocalModel, LocalState, Update
from civitdock.errors import NotFound, WrongState
from civitdock.services.restore import RestoreService
from civitdock.web.answers_cards import facts
from tests.library.bench import Library, safe_models
from tests.library.support import picture_of

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def restore(library: Library) -> RestoreService:
    return RestoreService(library.sidecars, library.originals, library.host)


def local(folder: Path, name: str, **more: object) -> LocalModel:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"model")
    return LocalModel(path=path, root=folder, type="LORA", size_bytes=5, **more)  # type: ignore[arg-type]


def test_a_card_is_told_what_its_buttons_need(library: Library) -> None:
    folder = library.host.root("LORA").path
    library.store.put_all(
        [
            local(
                folder,
                "sub/a b.safetensors",
                state=LocalState.IDENTIFIED,
                model_id=7,
                version_id=70,
                version_name="v1",
                preview_level=4,
                trained_words=("word",),
                update=Update(71, "v2"),
            ),
            local(folder, "quiet.safetensors", state=LocalState.IDENTIFIED, model_id=8, version_id=80),
            local(folder, "stranger.safetensors"),
        ]
    )
    answer = facts(library.library.card_facts())
    assert answer["roots"] == [folder.as_posix()]
    assert answer["cards"] == [
        [0, "quiet.safetensors", 8, 80, None, 0, 0, None, None],
        [0, "sub/a b.safetensors", 7, 70, "v1", 4, 1, 71, "v2"],
    ]


def test_an_update_that_lies_beside_the_old_file_is_none(library: Library) -> None:
    folder = library.host.root("LORA").path
    old = local(folder, "old.safetensors", model_id=7, version_id=70, update=Update(71, "v2"))
    library.store.put_all([old, local(folder, "new.safetensors", model_id=7, version_id=71)])
    cards = {fact.path: fact.update_id for fact in library.library.card_facts()}
    assert set(cards.values()) == {None}
    assert library.library.local_model(old.path).update is None


def test_one_model_is_found_by_its_path_alone(library: Library) -> None:
    row = local(library.host.root("LORA").path, "a.safetensors", model_id=7, version_id=70, update=Update(71, "v2"))
    library.store.put(row)
    assert library.library.local_model(row.path).update == Update(71, "v2")
    row.path.unlink()
    for path in (row.path, row.path.with_name("other.safetensors"), Path("a.safetensors")):
        with pytest.raises(NotFound):
            library.library.local_model(path)


def test_a_preview_from_elsewhere_is_not_taken_for_mild_where_every_picture_is_above_the_level(
    library: Library, demo: DemoCivitai, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = safe_models(demo)[0]
    for image, level in zip(model.versions[0].images, (16, 8, 16, 8), strict=False):
        monkeypatch.setattr(image, "level", level)
    path = library.put_demo(model)
    library.sync()
    row = library.row(path)
    assert row.preview_url is None
    assert row.preview_level == 8


@pytest.fixture
def pictured(demo: DemoCivitai) -> tuple[DemoModel, list[DemoImage]]:
    """A model with several mild pictures."""
    for model in safe_models(demo):
        mild = [image for image in model.versions[0].images if image.level == 1 and image.kind == "image"]
        if len(mild) > 1 and not any(image.gone for image in mild):
            return model, mild
    raise AssertionError("the demo has no such model")


def colour(path: Path) -> bytes:
    with Image.open(io.BytesIO(path.read_bytes())) as shown:
        return shown.convert("RGB").resize((4, 4)).tobytes()


def test_another_picture_takes_the_place_of_ours_and_can_be_taken_back(
    library: Library, demo: DemoCivitai, pictured: tuple[DemoModel, list[DemoImage]]
) -> None:
    model, images = pictured
    path = library.put_demo(model)
    library.sync()
    first = colour(path.with_suffix(".preview.jpg"))
    wanted = picture_of(demo, images[1])
    done = library.previews.replace(path, wanted.url)
    assert done.paths == (path.with_suffix(".preview.jpg"),)
    assert colour(done.paths[0]) != first
    assert library.row(path).preview_url == done.row.preview_url
    assert library.host.refreshed[-1] == (done.paths, "LORA")
    assert done.previous_url is not None
    assert library.previews.replace(path, done.previous_url).paths == done.paths
    assert colour(done.paths[0]) == first


def test_a_users_preview_keeps_its_name_and_comes_back_byte_for_byte(
    library: Library,
    demo: DemoCivitai,
    pictured: tuple[DemoModel, list[DemoImage]],
    restore: RestoreService,
) -> None:
    model, images = pictured
    path = library.put_demo(model)
    mine = path.with_suffix(".png")
    mine.write_bytes(b"my own picture")
    library.sync()
    for image in images[:2]:
        done = library.previews.replace(path, picture_of(demo, image).url)
        assert done.paths == (mine,)
        with Image.open(mine) as shown:
            assert shown.format == "PNG"
    restore.restore([str(mine)])
    assert mine.read_bytes() == b"my own picture"
    assert not list(path.parent.glob("*.preview.*"))


def test_a_picture_that_the_user_put_over_ours_comes_back_too(
    library: Library,
    demo: DemoCivitai,
    pictured: tuple[DemoModel, list[DemoImage]],
    restore: RestoreService,
) -> None:
    model, images = pictured
    path = library.put_demo(model)
    library.sync()
    place = path.with_suffix(".preview.jpg")
    place.write_bytes(b"mine over yours")
    done = library.previews.replace(path, picture_of(demo, images[1]).url)
    assert done.previous_url is None
    restore.restore([str(place)])
    assert place.read_bytes() == b"mine over yours"


def test_what_is_not_a_picture_of_the_version_within_the_level_is_not_taken(
    library: Library,
    demo: DemoCivitai,
    pictured: tuple[DemoModel, list[DemoImage]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model, images = pictured
    path = library.put_demo(model)
    library.sync()
    before = path.with_suffix(".preview.jpg").read_bytes()
    other = next(image for found, image in demo.catalogue.images() if found is not model and image not in images)
    monkeypatch.setattr(images[1], "level", 8)
    for url in ("https://elsewhere.example/x.png", picture_of(demo, other).url):
        with pytest.raises(NotFound):
            library.previews.replace(path, url)
    with pytest.raises(NotFound):
        library.previews.replace(path.with_name("unknown.safetensors"), picture_of(demo, images[0]).url)
    assert path.with_suffix(".preview.jpg").read_bytes() == before


@pytest.mark.parametrize("strange", ["{stem}.gif", "{stem}.preview.mp4"])
def test_a_preview_of_a_kind_that_we_do_not_write_stays_the_only_one(
    library: Library, demo: DemoCivitai, pictured: tuple[DemoModel, list[DemoImage]], strange: str
) -> None:
    model, images = pictured
    path = library.put_demo(model)
    library.sync()
    path.with_suffix(".preview.jpg").unlink()
    place = path.with_name(strange.format(stem=path.stem))
    place.write_bytes(b"moving")
    with pytest.raises(WrongState):
        library.previews.replace(path, picture_of(demo, images[1]).url)
    assert sorted(found.suffix for found in path.parent.iterdir()) == sorted([".json", ".safetensors", place.suffix])


def test_two_files_of_one_stem_have_one_preview(
    library: Library, demo: DemoCivitai, pictured: tuple[DemoModel, list[DemoImage]]
) -> None:
    model, images = pictured
    path = library.put_demo(model)
    library.sync()
    twin = path.with_suffix(".ckpt")
    twin.write_bytes(b"twin")
    row = library.row(path)
    library.store.put(LocalModel(twin, row.root, row.type, 4, model_id=row.model_id, version_id=row.version_id))
    with pytest.raises(WrongState):
        library.previews.replace(twin, picture_of(demo, images[1]).url)


def test_the_sync_afterwards_leaves_the_chosen_picture(
    library: Library, demo: DemoCivitai, pictured: tuple[DemoModel, list[DemoImage]]
) -> None:
    model, images = pictured
    path = library.put_demo(model)
    library.sync()
    done = library.previews.replace(path, picture_of(demo, images[1]).url)
    chosen = done.paths[0].read_bytes()
    library.clock.advance(25 * 3600)
    library.sync()
    assert done.paths[0].read_bytes() == chosen
