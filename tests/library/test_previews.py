"""Previews beside models: fetched from the picture host over sockets, believed only once decoded."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from civitdock.adapters.files.previews import LocalPreviews
from civitdock.adapters.images import PictureSource, render
from civitdock.demo.blobs import BytesBlob
from civitdock.demo.faults import Match, challenge, changed, not_found, rate_limited, redirect, redirect_loop
from civitdock.demo.records import DemoImage
from civitdock.demo.server import DemoCivitai
from civitdock.domain.catalogue import Picture
from civitdock.errors import BadAnswer, NotFound, NotWritable, Offline, RateLimited, UnsafeRedirect
from tests.library.support import FixedSettings, FreshOriginals, picture_of, settings_for

AGENT = "CivitDock-tests"
IMAGES = Match(where="image")


def images(demo: DemoCivitai, **wanted: object) -> list[DemoImage]:
    shown = (image for _, image in demo.catalogue.images() if not image.gone and image.level == 1)
    return [image for image in shown if all(getattr(image, name) == value for name, value in wanted.items())]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "my.model v1.safetensors"
    path.write_bytes(b"model")
    return path


def previews(demo: DemoCivitai, **values: str | int) -> LocalPreviews:
    settings = settings_for(demo, **values)
    return LocalPreviews(PictureSource(settings, AGENT), settings, FreshOriginals())


def names(model: Path) -> list[str]:
    return sorted(path.name for path in model.parent.iterdir() if path != model)


@pytest.mark.parametrize(("kind", "format_name"), [("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP")])
def test_a_preview_has_the_wanted_kind_and_width(demo: DemoCivitai, model: Path, kind: str, format_name: str) -> None:
    image = next(image for image in images(demo, kind="image") if image.width > 500)
    placed = previews(demo, civitai_preview_kind=kind, civitai_preview_width=400).ensure(
        model, [picture_of(demo, image)]
    )
    assert placed is not None
    assert placed.path == model.with_name(f"my.model v1.preview.{kind}")
    with Image.open(placed.path) as shown:
        assert shown.format == format_name
        assert shown.width == 400
    asked = demo.asked(where="image")[0]
    assert "/width=450/" in asked.path
    assert "authorization" not in {name.lower() for name in asked.headers}


def test_of_a_video_a_still_is_asked_for(demo: DemoCivitai, model: Path) -> None:
    video = images(demo, kind="video")[0]
    assert previews(demo).ensure(model, [picture_of(demo, video)]) is not None
    path = demo.asked(where="image")[0].path
    assert "/anim=false,transcode=true,width=450/" in path
    assert path.endswith(".jpeg")


@pytest.mark.parametrize("existing", ["my.model v1.PNG", "my.model v1.preview.webp", "my.model v1.Preview.GIF"])
def test_a_preview_of_the_users_is_enough(demo: DemoCivitai, model: Path, existing: str) -> None:
    model.with_name(existing).write_bytes(b"mine")
    found = previews(demo).ensure(model, [picture_of(demo, images(demo)[0])])
    assert found is not None
    assert found.digest is None
    assert names(model) == [existing]
    assert demo.asked(where="image") == []


def test_a_preview_of_another_model_is_none_of_this_one(demo: DemoCivitai, model: Path) -> None:
    model.with_name("my.model v1_2.png").write_bytes(b"theirs")
    model.with_name("my.preview.png").write_bytes(b"theirs")
    assert previews(demo).ensure(model, [picture_of(demo, images(demo)[0])]) is not None


def test_only_admitted_pictures_are_fetched(demo: DemoCivitai, model: Path) -> None:
    hidden = Picture(picture_of(demo, images(demo)[0]).url, nsfw_level=2)
    assert previews(demo).ensure(model, [hidden]) is None
    assert demo.asked(where="image") == []
    assert previews(demo, civitai_nsfw_level="Soft").ensure(model, [hidden]) is not None


@pytest.mark.parametrize(
    "fault",
    [
        not_found(),
        challenge(),
        changed(BytesBlob("cut", b"\xff\xd8\xff\xe0 not a picture")),
        changed(BytesBlob("video", b"\0\0\0\x20ftypisom" + b"\0" * 64)),
        redirect("https://elsewhere.example/picture.jpeg"),
        redirect_loop(),
    ],
    ids=["404", "html", "broken", "video", "foreign host", "loop"],
)
def test_a_picture_that_fails_makes_room_for_the_next(demo: DemoCivitai, model: Path, fault: object) -> None:
    first, second = (picture_of(demo, image) for image in images(demo, kind="image")[:2])
    uuid = first.url.split("/")[-3]
    demo.faults.add(match=Match(where="image", regex=uuid), fault=fault, times=None)  # type: ignore[arg-type]
    placed = previews(demo).ensure(model, [first, second])
    assert placed is not None
    assert names(model) == [placed.path.name]


def test_where_all_fail_there_is_none_and_no_rest(demo: DemoCivitai, model: Path) -> None:
    demo.faults.add(match=IMAGES, fault=not_found(), times=None)
    pictures = [picture_of(demo, image) for image in images(demo, kind="image")[:8]]
    with pytest.raises(NotFound, match="later sync"):
        previews(demo).ensure(model, pictures)
    assert names(model) == []
    assert len(demo.asked(where="image")) == 5


def test_a_busy_picture_host_is_left_in_peace(demo: DemoCivitai, model: Path) -> None:
    demo.faults.add(match=IMAGES, fault=rate_limited(7), times=None)
    with pytest.raises(RateLimited) as caught:
        previews(demo).ensure(model, [picture_of(demo, image) for image in images(demo)[:3]])
    assert caught.value.retry_after == 7
    assert len(demo.asked(where="image")) == 1


def test_png_bytes_under_a_jpeg_name_become_what_was_wanted(demo: DemoCivitai, model: Path) -> None:
    content = io.BytesIO()
    Image.new("RGBA", (600, 300), (0, 128, 0, 90)).save(content, "PNG")
    demo.faults.add(match=IMAGES, fault=changed(BytesBlob("png", content.getvalue())), times=None)
    placed = previews(demo).ensure(model, [picture_of(demo, images(demo)[0])])
    assert placed is not None
    with Image.open(placed.path) as shown:
        assert (shown.format, shown.mode, shown.size) == ("JPEG", "RGB", (450, 225))


def test_the_second_file_of_a_stem_gets_none(demo: DemoCivitai, model: Path) -> None:
    twin = model.with_suffix(".ckpt")
    twin.write_bytes(b"twin")
    pictures = [picture_of(demo, images(demo)[0])]
    assert previews(demo).ensure(twin, pictures) is None
    assert previews(demo).ensure(model, pictures) is not None


def test_a_folder_that_is_gone_is_said(demo: DemoCivitai, tmp_path: Path) -> None:
    with pytest.raises(NotWritable):
        previews(demo).ensure(tmp_path / "gone" / "a.safetensors", [picture_of(demo, images(demo)[0])])


def test_loopback_pictures_need_a_loopback_api(demo: DemoCivitai, model: Path) -> None:
    source = PictureSource(FixedSettings({}), AGENT)
    with pytest.raises(UnsafeRedirect):
        source.picture(picture_of(demo, images(demo)[0]), 450, "jpg")
    assert demo.asked(where="image") == []


def test_no_host_is_said_as_offline(demo: DemoCivitai) -> None:
    source = PictureSource(settings_for(demo), AGENT)
    with pytest.raises(Offline):
        source.picture(Picture("http://127.0.0.1:9/x/u/width=450/1.jpeg", nsfw_level=1), 450, "jpg")


def _png_claiming(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "data",
    [b"", b"<html></html>", b"\x89PNG\r\n\x1a\n", _png_claiming(60000, 60000), _png_claiming(9000, 9000)],
    ids=["nothing", "html", "cut", "bomb", "large"],
)
def test_what_cannot_be_decoded_is_no_picture(data: bytes) -> None:
    with pytest.raises(BadAnswer):
        render(data, 450, "jpg")


def test_an_animation_gives_its_first_frame_and_metadata_goes() -> None:
    frames = [Image.new("RGB", (20, 10), colour) for colour in ("red", "blue")]
    content = io.BytesIO()
    frames[0].save(content, "GIF", save_all=True, append_images=frames[1:])
    with Image.open(io.BytesIO(render(content.getvalue(), 450, "png"))) as shown:
        assert shown.convert("RGB").getpixel((5, 5)) == (255, 0, 0)
        assert getattr(shown, "n_frames", 1) == 1
    content = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a secret prompt"
    Image.new("RGB", (20, 10), "red").save(content, "JPEG", exif=exif)
    turned = render(content.getvalue(), 450, "jpg")
    assert b"secret" not in turned
    with Image.open(io.BytesIO(turned)) as shown:
        assert shown.size == (10, 20)
