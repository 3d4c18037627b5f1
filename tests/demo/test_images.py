"""The picture host: widths, lying suffixes, stills and clips (`civitai-api.md` section 6)."""

from __future__ import annotations

import io

import pytest
import requests
from PIL import Image

from civitdock.demo import faults, pictures
from civitdock.demo.faults import Match
from civitdock.demo.records import DemoImage
from civitdock.demo.server import DemoCivitai
from civitdock.demo.storage import IMAGE_ROOT

pytestmark = pytest.mark.timeout(60)

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"


def _picture(demo: DemoCivitai, trap: str) -> DemoImage:
    return demo.catalogue.trap(trap).versions[0].images[0]


def _get(demo: DemoCivitai, image: DemoImage, params: str, name: str = "x.jpeg") -> requests.Response:
    return requests.get(f"{demo.image_base}{IMAGE_ROOT}{image.uuid}/{params}/{name}", timeout=10)


def _opened(answer: requests.Response) -> Image.Image:
    return Image.open(io.BytesIO(answer.content))


@pytest.mark.parametrize(("asked", "given"), [(96, 96), (100, 320), (450, 450), (451, 512)])
def test_widths_are_snapped_and_keep_the_shape(demo: DemoCivitai, asked: int, given: int) -> None:
    image = demo.catalogue.trap("many-images").versions[0].images[0]
    shown = _opened(_get(demo, image, f"width={asked}"))
    assert shown.width == given
    assert abs(shown.height - given * image.height / image.width) <= 1


def test_originals_are_full_size_and_lie_about_their_suffix(demo: DemoCivitai) -> None:
    for trap, form in (("png-as-jpeg", "PNG"), ("webp-as-jpeg", "WEBP")):
        image = _picture(demo, trap)
        original = _opened(_get(demo, image, "original=true"))
        assert (original.format, original.size) == (form, (image.width, image.height))


def test_only_originals_carry_the_prompt(demo: DemoCivitai) -> None:
    image = _picture(demo, "png-as-jpeg")
    assert image.meta is not None
    assert image.meta["prompt"] in _opened(_get(demo, image, "original=true")).info["parameters"]
    small = _opened(_get(demo, image, "width=450"))
    assert small.format == "JPEG"
    assert "parameters" not in small.info


def test_a_video_is_a_clip_unless_a_still_is_asked_for(demo: DemoCivitai) -> None:
    image = _picture(demo, "video-only")
    still = _get(demo, image, "anim=false,transcode=true,width=450")
    assert _opened(still).format == "JPEG"
    clip = _get(demo, image, "transcode=true,width=450", "x.mp4")
    assert clip.headers["Content-Type"] == "video/mp4"
    assert clip.content[4:8] == b"ftyp"
    assert _get(demo, image, "transcode=true", "x.webm").content[:4] == b"\x1a\x45\xdf\xa3"
    assert _get(demo, image, "width=450").content[4:8] == b"ftyp"


def test_pictures_differ_from_each_other_and_stay_the_same(demo: DemoCivitai) -> None:
    images = demo.catalogue.trap("many-images").versions[0].images[:6]
    bodies = [_get(demo, image, "width=96").content for image in images]
    assert len(set(bodies)) == 6
    assert _get(demo, images[0], "width=96").content == bodies[0]


def test_the_picture_host_may_have_moved(demo: DemoCivitai) -> None:
    other = demo.image_base.replace("127.0.0.1", "localhost")
    demo.faults.add(match=Match(where="image"), fault=faults.moved(other))
    answer = _get(demo, _picture(demo, "png-as-jpeg"), "width=96")
    assert (answer.history[0].status_code, answer.status_code) == (301, 200)
    assert answer.url.startswith(other)


def test_deleted_and_unknown_pictures_are_404(demo: DemoCivitai) -> None:
    assert _get(demo, _picture(demo, "gone-images"), "width=96").status_code == 404
    assert requests.get(f"{demo.image_base}{IMAGE_ROOT}nothing/width=96/x.jpeg", timeout=10).status_code == 404


def test_a_picture_without_a_size_is_still_served(demo: DemoCivitai) -> None:
    assert _get(demo, _picture(demo, "sizeless-images"), "width=450").status_code == 200


def test_the_blurhash_is_well_formed_and_has_the_mean_colour() -> None:
    text = pictures.blurhash("a seed")
    assert all(character in _DIGITS for character in text)
    size = _DIGITS.index(text[0])
    across, down = size % 9 + 1, size // 9 + 1
    assert len(text) == 4 + 2 * across * down
    value = 0
    for character in text[2:6]:
        value = value * 83 + _DIGITS.index(character)
    mean = (value >> 16, value >> 8 & 255, value & 255)
    painted = pictures.paint("a seed", 64, 64).resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    assert isinstance(painted, tuple)
    assert all(abs(one - two) < 40 for one, two in zip(mean, painted, strict=True))
